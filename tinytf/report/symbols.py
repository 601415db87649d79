"""The signs of formulas that are no ASCII, by name: the only place in the source where they stand.

Their shapes are those of the page; `NAMES` has what parameters are called in a formula.
"""

import unicodedata

PARTIAL = "\N{PARTIAL DIFFERENTIAL}"
DELTA = "\N{GREEK CAPITAL LETTER DELTA}"
DOT = "\N{MIDDLE DOT}"  # a product of matrices
TIMES = "\N{CIRCLED DOT OPERATOR}"  # a product cell by cell
TRANSPOSED = "\N{MODIFIER LETTER CAPITAL T}"
ADDS = "\N{CIRCLED PLUS}="  # a contribution to a sum of several
MINUS = "\N{MINUS SIGN}"
SUM = "\N{N-ARY SUMMATION}"
ROOT = "\N{SQUARE ROOT}"
SQUARED = "\N{SUPERSCRIPT TWO}"
GAMMA = "\N{GREEK SMALL LETTER GAMMA}"
BETA = "\N{GREEK SMALL LETTER BETA}"
ETA = "\N{GREEK SMALL LETTER ETA}"
ARROW = "\N{RIGHTWARDS ARROW}"

# the end of a parameter's dotted name -> what it is called in a formula
NAMES = {
    "embed.tok.weight": "W_E",
    "embed.pos.weight": "W_pos",
    "embed.segment.weight": "W_seg",
    "q.weight": "W_Q",
    "k.weight": "W_K",
    "v.weight": "W_V",
    "out.weight": "W_O",
    "q.bias": "b_Q",
    "k.bias": "b_K",
    "v.bias": "b_V",
    "out.bias": "b_O",
    "gamma": GAMMA,
    "beta": BETA,
    "w_in": "W_in",
    "w_out": "W_out",
    "w_gate": "W_gate",
    "w_up": "W_up",
    "w_down": "W_down",
    "b_in": "b_in",
    "b_out": "b_out",
    "head.weight": "W_U",
    "head.bias": "b_U",
    "decoder.weight": "W_U",
    "mlm.bias": "b_U",
    "mlm.dense.weight": "W_mlm",
    "mlm.dense.bias": "b_mlm",
    "pooler.dense.weight": "W_pool",
    "pooler.dense.bias": "b_pool",
    "nsp.weight": "W_nsp",
    "nsp.bias": "b_nsp",
    "weight": "W",
    "bias": "b",
}


def parameter_title(name: str) -> str:
    """What a parameter is called in a formula: "decoder.layers.0.self_attn.q.weight" -> "W_Q"."""
    for end, title in NAMES.items():
        if name == end or name.endswith(f".{end}"):
            return title
    return name.rsplit(".", 1)[-1]


_DIGITS = ("ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE")
_SUBSCRIPTS = {str(n): unicodedata.lookup(f"SUBSCRIPT {name}") for n, name in enumerate(_DIGITS)}


def of_head(title: str, head: int) -> str:
    """What is called so, of one head: its number as a subscript."""
    return title + "".join(_SUBSCRIPTS[digit] for digit in str(head))


def grad(title: str) -> str:
    """The gradient of what is called so."""
    return f"{PARTIAL}{title}"


def transposed(title: str) -> str:
    """The transpose of what is called so."""
    return f"{title}{TRANSPOSED}"

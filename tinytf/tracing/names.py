"""What the tensors of a trace are called, and what their axes mean.

A tensor is called by the layer in which it was made and the variable that held it:
`decoder.layers.0.self_attn.pattern`. Source of the names: TransformerLens and Hugging Face, as far
as the two agree.
"""

import functools
import re
from collections.abc import Container

# last part of the name -> axes. B batch, T own length, S source length, D model size, H heads,
# K head size, F FFN size, V vocabulary, N predicted tokens, L labels.
AXES: dict[str, tuple[str, ...]] = {
    "ids": ("B", "T"),
    "segments": ("B", "T"),
    "predict": ("B", "T"),
    "source": ("B", "S"),
    "target": ("B", "T"),
    "targets": ("B", "T"),
    "source_mask": ("B", "1", "1", "S"),
    "tok": ("B", "T", "D"),
    "pos": ("T", "D"),
    "segment": ("B", "T", "D"),
    "placed": ("B", "T", "D"),
    "summed": ("B", "T", "D"),
    "resid_pre": ("B", "T", "D"),
    "resid_mid": ("B", "T", "D"),
    "resid_mid_cross": ("B", "T", "D"),
    "resid_post": ("B", "T", "D"),
    "q_merged": ("B", "T", "D"),
    "k_merged": ("B", "T", "D"),
    "v_merged": ("B", "T", "D"),
    "q": ("B", "H", "T", "K"),
    "k": ("B", "H", "T", "K"),
    "v": ("B", "H", "T", "K"),
    "q_rotated": ("B", "H", "T", "K"),
    "k_rotated": ("B", "H", "T", "K"),
    "k_heads": ("B", "H", "T", "K"),
    "v_heads": ("B", "H", "T", "K"),
    "scores": ("B", "H", "T", "T"),
    "pattern": ("B", "H", "T", "T"),
    "z": ("B", "H", "T", "K"),
    "merged": ("B", "T", "D"),
    "mean": ("B", "T", "1"),
    "rstd": ("B", "T", "1"),
    "normed": ("B", "T", "D"),
    "pre": ("B", "T", "F"),
    "gate": ("B", "T", "F"),
    "up": ("B", "T", "F"),
    "post": ("B", "T", "F"),
    "out": ("B", "T", "D"),
    "logits": ("B", "T", "V"),
    "probs": ("B", "T", "V"),
    "per_token": ("B", "T"),
    "loss": (),
    "predictions": ("B",),
    "nsp_logits": ("B", "2"),
    "pooled": ("B", "D"),
    "cls": ("B", "D"),
}

# Ops whose inner variables are tensors of the trace. The other ops of tinytf are single formulas:
# what goes in and what comes out has a name in the function that calls them.
OPENED = frozenset(
    {"attention", "layernorm", "rmsnorm", "ffn", "swiglu_ffn", "cross_entropy", "squared_error"}
)

# Names of the trace that a variable's second name gives way to.
KNOWN = frozenset(AXES) - {"placed", "summed"}

# Values worth seeing although nothing flows back through them, and why not.
NO_GRADIENT = {
    ("cross_entropy", "probs"): (
        "nothing flows through it: the loss is computed from the logarithms of the probabilities; "
        "probs appear only in the backward, dlogits = (probs - smoothed) * dper_token"
    ),
    ("embeddings", "pos"): "a constant: sinusoidal positions have no parameters",
}

_SHAPE_COMMENT = re.compile(r"#\s*\(([^()]*)\)")


def join(path: str, name: str) -> str:
    """ "decoder.embed", "tok" -> "decoder.embed.tok"; no path, no dot."""
    return f"{path}.{name}" if path else name


def free_name(name: str, taken: Container[str]) -> str:
    """The name, numbered where it is taken: h, h#2, h#3."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}#{number}"
    return free


@functools.cache
def axes_of(
    name: str, shape: tuple[int, ...], source: str, source_stack: str | None = None
) -> tuple[str, ...]:
    """The axes of a tensor, such as ("B", "H", "T", "K").

    The table above decides; for a tensor it does not know, the shape comment of the source line; a
    tensor that neither describes gets "axis 0", "axis 1", ...

    Args:
        name: the tensor's full name.
        shape: its shape.
        source: the source lines that made it.
        source_stack: the stack that reads the source, such as "encoder" in an encoder-decoder: the
            length of its tensors is S.
    """
    parts = name.split(".")
    tail, in_cross = parts[-1], "cross_attn" in parts
    known = AXES.get(tail, ())
    if tail == "dropped":  # a pattern or a sub-layer's output
        known = AXES["pattern" if len(shape) == 4 else "out"]
    if in_cross and tail in ("scores", "pattern", "dropped"):
        known = ("B", "H", "T", "S")
    elif (in_cross and tail[0] in "kv") or parts[0] == source_stack:
        known = tuple("S" if axis == "T" else axis for axis in known)
    comment = _SHAPE_COMMENT.search(source)
    written = tuple(one.strip() for one in comment[1].split(",")) if comment else ()
    for axes in (known, written):
        if axes and len(axes) == len(shape):
            return axes
    return tuple(f"axis {i}" for i in range(len(shape)))

"""What the tensors of a trace are called (what their axes mean: `axes.py`).

A tensor is called by the layer in which it was made and the variable that held it:
`decoder.layers.0.self_attn.pattern`. Source of the names: TransformerLens and Hugging Face, as far
as the two agree.
"""

from collections.abc import Container

from tinytf.tracing.axes import AXES

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

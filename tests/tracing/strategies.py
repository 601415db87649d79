"""Any tensor and any call that a trace may hold, for hypothesis."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from tinytf.tracing import Call, Source, TracedTensor

NAMES = st.text(max_size=8) | st.sampled_from(["a/b", "x.npy", "about", "array/0"])
NUMBERS = (
    npst.floating_dtypes()
    | npst.integer_dtypes()
    | npst.complex_number_dtypes()
    | npst.boolean_dtypes()
)
TEXTS = npst.unicode_string_dtypes(min_len=1, max_len=3)
SHAPES = npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)


@st.composite
def tensors(draw: st.DrawFn) -> TracedTensor:
    """Values of any dtype that is no Python object; scalars and empty ones among them."""
    value: Any = draw(npst.arrays(NUMBERS | TEXTS, SHAPES))
    gradients = npst.arrays(npst.floating_dtypes() | npst.complex_number_dtypes(), value.shape)
    sources = st.builds(Source, st.text(max_size=5), st.integers(1, 9999), st.text(max_size=9))
    return TracedTensor(
        name=draw(NAMES),
        value=value,
        kind=draw(st.sampled_from(["input", "intermediate", "parameter"])),
        axes=tuple(draw(st.lists(NAMES, min_size=value.ndim, max_size=value.ndim))),
        op=draw(NAMES),
        source=draw(st.none() | sources),
        aliases=draw(st.lists(NAMES, max_size=3)),
        grad=draw(st.none() | gradients),
        grad_parts=draw(st.dictionaries(NAMES, gradients, max_size=3)),
        why_no_grad=draw(st.text(max_size=9)),
        after=draw(st.none() | gradients),
        place=draw(st.integers(-1, 9)),
    )


def calls() -> st.SearchStrategy[Call]:
    """Any call, with numbers that are not finite, too."""
    numbers = st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.text(max_size=5)
    return st.builds(
        Call,
        op=NAMES,
        path=NAMES,
        phase=st.sampled_from(["forward", "backward"]),
        depth=st.integers(0, 9),
        inputs=st.dictionaries(NAMES, NAMES, max_size=3),
        outputs=st.lists(NAMES, max_size=3),
        numbers=st.dictionaries(NAMES, numbers, max_size=3),
        twin=st.none() | st.integers(0, 9),
    )

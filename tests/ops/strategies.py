"""Hypothesis strategies: calls of each op, with drawn sizes and random numbers.

Sizes are drawn by hypothesis, so that it finds the smallest one that fails; the numbers come from
a drawn seed. Parameters are normal random numbers, never their initial values 0 and 1: many
mistakes in a backward are invisible there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

import numpy as np
from hypothesis import strategies as st

from tinytf.ops.arrays import Array

T = TypeVar("T")


class Draw(Protocol):
    """What hypothesis passes to a composite strategy."""

    def __call__(self, strategy: st.SearchStrategy[T]) -> T:
        """One value of the strategy."""
        ...


LAYOUTS = ("transposed", "strided", "reversed")
seeds = st.integers(0, 2**16)


@dataclass(frozen=True)
class Call:
    """Arguments of a forward; `seed` (where not None) makes a fresh `rng` for each run."""

    inputs: tuple[Any, ...]
    options: dict[str, Any] = field(default_factory=dict)
    seed: int | None = None

    def run(self, forward: Callable[..., tuple[Array, Any]]) -> tuple[Array, Any]:
        """`y, cache = forward(...)`."""
        rng = {} if self.seed is None else {"rng": np.random.default_rng(self.seed)}
        return forward(*self.inputs, **self.options, **rng)

    def map_floats(self, change: Callable[[Array], Array]) -> "Call":
        """The same call with every float input changed (options stay)."""
        return replace(self, inputs=tuple(change(x) if is_float(x) else x for x in self.inputs))

    def astype(self, dtype: Any) -> "Call":
        """The same call in another dtype."""
        return self.map_floats(lambda x: x.astype(dtype))

    def float_inputs(self) -> list[Array | None]:
        """The inputs that have a gradient, None where one was left out."""
        return [x for x in self.inputs if x is None or is_float(x)]

    def arrays(self) -> dict[str, Array]:
        """Everything the forward must not change."""
        named = {f"input {i}": x for i, x in enumerate(self.inputs)} | self.options
        return {name: x for name, x in named.items() if isinstance(x, np.ndarray)}


def is_float(x: Any) -> bool:
    """True for an array of floats."""
    return isinstance(x, np.ndarray) and x.dtype.kind == "f"


def lay_out(x: Array, layout: str) -> Array:
    """The same numbers, in other places of the memory."""
    if x.ndim == 0:
        return x
    if layout == "transposed":
        return np.ascontiguousarray(x.T).T
    if layout == "strided":
        return np.repeat(x, 2, axis=-1)[..., ::2]
    assert layout == "reversed", layout
    return np.ascontiguousarray(x[..., ::-1])[..., ::-1]


@st.composite
def sizes(draw: Draw, count: int, largest: int = 4) -> tuple[int, ...]:
    """`count` sizes from 1 up; often all equal, where a wrong axis goes unnoticed otherwise."""
    if draw(st.booleans()):
        return (draw(st.integers(2, largest)),) * count
    return tuple(draw(st.integers(1, largest)) for _ in range(count))


@st.composite
def shapes(draw: Draw, min_dims: int = 1, max_dims: int = 4, largest: int = 4) -> tuple[int, ...]:
    """Shapes of 1 to 4 axes, sizes from 1 up, often square."""
    return draw(sizes(draw(st.integers(min_dims, max_dims)), largest))


@st.composite
def generators(draw: Draw) -> np.random.Generator:
    """A source of random numbers."""
    return np.random.default_rng(draw(seeds))


@st.composite
def elementwise_calls(draw: Draw) -> Call:
    """One array of any shape, over several units, never within 1e-3 of ReLU's kink at 0."""
    rng = draw(generators())
    x = 2 * rng.normal(size=draw(shapes()))
    return Call((np.asarray(x + np.copysign(1e-3, x)),))


@st.composite
def squared_error_calls(draw: Draw) -> Call:
    """Two arrays of one shape."""
    rng = draw(generators())
    shape = draw(shapes())
    return Call((rng.normal(size=shape), 2 * rng.normal(size=shape)))


@st.composite
def gelu_calls(draw: Draw) -> Call:
    """Both forms of GELU."""
    approximate = draw(st.sampled_from(["none", "tanh"]))
    return replace(draw(elementwise_calls()), options={"approximate": approximate})


@st.composite
def softmax_calls(draw: Draw) -> Call:
    """Any axis, counted from either end; the last one often as the default."""
    shape = draw(shapes())
    x = 2 * draw(generators()).normal(size=shape)
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    return Call((x,), {} if axis == -1 else {"axis": axis})


@st.composite
def layernorm_calls(draw: Draw) -> Call:
    """Rows far from mean 0 and variance 1; an eps that counts; with and without beta."""
    rng = draw(generators())
    shape = draw(shapes())
    n_features = shape[-1]
    x = 1.5 * rng.normal(size=shape) + 0.7
    beta = rng.normal(size=n_features) if draw(st.integers(0, 3)) else None
    eps = draw(st.sampled_from([1e-5, 0.1]))
    return Call((x, rng.normal(size=n_features), beta), {"eps": eps})


@st.composite
def rmsnorm_calls(draw: Draw) -> Call:
    """As `layernorm_calls`."""
    call = draw(layernorm_calls())
    return replace(call, inputs=call.inputs[:2])


@st.composite
def linear_calls(draw: Draw) -> Call:
    """1 to 4 axes, with and without bias."""
    rng = draw(generators())
    *leading, d_in, d_out = draw(sizes(draw(st.integers(2, 5)), largest=3))
    bias = rng.normal(size=d_out) if draw(st.integers(0, 3)) else None
    return Call((rng.normal(size=(*leading, d_in)), rng.normal(size=(d_in, d_out)), bias))


@st.composite
def ffn_calls(draw: Draw) -> Call:
    """All four activations, with and without each bias."""
    rng = draw(generators())
    *leading, d_model, d_ff = draw(sizes(draw(st.integers(2, 5)), largest=3))
    b_in = rng.normal(size=d_ff) if draw(st.integers(0, 3)) else None
    b_out = rng.normal(size=d_model) if draw(st.integers(0, 3)) else None
    x = rng.normal(size=(*leading, d_model))
    weights = rng.normal(size=(d_model, d_ff)), b_in, rng.normal(size=(d_ff, d_model)), b_out
    activation = draw(st.sampled_from(["relu", "gelu", "gelu_tanh", "silu"]))
    return Call((x, *weights), {"activation": activation})


@st.composite
def swiglu_ffn_calls(draw: Draw) -> Call:
    """1 to 4 axes."""
    rng = draw(generators())
    *leading, d_model, d_ff = draw(sizes(draw(st.integers(2, 5)), largest=3))
    x = rng.normal(size=(*leading, d_model))
    wide = (d_model, d_ff)
    return Call((x, rng.normal(size=wide), rng.normal(size=wide), rng.normal(size=wide[::-1])))


@st.composite
def embedding_calls(draw: Draw) -> Call:
    """Few ids for many places, so that most of them stand several times."""
    rng = draw(generators())
    vocab_size, d_model = draw(sizes(2))
    shape = draw(shapes(min_dims=0, max_dims=3))
    ids = np.asarray(rng.integers(vocab_size, size=shape))
    padding_idx = draw(st.none() | st.integers(0, vocab_size - 1))
    return Call((ids, rng.normal(size=(vocab_size, d_model))), {"padding_idx": padding_idx})


@st.composite
def dropout_calls(draw: Draw) -> Call:
    """p below and above 0.5: at 0.5 a scale of 1/p looks right. Sometimes evaluation."""
    p = draw(st.sampled_from([0.0, 0.1, 0.3, 0.7, 0.9]))
    training = bool(draw(st.integers(0, 3)))
    x = draw(generators()).normal(size=draw(shapes()))
    return Call((np.asarray(x),), {"p": p, "training": training}, seed=draw(seeds))


@st.composite
def rope_calls(draw: Draw) -> Call:
    """Positions in a row, with holes, or one row for each sequence of the batch."""
    rng = draw(generators())
    *leading, length, half = draw(sizes(draw(st.integers(2, 4)), largest=3))
    x = rng.normal(size=(*leading, length, 2 * half))
    rows = x.shape[:-1] if draw(st.booleans()) else (length,)
    positions = rng.integers(50, size=rows)
    base = draw(st.sampled_from([10000.0, 100.0]))
    return Call((x, positions), {"base": base})


@st.composite
def cross_entropy_calls(draw: Draw) -> Call:
    """Some targets ignored (never all), with and without smoothing."""
    rng = draw(generators())
    *leading, vocab_size = draw(shapes(max_dims=3))
    ignore_index = draw(st.sampled_from([-100, 0]))
    logits = 2 * rng.normal(size=(*leading, vocab_size))
    targets = np.asarray(rng.integers(vocab_size, size=leading))
    if ignore_index == -100:
        targets = np.where(rng.random(leading) < 0.3, ignore_index, targets)
    if (targets == ignore_index).all():
        targets.flat[0] = vocab_size - 1
    if (targets == ignore_index).all():  # V = 1 leaves no other id than 0
        ignore_index = -100
    smoothing = draw(st.sampled_from([0.0, 0.1, 1.0]))
    options = {"ignore_index": ignore_index, "label_smoothing": smoothing}
    return Call((logits, targets), options)


@st.composite
def attention_calls(draw: Draw) -> Call:
    """All options: head groups, Tq != Tk, masks and biases of every rank, causal, dropout."""
    rng = draw(generators())
    batch, n_kv_heads, n_queries, n_keys, d_head = draw(sizes(5, largest=3))
    n_heads = n_kv_heads * draw(st.integers(1, 3))
    d_value = draw(st.sampled_from([d_head, d_head + 1]))
    q = rng.normal(size=(batch, n_heads, n_queries, d_head))
    k = rng.normal(size=(batch, n_kv_heads, n_keys, d_head))
    v = rng.normal(size=(batch, n_kv_heads, n_keys, d_value))
    scores_shape = (batch, n_heads, n_queries, n_keys)
    options: dict[str, Any] = {"causal": draw(st.booleans())}
    if draw(st.booleans()):
        options["mask"] = np.asarray(rng.random(draw(broadcastable(scores_shape))) < 0.6)
    if draw(st.booleans()):
        options["bias"] = np.asarray(rng.normal(size=draw(broadcastable(scores_shape))))
    if draw(st.booleans()):
        options["scale"] = 0.37
    if draw(st.booleans()):
        return Call((q, k, v), options | {"dropout_p": 0.3}, seed=draw(seeds))
    return Call((q, k, v), options)


@st.composite
def broadcastable(draw: Draw, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape of any rank that broadcasts to `shape`."""
    rank = draw(st.integers(0, len(shape)))
    trailing = shape[len(shape) - rank :]
    return tuple(1 if draw(st.booleans()) else size for size in trailing)


# Pair name -> calls of its forward.
CALLS: dict[str, st.SearchStrategy[Call]] = {
    "attention": attention_calls(),
    "cross_entropy": cross_entropy_calls(),
    "dropout": dropout_calls(),
    "embedding": embedding_calls(),
    "ffn": ffn_calls(),
    "gelu": gelu_calls(),
    "layernorm": layernorm_calls(),
    "linear": linear_calls(),
    "log_softmax": softmax_calls(),
    "relu": elementwise_calls(),
    "rmsnorm": rmsnorm_calls(),
    "rope": rope_calls(),
    "silu": elementwise_calls(),
    "softmax": softmax_calls(),
    "squared_error": squared_error_calls(),
    "swiglu_ffn": swiglu_ffn_calls(),
    "tanh": elementwise_calls(),
}

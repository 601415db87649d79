"""The residual connection, with its norm before or after."""

from types import ModuleType
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.layers.strategies import inputs, randomized
from tests.ops.claims import assert_close, claim
from tests.ops.strategies import generators, sizes
from tinytf.gradcheck import check_layer
from tinytf.layers.linear import Linear
from tinytf.layers.norm import LayerNorm, RMSNorm
from tinytf.layers.parameter import Layer
from tinytf.ops.arrays import Array
from tinytf.ops.dropout import dropout_forward

POSITIONS = st.sampled_from(["pre", "post"])
NORMS = st.sampled_from([LayerNorm, RMSNorm])


class Residual(Layer):
    """The pair of functions as a layer, around a linear sub-layer."""

    def __init__(
        self, module: ModuleType, norm: Any, position: str, dropout: float, d_model: int
    ) -> None:
        self.norm = norm(d_model, dtype=np.float64)
        self.linear = Linear(d_model, d_model, np.random.default_rng(0), dtype=np.float64)
        self.module = module
        self.position = position
        self.dropout = dropout

    def forward(self, x: Array, rng: np.random.Generator | None = None) -> tuple[Array, Any]:
        result: tuple[Array, Any] = self.module.residual_forward(
            x, self.norm, self.linear.forward, self.position, self.dropout, rng
        )
        return result

    def backward(self, dy: Array, cache: Any) -> Array:
        dx: Array = self.module.residual_backward(
            dy, self.norm, self.linear.backward, self.position, cache
        )
        return dx


class TwoInputs(Residual):
    """Around a sub-layer that reads x and a memory, as cross-attention does: linear(x) * memory."""

    def forward(  # type: ignore[override]
        self, x: Array, memory: Array, rng: np.random.Generator | None = None
    ) -> tuple[Array, Any]:
        def sublayer(inner: Array) -> tuple[Array, Any]:
            out, cache = self.linear.forward(inner)
            return out * memory, (out, memory, cache)

        result: tuple[Array, Any] = self.module.residual_forward(
            x, self.norm, sublayer, self.position, self.dropout, rng
        )
        return result

    def backward(self, dy: Array, cache: Any) -> tuple[Array, Array]:  # type: ignore[override]
        def sublayer_backward(dout: Array, cache: Any) -> tuple[Array, Array]:
            out, memory, linear_cache = cache
            return self.linear.backward(dout * memory, linear_cache), dout * out

        gradients: tuple[Array, Array] = self.module.residual_backward(
            dy, self.norm, sublayer_backward, self.position, cache
        )
        return gradients


@claim(
    size=sizes(3),
    norm=NORMS,
    position=POSITIONS,
    dropout=st.sampled_from([0.0, 0.4]),
    rng=generators(),
)
def test_gradients_of_x_and_of_a_memory(
    module: ModuleType,
    size: tuple[int, ...],
    norm: Any,
    position: str,
    dropout: float,
    rng: np.random.Generator,
) -> None:
    layer = randomized(TwoInputs(module, norm, position, dropout, size[-1]), rng)
    seed = 5 if dropout else None
    x, memory = inputs(rng, *size), inputs(rng, *size)
    check_layer(layer, x, memory, forward_seed=seed).raise_if_wrong()


@claim(
    size=sizes(3),
    norm=NORMS,
    position=POSITIONS,
    dropout=st.sampled_from([0.0, 0.4]),
    rng=generators(),
)
def test_gradients(
    module: ModuleType,
    size: tuple[int, ...],
    norm: Any,
    position: str,
    dropout: float,
    rng: np.random.Generator,
) -> None:
    layer = randomized(Residual(module, norm, position, dropout, size[-1]), rng)
    seed = 5 if dropout else None
    check_layer(layer, inputs(rng, *size), forward_seed=seed).raise_if_wrong()


@claim(size=sizes(3), norm=NORMS, rng=generators(), dropout=st.sampled_from([0.0, 0.4]))
def test_forward(
    module: ModuleType,
    size: tuple[int, ...],
    norm: Any,
    rng: np.random.Generator,
    dropout: float,
) -> None:
    x = inputs(rng, *size)

    def drop(out: Array) -> Array:
        return dropout_forward(out, dropout, np.random.default_rng(5))[0]

    pre = randomized(Residual(module, norm, "pre", dropout, size[-1]), rng)
    inner = pre.linear.forward(pre.norm.forward(x)[0])[0]
    assert_close(pre.forward(x, np.random.default_rng(5))[0], x + drop(inner))
    assert_close(pre.forward(x)[0], x + inner, what="evaluation")

    post = randomized(Residual(module, norm, "post", dropout, size[-1]), rng)
    inner = post.linear.forward(x)[0]
    after = post.norm.forward(x + drop(inner))[0]
    assert_close(post.forward(x, np.random.default_rng(5))[0], after)
    assert_close(post.forward(x)[0], post.norm.forward(x + inner)[0], what="evaluation")


@claim(position=POSITIONS, norm=NORMS)
def test_x_is_left_alone(module: ModuleType, position: str, norm: Any) -> None:
    x = inputs(np.random.default_rng(1), 2, 3, 4)
    before = x.copy()
    layer = Residual(module, norm, position, 0.5, 4)
    y, cache = layer.forward(x, np.random.default_rng(5))
    dy = np.ones_like(y)
    layer.backward(dy, cache)
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(dy, np.ones_like(y))

"""`t.check()` of a trace of one layer, and of one op: every right gradient passes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.tracing.steps import randomised
from tests.tracing.subject import trace
from tinytf import ops
from tinytf.config import Config
from tinytf.layers import FeedForward, LayerNorm, Linear, SelfAttention

rng = np.random.default_rng(3)
SMALL = Config(vocab_size=5, d_model=4, max_len=4, n_heads=2, d_ff=3, n_layers=1)
LAYERS: dict[str, Callable[[], Any]] = {
    "Linear": lambda: Linear(4, 3, rng, dtype=np.float64),
    "LayerNorm": lambda: LayerNorm(4, 1e-5, True, np.float64),
    "LayerNorm without beta": lambda: LayerNorm(4, 1e-5, False, np.float64),
    "SelfAttention": lambda: SelfAttention(SMALL, rng, dtype=np.float64),
    **{
        activation: lambda a=activation: FeedForward(4, 3, a, rng, dtype=np.float64)
        for activation in ("relu", "gelu", "gelu_tanh", "silu")
    },
}


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_alone(name: str) -> None:
    layer = randomised(LAYERS[name](), rng)
    x = rng.normal(size=(2, 3, 4))
    with trace(layer) as t:
        y, cache = layer.forward(x)
        dy = rng.normal(size=y.shape)
        dx = layer.backward(dy, cache)
    assert t["x"].grad is not None, t["x"].why_no_grad
    assert np.array_equal(t["x"].grad, dx)
    output = [tensor for tensor in t if tensor.kind == "intermediate"][-1]
    assert np.array_equal(output.value, y)
    assert np.array_equal(output.grad, dy)
    errors = t.check()
    assert max(errors.values()) < 1e-8, errors
    assert {"x", output.name, *layer.parameters()} <= errors.keys()


def floats(*shape: int) -> Any:
    return rng.normal(size=shape)


OPS: dict[str, tuple[Any, ...]] = {
    "linear": (floats(2, 3), floats(3, 4), floats(4)),
    "softmax": (floats(2, 3, 4),),
    "log_softmax": (floats(2, 3, 4),),
    "layernorm": (floats(2, 4), floats(4), floats(4)),
    "rmsnorm": (floats(2, 4), floats(4)),
    "relu": (floats(2, 4),),
    "gelu": (floats(2, 4), "tanh"),
    "silu": (floats(2, 4),),
    "tanh": (floats(2, 4),),
    "ffn": (floats(2, 4), floats(4, 3), None, floats(3, 4), floats(4), "gelu"),
    "swiglu_ffn": (floats(2, 4), floats(4, 3), floats(4, 3), floats(3, 4)),
    "embedding": (np.array([[1, 0, 1]]), floats(3, 4)),
    "dropout": (floats(2, 4), 0.3, np.random.default_rng(1)),
    "rope": (floats(2, 3, 4), np.arange(3)),
    "attention": (floats(2, 4, 3, 2), floats(2, 2, 5, 2), floats(2, 2, 5, 2)),
    "cross_entropy": (floats(2, 4), np.array([3, -100])),
    "squared_error": (floats(2, 4), floats(2, 4)),
}


@pytest.mark.parametrize("name", OPS)
def test_an_op_alone(name: str) -> None:
    forward, backward = getattr(ops, f"{name}_forward"), getattr(ops, f"{name}_backward")
    with trace(forward) as t:
        y, cache = forward(*OPS[name])
        grads = backward(rng.normal(size=y.shape) if y.ndim else 0.7, cache)
    returned = grads if isinstance(grads, tuple) else (grads,)
    inputs = [one for one in t if one.kind == "input" and one.value.dtype.kind == "f"]
    for tensor, grad in zip(inputs, [one for one in returned if one is not None], strict=False):
        assert tensor.grad is not None, tensor.name
        assert np.array_equal(tensor.grad, grad)
    errors = t.check()
    assert {tensor.name for tensor in inputs} <= errors.keys()
    assert max(errors.values()) < 1e-8, errors

"""Outputs and gradients of every op against PyTorch's autograd in float64, to 1e-10.

Runs with `pytest -m reference`. Each function below computes an op with PyTorch's own functions,
where it has one.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given

import tinytf.ops
from tests.ops.claims import as_tuple, assert_close, cotangent
from tests.ops.strategies import CALLS, Call, is_float

torch = pytest.importorskip("torch", reason='needs PyTorch: pip install ".[reference]"')
F = torch.nn.functional
Tensor = Any

pytestmark = pytest.mark.reference


def linear(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return F.linear(x, weight.T, bias)


def softmax(x: Tensor, axis: int = -1) -> Tensor:
    return torch.softmax(x, dim=axis)


def log_softmax(x: Tensor, axis: int = -1) -> Tensor:
    return torch.log_softmax(x, dim=axis)


def layernorm(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Tensor:
    return F.layer_norm(x, x.shape[-1:], gamma, beta, eps)


def rmsnorm(x: Tensor, gamma: Tensor, eps: float) -> Tensor:
    return F.rms_norm(x, x.shape[-1:], gamma, eps)


def gelu(x: Tensor, approximate: str) -> Tensor:
    return F.gelu(x, approximate=approximate)


def ffn(
    x: Tensor, w_in: Tensor, b_in: Tensor, w_out: Tensor, b_out: Tensor, activation: str
) -> Tensor:
    pre = linear(x, w_in, b_in)
    approximate = "tanh" if activation == "gelu_tanh" else "none"
    post = F.relu(pre) if activation == "relu" else F.gelu(pre, approximate=approximate)
    return linear(post, w_out, b_out)


def swiglu_ffn(x: Tensor, w_gate: Tensor, w_up: Tensor, w_down: Tensor) -> Tensor:
    return (F.silu(x @ w_gate) * (x @ w_up)) @ w_down


def embedding(ids: Tensor, weight: Tensor, padding_idx: int | None) -> Tensor:
    return F.embedding(ids, weight, padding_idx)


def dropout(x: Tensor, p: float, training: bool, rng: np.random.Generator) -> Tensor:
    """PyTorch draws other numbers: its mask is replaced by ours."""
    if not training or p == 0:
        return x
    kept = rng.random(x.shape, dtype=np.float32) >= p
    return x * torch.asarray(kept) / (1 - p)


def rope(x: Tensor, positions: Tensor, base: float) -> Tensor:
    """By multiplication of complex numbers, as in Llama's first code."""
    half = x.shape[-1] // 2
    angles = positions[..., None] * base ** (-torch.arange(half, dtype=torch.float64) / half)
    pairs = torch.complex(x[..., :half], x[..., half:]) * torch.polar(
        torch.ones_like(angles), angles
    )
    return torch.cat([pairs.real, pairs.imag], dim=-1)


def cross_entropy(
    logits: Tensor, targets: Tensor, ignore_index: int, label_smoothing: float
) -> Tensor:
    return F.cross_entropy(
        logits.reshape(-1, logits.shape[-1]),
        targets.reshape(-1),
        ignore_index=ignore_index,
        label_smoothing=label_smoothing,
    )


def attention(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    mask: Tensor = None,
    bias: Tensor = None,
    scale: float | None = None,
    causal: bool = False,
    dropout_p: float = 0.0,
    rng: np.random.Generator | None = None,
) -> Tensor:
    """PyTorch's own function where it knows the case; by hand with dropout."""
    scores_shape = (*q.shape[:3], k.shape[2])
    penalty = torch.zeros(scores_shape, dtype=q.dtype)
    if bias is not None:
        penalty = penalty + bias
    if causal:
        allowed = torch.ones(scores_shape[2:], dtype=torch.bool).tril(k.shape[2] - q.shape[2])
        penalty = penalty.masked_fill(~allowed, -torch.inf)
    if mask is not None:
        penalty = penalty.masked_fill(~mask, -torch.inf)
    if rng is None:
        return F.scaled_dot_product_attention(
            q, k, v, attn_mask=penalty, scale=scale, enable_gqa=q.shape[1] != k.shape[1]
        )
    copies = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(copies, dim=1), v.repeat_interleave(copies, dim=1)
    scores = (scale or q.shape[-1] ** -0.5) * q @ k.transpose(-1, -2) + penalty
    dead = torch.isneginf(penalty).all(dim=-1, keepdim=True)
    pattern = torch.softmax(scores.masked_fill(dead, 0.0), dim=-1).masked_fill(dead, 0.0)
    return dropout(pattern, dropout_p, True, rng) @ v


REFERENCES: dict[str, Callable[..., Tensor]] = {
    "attention": attention,
    "cross_entropy": cross_entropy,
    "dropout": dropout,
    "embedding": embedding,
    "ffn": ffn,
    "gelu": gelu,
    "layernorm": layernorm,
    "linear": linear,
    "log_softmax": log_softmax,
    "relu": F.relu,
    "rmsnorm": rmsnorm,
    "rope": rope,
    "silu": F.silu,
    "softmax": softmax,
    "squared_error": F.mse_loss,
    "swiglu_ffn": swiglu_ffn,
    "tanh": torch.tanh,
}


def to_torch(x: Any) -> Any:
    if not isinstance(x, np.ndarray):
        return x
    return torch.tensor(x, requires_grad=x.dtype.kind == "f")


@pytest.mark.parametrize("pair", CALLS)
def test_output_and_gradients_equal_those_of_pytorch(pair: str) -> None:
    @given(call=CALLS[pair])
    def compare(call: Call) -> None:
        y, cache = call.run(getattr(tinytf.ops, f"{pair}_forward"))
        dy = cotangent(y)
        gradients = as_tuple(getattr(tinytf.ops, f"{pair}_backward")(dy, cache))

        tensors = tuple(to_torch(x) for x in call.inputs)
        options = {name: to_torch(x) for name, x in call.options.items()}
        if call.seed is not None:
            options["rng"] = np.random.default_rng(call.seed)
        y_torch = REFERENCES[pair](*tensors, **options)
        assert_close(y, y_torch.detach().numpy(), rtol=1e-10, what="y")
        y_torch.backward(torch.tensor(dy))
        with_gradient = [
            tensor
            for x, tensor in zip(call.inputs, tensors, strict=True)
            if x is None or is_float(x)
        ]
        for dx, tensor in zip(gradients, with_gradient, strict=True):
            if tensor is not None:
                assert_close(dx, tensor.grad.numpy(), rtol=1e-10, atol=1e-12, what="gradient")

    compare()


def test_positions_of_llama_rotate_alike() -> None:
    """transformers' own rotary embedding pairs feature i with i + K/2 as well."""
    modeling = pytest.importorskip("transformers.models.llama.modeling_llama")
    x = np.random.default_rng(0).normal(size=(1, 2, 5, 8))
    angles = np.arange(5)[:, None] * 10000.0 ** (-2 * np.arange(4) / 8)
    twice = torch.tensor(np.concatenate([angles, angles], axis=-1))[None]
    expected, _ = modeling.apply_rotary_pos_emb(
        torch.tensor(x), torch.tensor(x), twice.cos(), twice.sin()
    )
    assert_close(tinytf.ops.rope_forward(x, np.arange(5))[0], expected.numpy(), rtol=1e-10)

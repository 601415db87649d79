"""DecoderLM in float64 against PyTorch: logits, loss, every gradient, and ten optimiser steps.

The PyTorch model below is written as plainly as possible from the papers, as one function of the
parameters under tinytf's names; autograd does its backward.
"""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tinytf.config import Config
from tinytf.models.decoder import DecoderLM
from tinytf.models.presets import PRESETS
from tinytf.ops.arrays import Array
from tinytf.ops.cross_entropy import cross_entropy_backward, cross_entropy_forward
from tinytf.training.optimizers import SGD, AdamW, Optimizer, clip_gradient_norm

torch = pytest.importorskip("torch", reason="needs the extra `reference`")
functional = torch.nn.functional
Tensor = Any  # torch.Tensor; torch is imported only where it is installed
pytestmark = pytest.mark.reference

SIZE: dict[str, Any] = {
    "vocab_size": 11,
    "d_model": 24,
    "max_len": 9,
    "n_heads": 4,
    "d_ff": 20,
    "n_layers": 2,
}
CONFIGS = {
    "gpt": Config(**SIZE, **PRESETS["gpt"]),
    "llama": Config(**SIZE, n_kv_heads=2, **PRESETS["llama"]),
    "mpt": Config(**SIZE, **PRESETS["mpt"]),
    # 3 heads: ALiBi's slopes for a number that is not a power of two
    "mpt, 3 heads": Config(**SIZE | {"n_heads": 3}, **PRESETS["mpt"]),
    "vanilla": Config(
        **SIZE, norm_position="post", positions="sinusoidal", activation="relu", norm_eps=1e-3
    ),
}
ALL = {
    f"{name}, {'tied' if tied else 'free'} head": replace(config, tie_embeddings=tied)
    for name, config in CONFIGS.items()
    for tied in (True, False)
}


def torch_logits(config: Config, p: dict[str, Tensor], ids: Tensor) -> Tensor:
    """ids (B, T) -> logits (B, T, V)."""
    d_model, length = config.d_model, ids.shape[1]
    x = p["decoder.embed.tok.weight"][ids]
    if config.positions == "learned":
        x = x + p["decoder.embed.pos.weight"][:length]
    if config.positions == "sinusoidal":
        x = x * math.sqrt(d_model) + torch.tensor(
            [
                [
                    (math.cos if d % 2 else math.sin)(t / 10000 ** (2 * (d // 2) / d_model))
                    for d in range(d_model)
                ]
                for t in range(length)
            ],
            dtype=torch.float64,
        )
    for i in range(config.n_layers):
        layer = {
            n.removeprefix(f"decoder.layers.{i}."): t
            for n, t in p.items()
            if n.startswith(f"decoder.layers.{i}.")
        }
        if config.norm_position == "pre":
            x = x + attention(config, layer, norm(config, layer, "norm1", x))
            x = x + ffn(config, layer, norm(config, layer, "norm2", x))
        else:
            x = norm(config, layer, "norm1", x + attention(config, layer, x))
            x = norm(config, layer, "norm2", x + ffn(config, layer, x))
    if config.norm_position == "pre":
        x = norm(config, p, "decoder.final_norm", x)
    return x @ (p["decoder.embed.tok.weight"].T if config.tie_embeddings else p["head.weight"])


def norm(config: Config, p: dict[str, Tensor], name: str, x: Tensor) -> Tensor:
    shape = (config.d_model,)
    if config.norm == "rmsnorm":
        return functional.rms_norm(x, shape, p[f"{name}.gamma"], config.norm_eps)
    beta = p.get(f"{name}.beta")
    return functional.layer_norm(x, shape, p[f"{name}.gamma"], beta, config.norm_eps)


def linear(p: dict[str, Tensor], name: str, x: Tensor) -> Tensor:
    y = x @ p[f"{name}.weight"]
    return y + p[f"{name}.bias"] if f"{name}.bias" in p else y


def attention(config: Config, p: dict[str, Tensor], x: Tensor) -> Tensor:
    batch, length, d_model = x.shape
    q, k, v = (
        linear(p, f"self_attn.{name}", x).view(batch, length, -1, config.d_head).transpose(1, 2)
        for name in ("q", "k", "v")
    )
    if config.positions == "rope":
        q, k = rope(config, q), rope(config, k)
    group = config.n_heads // config.kv_heads
    k, v = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
    t = torch.arange(length, dtype=torch.float64)
    distance = t[:, None] - t[None, :]  # of the query from the key
    bias = torch.zeros_like(distance).masked_fill(distance < 0, -math.inf)
    if config.positions == "alibi":
        bias = bias - slopes(config.n_heads)[:, None, None] * distance
    z = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias)
    return linear(p, "self_attn.out", z.transpose(1, 2).reshape(batch, length, d_model))


def rope(config: Config, x: Tensor) -> Tensor:
    """A rotation of (x[i], x[i + K/2]) is a multiplication of complex numbers."""
    half = config.d_head // 2
    frequencies = config.rope_base ** (-torch.arange(half, dtype=torch.float64) / half)
    angles = torch.arange(x.shape[2], dtype=torch.float64)[:, None] * frequencies
    turned = torch.complex(x[..., :half], x[..., half:]) * torch.exp(1j * angles)
    return torch.cat([turned.real, turned.imag], dim=-1)


def slopes(n_heads: int) -> Tensor:
    known = {4: [2**-2, 2**-4, 2**-6, 2**-8], 3: [2**-4, 2**-8, 2**-2]}
    return torch.tensor(known[n_heads], dtype=torch.float64)


def ffn(config: Config, p: dict[str, Tensor], x: Tensor) -> Tensor:
    if config.activation == "swiglu":
        gated = functional.silu(x @ p["ffn.w_gate"]) * (x @ p["ffn.w_up"])
        return gated @ p["ffn.w_down"]
    pre = x @ p["ffn.w_in"] + p.get("ffn.b_in", 0)
    if config.activation == "relu":
        post = functional.relu(pre)
    else:
        approximate = "tanh" if config.activation == "gelu_tanh" else "none"
        post = functional.gelu(pre, approximate=approximate)
    return post @ p["ffn.w_out"] + p.get("ffn.b_out", 0)


def random_model(config: Config) -> tuple[DecoderLM, dict[str, Tensor]]:
    """A model with every parameter random - no 0 or 1 of the start left - and PyTorch's copy."""
    rng = np.random.default_rng(5)
    model = DecoderLM(config, rng, np.float64)
    copy = {}
    for name, parameter in model.parameters().items():
        parameter.value[...] = rng.normal(0, 0.4, parameter.value.shape)
        if name.endswith("gamma"):
            parameter.value[...] += 1
        copy[name] = torch.tensor(parameter.value, requires_grad=True)
    return model, copy


def random_batch(config: Config, rng: np.random.Generator, length: int) -> tuple[Array, Array]:
    """ids and targets (B, T); some targets are ignored, those of the last sequence but for one."""
    ids = rng.integers(0, config.vocab_size, (3, length))
    targets = rng.integers(0, config.vocab_size, (3, length))
    targets[rng.random(targets.shape) < 0.2] = -100
    targets[-1, 1:] = -100
    targets[:, 0] = ids[:, 0]  # never nothing at all
    return ids, targets


def torch_loss(config: Config, p: dict[str, Tensor], ids: Array, targets: Array) -> Tensor:
    logits = torch_logits(config, p, torch.from_numpy(ids))
    flat = logits.reshape(-1, config.vocab_size)
    return functional.cross_entropy(flat, torch.from_numpy(targets).reshape(-1))


def assert_close(came: Array, expected: Tensor, tolerance: float, what: str) -> None:
    np.testing.assert_allclose(
        came, expected.detach().numpy(), rtol=tolerance, atol=tolerance, err_msg=what
    )


@pytest.mark.parametrize("length", [1, 6, 9])
@pytest.mark.parametrize("name", ALL)
def test_logits_loss_and_every_gradient(name: str, length: int) -> None:
    config = ALL[name]
    model, p = random_model(config)
    ids, targets = random_batch(config, np.random.default_rng(6), length)

    logits, cache = model.forward(ids)
    loss, loss_cache = cross_entropy_forward(logits, targets)
    model.backward(cross_entropy_backward(1.0, loss_cache), cache)

    expected_loss = torch_loss(config, p, ids, targets)
    expected_loss.backward()
    assert_close(logits, torch_logits(config, p, torch.from_numpy(ids)), 1e-10, "logits")
    assert_close(loss, expected_loss, 1e-10, "loss")
    for parameter_name, parameter in model.parameters().items():
        expected = p[parameter_name].grad
        assert expected is not None, f"PyTorch's model does not use {parameter_name}"
        assert_close(parameter.grad, expected, 1e-10, f"gradient of {parameter_name}")


def groups(p: dict[str, Tensor], weight_decay: float) -> list[dict[str, Any]]:
    """Weight decay on matrices only."""
    return [
        {"params": [t for t in p.values() if t.ndim >= 2], "weight_decay": weight_decay},
        {"params": [t for t in p.values() if t.ndim < 2], "weight_decay": 0.0},
    ]


def clip(p: dict[str, Tensor], max_norm: float) -> float:
    """`torch.nn.utils.clip_grad_norm_` adds 1e-6 to the norm, too much for this comparison."""
    norm = float(torch.nn.utils.get_total_norm([t.grad for t in p.values()]))
    if norm > max_norm:
        for t in p.values():
            t.grad *= max_norm / norm
    return norm


def compare_ten_steps(
    model: DecoderLM, ours: Optimizer, p: dict[str, Tensor], theirs: Any, max_norm: float
) -> None:
    """A fresh batch and another learning rate in each step; losses, norms and parameters agree."""
    config, rng = model.config, np.random.default_rng(7)
    norms = []
    for step in range(10):
        ids, targets = random_batch(config, rng, config.max_len)
        learning_rate = 0.01 * (step + 1) / 10

        logits, cache = model.forward(ids)
        loss, loss_cache = cross_entropy_forward(logits, targets)
        ours.zero_grad()
        model.backward(cross_entropy_backward(1.0, loss_cache), cache)
        norms.append(clip_gradient_norm(ours.flat.grad, max_norm))
        ours.step(learning_rate)

        for group in theirs.param_groups:
            group["lr"] = learning_rate
        theirs.zero_grad()
        expected_loss = torch_loss(config, p, ids, targets)
        expected_loss.backward()
        expected_norm = clip(p, max_norm)
        theirs.step()

        assert_close(loss, expected_loss, 1e-9, f"loss of step {step}")
        np.testing.assert_allclose(norms[-1], expected_norm, rtol=1e-9, err_msg=f"step {step}")
    assert min(norms) < max_norm < max(norms), f"some steps clipped, some not: {norms}"
    for name, parameter in model.parameters().items():
        assert_close(parameter.value, p[name], 1e-9, f"{name} after ten steps")


@pytest.mark.parametrize(("name", "max_norm"), [("gpt, tied head", 5.0), ("llama, free head", 9.0)])
def test_ten_steps_of_adamw(name: str, max_norm: float) -> None:
    model, p = random_model(ALL[name])
    betas, eps, weight_decay = (0.9, 0.95), 1e-6, 0.3
    ours = AdamW(model, betas, eps, weight_decay)
    theirs = torch.optim.AdamW(groups(p, weight_decay), lr=1.0, betas=betas, eps=eps)
    compare_ten_steps(model, ours, p, theirs, max_norm)


@pytest.mark.parametrize(("name", "max_norm"), [("gpt, tied head", 5.0), ("llama, free head", 9.0)])
def test_ten_steps_of_sgd_with_momentum(name: str, max_norm: float) -> None:
    model, p = random_model(ALL[name])
    momentum, weight_decay = 0.8, 0.3
    ours = SGD(model, momentum, weight_decay)
    theirs = torch.optim.SGD(groups(p, weight_decay), lr=1.0, momentum=momentum)
    compare_ten_steps(model, ours, p, theirs, max_norm)

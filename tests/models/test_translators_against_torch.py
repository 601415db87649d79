"""EncoderDecoder in float64 against torch.nn.Transformer, at random sizes."""

import warnings
from typing import Any

import numpy as np
import pytest

from tests.models.torch_names import torch_config, torch_names
from tinytf.layers.norm import LayerNorm
from tinytf.models.encoder_decoder import EncoderDecoder
from tinytf.ops.arrays import Array
from tinytf.ops.cross_entropy import cross_entropy_backward, cross_entropy_forward
from tinytf.ops.masks import padding_mask
from tinytf.ops.positions import sinusoidal_positions

torch = pytest.importorskip("torch", reason="needs the extra `reference`")
functional = torch.nn.functional
pytestmark = pytest.mark.reference


class Translator(torch.nn.Module):  # type: ignore[name-defined, misc]
    """torch.nn.Transformer between two tables and a head, as its documentation leaves them open."""

    def __init__(self, flags: dict[str, Any], max_len: int) -> None:
        super().__init__()
        d_model = flags["d_model"]
        self.src_embed = torch.nn.Embedding(flags["src_vocab"], d_model)
        self.tgt_embed = torch.nn.Embedding(flags["tgt_vocab"], d_model)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # which of its fast paths it cannot take
            self.transformer = torch.nn.Transformer(
                d_model,
                flags["nhead"],
                flags["enc_layers"],
                flags["enc_layers"],
                flags["dim_feedforward"],
                dropout=0.0,
                activation=flags["activation"],
                layer_norm_eps=flags["layer_norm_eps"],
                batch_first=True,
                norm_first=flags["norm_first"],
            )
        self.generator = torch.nn.Linear(d_model, flags["tgt_vocab"], bias=False)
        self.positions = torch.from_numpy(sinusoidal_positions(max_len, d_model))

    def forward(self, source: Any, target: Any, padded: Any) -> Any:
        x, y = (
            table(ids) * table.embedding_dim**0.5 + self.positions[: ids.shape[1]]
            for table, ids in ((self.src_embed, source), (self.tgt_embed, target))
        )
        length = target.shape[1]
        future = torch.ones(length, length, dtype=torch.bool).triu(1)
        out = self.transformer(
            x,
            y,
            tgt_mask=future,
            src_key_padding_mask=padded,
            memory_key_padding_mask=padded,
        )
        return self.generator(out)


def random_flags(rng: np.random.Generator) -> dict[str, Any]:
    n_heads = int(rng.integers(1, 5))
    return {
        "d_model": n_heads * 2 * int(rng.integers(1, 5)),
        "nhead": n_heads,
        "enc_layers": int(rng.integers(1, 4)),
        "dim_feedforward": int(rng.integers(1, 30)),
        "activation": str(rng.choice(["relu", "gelu"])),
        "layer_norm_eps": float(rng.choice([1e-5, 1e-2])),
        "norm_first": bool(rng.random() < 0.5),
        "src_vocab": int(rng.integers(2, 30)),
        "tgt_vocab": int(rng.integers(2, 30)),
        "tie_generator": False,
    }


def translator(flags: dict[str, Any], max_len: int, rng: np.random.Generator) -> Translator:
    """Random everywhere: no 0 or 1 of the start is left."""
    module = Translator(flags, max_len).double()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.from_numpy(rng.normal(0.1, 0.4, tuple(parameter.shape))))
    return module


def assert_close(came: Array, expected: Any, what: str) -> None:
    expected = expected.detach().numpy() if isinstance(expected, torch.Tensor) else expected
    np.testing.assert_allclose(came, expected, rtol=1e-9, atol=1e-9, err_msg=what)


@pytest.mark.parametrize("seed", range(12))
def test_logits_smoothed_loss_and_every_gradient(seed: int) -> None:
    rng = np.random.default_rng(seed)
    flags, max_len = random_flags(rng), 9
    theirs = translator(flags, max_len, rng)
    config = torch_config(flags, max_len)
    ours = EncoderDecoder(config, rng, np.float64)
    for stack in (ours.encoder, ours.decoder):  # there in post-norm too
        stack.final_norm = LayerNorm(config.d_model, config.norm_eps, dtype=np.float64)
    weights = {name: p.detach().numpy() for name, p in theirs.named_parameters()}
    named = torch_names(weights, config.n_layers)
    parameters = ours.parameters()
    assert set(parameters) == set(named)
    for name, parameter in parameters.items():
        parameter.value[...] = named[name]

    batch, n_source, n_target = (int(n) for n in rng.integers(1, (4, max_len + 1, max_len + 1)))
    source = rng.integers(flags["src_vocab"], size=(batch, n_source))
    target, labels = rng.integers(flags["tgt_vocab"], size=(2, batch, n_target))
    labels = np.where(rng.random(labels.shape) < 0.3, -100, labels)
    labels[0, 0] = 0  # never nothing at all
    mask = padding_mask(rng.integers(1, n_source + 1, size=batch), n_source)

    logits, cache = ours.forward(source, target, mask)
    loss, loss_cache = cross_entropy_forward(logits, labels, label_smoothing=0.1)
    ours.backward(cross_entropy_backward(1.0, loss_cache), cache)

    inputs = (torch.from_numpy(x) for x in (source, target, ~mask[:, 0, 0]))
    expected = theirs(*inputs)
    expected_loss = functional.cross_entropy(
        expected.flatten(0, 1), torch.from_numpy(labels).flatten(), label_smoothing=0.1
    )
    expected_loss.backward()
    assert_close(logits, expected, "logits")
    assert_close(loss, expected_loss, "loss")
    grads = {name: p.grad.numpy() for name, p in theirs.named_parameters()}
    for name, grad in torch_names(grads, config.n_layers).items():
        assert_close(parameters[name].grad, grad, f"gradient of {name}")

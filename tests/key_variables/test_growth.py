"""Growth: factors that one can reason out, and that nothing but the intended part is doubled."""

from types import ModuleType

import pytest

from tinytf.key_variables.architecture import Architecture, Stack
from tinytf.key_variables.published import find_model

# No head, no biases, rope: parameters are those of the layers, and tables do not blur the factors.
PLAIN = Architecture(
    1, 64, 1000, decoder=Stack(4, 8, 2, 8, 256), positions="rope", norm="rmsnorm",
    qkv_bias=False, out_bias=False, ffn_bias=False, language_head=False,
)  # fmt: skip


def test_factors_of_a_plain_stack(module: ModuleType) -> None:
    found = {one.quantity: one for one in module.growths(PLAIN, 1000)}
    parameters = found["parameters"]
    assert (parameters.longer, parameters.wider) == (1, pytest.approx(4, rel=0.01))
    assert parameters.deeper == pytest.approx(2, rel=0.01)
    assert found["KV cache per token"][1:] == (1, 2, 2)
    assert found["KV cache of a sequence"][1:] == (2, 2, 2)
    assert 1 < found["FLOPs per token"].longer < 2
    assert found["FLOPs of a sequence"].longer == 2 * found["FLOPs per token"].longer
    assert found["FLOPs of a sequence"].deeper == 2
    assert 2 < found["FLOPs of a sequence"].wider < 4  # scores grow with D, matrices with D^2
    assert 2 < found["activations of a sequence"].longer < 4


def test_long_sequences_are_quadratic_short_ones_linear(module: ModuleType) -> None:
    long = {one.quantity: one.longer for one in module.growths(PLAIN, 10**6)}
    short = {one.quantity: one.longer for one in module.growths(PLAIN, 2)}
    assert long["FLOPs of a sequence"] == pytest.approx(4, rel=0.01)
    assert long["activations of a sequence"] == pytest.approx(4, rel=0.01)
    assert short["FLOPs of a sequence"] == pytest.approx(2, rel=0.01)
    assert short["activations of a sequence"] == pytest.approx(2, rel=0.05)


def test_only_what_is_said_is_doubled(module: ModuleType) -> None:
    t5 = find_model("t5-base").architecture  # type: ignore[union-attr]
    stack = t5.decoder
    assert stack is not None
    wide = module.wider(t5)
    assert wide.d_model == 2 * t5.d_model
    assert wide.encoder == wide.decoder == Stack(12, 24, 24, 64, 6144)
    assert module.deeper(t5).decoder == Stack(24, 12, 12, 64, 3072)
    assert module.longer(t5).max_len == 1024
    assert module.longer(t5).decoder == stack
    endless = find_model("transformer-base").architecture  # type: ignore[union-attr]
    assert module.longer(endless).max_len is None


def test_an_encoder_has_no_kv_cache(module: ModuleType) -> None:
    bert = find_model("bert-base").architecture  # type: ignore[union-attr]
    assert not [one for one in module.growths(bert, 512) if "KV" in one.quantity]


@pytest.mark.parametrize(
    "architecture",
    [
        Architecture(1, 8, 10**9, decoder=Stack(1, 1, 1, 8, 8), positions="rope"),
        Architecture(1, 8, 8, decoder=Stack(1_200, 1, 1, 8, 8)),
        Architecture(1, 8, 8, decoder=Stack(1, 1, 1, 8, 6 * 10**8)),
        Architecture(1, 6 * 10**8, 8, decoder=Stack(1, 1, 1, 8, 8)),
    ],
)
def test_no_factors_where_doubled_sizes_are_out_of_range(
    module: ModuleType, architecture: Architecture
) -> None:
    assert module.growths(architecture, 8) == []

"""Rules of thumb and how near they are."""

from types import ModuleType

import pytest

from tinytf.key_variables.architecture import Architecture, Stack
from tinytf.key_variables.published import PUBLISHED, find_model


def of(name: str) -> Architecture:
    return find_model(name).architecture  # type: ignore[union-attr]


def test_two_thirds_is_true_of_gpt2_and_not_of_llama_3(module: ModuleType) -> None:
    gpt2 = module.layer_shares(of("gpt2"))
    assert [(s.stack, s.attention, s.ffn, s.about_two_thirds) for s in gpt2] == [
        ("decoder", 4, 8, True)
    ]
    assert gpt2[0].share == pytest.approx(0.6662, abs=1e-4)
    (llama,) = module.layer_shares(of("llama-3-8b"))
    assert (llama.attention, llama.ffn, llama.about_two_thirds) == (2.5, 10.5, False)
    assert llama.share == pytest.approx(10.5 / 13, abs=1e-3)


def test_both_stacks_of_t5(module: ModuleType) -> None:
    encoder, decoder = module.layer_shares(of("t5-base"))
    assert (encoder.stack, encoder.attention, encoder.about_two_thirds) == ("encoder", 4, True)
    assert (decoder.stack, decoder.attention, decoder.about_two_thirds) == ("decoder", 8, False)


def test_where_two_thirds_holds(module: ModuleType) -> None:
    """It holds where F is 4 H K (8/3 H K with a gate) and every head has keys of its own."""
    for model in PUBLISHED:
        arch = model.architecture
        for share in module.layer_shares(arch):
            stack = arch.encoder if share.stack == "encoder" else arch.decoder
            assert stack is not None
            crosses = share.stack == "decoder" and arch.encoder is not None
            matrices = 3 if arch.gated else 2
            usual = (
                abs(matrices * stack.d_ff / stack.d_q - 8) < 0.2
                and stack.d_kv == stack.d_q
                and not crosses
            )
            assert share.about_two_thirds == usual, (model.name, share)


def test_by_hand(module: ModuleType) -> None:
    guess = module.by_hand(of("gpt2"))
    assert guess.formula == "12 L D^2 + V D"
    assert guess.value == 12 * 12 * 768**2 + 50257 * 768
    assert guess.error == (guess.value - 124_439_808) / 124_439_808
    both = module.by_hand(of("t5-base"))
    assert both.formula == "(12 + 16) L D^2 + V D"
    assert both.value == (12 * 12 + 16 * 12) * 768**2 + 32128 * 768


def test_by_hand_is_within_three_percent_of_the_usual_models(module: ModuleType) -> None:
    for name in ("gpt2", "gpt2-xl", "gpt3", "llama-7b", "mpt-7b", "bert-base", "t5-base"):
        assert abs(module.by_hand(of(name)).error) < 0.03, name
    assert module.by_hand(of("llama-3-8b")).error < -0.1


def test_korthikanti_of_gpt3(module: ModuleType) -> None:
    """Their model of 175B: 96 layers, D 12,288, 96 heads, sequences of 2,048."""
    expected = 96 * 2048 * 12288 * (34 + 5 * 96 * 2048 / 12288)
    assert module.korthikanti_bytes(of("gpt3"), 2048) == expected
    for name in ("llama-7b", "llama-3-8b", "t5-base", "gemma-7b"):
        assert module.korthikanti_bytes(of(name), 512) is None
    narrow = Architecture(9, 16, 8, decoder=Stack(1, 2, 2, 4, 64))
    grouped = Architecture(9, 16, 8, decoder=Stack(1, 2, 1, 8, 64))
    short = Architecture(9, 16, 8, decoder=Stack(1, 2, 2, 8, 48))
    gated = Architecture(9, 16, 8, decoder=Stack(1, 2, 2, 8, 64), gated=True)
    assert module.korthikanti_bytes(narrow, 8) is None
    assert module.korthikanti_bytes(gated, 8) is None
    assert module.korthikanti_bytes(short, 8) is None
    assert module.korthikanti_bytes(grouped, 8) is None


def test_training_bytes_and_six_n(module: ModuleType) -> None:
    assert module.training_bytes(of("gpt2")) == 16 * 124_439_808
    layers_and_norm = 124_439_808 - (50257 + 1024) * 768
    assert module.six_n(of("gpt2")) == 6 * layers_and_norm
    assert module.six_n(of("llama-7b")) == 6 * (6_738_415_616 - 2 * 32000 * 4096)


def test_the_length_at_which_costs_are_counted(module: ModuleType) -> None:
    assert module.cost_length(of("gpt2")) == 1024
    assert module.cost_length(of("transformer-base")) == 512

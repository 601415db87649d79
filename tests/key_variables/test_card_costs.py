"""The part of a card with costs: which numbers stand in it."""

from types import ModuleType

from tests.key_variables.test_card import row
from tinytf.key_variables.architecture import Architecture, Stack
from tinytf.key_variables.flops import count_flops, full_lengths
from tinytf.key_variables.memory import activation_bytes
from tinytf.key_variables.published import find_model


def of(name: str) -> Architecture:
    return find_model(name).architecture  # type: ignore[union-attr]


def test_work_of_gpt2(module: ModuleType) -> None:
    lines = module.cost_lines(of("gpt2"), 1024)
    assert lines[0] == "FLOPs of the matrix products, per token, in a sequence of 1,024"
    assert row(lines, "FFN")[1:] == ["113,246,208", "39.8 %"]
    assert row(lines, "head")[1:] == ["77,194,752", "27.1 %"]
    assert row(lines, "attention, scores")[1:] == ["37,748,736", "13.3 %"]
    assert row(lines, "forward")[1:] == ["284,812,800"]
    assert row(lines, "backward")[1:] == ["569,625,600", "2 x forward"]
    assert row(lines, "forward and backward")[1:] == ["854,438,400"]
    assert row(lines, "... of the whole sequence")[1:] == [f"{854_438_400 * 1024:,}"]
    text = " ".join(" ".join(lines).split())
    assert "6 N = 510,336,000, N without embeddings and head; 59.7 % of the count" in text


def test_memory_of_gpt2(module: ModuleType) -> None:
    lines = module.cost_lines(of("gpt2"), 1024)
    gpt2 = of("gpt2")
    kept = activation_bytes(gpt2, full_lengths(gpt2, 1024))
    assert row(lines, "parameters in 16 bits")[1:] == ["248,879,616"]
    assert row(lines, "parameters, gradients and Adam's two moments, 32 bits")[1:] == [
        "1,991,036,928"
    ]
    assert row(lines, "activations of a sequence of 1,024 tokens, 32 bits")[1:] == [f"{kept:,}"]
    patterns = 12 * 12 * 1024 * 1024 * 4
    assert row(lines, "... of these attention patterns (T x T)")[1:] == [f"{patterns:,}"]
    assert row(lines, "KV cache of a token, 16 bits")[1:] == ["36,864"]
    assert row(lines, "KV cache of 1,024 tokens")[1:] == ["37,748,736"]
    formula = 12 * 1024 * 768 * (34 + 5 * 12 * 1024 // 768)
    assert row(lines, "... L T D (34 + 5 H T / D), 16 bits, dropout")[1:] == [f"{formula:,}"]
    assert [line for line in lines if "Korthikanti et al. 2022, equation 1" in line]


def test_a_model_the_formula_was_not_made_for(module: ModuleType) -> None:
    text = "\n".join(module.cost_lines(of("llama-3-8b"), 8192))
    assert "Korthikanti" not in text
    assert "34 + 5" not in text


def test_an_encoder_has_no_cache_and_no_rule(module: ModuleType) -> None:
    text = "\n".join(module.cost_lines(of("bert-base"), 512))
    assert "KV cache" not in text
    assert "6 N" not in text


def test_an_encoder_decoder_is_counted_in_pairs(module: ModuleType) -> None:
    t5 = of("t5-base")
    lines = module.cost_lines(t5, 512)
    assert lines[0].endswith("per pair of tokens, source and target of 512 each")
    forward = count_flops(t5, full_lengths(t5, 512))
    assert row(lines, "forward")[1:] == [f"{round(forward / 512):,}"]
    assert row(lines, "... and of 512 source tokens")[1:] == [f"{36_864 * 512:,}"]
    assert row(lines, "KV cache of 512 tokens")[1:] == [f"{36_864 * 512:,}"]


def test_growth_is_shown_where_it_can_be_counted(module: ModuleType) -> None:
    lines = module.cost_lines(of("gpt2"), 1024)
    assert row(lines, "from T = 1,024 on")[1:] == ["T x 2", "D, F, H x 2", "L x 2"]
    assert row(lines, "KV cache of a sequence")[1:] == ["x 2.00", "x 2.00", "x 2.00"]
    assert row(lines, "FLOPs per token")[1] == "x 1.13"
    deep = Architecture(9, 8, 7, decoder=Stack(1_999, 1, 1, 8, 8))
    assert "not shown" in module.cost_lines(deep, 7)[-1]

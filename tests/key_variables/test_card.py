"""Cards as they are printed: every number of them is one that other modules proved."""

import re
from types import ModuleType

import pytest

from tinytf.config import Config
from tinytf.key_variables.known_model import ClosedModel, KnownModel
from tinytf.key_variables.published import CLOSED, PUBLISHED, find_model
from tinytf.key_variables.tinytf_config import of_config
from tinytf.key_variables.unknown import readable


def lines_of(module: ModuleType, name: str) -> list[str]:
    lines: list[str] = module.card(find_model(name))
    return lines


def row(lines: list[str], name: str) -> list[str]:
    """The cells of the row that begins with this name."""
    (line,) = (line for line in lines if re.match(rf"  {re.escape(name)}  ", line))
    return re.split(r" {2,}", line.strip())


def test_a_card_of_gpt2(module: ModuleType) -> None:
    lines = lines_of(module, "gpt2")
    assert lines[0] == "gpt2: a decoder"
    assert lines[1] == (
        "  pre-norm layernorm, learned positions, gelu_tanh, biases, head tied to the embeddings"
    )
    assert row(lines, "vocabulary")[1:] == ["V", "50,257"]
    assert row(lines, "model size")[1:] == ["D", "768"]
    assert row(lines, "context length")[1:] == ["T", "1,024"]
    assert row(lines, "heads")[1:] == ["H", "12"]
    assert row(lines, "head size")[1:] == ["K", "64"]
    assert row(lines, "FFN size")[1:] == ["F", "3,072"]
    assert row(lines, "layers")[1:] == ["L", "12"]
    assert row(lines, "batch in training")[1:] == ["B", "512 sequences"]
    assert row(lines, "tokens in training")[1:] == ["not published"]
    assert row(lines, "embeddings")[1:] == ["39,383,808", "31.6 %"]
    assert row(lines, "norms")[1:] == ["38,400", "0.0 %"]
    parameters = lines[lines.index("Parameters") : lines.index("Parameters") + 6]
    assert row(parameters, "FFN")[1:] == ["56,669,184", "45.5 %"]
    assert row(lines, "total")[1:] == ["124,439,808"]
    assert "  by hand: 12 L D^2 + V D = 123,532,032, 0.7 % too low" in lines
    text = " ".join(" ".join(lines).split())
    assert "4.00 D^2 in attention and 8.00 D^2 in the FFN" in text
    assert "the FFN holds 66.6 %, about two thirds" in text
    assert "Radford et al. 2019, table 2" in text
    assert "The paper says 117M" in text


def test_a_card_says_where_two_thirds_is_not_true(module: ModuleType) -> None:
    text = " ".join(" ".join(lines_of(module, "llama-3-8b")).split())
    assert "2.50 D^2 in attention and 10.50 D^2 in the FFN" in text
    assert "the FFN holds 80.8 %, not about two thirds" in text
    assert row(lines_of(module, "llama-3-8b"), "heads")[1:] == ["H", "32"]
    assert row(lines_of(module, "llama-3-8b"), "key and value heads")[1:] == ["Hkv", "8"]
    text = " ".join(" ".join(lines_of(module, "t5-base")).split())
    assert "a layer of the encoder has 4.00 D^2 in attention" in text
    assert "a layer of the decoder has 8.00 D^2 in attention" in text


@pytest.mark.parametrize("model", PUBLISHED, ids=lambda model: model.name)
def test_every_card_is_ascii_and_fits(module: ModuleType, model: KnownModel) -> None:
    for line in module.card(model):
        assert line.isascii()
        assert len(line) <= 100, line


def test_two_stacks_that_differ(module: ModuleType) -> None:
    config = Config(9, 8, 7, 2, 20, 3, source_vocab_size=1234)
    arch = of_config(config, "encoder-decoder")
    model = KnownModel("m", arch, "1 sequence", "2 steps", "somewhere")
    values = {name: value for name, _, value in module.key_variables(model)}
    assert values["vocabulary"] == "1,234 -> 9"
    assert values["layers"] == "3 + 3"
    assert "key and value heads" not in values


def test_where_nothing_limits_the_length(module: ModuleType) -> None:
    lines = lines_of(module, "transformer-base")
    assert row(lines, "context length")[1:] == ["T", "no limit built in"]
    assert [line for line in lines if "source and target of 512 each" in line]


def test_variants(module: ModuleType) -> None:
    said = {m.name: module.variants(m.architecture) for m in PUBLISHED}
    assert said["llama-7b"] == (
        "pre-norm rmsnorm, rope positions, gated silu, no biases, a head of its own"
    )
    assert said["bert-base"] == "post-norm layernorm, learned positions, gelu, biases, pooler"
    assert "biases in some layers" in said["gpt-neo-125m"]
    bert = of_config(Config(9, 8, 7, 2, 20, 3), "bert")
    ends = ", pooler, head for masked tokens, 2 more outputs"
    assert module.variants(bert).endswith(ends)


def test_a_closed_model(module: ModuleType) -> None:
    for model in CLOSED:
        assert isinstance(model, ClosedModel)
        lines = module.closed_card(model)
        assert row(lines, "model size")[1:] == ["D", "not published"]
        assert row(lines, "parameters")[1:] == ["not published"]
        assert all(line.isascii() and len(line) <= 100 for line in lines)
        assert "Without D, L and F nothing can be counted." in lines[-1]
    assert row(module.closed_card(find_model("gpt-4")), "context length")[2].startswith("8,192")


def test_an_unknown_architecture(module: ModuleType) -> None:
    found = readable({"d_model": 16, "n_layers": 2, "vocab_size": 100})
    lines = module.unknown_card("a.json", found, "no model_type")
    assert lines[0] == "a.json: of an architecture that is not known here"
    assert row(lines, "model size")[1:] == ["D", "16", "(d_model)"]
    text = " ".join(" ".join(lines).split())
    assert "not known: no model_type" in text
    assert f"12 L D^2 + V D = {12 * 2 * 256 + 1600:,} parameters, if it is" in text
    assert "Not counted: the exact parameters" in text
    few = module.unknown_card("a.json", found[:1], "no model_type")
    assert not [line for line in few if "By hand" in line]

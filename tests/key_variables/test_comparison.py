"""Models side by side, and the table of all."""

import re
from types import ModuleType

from tinytf.key_variables.known_model import KnownModel
from tinytf.key_variables.published import CLOSED, PUBLISHED, find_model
from tinytf.key_variables.shapes import count_parameters


def compare(module: ModuleType, *names: str) -> list[str]:
    lines: list[str] = module.compare([find_model(name) for name in names])
    return lines


def row(lines: list[str], name: str) -> list[str]:
    (line,) = (line for line in lines if re.match(rf"{re.escape(name)}  ", line))
    return re.split(r" {2,}", line.strip())[1:]


def test_a_column_for_each_model(module: ModuleType) -> None:
    lines = compare(module, "llama-7b", "llama-3-8b", "gpt2")
    assert lines[0].split() == ["llama-7b", "llama-3-8b", "gpt2"]
    assert row(lines, "vocabulary") == ["32,000", "128,256", "50,257"]
    assert row(lines, "key and value heads") == ["32", "8", "12"]
    assert row(lines, "parameters") == ["6,738,415,616", "8,030,261,248", "124,439,808"]
    assert row(lines, "FFN of a layer") == ["66.8 %", "80.8 %", "66.6 %"]
    assert row(lines, "KV bytes per token") == ["524,288", "131,072", "36,864"]
    assert row(lines, "costs at length") == ["2,048", "8,192", "1,024"]
    assert row(lines, "FLOPs per token")[2] == "284,812,800"
    assert row(lines, "... embeddings")[2] == "31.6 %"


def test_an_encoder_has_no_cache_and_two_stacks_two_shares(module: ModuleType) -> None:
    lines = compare(module, "bert-base", "t5-base")
    assert row(lines, "KV bytes per token") == ["none", "36,864"]
    assert row(lines, "FFN of a layer") == ["66.6 %", "66.7 % / 50.0 %"]


def test_more_than_fit_stand_in_a_second_table(module: ModuleType) -> None:
    names = ["gpt2", "gpt2-medium", "gpt2-large", "gpt2-xl", "gpt3", "chatgpt"]
    lines = compare(module, *names)
    heads = [line.split() for line in lines if line.startswith("   ")]
    assert heads == [names[:4], names[4:]]
    second = lines[lines.index("") :]
    assert row(second, "parameters") == ["174,604,259,328", "not published"]
    assert row(second, "KV bytes per token") == ["4,718,592", "-"]


def test_long_texts_stand_below(module: ModuleType) -> None:
    lines = compare(module, "mpt-30b", "claude")
    assert row(lines, "batch in training")[0] == "see below"
    assert "mpt-30b, batch in training: 1,760, then 1,728, at last 512 sequences" in lines
    assert "claude, context length: 100,000 (Claude 2); 200,000 (Claude 2.1)" in lines


def test_a_long_name_is_cut_in_front(module: ModuleType) -> None:
    gpt2 = find_model("gpt2")
    assert isinstance(gpt2, KnownModel)
    (head, *_) = module.compare([gpt2._replace(name="a/very/long/path/config.json"), gpt2])
    assert head.split() == ["...ath/config.json", "gpt2"]


def test_everything_is_ascii_and_fits(module: ModuleType) -> None:
    everything = [*PUBLISHED, *CLOSED]
    for line in [*module.compare(everything), *module.table(PUBLISHED, CLOSED)]:
        assert line.isascii()
        assert len(line) <= 100, line


def test_the_table_lists_every_model_with_its_parameters(module: ModuleType) -> None:
    lines = module.table(PUBLISHED, CLOSED)
    for model in PUBLISHED:
        cells = row(lines, model.name)
        assert cells[0] == f"{count_parameters(model.architecture):,}"
    assert row(lines, "gpt2")[1:] == ["50,257", "768", "1,024", "12", "3,072", "12"]
    assert row(lines, "transformer-base")[1:] == ["37,000", "512", "-", "8", "2,048", "6 + 6"]
    assert [line.split()[0] for line in lines if "parameters" in line] == [
        "encoder-decoders", "encoders", "decoders",
    ]  # fmt: skip
    for model in CLOSED:
        assert model.name in lines[-1]

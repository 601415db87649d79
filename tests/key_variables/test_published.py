"""The table: counts equal to published ones, names that are found, nothing invented."""

from types import ModuleType
from typing import Any

import pytest

from tests.key_variables.published_counts import COUNTS, ROUNDED
from tinytf.key_variables import count_parameters


def found(module: ModuleType, name: str) -> Any:
    model = module.find_model(name)
    assert model is not None, f"{name} is not found"
    return model


def test_counts_of_shapes_equal_the_published_ones(module: ModuleType) -> None:
    for name, (expected, source) in COUNTS.items():
        counted = count_parameters(found(module, name).architecture)
        assert counted == expected, f"{name}: counted {counted:,}, {source} says {expected:,}"


def test_where_only_a_rounded_size_is_published_it_is_near(module: ModuleType) -> None:
    for name, (expected, source) in ROUNDED.items():
        counted = count_parameters(found(module, name).architecture)
        assert counted == pytest.approx(expected, rel=0.03), f"{name}: {source} says {expected:,}"


def test_every_model_of_the_table_has_a_published_size(module: ModuleType) -> None:
    assert {model.name for model in module.PUBLISHED} == {*COUNTS, *ROUNDED}
    assert not COUNTS.keys() & ROUNDED.keys()


def test_every_model_has_a_source_and_says_what_is_not_published(module: ModuleType) -> None:
    for model in (*module.PUBLISHED, *module.CLOSED):
        assert len(model.source) > 20
        assert all(text.isascii() for text in model if isinstance(text, str))
    for model in module.PUBLISHED:
        assert model.batch
        assert model.tokens
    assert found(module, "gpt2").tokens == module.NOT_PUBLISHED


def test_names_are_found_as_people_write_them(module: ModuleType) -> None:
    for written, name in {
        "GPT2": "gpt2", "gpt2_medium": "gpt2-medium", "Llama 2 7B": "llama-2-7b",
        "bert": "bert-base", "openai-gpt": "gpt", "opus-mt-en-de": "marian-base",
        "ChatGPT": "chatgpt",
    }.items():  # fmt: skip
        assert found(module, written).name == name
    assert module.find_model("gpt5") is None


def test_no_name_twice_and_every_name_finds_its_model(module: ModuleType) -> None:
    models = [*module.PUBLISHED, *module.CLOSED]
    names = [name for model in models for name in (model.name, *model.aliases)]
    assert len(set(names)) == len(names)
    for model in models:
        for name in (model.name, *model.aliases):
            assert module.find_model(name) is model


def test_close_names(module: ModuleType) -> None:
    assert module.close_names("gtp2")[0] == "gpt2"
    assert "llama-2-7b" in module.close_names("lama-2-7b")
    assert module.close_names("zzzzzz") == []


def test_closed_models_have_no_numbers_but_public_ones(module: ModuleType) -> None:
    assert {model.name for model in module.CLOSED} >= {"chatgpt", "claude", "bard"}
    for model in module.CLOSED:
        assert not hasattr(model, "architecture")

"""Configs of families that are not known: numbers under the names they often have."""

from types import ModuleType

import pytest


def test_numbers_are_found_under_their_usual_names(module: ModuleType) -> None:
    values = {
        "model_type": "new", "vocab_size": 1000, "hidden_size": 64, "num_attention_heads": 4,
        "num_key_value_heads": 2, "intermediate_size": 256, "num_hidden_layers": 3,
        "max_position_embeddings": 128, "other": 5,
    }  # fmt: skip
    found = module.readable(values)
    assert {one.letter: one.value for one in found} == {
        "V": 1000, "D": 64, "T": 128, "H": 4, "Hkv": 2, "F": 256, "L": 3,
    }  # fmt: skip
    assert {one.letter: one.key for one in found}["D"] == "hidden_size"
    assert module.estimate(found) == 12 * 3 * 64**2 + 1000 * 64


def test_the_text_part_of_a_model_of_pictures(module: ModuleType) -> None:
    values = {"text_config": {"hidden_size": 8}, "vision_config": {"hidden_size": 9}}
    assert module.readable(values) == [("model size", "D", 8, "text_config.hidden_size")]
    both = module.readable({"hidden_size": 7, "text_config": {"hidden_size": 8}})
    assert [one.value for one in both] == [7]


@pytest.mark.parametrize("value", [0, -1, 1.5, True, "8", None, [8], 10**12, float("nan")])
def test_nonsense_is_no_number(module: ModuleType, value: object) -> None:
    assert module.readable({"hidden_size": value}) == []
    found = module.readable({"hidden_size": value, "dim": 6})
    assert [(one.key, one.value) for one in found] == [("dim", 6)]


def test_no_estimate_without_all_three(module: ModuleType) -> None:
    for missing in ("vocab_size", "d_model", "n_layers"):
        values = {"vocab_size": 5, "d_model": 4, "n_layers": 3}
        del values[missing]
        assert module.estimate(module.readable(values)) is None


def test_an_object_that_is_none_is_passed_over(module: ModuleType) -> None:
    assert module.readable({"text_config": [1, 2]}) == []

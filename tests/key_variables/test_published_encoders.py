"""Counts of the encoders and encoder-decoders of the table."""

from types import ModuleType

import pytest

from tests.key_variables.published_counts import COUNTS, ROUNDED
from tinytf.key_variables.shapes import count_parameters


def test_each_has_its_published_number_of_parameters(module: ModuleType) -> None:
    for model in (*module.ENCODERS, *module.ENCODER_DECODERS):
        counted = count_parameters(model.architecture)
        if model.name in COUNTS:
            assert counted == COUNTS[model.name][0], model.name
        else:
            assert counted == pytest.approx(ROUNDED[model.name][0], rel=0.03), model.name


def test_heads_which_no_count_shows(module: ModuleType) -> None:
    both = (*module.ENCODERS, *module.ENCODER_DECODERS)
    assert {m.name: m.architecture.main.n_heads for m in both} == {
        "bert-base": 12, "bert-base-cased": 12, "bert-large": 16, "bert-tiny": 2, "bert-small": 8,
        "roberta-base": 12, "roberta-large": 16, "distilbert": 12, "transformer-base": 8,
        "transformer-big": 16, "marian-base": 8, "t5-small": 8, "t5-base": 12, "t5-large": 16,
        "t5-3b": 32, "t5-11b": 128, "t5-v1.1-base": 12, "bart-base": 12, "bart-large": 16,
    }  # fmt: skip


def test_families(module: ModuleType) -> None:
    assert {m.architecture.family for m in module.ENCODERS} == {"encoder"}
    assert {m.architecture.family for m in module.ENCODER_DECODERS} == {"encoder-decoder"}

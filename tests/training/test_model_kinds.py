"""The table of kinds: every kind makes its class, and names commands that exist."""

import shlex
from types import ModuleType

import numpy as np
import pytest

from tinytf.cli.main import build_parser
from tinytf.config import Config
from tinytf.models import DecoderLM, EncoderDecoder
from tinytf.models.bert import BertPretraining
from tinytf.models.bert_fine_tuning import (
    BertAnswerer,
    BertClassifier,
    BertRegressor,
    BertTagger,
)

CONFIG = Config(9, 8, 6, 2, 12, 1, n_segments=2)

CLASSES = {
    "decoder": DecoderLM,
    "encoder-decoder": EncoderDecoder,
    "bert": BertPretraining,
    "bert-classifier": BertClassifier,
    "bert-pair-classifier": BertClassifier,
    "bert-regressor": BertRegressor,
    "bert-pair-regressor": BertRegressor,
    "bert-tagger": BertTagger,
    "bert-answerer": BertAnswerer,
}


def test_each_kind_makes_its_class_of_the_dtype_asked(module: ModuleType) -> None:
    assert set(module.KINDS) == set(CLASSES)
    for name, kind in module.KINDS.items():
        extras = {"labels": ["a", "b", "c"]} if kind.has_labels else {}
        model = kind.make(CONFIG, extras, np.random.default_rng(0), np.float64)
        assert type(model) is CLASSES[name]
        again = CLASSES[name](
            *[CONFIG, *([3] if kind.has_labels else []), np.random.default_rng(0), np.float64]
        )
        for key, parameter in again.parameters().items():
            found = model.parameters()[key].value
            assert found.dtype == np.float64
            np.testing.assert_array_equal(found, parameter.value, err_msg=f"{name}, {key}")
        default = kind.make(CONFIG, extras, np.random.default_rng(0))
        assert {p.value.dtype for p in default.parameters().values()} == {np.dtype(np.float32)}


def test_labels_that_are_missing(module: ModuleType) -> None:
    kinds = [kind for kind in module.KINDS.values() if kind.has_labels]
    assert {kind.model for kind in kinds} == {BertClassifier, BertTagger}
    for kind in kinds:
        for extras in ({}, {"labels": []}, {"labels": "abc"}, {"labels": 3}):
            with pytest.raises(ValueError, match=f"labels: expected a list .* of {kind.name}, got"):
                kind.make(CONFIG, extras, np.random.default_rng(0))


def test_the_commands_that_train_and_use_it_exist(module: ModuleType) -> None:
    for kind in module.KINDS.values():
        assert kind.name.startswith(("a ", "an "))
        for command in (kind.trained_by, kind.used_by):
            program, *words = shlex.split(command)
            assert program == "tinytf"
            with pytest.raises(SystemExit) as stopped:
                build_parser().parse_args([*words, "--help"])
            assert stopped.value.code == 0, command

"""Heads by the name of a class; their sizes are proven in test_hugging_face."""

from types import ModuleType
from typing import Any

import pytest

from tinytf.key_variables.architecture import ArchitectureError, UnknownArchitectureError
from tinytf.key_variables.families import Sizes, bert, gpt2
from tinytf.key_variables.json_values import JsonValues

SIZES = Sizes(9, 8, 7, 2, 12, 1)


def heads(module: ModuleType, name: Any, **values: Any) -> Any:
    config = JsonValues({"architectures": name, **values})
    return module.with_heads(bert(SIZES), config)


def test_what_bert_has_on_top(module: ModuleType) -> None:
    for name, expected in {
        "BertModel": (True, False, 0),
        "BertForPreTraining": (True, True, 2),
        "BertForMaskedLM": (False, True, 0),
        "BertForNextSentencePrediction": (True, False, 2),
        "BertForSequenceClassification": (True, False, 2),
        "BertForMultipleChoice": (True, False, 1),
        "BertForTokenClassification": (False, False, 2),
        "BertForQuestionAnswering": (False, False, 2),
    }.items():
        model = heads(module, [name])
        assert (model.pooler, model.masked_head, model.n_labels) == expected, name


def test_labels(module: ModuleType) -> None:
    name = ["BertForTokenClassification"]
    assert heads(module, name, num_labels=4).n_labels == 4
    assert heads(module, name, id2label={"0": "a", "1": "b", "2": "c"}, num_labels=4).n_labels == 3
    with pytest.raises(ArchitectureError, match="id2label: expected an object, got"):
        heads(module, name, id2label=[1])


def test_decoders(module: ModuleType) -> None:
    for name, language_head in {
        "GPT2LMHeadModel": True, "LlamaForCausalLM": True, "MarianMTModel": True,
        "T5ForConditionalGeneration": True, "GPT2Model": False,
    }.items():  # fmt: skip
        model = module.with_heads(gpt2(SIZES), JsonValues({"architectures": [name, "Other"]}))
        assert model.language_head == language_head, name


@pytest.mark.parametrize("names", [None, []])
def test_without_a_name_nothing_changes(module: ModuleType, names: Any) -> None:
    assert heads(module, names) == bert(SIZES)


@pytest.mark.parametrize("name", ["GPT2DoubleHeadsModel", "GPT2ForSequenceClassification"])
def test_heads_of_decoders_that_are_not_known(module: ModuleType, name: str) -> None:
    with pytest.raises(UnknownArchitectureError, match=f"the heads of {name} are not known"):
        module.with_heads(gpt2(SIZES), JsonValues({"architectures": [name]}))


def test_names_that_are_none(module: ModuleType) -> None:
    with pytest.raises(UnknownArchitectureError, match="the heads of BertForGoats"):
        heads(module, ["BertForGoats"])
    for wrong in ("BertModel", [3], {"a": "BertModel"}, 5):
        with pytest.raises(ArchitectureError, match="architectures: expected a list of texts"):
            heads(module, wrong)


def test_a_name_is_shown_in_ascii_and_cut(module: ModuleType) -> None:
    assert module.class_name(JsonValues({"architectures": ["\n\u00e9" + "x" * 99]})) == (
        r"\n\xe9" + "x" * 54
    )

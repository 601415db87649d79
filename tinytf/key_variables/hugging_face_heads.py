"""Which heads a Hugging Face model has, as the name of its class says it."""

from dataclasses import replace

from tinytf.key_variables.architecture import (
    Architecture,
    ArchitectureError,
    UnknownArchitectureError,
    shown,
)
from tinytf.key_variables.json_values import JsonValues

_LANGUAGE = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration", "MarianMTModel")
# end of a BERT's class name -> pooler, head for masked tokens, number of labels ("n": as given)
_ON_ENCODERS: dict[str, tuple[bool, bool, int | str]] = {
    "ForPreTraining": (True, True, 2),
    "ForMaskedLM": (False, True, 0),
    "ForNextSentencePrediction": (True, False, 2),
    "ForSequenceClassification": (True, False, "n"),
    "ForMultipleChoice": (True, False, 1),
    "ForTokenClassification": (False, False, "n"),
    "ForQuestionAnswering": (False, False, 2),
}


def with_heads(model: Architecture, config: JsonValues) -> Architecture:
    """The model with the heads that "architectures" names.

    Args:
        model: with the heads it has where nothing is said.
        config: the config.json.

    Raises:
        UnknownArchitectureError: the heads of that class are not known here.
        ArchitectureError: "architectures" is no list of texts.
    """
    name = class_name(config)
    if name is None:
        return model
    if model.decoder is not None:
        if name.endswith(_LANGUAGE):
            return model
        if name.endswith("Model") and not name.endswith("HeadsModel"):
            return replace(model, language_head=False)
    else:
        for ending, (pooler, masked, n_labels) in _ON_ENCODERS.items():
            if name.endswith(ending):
                labels = _n_labels(config) if n_labels == "n" else int(n_labels)
                return replace(model, pooler=pooler, masked_head=masked, n_labels=labels)
        if name.endswith("Model"):
            return model
    raise UnknownArchitectureError(f"architectures: the heads of {name} are not known here")


def class_name(config: JsonValues) -> str | None:
    """The first name under "architectures"; None where there is none.

    Raises:
        ArchitectureError: it is no list of texts.
    """
    names = config.values.get("architectures")
    if names is None or names == []:
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ArchitectureError(f"architectures: expected a list of texts, got {shown(names)}")
    return ascii(names[0])[1:-1][:60]


def _n_labels(config: JsonValues) -> int:
    labels = config.inside("id2label").values
    return len(labels) or config.whole("num_labels", default=2)

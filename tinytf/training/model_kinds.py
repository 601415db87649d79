"""The kinds of models that a checkpoint can hold, and how each is made, trained and used."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tinytf.config import Config
from tinytf.models.bert import BertPretraining
from tinytf.models.bert_fine_tuning import (
    BertAnswerer,
    BertClassifier,
    BertRegressor,
    BertTagger,
)
from tinytf.models.decoder import DecoderLM
from tinytf.models.encoder_decoder import EncoderDecoder


class ModelKind(NamedTuple):
    """What is known of a kind of model.

    Attributes:
        name: what users call it.
        model: its class, made as `model(config, rng, dtype)`.
        trained_by: the command that trains it.
        used_by: the command that uses it.
        has_labels: whether its class is made as `model(config, n_labels, rng, dtype)`; the labels
            are `extras["labels"]` of its checkpoint.
    """

    name: str
    model: Any
    trained_by: str
    used_by: str
    has_labels: bool = False

    def make(
        self,
        config: Config,
        extras: dict[str, Any],
        rng: np.random.Generator,
        dtype: npt.DTypeLike = np.float32,
    ) -> Any:
        """A model of this kind, at its random start.

        Args:
            config: sizes and switches.
            extras: those of the checkpoint.
            rng: draws the parameters.
            dtype: float32 or float64.

        Raises:
            ValueError: the extras have no labels and the kind needs them, or the class refuses the
                config.
        """
        if not self.has_labels:
            return self.model(config, rng, dtype)
        labels = extras.get("labels")
        if not isinstance(labels, list) or not labels:
            raise ValueError(f"labels: expected a list of the labels of {self.name}, got {labels}")
        return self.model(config, len(labels), rng, dtype)


# what `Checkpoint.model` says -> the kind
KINDS: dict[str, ModelKind] = {
    "decoder": ModelKind("a decoder", DecoderLM, "tinytf train gpt", "tinytf generate"),
    "encoder-decoder": ModelKind(
        "an encoder-decoder", EncoderDecoder, "tinytf train translator", "tinytf translate"
    ),
    "bert": ModelKind("a pre-trained BERT", BertPretraining, "tinytf train bert", "tinytf fill"),
    "bert-classifier": ModelKind(
        "a classifier of texts",
        BertClassifier,
        "tinytf finetune classify",
        "tinytf classify",
        has_labels=True,
    ),
    "bert-pair-classifier": ModelKind(
        "a classifier of pairs",
        BertClassifier,
        "tinytf finetune pair",
        "tinytf classify",
        has_labels=True,
    ),
    "bert-regressor": ModelKind(
        "a regression of texts", BertRegressor, "tinytf finetune classify", "tinytf classify"
    ),
    "bert-pair-regressor": ModelKind(
        "a regression of pairs", BertRegressor, "tinytf finetune pair", "tinytf classify"
    ),
    "bert-tagger": ModelKind(
        "a tagger", BertTagger, "tinytf finetune tag", "tinytf tag", has_labels=True
    ),
    "bert-answerer": ModelKind(
        "an answerer of questions", BertAnswerer, "tinytf finetune answer", "tinytf answer"
    ),
}

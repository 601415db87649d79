"""The settings of `tinytf finetune`."""

from dataclasses import dataclass

from tinytf.cli.train_settings import TrainSettings
from tinytf.layers.parameter import Layer


@dataclass(frozen=True)
class FineTuneSettings(TrainSettings):
    """How to fine-tune a BERT. With both switches: what the head alone can learn, a baseline.

    Attributes:
        freeze_encoder: train only what stands above the encoder.
        random_encoder: start from a random encoder of the same size instead of the pre-trained.
    """

    freeze_encoder: bool = False
    random_encoder: bool = False
    steps: int = 800
    learning_rate: float = 1e-3
    warmup_steps: int = 80
    weight_decay: float = 0.01
    validate_every: int = 100
    checkpoint_every: int = 100

    def trained_part(self, model: Layer) -> Layer:
        """All of the model, or all but its encoder."""
        return AboveEncoder(model) if self.freeze_encoder else model


@dataclass(frozen=True)
class PairSettings(FineTuneSettings):
    """Two texts take longer to compare than one to read."""

    steps: int = 2400


@dataclass(frozen=True)
class AnswerSettings(FineTuneSettings):
    """To find in a text what a question asks for takes longest."""

    steps: int = 3000
    validate_every: int = 300
    checkpoint_every: int = 300


@dataclass(frozen=True)
class RegressionSettings(FineTuneSettings):
    """To tell how much two texts differ takes longer than to tell whether they do."""

    steps: int = 4800
    validate_every: int = 400
    checkpoint_every: int = 400


# name of the command -> its settings, where it learns labels
FINE_TUNE_SETTINGS: dict[str, type[FineTuneSettings]] = {
    "classify": FineTuneSettings,
    "pair": PairSettings,
    "tag": FineTuneSettings,
    "answer": AnswerSettings,
}


class AboveEncoder(Layer):
    """The head of a fine-tuned model, and the pooler where there is one.

    Args:
        model: of `tinytf.models.bert_fine_tuning`; the two stay its own.
    """

    def __init__(self, model: Layer) -> None:
        self.parts = {name: part for name, part in vars(model).items() if name != "encoder"}

"""Every setting of `tinytf train gpt`, and the presets that fill in what is not given."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from tinytf.cli.parsing import option_names
from tinytf.config import Config
from tinytf.layers.parameter import Layer
from tinytf.models.presets import PRESETS
from tinytf.training.optimizers import SGD, Adam, AdamW, Optimizer
from tinytf.training.schedules import Constant, Noam, Schedule, WarmupCosine

OptimizerName = Literal["sgd", "adam", "adamw"]
ScheduleName = Literal["cosine", "noam", "constant"]


@dataclass(frozen=True)
class TrainSettings:
    """How to train; the model's own settings are in `Config`.

    Attributes:
        tokenizer: "bpe" or "char".
        steps: number of training steps.
        optimizer: "sgd", "adam" or "adamw".
        schedule: "cosine" (warm-up, then half a cosine), "noam" or "constant".
        learning_rate: the highest one; for "noam" the factor.
        min_learning_rate: where "cosine" ends.
        warmup_steps: rising steps of "cosine" and "noam".
        weight_decay: of the matrices, for "sgd" and "adamw".
        momentum: of "sgd".
        beta1: of "adam" and "adamw".
        beta2: of "adam" and "adamw".
        max_grad_norm: longer gradients are scaled down to it.
        accumulation_steps: batches in each step.
        validate_every: steps between two measurements of the validation loss.
        checkpoint_every: steps between two checkpoints.
        seed: of every random choice.
    """

    tokenizer: Literal["bpe", "char"] = "bpe"
    steps: int = 1200
    optimizer: OptimizerName = "adamw"
    schedule: ScheduleName = "cosine"
    learning_rate: float = 3e-3
    min_learning_rate: float = 3e-4
    warmup_steps: int = 100
    weight_decay: float = 0.1
    momentum: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.99
    max_grad_norm: float = 1.0
    accumulation_steps: int = 1
    validate_every: int = 200
    checkpoint_every: int = 200
    seed: int = 0

    def make_optimizer(self, model: Layer) -> Optimizer:
        """The optimiser these settings ask for."""
        betas = (self.beta1, self.beta2)
        if self.optimizer == "sgd":
            return SGD(model, self.momentum, self.weight_decay)
        if self.optimizer == "adam":
            return Adam(model, betas)
        return AdamW(model, betas, weight_decay=self.weight_decay)

    def make_schedule(self, d_model: int) -> Schedule:
        """The schedule these settings ask for."""
        if self.schedule == "noam":
            return Noam(d_model, self.warmup_steps, self.learning_rate)
        if self.schedule == "constant":
            return Constant(self.learning_rate)
        return WarmupCosine(
            self.learning_rate, self.min_learning_rate, self.warmup_steps, self.steps
        )


# Sizes that train in about a minute and a half on two cores.
_SMALL: dict[str, Any] = {
    "vocab_size": 1024,
    "d_model": 128,
    "max_len": 64,
    "n_heads": 4,
    "n_layers": 4,
    "batch_size": 16,
}

# preset name -> values of Config and of TrainSettings
TRAIN_PRESETS: dict[str, dict[str, Any]] = {
    "gpt": {**_SMALL, **PRESETS["gpt"]},
    "llama": {**_SMALL, **PRESETS["llama"]},
    "mpt": {**_SMALL, **PRESETS["mpt"]},
    # nanoGPT's published settings for training on a CPU (its README, "quick start").
    "nanogpt-cpu": {
        **PRESETS["gpt"],
        "activation": "gelu",
        "bias": False,
        "d_model": 128,
        "max_len": 64,
        "n_heads": 4,
        "n_layers": 4,
        "batch_size": 12,
        "tokenizer": "char",
        "steps": 2000,
        "learning_rate": 1e-3,
        "validate_every": 250,
    },
}


# setting -> the setting that decides whether it is used, and the values with which it is
_USED_WITH: dict[str, tuple[str, tuple[str, ...]]] = {
    "vocab_size": ("tokenizer", ("bpe",)),
    "momentum": ("optimizer", ("sgd",)),
    "beta1": ("optimizer", ("adam", "adamw")),
    "beta2": ("optimizer", ("adam", "adamw")),
    "weight_decay": ("optimizer", ("sgd", "adamw")),
    "warmup_steps": ("schedule", ("cosine", "noam")),
    "min_learning_rate": ("schedule", ("cosine",)),
}


def make_settings(values: dict[str, Any], given: Iterable[str]) -> TrainSettings:
    """The settings from a preset's values and the options given.

    What is not given follows from what is: the warm-up is a tenth of the steps, at most 100, and
    the lowest learning rate a tenth of the highest; noam's factor is 1.

    Args:
        values: the preset's values and, over them, those given.
        given: names of the options that the user gave.

    Raises:
        ValueError: an option that was given would not be used, or two do not fit together.
    """
    names = TrainSettings.__dataclass_fields__
    chosen = {name: value for name, value in values.items() if name in names}
    if chosen.get("schedule") == "noam" and "learning_rate" not in given:
        chosen["learning_rate"] = 1.0
    learning_rate = chosen.setdefault("learning_rate", TrainSettings.learning_rate)
    steps = chosen.get("steps", TrainSettings.steps)
    chosen.setdefault("min_learning_rate", learning_rate / 10)
    chosen.setdefault("warmup_steps", min(TrainSettings.warmup_steps, max(1, steps // 10)))
    settings = TrainSettings(**chosen)
    for name in sorted(set(given) & set(_USED_WITH)):
        decisive, used_with = _USED_WITH[name]
        if getattr(settings, decisive) not in used_with:
            raise ValueError(
                f"{option_names([name])}: has a meaning only with {option_names([decisive])} "
                f"{' or '.join(used_with)}, got {getattr(settings, decisive)}"
            )
    if settings.schedule != "constant" and settings.warmup_steps > settings.steps:
        raise ValueError(
            f"--warmup-steps: expected at most --steps {settings.steps}, "
            f"got {settings.warmup_steps}"
        )
    if settings.schedule == "cosine" and settings.min_learning_rate > settings.learning_rate:
        raise ValueError(
            f"--min-learning-rate: expected at most --learning-rate {settings.learning_rate:g}, "
            f"got {settings.min_learning_rate:g}"
        )
    return settings


def default_d_ff(d_model: int, activation: str) -> int:
    """The usual FFN size: 4 D, or with swiglu's three matrices 8/3 D, rounded up to eights."""
    if activation == "swiglu":
        return -(-8 * d_model // (3 * 8)) * 8
    return 4 * d_model


def make_config(values: dict[str, Any], vocab_size: int) -> Config:
    """A Config from a preset's values, with the vocabulary that the tokenizer really has.

    Raises:
        ValueError: a value is out of range, or two values do not fit together.
    """
    names = set(Config.__dataclass_fields__) - {"vocab_size"}
    chosen = {name: value for name, value in values.items() if name in names}
    chosen.setdefault("d_ff", default_d_ff(values["d_model"], values["activation"]))
    return Config(vocab_size=vocab_size, **chosen)

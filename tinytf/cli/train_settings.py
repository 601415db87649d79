"""What all families of models have in common in how they are trained.

A family adds its own settings in a dataclass derived from `TrainSettings` (such as `GPTSettings`),
which may also give the common ones other defaults, and its presets: dicts with values of `Config`
and of its settings.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeVar

from tinytf.cli.parsing import option_names
from tinytf.config import Config
from tinytf.layers.parameter import Layer
from tinytf.training.optimizers import SGD, Adam, AdamW, Optimizer
from tinytf.training.schedules import Constant, Noam, Schedule, WarmupCosine

OptimizerName = Literal["sgd", "adam", "adamw"]
ScheduleName = Literal["cosine", "noam", "constant"]


@dataclass(frozen=True)
class TrainSettings:
    """How to train; the model's own settings are in `Config`.

    Attributes:
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
        used_with: setting -> the setting that decides whether it is used, and the values with
            which it is.
    """

    used_with: ClassVar[dict[str, tuple[str, tuple[str, ...]]]] = {
        "momentum": ("optimizer", ("sgd",)),
        "beta1": ("optimizer", ("adam", "adamw")),
        "beta2": ("optimizer", ("adam", "adamw")),
        "weight_decay": ("optimizer", ("sgd", "adamw")),
        "warmup_steps": ("schedule", ("cosine", "noam")),
        "min_learning_rate": ("schedule", ("cosine",)),
    }

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

    def trained_part(self, model: Layer) -> Layer:
        """What of the model is trained: all of it, unless a family has a setting for less."""
        return model

    def make_optimizer(self, model: Layer) -> Optimizer:
        """The optimiser these settings ask for, of the part that is trained."""
        model = self.trained_part(model)
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


Settings = TypeVar("Settings", bound=TrainSettings)


def make_settings(
    settings_class: type[Settings], preset: dict[str, Any], given: dict[str, Any]
) -> Settings:
    """The settings from a preset's values and, over them, the options that the user gave.

    What is not given follows from what is: the warm-up is at most a tenth of the steps, and the
    lowest learning rate a tenth of the highest. The learning rate of noam is a factor: that of a
    preset is not taken over from one to the other.

    Args:
        settings_class: of the family.
        preset: values of Config and of the settings.
        given: the same for the options; others are ignored.

    Raises:
        ValueError: an option that was given would not be used, or two do not fit together.
    """
    names = settings_class.__dataclass_fields__
    chosen = {name: value for name, value in {**preset, **given}.items() if name in names}
    usual_schedule = preset.get("schedule", settings_class.schedule)
    schedule = chosen.get("schedule", usual_schedule)
    if "learning_rate" not in given and (schedule == "noam") != (usual_schedule == "noam"):
        chosen["learning_rate"] = 1.0 if schedule == "noam" else TrainSettings.learning_rate
    learning_rate = chosen.setdefault("learning_rate", settings_class.learning_rate)
    steps = chosen.get("steps", settings_class.steps)
    chosen.setdefault("min_learning_rate", learning_rate / 10)
    chosen.setdefault("warmup_steps", min(settings_class.warmup_steps, max(1, steps // 10)))
    settings = settings_class(**chosen)
    for name in sorted(set(given) & set(settings.used_with)):
        decisive, used_with = settings.used_with[name]
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

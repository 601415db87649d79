"""Every setting of `tinytf train gpt`, and the presets that fill in what is not given."""

from dataclasses import dataclass
from typing import Any, Literal

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
    steps: int = 1000
    optimizer: OptimizerName = "adamw"
    schedule: ScheduleName = "cosine"
    learning_rate: float = 1e-3
    min_learning_rate: float = 1e-4
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
        "validate_every": 250,
    },
}


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

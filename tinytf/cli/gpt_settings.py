"""The settings of `tinytf train gpt`, and the presets that fill in what is not given."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from tinytf.cli.train_settings import TrainSettings
from tinytf.models.presets import PRESETS

# Tokens of the BPE vocabulary where neither an option nor the preset says it.
VOCAB_SIZE = 1024


@dataclass(frozen=True)
class GPTSettings(TrainSettings):
    """How to train a decoder.

    Attributes:
        tokenizer: "bpe" or "char".
    """

    used_with: ClassVar[dict[str, tuple[str, tuple[str, ...]]]] = {
        **TrainSettings.used_with,
        "vocab_size": ("tokenizer", ("bpe",)),
    }

    tokenizer: Literal["bpe", "char"] = "bpe"


# Sizes that train in about a minute and a half on two cores.
_SMALL: dict[str, Any] = {
    "vocab_size": VOCAB_SIZE,
    "d_model": 128,
    "max_len": 64,
    "n_heads": 4,
    "n_layers": 4,
    "batch_size": 16,
}

# preset name -> values of Config and of GPTSettings
GPT_PRESETS: dict[str, dict[str, Any]] = {
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

"""The settings of `tinytf train translator`, and the presets that fill in what is not given."""

from dataclasses import dataclass
from typing import Any, Literal

from tinytf.cli.train_settings import OptimizerName, ScheduleName, TrainSettings
from tinytf.models.presets import PRESETS


@dataclass(frozen=True)
class TranslatorSettings(TrainSettings):
    """How to train an encoder-decoder.

    Attributes:
        tokenizer: "bpe" (bytes and what they often make together: nothing is unknown) or "word"
            (whole words; all others are <unk>).
        share_vocabulary: whether source and target share one tokenizer and one embedding table.
        max_tokens: the most tokens of a batch, padding included, on its wider side.
        label_smoothing: the share of each target spread over the whole vocabulary.
    """

    tokenizer: Literal["bpe", "word"] = "bpe"
    share_vocabulary: bool = True
    max_tokens: int = 1500
    label_smoothing: float = 0.1
    steps: int = 3000
    optimizer: OptimizerName = "adam"
    schedule: ScheduleName = "noam"
    learning_rate: float = 1.0
    warmup_steps: int = 400
    beta2: float = 0.98
    validate_every: int = 300
    checkpoint_every: int = 300


_SMALL: dict[str, Any] = {
    **PRESETS["transformer"],
    "norm_position": "pre",
    "d_model": 128,
    "max_len": 64,
    "n_heads": 4,
}

# preset name -> values of Config and of TranslatorSettings
TRANSLATOR_PRESETS: dict[str, dict[str, Any]] = {
    # For data of one's own: the first transformer's recipe, in small.
    "translator": {**_SMALL, "vocab_size": 4000, "n_layers": 3, "learning_rate": 0.4},
    # The bundled grammars, in three minutes on two cores. They leave nothing to guess at, so
    # neither dropout nor smoothing helps; and rope learns which words belong together sooner than
    # sinusoidal positions do.
    "grammar": {
        **_SMALL,
        "vocab_size": 5000,
        "tokenizer": "word",
        "n_layers": 2,
        "positions": "rope",
        "dropout": 0.0,
        "label_smoothing": 0.0,
        "max_tokens": 600,
        "steps": 3100,
        "schedule": "cosine",
        "learning_rate": 2e-3,
        "validate_every": 775,
        "checkpoint_every": 775,
    },
    # Multi30k's 29,000 captions, English to German, lower-cased and tokenised: see the README.
    "multi30k": {
        **PRESETS["transformer"],
        "vocab_size": 8000,
        "d_model": 256,
        "max_len": 64,
        "n_heads": 4,
        "d_ff": 512,
        "n_layers": 3,
        "norm_position": "pre",
        "dropout": 0.2,
        "max_tokens": 1500,
        "steps": 4452,
        "schedule": "cosine",
        "learning_rate": 1e-3,
        "min_learning_rate": 5e-5,
        "validate_every": 318,  # an epoch
        "checkpoint_every": 318,
    },
}

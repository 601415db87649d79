"""The settings of `tinytf train bert`, and the presets that fill in what is not given."""

from dataclasses import dataclass
from typing import Any

from tinytf.cli.train_settings import TrainSettings
from tinytf.models.presets import PRESETS


@dataclass(frozen=True)
class BertSettings(TrainSettings):
    """How to pre-train a BERT.

    Attributes:
        lower_case: whether the tokenizer drops capitals and accents ("uncased").
        next_sentence: whether the model also learns to tell if one text follows another.
    """

    lower_case: bool = True
    next_sentence: bool = True
    steps: int = 2500
    learning_rate: float = 2e-3
    warmup_steps: int = 200
    weight_decay: float = 0.01


# preset name -> values of Config and of BertSettings
BERT_PRESETS: dict[str, dict[str, Any]] = {
    # Sizes that train in about three minutes on two cores.
    "bert": {
        **PRESETS["bert"],
        "vocab_size": 2000,
        "d_model": 128,
        "max_len": 64,
        "n_heads": 4,
        "n_layers": 3,
        "batch_size": 32,
        "dropout": 0.0,
        # The paper's 0.02 is for D = 768. Sums over D entries grow with sqrt(D), so 128 need
        # 0.02 sqrt(768 / 128). With less, attention starts almost even over all tokens, and it is
        # up to the seed whether [CLS] learns to compare two texts within these steps.
        "init_std": 0.05,
    },
}

"""Small models for fine-tuning, and one that says what it is told to."""

from typing import Any

import numpy as np

from tests.training.wordpieces import V
from tinytf.config import Config
from tinytf.models.bert_fine_tuning import BertAnswerer, BertClassifier, BertRegressor, BertTagger
from tinytf.models.presets import PRESETS

KINDS = ("classifier", "regressor", "tagger", "answerer")
N_LABELS = 3


def small_model(kind: str, dtype: Any = np.float64, **switches: Any) -> Any:
    """V of wordpieces.py, D = 12, T = 14, B = 4."""
    sizes: dict[str, Any] = {"d_model": 12, "max_len": 14, "n_heads": 3, "d_ff": 16, "n_layers": 1}
    given = {"init_std": 0.3, **switches}
    config = Config(vocab_size=V, batch_size=4, **{**sizes, **PRESETS["bert"], **given})
    rng = np.random.default_rng(0)
    if kind == "classifier":
        return BertClassifier(config, N_LABELS, rng, dtype)
    if kind == "tagger":
        return BertTagger(config, N_LABELS, rng, dtype)
    return {"regressor": BertRegressor, "answerer": BertAnswerer}[kind](config, rng, dtype)

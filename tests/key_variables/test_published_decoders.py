"""Counts of the decoders of the table, those to the digit and those that were rounded."""

from types import ModuleType

import pytest

from tests.key_variables.published_counts import COUNTS, ROUNDED
from tinytf.key_variables.shapes import count_parameters


def test_each_has_its_published_number_of_parameters(module: ModuleType) -> None:
    for model in module.DECODERS:
        counted = count_parameters(model.architecture)
        if model.name in COUNTS:
            assert counted == COUNTS[model.name][0], model.name
        else:
            assert counted == pytest.approx(ROUNDED[model.name][0], rel=0.03), model.name


def test_heads_and_lengths_which_no_count_shows(module: ModuleType) -> None:
    """H and, without a table of positions, T leave the number of parameters as it is."""
    seen = {m.name: (m.architecture.main.n_heads, m.architecture.max_len) for m in module.DECODERS}
    assert seen == {
        "gpt": (12, 512), "gpt2": (12, 1024), "gpt2-medium": (16, 1024), "gpt2-large": (20, 1024),
        "gpt2-xl": (25, 1024), "gpt3": (96, 2048), "llama-7b": (32, 2048), "llama-13b": (40, 2048),
        "llama-33b": (52, 2048), "llama-65b": (64, 2048), "llama-2-7b": (32, 4096),
        "llama-2-13b": (40, 4096), "llama-2-70b": (64, 4096), "llama-3-8b": (32, 8192),
        "llama-3-70b": (64, 8192), "llama-3.1-405b": (128, 131072), "llama-3.2-1b": (32, 131072),
        "llama-3.2-3b": (24, 131072), "mistral-7b": (32, 8192), "mpt-7b": (32, 2048),
        "mpt-30b": (64, 8192), "gpt-neo-125m": (12, 2048), "gpt-neo-1.3b": (16, 2048),
        "gpt-neo-2.7b": (20, 2048), "gpt-neox-20b": (64, 2048), "pythia-160m": (12, 2048),
        "pythia-1.4b": (16, 2048), "bloom": (112, 2048), "gemma-2b": (8, 8192),
        "gemma-7b": (16, 8192),
    }  # fmt: skip

"""Lesson 16: its claims hold when computed another way."""

import numpy as np

from tests.key_variables.published_counts import COUNTS
from tests.key_variables.real_models import Case, counted_flops
from tinytf.config import Config
from tinytf.key_variables import Lengths
from tinytf.models import PRESETS

from .golden_text import finished

STEM = "16_key_variables_of_a_new_model"


def test_the_invented_model_counted_tensor_by_tensor() -> None:
    variables = finished(STEM)[0]
    shapes = [(50304, 2048), (2048,)]  # the table, the last norm
    for _ in range(24):
        shapes += [(2048, 2048)] * 4 + [(2048, 5504)] * 2 + [(5504, 2048)] + [(2048,)] * 2
    assert sum(int(np.prod(shape)) for shape in shapes) == variables["exact"]
    assert sum(variables["parts"].values()) == variables["exact"] == 1_317_373_952


def test_rule_over_exact_with_published_numbers() -> None:
    variables = finished(STEM)[0]
    rule = {
        "gpt2": 12 * 12 * 768**2 + 50257 * 768,
        "llama-7b": 12 * 32 * 4096**2 + 32000 * 4096,
        "llama-3-8b": 12 * 32 * 4096**2 + 128256 * 4096,
        "gemma-2b": 12 * 18 * 2048**2 + 256000 * 2048,
    }
    printed = finished(STEM)[1]
    for name, value in rule.items():
        (line,) = (
            text for text in printed.splitlines() if text.startswith(f"{name}  ") and "." in text
        )
        assert abs(float(line.split()[-1]) - value / COUNTS[name][0]) < 0.006, name
    assert variables["names"][-1] == "gemma-2b"


def test_the_picture_shows_the_shares() -> None:
    printed = finished(STEM)[1]
    (line,) = (text for text in printed.splitlines() if text.startswith("gpt2  ") and "E" in text)
    table = (50257 + 1024) * 768
    assert line.count("E") == round(50 * table / 124_439_808)
    assert line.count("f") == round(50 * 56_669_184 / 124_439_808)


def test_scores_cost_more_than_matrices_from_six_d_on() -> None:
    """Counted in real products: D = 16, F = 4 D, so the two are equal at T = 96."""
    gpt = Config(2, 16, 200, 4, 64, 1, **PRESETS["gpt"])

    def scores(length: int) -> int:
        case = Case("decoder", gpt, Lengths(target=length), 1)
        matrices_and_head = 2 * length * (12 * 16**2 + 2 * 16)
        return counted_flops(case, backward=False) - matrices_and_head

    assert scores(96) == 96 * 24 * 16**2
    assert scores(95) < 95 * 24 * 16**2
    assert scores(192) == 4 * scores(96)


def test_keys_and_values_of_a_token() -> None:
    rows = finished(STEM)[0]["rows"]
    per_token = [row[2] for row in rows]
    assert per_token == [2 * 2 * 24 * 2048, 2 * 2 * 32 * 4096, 2 * 2 * 32 * 1024, 2 * 2 * 80 * 1024]
    assert rows[0][3] == 2 * 1_317_373_952 // per_token[0]
    assert rows[1][3] == 2 * COUNTS["llama-7b"][0] // per_token[1]

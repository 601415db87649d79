"""The lines are the run's numbers, the picture says what they are, and is the same every time."""

import dataclasses
import re
import xml.etree.ElementTree as ET
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

NEEDED = "needs matplotlib, the extra `plot`"


def a_run(
    module: ModuleType, seed: int = 0, n: int = 40, name: str = "run", **measured: Any
) -> Any:
    """Random numbers for n steps; what is measured, every fifth step only."""
    rng = np.random.default_rng(seed)
    known = np.where(np.arange(n) % 5 == 4, 1.0, np.nan)
    return module.RunCurves(
        name,
        np.arange(1.0, n + 1),
        rng.uniform(1, 5, n),
        rng.uniform(1, 5, n) * known,
        np.exp(rng.normal(size=n)),
        rng.uniform(0, 1e-3, n),
        {key: values * known for key, values in measured.items()},
    )


def draw(module: ModuleType, *runs: Any, unit: str = "nats per token") -> ET.Element:
    """The picture as XML."""
    pytest.importorskip("matplotlib", reason=NEEDED)
    picture = module.draw_curves(runs, "title", unit, "svg")
    # No namespaces in the tags, so that they can be read.
    return ET.fromstring(re.sub(rb' xmlns="[^"]*"', b"", picture))


def texts(picture: ET.Element) -> list[str]:
    return ["".join(text.itertext()).strip() for text in picture.iter("text")]


def lines(picture: ET.Element, panel: int, colour: str) -> list[tuple[dict[str, str], np.ndarray]]:
    """The curves of a panel in a colour: their style, and their points (N, 2) in the picture."""
    (axes,) = (g for g in picture.iter("g") if g.get("id") == f"axes_{panel}")
    found = []
    for group in axes.findall("g"):
        path = group.find("path")
        if not str(group.get("id")).startswith("line2d") or path is None:
            continue
        style = dict(part.split(": ") for part in str(path.get("style")).split("; "))
        if style.get("stroke") == colour.lower():
            points = re.findall(r"[ML] (\S+) (\S+)", str(path.get("d")))
            found.append((style, np.array(points, dtype=float)))
    return found


def assert_line_is(points: np.ndarray, step: np.ndarray, values: np.ndarray) -> None:
    """The points are the numbers, moved and stretched: to the right and upwards (y falls)."""
    assert len(points) == len(step), f"expected {len(step)} points, got {len(points)}"
    for drawn, numbers, sign in ((points[:, 0], step, 1), (points[:, 1], values, -1)):
        slope, start = np.polyfit(numbers, drawn, 1)
        assert sign * slope > 0
        np.testing.assert_allclose(drawn, slope * numbers + start, atol=1e-3)


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30), st.integers(0, 40))
def test_running_mean_is_that_of_the_neighbours(
    module: ModuleType, numbers: list[float], reach: int
) -> None:
    values = np.array(numbers)
    expected = [values[max(0, i - reach) : i + reach + 1].mean() for i in range(len(values))]
    np.testing.assert_allclose(module.running_mean(values, reach), expected, atol=1e-9)


def test_colours_are_for_every_eye(module: ModuleType) -> None:
    """Okabe and Ito's, as published: https://jfly.uni-koeln.de/color/."""
    published = {
        "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
    }  # fmt: skip
    assert len(set(module.COLOURS)) == module.MAX_RUNS
    assert set(module.COLOURS) <= published


def test_wrong_number_of_runs(module: ModuleType) -> None:
    pytest.importorskip("matplotlib", reason=NEEDED)
    for n in (0, 8):
        with pytest.raises(ValueError, match=rf"^runs: expected 1 to 7, got {n}$"):
            module.draw_curves([a_run(module)] * n, "t", "nats", "svg")


def test_lines_are_the_numbers_of_one_run(module: ModuleType) -> None:
    run = a_run(module, n=100, BLEU=np.linspace(3, 40, 100) ** 1.1)
    picture = draw(module, run)
    known = np.isfinite(run.validation_loss)
    (every, pale), (mean, strong) = (
        (points, style) for style, points in lines(picture, 1, module.COLOURS[0])
    )
    assert pale["stroke-opacity"] == "0.3"
    assert "stroke-opacity" not in strong
    assert_line_is(every, run.step, run.loss)
    assert_line_is(mean, run.step, module.running_mean(run.loss, 1))
    ((_, validation),) = lines(picture, 1, module.COLOURS[1])
    assert_line_is(validation, run.step[known], run.validation_loss[known])
    # One scale for training and validation: a point of each with the same numbers coincides.
    slope, start = np.polyfit(run.loss, every[:, 1], 1)
    np.testing.assert_allclose(
        validation[:, 1], slope * run.validation_loss[known] + start, atol=1e-3
    )
    (_, norms), _ = lines(picture, 2, module.COLOURS[0])
    assert_line_is(norms, run.step, np.log(run.grad_norm))
    ((_, rates),) = lines(picture, 3, module.COLOURS[0])
    assert_line_is(rates, run.step, run.learning_rate)
    ((_, bleu),) = lines(picture, 4, module.COLOURS[1])
    assert_line_is(bleu, run.step[known], run.measured["BLEU"][known])


def test_lines_are_the_numbers_of_each_run(module: ModuleType) -> None:
    share = np.random.default_rng(3).uniform(size=40)
    runs = [a_run(module, seed, name=f"run {seed}", accuracy=share) for seed in (0, 1, 2)]
    picture = draw(module, *runs)
    for run, colour in zip(runs, module.COLOURS, strict=False):
        known = np.isfinite(run.validation_loss)
        (_, training), (style, validation) = lines(picture, 1, colour)
        assert_line_is(training, run.step, run.loss)
        assert "stroke-dasharray" in style
        assert_line_is(validation, run.step[known], run.validation_loss[known])
        ((_, measured),) = lines(picture, 4, colour)
        assert_line_is(measured, run.step[known], share[known])
    shown = texts(picture)
    for run in runs:
        assert {f"training: {run.name}", f"validation: {run.name}"} <= set(shown)


def test_it_says_what_the_axes_and_lines_are(module: ModuleType) -> None:
    n, share = 200, np.full(200, 0.5)
    shown = texts(draw(module, a_run(module, n=n, accuracy=share, macro_f1=share, BLEU=40 * share)))
    expected = [
        "title", "step", "loss (nats per token)", "gradient norm", "before clipping",
        "learning rate", "training (mean of 5 steps)", "validation", "measured", "accuracy",
        "macro_f1", "BLEU",
    ]  # fmt: skip
    assert not set(expected) - set(shown), shown
    assert "loss" in texts(draw(module, a_run(module), unit=""))


def test_shares_have_one_panel_and_other_measures_one_each(module: ModuleType) -> None:
    share = np.linspace(0, 1, 40)
    run = a_run(module, BLEU=40 * share, accuracy=share, pearson=share - 0.5, macro_f1=share)
    picture = draw(module, run)
    panels = [g for g in picture.iter("g") if str(g.get("id")).startswith("axes_")]
    named = [set(texts(panel)) & {"accuracy", "BLEU", "pearson", "macro_f1"} for panel in panels]
    assert named == [set(), set(), set(), {"accuracy", "macro_f1"}, {"BLEU"}, {"pearson"}]


def test_what_was_never_a_number_has_no_panel(module: ModuleType) -> None:
    picture = draw(module, a_run(module, pearson=np.full(40, np.nan)))
    assert "pearson" not in texts(picture)
    assert len([g for g in picture.iter("g") if str(g.get("id")).startswith("axes_")]) == 3


def test_a_run_without_validation_and_one_of_a_single_step(module: ModuleType) -> None:
    run = dataclasses.replace(a_run(module), validation_loss=np.full(40, np.nan))
    assert "validation" not in texts(draw(module, run))
    picture = draw(module, a_run(module, n=1))
    (axes,) = (g for g in picture.iter("g") if g.get("id") == "axes_1")
    assert axes.findall("g/g/use"), "expected a marker where a line has one point"

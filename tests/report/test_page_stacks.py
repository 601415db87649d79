"""Reports as `tinytf report` writes them, in a real browser: one of each stack."""

import json
from pathlib import Path

import pytest

from tests.report.browser import Browser
from tests.report.conftest import STACKS
from tests.report.test_page_layout import PANELS, SIZES, look

# Every step at both sizes takes a quarter of a minute for each stack.
EVERY_STEP = [pytest.param(stack, marks=pytest.mark.slow) for stack in STACKS]


@pytest.mark.parametrize("stack", STACKS)
def test_the_self_test_passes_and_the_page_is_silent(
    browser: Browser, files: dict[str, Path], stack: str
) -> None:
    browser.open(files[stack], "#selftest")
    result = json.loads(browser.run("byId('selftest').textContent"))
    assert result["failures"] == []
    assert result["passed"]
    assert result["steps"] == browser.run("report.steps.length") > 80
    assert result["products"] > 20_000
    assert result["partial"] == 0, "a tiny model is shown whole"
    assert browser.problems() == []
    assert len(browser.requests()) == 1


@pytest.mark.parametrize("stack", STACKS)
def test_every_gradient_of_an_equation_carries_its_check(
    browser: Browser, files: dict[str, Path], stack: str
) -> None:
    browser.open(files[stack])
    checks = browser.run("Object.values(report.tensors).map((one) => one.check?.error ?? null)")
    errors = [float(error) for error in checks if error is not None]
    assert len(errors) > 50
    assert max(errors) < 1e-8


@pytest.mark.parametrize("stack", EVERY_STEP)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_no_text_is_cut_off_or_covered(
    browser: Browser, files: dict[str, Path], stack: str, size: tuple[int, int]
) -> None:
    browser.resize(*size)
    browser.open(files[stack])
    places = [f"goTo({n})" for n in range(browser.run("report.steps.length"))]
    problems = {}
    for place in [*places, *(f"change({{panel: '{panel}'}})" for panel in PANELS)]:
        browser.run(place)
        if found := look(browser)["problems"]:
            problems[place] = found
    assert problems == {}


@pytest.mark.parametrize("stack", EVERY_STEP)
def test_the_right_arrow_alone_walks_through_the_whole_step(
    browser: Browser, files: dict[str, Path], stack: str
) -> None:
    browser.open(files[stack])
    n_steps = browser.run("report.steps.length")
    seen = []
    for _ in range(n_steps):
        seen.append(browser.run("document.getElementById('step-title').textContent"))
        browser.press("ArrowRight")
    assert seen == browser.run("report.steps.map((step) => step.title)")
    assert browser.problems() == []

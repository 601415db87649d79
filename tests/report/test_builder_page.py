"""Reports of real training steps in a browser: the page remakes every number that it shows."""

import json

import pytest

from tests.report.conftest import Opener
from tests.report.steps import traced
from tinytf.report import check_step
from tinytf.report.build import LIMITS, report_within
from tinytf.report.layout import Limits

REPORTS = {
    "gpt": Limits(),
    "llama, one key head": Limits(),
    "translator, dropout": Limits(),
    "bert": Limits(),
    "answerer": Limits(),
    "large mpt": LIMITS[1],
    "large bert": LIMITS[-1],
}
LONG = {
    "llama, one key head",
    "translator, dropout",
    "answerer",
    "large mpt",
    "large bert",
}  # with `pytest -m slow`


@pytest.mark.parametrize(
    "name",
    [pytest.param(one, marks=pytest.mark.slow) if one in LONG else one for one in REPORTS],
)
def test_the_page_remakes_every_number(name: str, open_report: Opener) -> None:
    step, limits = traced(name), REPORTS[name]
    errors, _ = check_step(step)
    report = report_within(step, errors, limits)
    browser = open_report(report, "#selftest")
    found = json.loads(browser.run("document.getElementById('selftest').textContent"))
    assert found["passed"], found["failures"][:5]
    assert found["steps"] == len(report["steps"])
    n_sums = sum(one["sum"] is not None for one in report["steps"])
    assert found["rows"] == n_sums + sum(len(one["rows"]) for one in report["steps"])
    assert found["products"] > found["cells"] > 1000
    partial = [row for one in report["steps"] for row in one["rows"]
               if row.get("options", {}).get("partial")]  # fmt: skip
    assert found["partial"] == len(partial)
    assert (len(partial) > 0) == (limits != Limits())
    assert browser.problems() == []
    assert len(browser.requests()) == 1

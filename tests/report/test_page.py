"""The page in a real browser: its self-test, its safety, and that it asks for nothing."""

import json
from typing import Any

import numpy as np
import pytest

from tests.report.conftest import Opener
from tests.report.gallery import gallery
from tests.report.sample_report import sample_report
from tests.report.sheet import decoded, encoded

REPORTS = {"sample": sample_report, "gallery": gallery}


def self_test(open_report: Opener, report: dict[str, Any]) -> dict[str, Any]:
    browser = open_report(report, "#selftest")
    text = browser.run("document.getElementById('selftest').textContent")
    result: dict[str, Any] = json.loads(text)
    return result


@pytest.mark.parametrize("name", REPORTS)
def test_the_self_test_makes_every_number_again(open_report: Opener, name: str) -> None:
    report = REPORTS[name]()
    result = self_test(open_report, report)
    assert result["failures"] == []
    assert result["passed"]
    assert result["steps"] == len(report["steps"])
    sums = sum(step["sum"] is not None for step in report["steps"])
    assert result["rows"] == sum(len(step["rows"]) for step in report["steps"]) + sums
    shapes = [
        report["arrays"][report["tensors"][row["out"]["tensor"]]["array"]]["shape"]
        for step in report["steps"]
        for row in step["rows"]
        if "partial" not in row.get("options", {})
    ]
    assert result["cells"] >= sum(rows * cols for rows, cols in shapes)
    assert result["worst"]["error"] < 1e-6


def test_an_equation_that_was_cropped_is_counted_as_partial(open_report: Opener) -> None:
    assert self_test(open_report, gallery())["partial"] == 1


def all_equations() -> list[tuple[int, str]]:
    return [(n, step["title"]) for n, step in enumerate(gallery()["steps"])]


def test_one_wrong_number_in_any_equation_is_found(open_report: Opener) -> None:
    """One cell of every result is made wrong by a ten-thousandth: each must be reported, alone."""
    report = gallery()
    rng = np.random.default_rng(5)
    expected = {}
    for step in report["steps"]:
        out = step["rows"][0]["out"]["tensor"]
        if "partial" in step["rows"][0].get("options", {}):
            continue
        value = decoded(report["arrays"][out])
        usable = np.argwhere(
            np.isfinite(value) & (np.abs(value) > 0.2 * np.abs(value[np.isfinite(value)]).max())
        )
        i, j = usable[rng.integers(len(usable))]
        value[i, j] += 1e-3 * (1 + abs(value[i, j]))
        report["arrays"][out] = encoded(value)
        expected[step["id"]] = [i, j]
    result = self_test(open_report, report)
    assert not result["passed"]
    assert result["failed"] == len(expected)
    found = {failure["step"]: failure["cell"] for failure in result["failures"]}
    assert found == {step: expected[step] for step in found}
    assert len(found) == min(len(expected), 50)


def test_a_wrong_sum_of_contributions_is_found(open_report: Opener) -> None:
    report = sample_report()
    value = decoded(report["arrays"]["d x after 2"])
    value[2, 1] *= 1.001
    report["arrays"]["d x after 2"] = encoded(value)
    result = self_test(open_report, report)
    wrong = {(failure["kind"], tuple(failure["cell"])) for failure in result["failures"]}
    assert wrong == {("add", (2, 1))}
    assert result["failed"] == 2, "once as 'now', once as 'before' of the next contribution"


def test_not_a_number_never_passes(open_report: Opener) -> None:
    report = sample_report()
    value = decoded(report["arrays"]["q"])
    value[0, 0] = np.nan
    report["arrays"]["q"] = encoded(value)
    assert not self_test(open_report, report)["passed"]


def test_operands_in_the_wrong_order_or_not_transposed_are_found(open_report: Opener) -> None:
    report = sample_report()
    back = next(step for step in report["steps"] if step["title"] == "Project to queries backward")
    back["rows"][0]["operands"][1]["transposed"] = False
    result = self_test(open_report, report)
    assert {failure["step"] for failure in result["failures"]} == {back["id"]}


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_is_asked_of_the_network_and_the_console_is_silent(
    open_report: Opener, name: str
) -> None:
    report = REPORTS[name]()
    browser = open_report(report)
    for _ in report["steps"]:
        browser.press("ArrowRight")
    for panel in ("attention", "flow", "notes"):
        browser.run(f"change({{panel: '{panel}'}})")
    assert browser.problems() == []
    requests = browser.requests()
    assert len(requests) == 1, f"expected the page's own file alone, got {requests}"
    assert requests[0].startswith("file://")


def test_the_check_of_requests_and_console_sees_one(open_report: Opener) -> None:
    """Proof that the test above can fail: something is asked for, and the policy forbids it."""
    browser = open_report(sample_report())
    browser.run("new Image().src = 'file:///nowhere.png'")
    assert any("Content Security Policy" in problem for problem in browser.problems())


HOSTILE = [
    "</script><img src=x onerror=alert(1)>",
    "<!--<script>",
    "]]>--></title></style><script>document.title='owned'</script>",
    "@@DATA@@ @@SCRIPT@@ ${1+1} {{x}}",
    "\u202edesrever \u2028 \0 '\"`",
]


def hostile_report() -> dict[str, Any]:
    """The sample, with hostile texts wherever a report has a text."""
    report = sample_report()
    n = 0

    def poisoned(text: str) -> str:
        nonlocal n
        n += 1
        return f"{text}{HOSTILE[n % len(HOSTILE)]}"

    report["title"], report["model"] = poisoned(report["title"]), poisoned(report["model"])
    for labels in report["labels"].values():
        labels[:] = [poisoned(label) for label in labels]
    for text in report["header"]["texts"]:
        text["label"], text["tokens"] = poisoned("x"), [poisoned(t) for t in text["tokens"]]
    report["header"]["notes"] = list(HOSTILE)
    for tensor in report["tensors"].values():
        for field in ("title", "name", "row_axis", "col_axis"):
            tensor[field] = poisoned(tensor[field])
    for node in report["map"]["nodes"]:
        node["label"] = poisoned(node["label"])
    for step in report["steps"]:
        step["title"], step["words"] = poisoned(step["title"]), poisoned(step["words"])
        step["group"] = poisoned(step["phase"])
        step["source"] = {"where": poisoned(""), "lines": list(HOSTILE)}
        for row in step["rows"]:
            row["formula"] = poisoned(row["formula"])
    for entry in [*report["attention"], *report["flow"]]:
        field = "where" if "where" in entry else "layer"
        entry[field] = poisoned("layer") if field == "layer" else poisoned("decoder")
    return report


def test_hostile_texts_are_shown_and_nothing_of_them_runs(open_report: Opener) -> None:
    report = hostile_report()
    browser = open_report(report)
    count = "[document.images.length, document.scripts.length, document.title]"
    n_images, n_scripts, title = browser.run(count)
    assert (n_images, n_scripts) == (0, 2), "the data and the page's own script"
    assert title == report["title"]
    text = browser.run("document.body.textContent")
    for hostile in HOSTILE[:4]:
        assert hostile in text
    for _ in report["steps"]:
        browser.press("ArrowRight")
    for panel in ("attention", "flow", "notes"):
        browser.run(f"change({{panel: '{panel}'}})")
    assert browser.run(count) == [n_images, n_scripts, title]
    assert browser.problems() == []
    assert len(browser.requests()) == 1
    shown = browser.run("byId('panel-notes').textContent")
    assert all(hostile in shown for hostile in HOSTILE[:4])
    assert "\\u202edesrever \\u2028 \\u0000 '\"`" in shown, "what cannot be seen, by its code"


def test_a_label_of_another_direction_leaves_the_numbers_beside_it_alone(
    open_report: Opener,
) -> None:
    report = sample_report()
    hebrew = "\u05d0\u05d1\u05d2"
    report["labels"]["T"][:] = [f"{n} {hebrew}" for n in range(4)]
    browser = open_report(report, "#s=2")
    line = browser.run("document.querySelector('.arithmetic').textContent")
    assert f"\u2068{browser.run('drawnEquations[0].chosen')[0]} {hebrew}\u2069, " in line
    # where on the line the result stands: at its right end, as it does beside plain labels
    right = browser.run("""(() => {
        const node = document.querySelector('.arithmetic').firstChild;
        const box = (from, to) => {
            const range = document.createRange();
            range.setStart(node, from), range.setEnd(node, to);
            return range.getBoundingClientRect();
        };
        const end = node.data.length;
        return box(end - 2, end).left >= box(0, end - 2).right - 1;
    })()""")
    assert right

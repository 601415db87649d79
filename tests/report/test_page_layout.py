"""At two window sizes, no text is cut off and none lies over another: measured in the page."""

from pathlib import Path
from typing import Any

import pytest

from tests.report.browser import Browser
from tests.report.conftest import Opener
from tests.report.gallery import gallery
from tests.report.sample_report import sample_report
from tests.report.test_page import hostile_report

SIZES = [(1360, 960), (800, 600)]
CHECK = (Path(__file__).parent / "layout_check.js").read_text(encoding="utf-8")
REPORTS = {"sample": sample_report, "gallery": gallery, "hostile": hostile_report}
# Hostile texts are the longest: the small window is the harder one for them.
CASES = [("sample", SIZES[0]), ("sample", SIZES[1]), ("gallery", SIZES[0]), ("hostile", SIZES[1])]
PANELS = ("attention", "flow", "notes")
ELLIPSIS = "display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap"
SIDEWAYS = "flex-wrap:nowrap;overflow-x:auto;width:190px"


def look(browser: Browser) -> dict[str, Any]:
    result: dict[str, Any] = browser.run(CHECK)
    return result


@pytest.mark.parametrize(("name", "size"), CASES, ids=str)
def test_no_text_is_cut_off_or_covered(
    open_report: Opener, name: str, size: tuple[int, int]
) -> None:
    report = REPORTS[name]()
    browser = open_report(report)
    browser.resize(*size)
    problems = {}
    places = [f"goTo({n})" for n in range(len(report["steps"]))]
    for place in [*places, *(f"change({{panel: '{panel}'}})" for panel in PANELS)]:
        browser.run(place)
        found = look(browser)
        assert found["texts"] > 20, f"{place}: expected texts on the page, got {found['texts']}"
        if found["problems"]:
            problems[place] = found["problems"]
    assert problems == {}


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_page_itself_never_scrolls(open_report: Opener, size: tuple[int, int]) -> None:
    browser = open_report(sample_report(), "#s=20")
    browser.resize(*size)
    scroll = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert browser.run(scroll) == list(size)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("byId('count').style.marginLeft = '-60px'", "overlap"),
        (
            "byId('losses').style.cssText = 'flex:none;width:9px;white-space:pre'",
            "sticks out",
        ),
        (
            "document.querySelector('.formula').style.cssText = 'height:8px;margin-bottom:-30px'",
            "overlap",
        ),
        (
            "byId('losses').style.cssText = 'width:30px;white-space:nowrap;overflow:hidden'",
            "cut off",
        ),
        # the faults of a page that shortened its texts: labels, the header, what scrolls
        (
            f"document.querySelector('.pill-label').style.cssText = '{ELLIPSIS};width:20px'",
            "shortened",
        ),
        (
            f"document.querySelector('#texts span').style.cssText = '{ELLIPSIS};width:60px'",
            "shortened",
        ),
        (
            f"byId('map-parameters').style.cssText = '{SIDEWAYS};flex: none';"
            "byId('map-parameters').scrollLeft = 9",
            "cut in half: parameters:",
        ),
        ("byId('map-scroll').style.width = '145px'", "cut in half"),
    ],
)
def test_the_check_of_the_layout_sees_a_broken_one(
    open_report: Opener, change: str, expected: str
) -> None:
    browser = open_report(sample_report(), "#s=2")
    assert look(browser)["problems"] == []
    browser.run(change)
    assert any(expected in problem for problem in look(browser)["problems"])

"""Keys pressed for real: each does what the footer says, and the keyboard alone reaches all."""

from typing import Any

import pytest

from tests.report.browser import Browser
from tests.report.conftest import Opener
from tests.report.gallery import gallery
from tests.report.sample_report import sample_report


def step_id(browser: Browser) -> int:
    return int(browser.run("currentStep().id"))


def shown_title(browser: Browser) -> str:
    return str(browser.run("document.getElementById('step-title').textContent"))


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return sample_report()


@pytest.fixture
def page(open_report: Opener, report: dict[str, Any]) -> Browser:
    return open_report(report)


def first(report: dict[str, Any], phase: str) -> dict[str, Any]:
    return next(step for step in report["steps"] if step["phase"] == phase)


def test_right_and_left_walk_through_every_step(page: Browser, report: dict[str, Any]) -> None:
    steps = report["steps"]
    for step in steps:
        assert shown_title(page) == step["title"]
        current = page.run("document.querySelector('#steps [aria-current]').textContent")
        assert current == step["title"]
        page.press("ArrowRight")
    assert step_id(page) == steps[-1]["id"], "at the last step, right stays there"
    for step in reversed(steps):
        assert step_id(page) == step["id"]
        page.press("ArrowLeft")
    assert step_id(page) == steps[0]["id"]


def address_after_a_while(browser: Browser) -> str:
    browser.run("new Promise((done) => setTimeout(done, 2 * ADDRESS_DELAY))")
    return str(browser.run("location.hash"))


def test_the_address_follows_without_filling_the_history(page: Browser) -> None:
    entries = page.run("history.length")
    for _ in range(4):
        page.press("ArrowRight")
    assert address_after_a_while(page) == "#s=4"
    page.run("change({panel: 'flow'})")
    assert address_after_a_while(page) == "#s=4&panel=flow"
    assert page.run("history.length") == entries


def test_end_and_home(page: Browser, report: dict[str, Any]) -> None:
    page.press("End")
    assert shown_title(page) == report["steps"][-1]["title"]
    page.press("Home")
    assert shown_title(page) == report["steps"][0]["title"]


@pytest.mark.parametrize("phase", ["forward", "loss", "backward", "update"])
@pytest.mark.parametrize("upper", [False, True])
def test_a_letter_jumps_to_its_phase(
    page: Browser, report: dict[str, Any], phase: str, upper: bool
) -> None:
    page.press("ArrowRight")
    page.press(phase[0].upper() if upper else phase[0])
    assert step_id(page) == first(report, phase)["id"]
    assert page.run("document.querySelector('.badge').textContent") == phase


def test_p_goes_to_the_twin_and_back(page: Browser, report: dict[str, Any]) -> None:
    step = next(one for one in report["steps"] if one["title"] == "Project to queries")
    page.run(f"goTo({step['id']})")
    page.press("p")
    assert shown_title(page) == "Project to queries backward"
    page.press("p")
    assert shown_title(page) == "Project to queries"


def numbers_shown(browser: Browser) -> list[str]:
    found: list[str] = browser.run(
        "[...document.querySelectorAll('#panel-step tbody td')].map((cell) => cell.textContent)"
    )
    return found


def test_n_takes_the_numbers_away_and_leaves_the_minus_signs(page: Browser) -> None:
    before = numbers_shown(page)
    page.press("n")
    without = numbers_shown(page)
    signs = {"-": "\u2212", "0": "\u00b7", "+": ""}
    kind = ["-" if text.startswith("\u2212") else "0" if text == "0" else "+" for text in before]
    assert without == [signs[one] for one in kind]
    assert {"-", "+"} <= set(kind)
    assert page.run("byId('numbers').checked") is False
    page.press("n")
    assert numbers_shown(page) == before


def test_the_switch_turns_letters_off_and_leaves_the_other_keys(page: Browser) -> None:
    page.run("byId('letters').focus()")
    page.press(" ")
    assert page.run("state.letters") is False
    for letter in "flbupn":
        page.press(letter)
    assert step_id(page) == 0
    assert page.run("state.numbers") is True
    page.press("ArrowRight")
    assert step_id(page) == 1
    page.run("byId('letters').focus()")
    page.press(" ")
    page.press("u")
    assert page.run("currentStep().phase") == "update"


def test_arrows_inside_a_matrix_choose_cells_and_not_steps(page: Browser) -> None:
    page.run("goTo(2)")
    page.run("drawnEquations[0].result.cells[0][0].focus()")
    place = "drawnEquations[0].chosen"
    for key, expected in [
        ("ArrowRight", [0, 1]),
        ("ArrowDown", [1, 1]),
        ("ArrowLeft", [1, 0]),
        ("ArrowLeft", [1, 0]),
        ("ArrowUp", [0, 0]),
        ("ArrowUp", [0, 0]),
    ]:
        page.press(key)
        assert page.run(place) == expected, key
        assert step_id(page) == 2
    said = page.run("document.querySelector('.arithmetic').textContent")
    assert said.startswith("q[0 <bos>, 0] = ")
    ringed = """drawnEquations[0].sources.map((matrix) => matrix.ring.map(
        (cell) => [cell.parentNode.sectionRowIndex, cell.cellIndex - 1]))"""
    row, column = page.run(ringed)
    assert row == [[0, k] for k in range(4)]
    assert column == [[k, 0] for k in range(4)]
    assert page.run("document.querySelectorAll('.ringed').length") == 8


def test_escape_leaves_a_matrix_so_that_arrows_change_the_step_again(page: Browser) -> None:
    page.run("drawnEquations[0].result.cells[0][0].focus()")
    page.press("Escape")
    page.press("ArrowRight")
    assert step_id(page) == 1


def test_a_click_chooses_a_cell(page: Browser) -> None:
    page.run("goTo(2)")
    box = page.run(
        "(({x, y}) => [x, y])(drawnEquations[0].result.cells[2][3].getBoundingClientRect())"
    )
    page.click(box[0] + 5, box[1] + 5)
    assert page.run("drawnEquations[0].chosen") == [2, 3]


def test_the_sum_follows_the_cell_of_the_contribution(
    page: Browser, report: dict[str, Any]
) -> None:
    step = next(one for one in report["steps"] if one["title"] == "Project to queries backward")
    page.run(f"goTo({step['id']})")
    page.run("drawnEquations[0].result.cells[3][2].focus()")
    assert page.run("drawnEquations[1].chosen") == [3, 2]
    chips = page.run("[...document.querySelectorAll('.chip')].map((chip) => chip.textContent)")
    assert chips == ["\u2713 via the residual", "via q (now)", "via k", "via v"]
    notes = page.run("[...document.querySelectorAll('.sum .meta')].map((one) => one.textContent)")
    assert "before (1 of 4)" in notes
    assert "now (2 of 4, not final)" in notes
    ranges = page.run("[...document.querySelectorAll('.sum .scale')].map((one) => one.textContent)")
    assert len(ranges) == 3
    assert len(set(ranges)) == 1, "before, this and now share one colour scale"


def test_a_deep_link_opens_its_step_and_panel(open_report: Opener) -> None:
    browser = open_report(sample_report(), "#s=18")
    assert step_id(browser) == 18
    browser.run("location.hash = '#s=5'")
    browser.run("new Promise((done) => setTimeout(done, 50))")
    assert shown_title(browser) == sample_report()["steps"][5]["title"]
    browser = open_report(sample_report(), "#s=7&panel=attention")
    assert step_id(browser) == 7
    assert browser.run("byId('panel-attention').hidden") is False
    assert step_id(open_report(sample_report(), "#s=999")) == 0, "no such step: the first"


def test_ctrl_and_alt_leave_the_letters_to_the_browser(page: Browser) -> None:
    page.send("Input.dispatchKeyEvent", type="rawKeyDown", key="u", code="KeyU", modifiers=2)
    page.send("Input.dispatchKeyEvent", type="keyUp", key="u", code="KeyU", modifiers=2)
    assert step_id(page) == 0


# What can be used, and whether the Tab key or a group's arrow keys come to it.
INTERACTIVE = (
    "[...document.querySelectorAll('a, button, input, td[role=gridcell], [tabindex=\"0\"]')]"
    ".filter((one) => one.checkVisibility() && !one.disabled)"
)


def reached_by_keyboard(browser: Browser) -> set[int]:
    """Indices into window.everything of what Tab, and the arrows in each group, come to."""
    browser.run(f"window.everything = {INTERACTIVE}; document.activeElement.blur(); 0")
    here = "everything.indexOf(document.activeElement)"
    reached: set[int] = set()
    order: list[int] = []
    for _ in range(browser.run("everything.length") + 5):
        browser.press("Tab")
        at = browser.run(here)
        if at in order:
            break
        order.append(at)
    for at in [one for one in order if one >= 0]:
        browser.run(f"everything[{at}].focus()")
        reached |= walk(browser, here)
    return reached


def walk(browser: Browser, here: str) -> set[int]:
    """All that the arrow keys come to from where the focus is; a page's own arrows do not count."""
    inside = "Boolean(document.activeElement.closest('[role=grid], [data-members]'))"
    start = browser.run(here)
    if not browser.run(inside):
        return {start}
    seen = {start}
    grid = browser.run("Boolean(document.activeElement.closest('[role=grid]'))")
    for there, back in (("ArrowDown", "ArrowUp"), ("ArrowUp", "ArrowDown")):
        while True:
            before = browser.run(here)
            seen |= sideways(browser, here) if grid else {before}
            browser.press(there)
            if browser.run(here) == before:
                break
        assert back
    return seen


def sideways(browser: Browser, here: str) -> set[int]:
    seen = set()
    for key in ("ArrowLeft", "ArrowRight"):
        while (at := browser.run(here)) not in seen or key == "ArrowRight":
            seen.add(at)
            browser.press(key)
            if browser.run(here) == at:
                break
    return seen


@pytest.mark.parametrize("fragment", ["#s=2", "#s=20", "#s=2&panel=attention", "#s=2&panel=flow"])
def test_the_keyboard_alone_reaches_everything(open_report: Opener, fragment: str) -> None:
    browser = open_report(sample_report(), fragment)
    reached = reached_by_keyboard(browser)
    everything = browser.run(
        "everything.map((one) => one.getAttribute('aria-label') || one.textContent)"
    )
    missed = [text for n, text in enumerate(everything) if n not in reached]
    assert missed == []
    assert len(everything) > 40


def test_what_has_the_focus_is_seen_to_have_it(open_report: Opener) -> None:
    browser = open_report(sample_report(), "#s=2")
    style = """(({outlineStyle, outlineWidth}) => [outlineStyle, outlineWidth])(
        getComputedStyle(document.activeElement))"""
    for _ in range(25):
        browser.press("Tab")
        if browser.run("document.activeElement === document.body"):
            continue
        assert browser.run(style) == ["solid", "3px"], browser.run(
            "document.activeElement.outerHTML"
        )


def test_every_cell_and_every_matrix_says_what_it_is(open_report: Opener) -> None:
    for report in (sample_report(), gallery()):
        browser = open_report(report)
        for n in range(len(report["steps"])):
            browser.run(f"goTo({n})")
            bad = browser.run("""
                [...document.querySelectorAll('table.cells')].filter((table) => {
                  const labels = (selector) => [...table.querySelectorAll(selector)];
                  const columns = labels('thead th'), rows = labels('tbody th');
                  const cells = labels('tbody td');
                  const said = cells.every((one) => /, row .+, column .+: .+/.test(one.ariaLabel));
                  return !(said && columns.length * rows.length === cells.length
                    && [...columns, ...rows].every((one) => one.textContent !== '')
                    && /rows: .+; columns: .+/.test(table.ariaLabel));
                }).map((table) => table.ariaLabel)""")
            assert bad == [], report["steps"][n]["title"]

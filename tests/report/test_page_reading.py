"""What a reader trips over: numbers, signs and names on the pages of real reports."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.report.browser import Browser
from tests.report.conftest import Opener
from tests.report.sample_report import sample_report

SIZES = [(1360, 960), (800, 600)]


@pytest.fixture
def page(browser: Browser, files: dict[str, Path]) -> Browser:
    """The report of the fresh encoder-decoder."""
    browser.open(files["encoder-decoder"])
    return browser


def texts(page: Browser, selector: str) -> list[str]:
    script = f"[...document.querySelectorAll('{selector}')].map((one) => one.textContent)"
    found: list[str] = page.run(script)
    return found


def step_where(page: Browser, condition: str) -> None:
    """Go to the first step for which a condition on `step` holds."""
    index = page.run(f"report.steps.findIndex((step) => {condition})")
    assert index >= 0, condition
    page.run(f"goTo({index})")


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_header_shows_all_texts_whole(page: Browser, size: tuple[int, int]) -> None:
    page.resize(*size)
    shown = page.run(
        "[...document.querySelectorAll('#texts .text')].map((one) => ({"
        "text: one.textContent, cut: one.scrollWidth > one.clientWidth + 1 || "
        "one.getBoundingClientRect().right > innerWidth}))"
    )
    wanted = page.run("report.header.texts.map((one) => `${one.label} ${one.tokens.join(' ')}`)")
    assert [one["text"] for one in shown] == wanted
    assert not any(one["cut"] for one in shown)
    assert page.run("byId('texts').tabIndex") == 0, "a text of a page's length: by keyboard, too"


def test_losses_have_four_digits(open_report: Opener) -> None:
    report = sample_report()
    report["header"] |= {"loss_before": 7.5, "loss_after": 7.1772, "loss_predicted": 3.47}
    said = open_report(report).run("byId('losses').textContent")
    assert "7.500 \u2192 7.177 after" in said
    assert "first order: 3.470;" in said


def test_what_is_left_out_is_said_in_the_header(open_report: Opener) -> None:
    report = sample_report()
    assert open_report(report).run("byId('left-out').hidden") is True
    report["header"]["left_out"] = ["--text was cut: 5 of its 9 characters", "showing 4 of 8 heads"]
    browser = open_report(report)
    assert "--text was cut: 5 of its 9 characters" in browser.run("byId('left-out').textContent")
    browser.run("document.querySelector('#left-out button').click()")
    assert browser.run("byId('panel-notes').hidden") is False


def test_the_number_of_a_step_is_that_of_its_address(page: Browser) -> None:
    for step in (0, 18, page.run("report.steps.length - 1")):
        page.run(f"location.hash = '#s={step}'")
        page.run("new Promise((done) => setTimeout(done, 150))")
        assert page.run("byId('count').textContent").startswith(f"step {step} of ")
        assert page.run("location.hash") == f"#s={step}"


def test_a_single_number_has_no_brackets(page: Browser) -> None:
    lines = []
    for index in range(page.run("report.steps.length")):
        page.run(f"goTo({index})")
        lines += texts(page, ".arithmetic")
    assert len(lines) > 100
    odd = [line for line in lines if re.search(r"= \(\u2212[\d.e\u2212]+\)( \u2248|$)", line)]
    assert odd == []
    assert any(re.search(r" = \u2212", line) for line in lines)


def test_the_sign_of_a_sum_is_explained(page: Browser) -> None:
    step_where(page, "step.rows.some((row) => row.formula?.includes('\\u2295='))")
    assert any("\u2295= adds this to what other steps send" in one for one in texts(page, ".about"))
    assert any("\u2295=" in one for one in texts(page, "#panel-notes li"))


def test_an_update_follows_one_cell_through(page: Browser) -> None:
    step_where(page, "step.phase === 'update' && step.rows.length > 3")
    chosen = page.run("drawnEquations.map((one) => one.chosen)")
    assert chosen[0] == chosen[1]
    assert chosen[2] == chosen[3]
    for equation, cell in ((0, (0, 2)), (1, (0, 1))):
        page.run(f"drawnEquations[{equation}].result.cells[{cell[0]}][{cell[1]}].focus()")
        assert page.run("drawnEquations.map((one) => one.chosen)")[:2] == [list(cell)] * 2


def test_the_gradient_of_a_masked_share_is_shown(page: Browser) -> None:
    step_where(page, "step.words.includes('even where a mask hides')")
    index = page.run(
        "drawnEquations.findIndex((one) => one.out.about.name.includes('decoder') && "
        "one.out.title.includes('pattern'))"
    )
    corner = f"drawnEquations[{index}].result.cells[0].at(-1)"
    assert page.run(f"{corner}.className") == ""
    assert page.run(f"{corner}.textContent") not in ("", "0")
    softmax = "step.title.startsWith('Softmax') && step.phase === 'backward'"
    step_where(page, f"{softmax} && step.group === 'decoder layer 1, self-attention'")
    assert page.run("drawnEquations[0].result.view.mask !== null"), "scores stay hatched"


# --- gradient flow ---


def test_the_lines_of_the_flow_have_numbers_and_what_is_below_is_said(page: Browser) -> None:
    page.run("change({ panel: 'flow' })")
    labels = texts(page, ".flow:first-child .axis span")
    powers = [int(one.removeprefix("10").replace("\u2212", "-")) for one in labels]
    assert len(powers) >= 3
    rows: list[dict[str, Any]] = page.run(
        "[...document.querySelectorAll('.flow:first-child tr')].filter((row) => "
        "row.querySelector('.track')).map((row) => ({ value: "
        "row.querySelector('.number').textContent, track: row.querySelector('.track').textContent, "
        "lines: row.querySelectorAll('.lines span').length, "
        "over: row.querySelector('.track').lastChild?.className }))"
    )
    for row in rows:
        value = float(row["value"].replace("\u2212", "-"))
        below = 0 < value < 10.0 ** min(powers)
        assert ("below the scale" in row["track"]) == below, row
        if not below:
            assert row["lines"] == max(powers) - min(powers) + 1
            assert row["over"] == "lines"
    assert any("below the scale" in row["track"] for row in rows), "the keys' bias"


# --- attention ---


def test_the_attention_begins_where_the_reader_comes_from(page: Browser) -> None:
    for group in ("decoder layer 1, cross-attention", "encoder layer 1, self-attention"):
        step_where(page, f"step.group === '{group}'")
        page.run("change({ panel: 'attention' })")
        assert page.run(
            "byId('panel-attention').querySelector('.attention-large h3').textContent"
        ) in (
            f"{group.split(', ')[0]}, head 0, cross-attention",
            f"{group.split(', ')[0]}, head 0, self-attention",
        )
        assert group.rsplit(" ", 1)[-1].split("-")[0] in page.run(
            "document.querySelector('.attention-large h3').textContent"
        )
    page.run("change({ attention: 3 })")
    page.run("goTo(state.index + 1)")
    assert page.run("state.attention") == 3, "the head that the reader chose stays, in its layer"


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_large_map_is_in_sight_beside_many_heads(
    open_report: Opener, size: tuple[int, int]
) -> None:
    report = sample_report()
    first = report["attention"][0]
    layers = [first | {"layer": n, "where": f"decoder layer {n}"} for n in range(6)]
    report["attention"] = [one | {"head": head} for one in layers for head in range(4)]
    browser = open_report(report)
    browser.resize(*size)
    browser.run("change({ panel: 'attention', map: false })")
    top = browser.run(
        "document.querySelector('.attention-large .cells').getBoundingClientRect().top"
    )
    assert top < size[1] * 0.75
    if size[0] > 1000:
        sides = browser.run(
            "['.attention-maps', '.attention-large'].map((one) => "
            "document.querySelector(one).getBoundingClientRect())"
            ".map(({ left, right }) => [left, right])"
        )
        assert sides[0][1] <= sides[1][0]


def test_all_attention_maps_have_one_scale(page: Browser) -> None:
    for gradient in ("false", "true"):
        page.run(f"change({{ panel: 'attention', attentionGradient: {gradient} }})")
        shown = set()
        for place in range(page.run("report.attention.length")):
            page.run(f"change({{ attention: {place} }})")
            shown |= set(texts(page, "#panel-attention .scale"))
        assert len(shown) == 1, shown


# --- the map ---


def test_cross_attention_has_rows_and_names_of_its_own(page: Browser) -> None:
    nodes = page.run("report.map.nodes.filter((one) => !one.parameter)")
    of_layer = [one for one in nodes if one["group"] == "decoder.layers.1"]
    cross = [one for one in of_layer if ".cross_attn." in one["id"]]
    other = [one for one in of_layer if ".cross_attn." not in one["id"]]
    assert len(cross) > 8
    assert not {one["row"] for one in cross} & {one["row"] for one in other}
    labels = [one["label"] for one in of_layer]
    assert len(set(labels)) == len(labels)
    assert {"cross q", "cross pattern", "self v", "cross_attn.out"} <= set(labels)
    own = min(one["column"] for one in cross)
    assert own > max(one["column"] for one in of_layer if ".self_attn." in one["id"])
    all_labels = page.run(
        "report.map.nodes.filter((one) => one.parameter && one.group === 'decoder.layers.1')"
        ".map((one) => one.label)"
    )
    assert len(set(all_labels)) == len(all_labels)


BEHIND = """
[...document.querySelectorAll('#map-lines path')].flatMap((line) => {
  const found = [];
  const length = line.getTotalLength();
  for (let at = 2; at < length - 2; at += 2) {
    const { x, y } = line.getPointAtLength(at);
    for (const pill of byId('map-pills').children) {
      const inside = x > pill.offsetLeft + 1 && x < pill.offsetLeft + pill.offsetWidth - 1 &&
        y > pill.offsetTop + 1 && y < pill.offsetTop + pill.offsetHeight - 1;
      if (inside) found.push(pill.textContent);
    }
  }
  return found;
})
"""


def test_no_line_of_the_map_runs_behind_a_pill(page: Browser) -> None:
    for index in (0, 18, 120, 215):
        page.run(f"goTo({index})")
        assert page.run("byId('map-lines').children.length") > 5
        assert page.run(BEHIND) == [], index


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_current_pills_are_whole_in_sight(page: Browser, size: tuple[int, int]) -> None:
    page.resize(*size)
    page.run("change({ map: true })")
    for index in (5, 18, 120):
        page.run(f"goTo({index})")
        states = page.run(
            "[...byId('map-pills').querySelectorAll('.current')].map((one) => "
            "one.classList.contains('beyond'))"
        )
        assert states
        assert not any(states), index

"""The map that fills, the attention maps, the gradient flow and the header."""

from typing import Any

import numpy as np
import pytest

from tests.report.browser import Browser
from tests.report.conftest import Opener
from tests.report.sample_report import sample_report
from tests.report.sheet import decoded


@pytest.fixture
def page(open_report: Opener) -> Browser:
    return open_report(sample_report())


def go(page: Browser, title: str) -> None:
    at = next(n for n, step in enumerate(sample_report()["steps"]) if step["title"] == title)
    page.run(f"goTo({at})")


def pill(page: Browser, name: str) -> Any:
    """What a pill says, its classes, and the widths of its parts in per cent."""
    return page.run(f"""(() => {{
        const pill = [...document.querySelectorAll('.pill')].find(
            (one) => one.dataset.pill === '{name}');
        return pill && {{ said: pill.ariaLabel, classes: [...pill.classList],
            widths: [...pill.querySelectorAll('.fill')].map((fill) => fill.style.width) }};
    }})()""")


def test_a_pill_fills_as_value_gradient_and_update_arrive(page: Browser) -> None:
    assert pill(page, "x")["said"] == "x: nothing yet"
    go(page, "Add positions")
    assert pill(page, "x")["said"] == "x: value"
    assert pill(page, "x")["widths"] == ["50%", "0%"]
    assert "current" in pill(page, "x")["classes"]
    go(page, "Residual add backward")
    assert pill(page, "x")["said"] == "x: value, gradient 25%"
    assert pill(page, "x")["widths"] == ["50%", "12.5%"]
    assert "pending" in pill(page, "x")["classes"]
    go(page, "Project to values backward")
    assert pill(page, "x")["said"] == "x: value, gradient"
    assert "pending" not in pill(page, "x")["classes"]
    assert len(pill(page, "W_U")["widths"]) == 3
    go(page, "SGD on W_U")
    assert pill(page, "W_U")["said"] == "W_U: value, gradient, update"


def test_a_layer_is_one_pill_until_the_step_works_in_it(page: Browser) -> None:
    assert pill(page, "q") is None
    assert pill(page, "decoder.layers.0 ")["said"] == "decoder.layers.0: nothing yet"
    go(page, "Attention scores")
    assert pill(page, "decoder.layers.0 ") is None
    assert pill(page, "scores")["said"] == "scores: value"
    assert pill(page, "decoder.layers.1 ") is not None
    go(page, "Unembed \N{RIGHTWARDS ARROW} logits")
    assert pill(page, "scores") is None


def test_a_closed_layer_opens_with_the_keyboard_and_stays_open(page: Browser) -> None:
    page.run("document.querySelector('#map-groups button').focus()")
    page.press("Enter")
    assert pill(page, "q")["said"] == "q: nothing yet"
    assert page.run("document.activeElement.dataset.layer") == "decoder.layers.0"
    page.press("Enter")
    assert pill(page, "q") is None


def test_a_pill_leads_to_the_steps_that_fill_it(page: Browser) -> None:
    title = "document.getElementById('step-title').textContent"
    seen = []
    for _ in range(4):
        page.run(
            "[...document.querySelectorAll('.pill')].find((p) => p.dataset.pill === 'loss').click()"
        )
        seen.append(page.run(title))
    loss, back = "Cross-entropy loss", "Cross-entropy backward"
    assert seen == [loss, back, loss, back]


def test_the_map_can_be_closed_and_is_closed_in_a_low_window(open_report: Opener) -> None:
    browser = open_report(sample_report())
    assert browser.run("byId('map').hidden") is False
    browser.run("byId('map-switch').focus()")
    browser.press("Enter")
    assert browser.run("byId('map').hidden") is True
    browser.resize(800, 600)
    browser = open_report(sample_report())
    assert browser.run("byId('map').hidden") is True


def test_a_line_for_every_edge_between_pills(page: Browser) -> None:
    for group in ("decoder.layers.0", "decoder.layers.1"):
        page.run(f"openLayer('{group}', true)")
    n_lines = page.run("byId('map-lines').children.length")
    assert n_lines == len(sample_report()["map"]["edges"])


def large(page: Browser) -> list[list[str]]:
    found: list[list[str]] = page.run(
        "largeAttention.cells.map((row) => row.map((cell) => cell.textContent))"
    )
    return found


def test_attention_shows_every_head_as_value_and_as_gradient(page: Browser) -> None:
    report = sample_report()
    page.run("change({panel: 'attention'})")
    headings = page.run(
        "[...document.querySelectorAll('.attention-maps h3')].map((h) => h.textContent)"
    )
    assert headings == ["Causal self-attention", "Cross-attention"]
    pattern = decoded(report["arrays"]["pattern"])
    shown = large(page)
    for i, j in np.ndindex(pattern.shape):
        expected = f"{pattern[i, j]:.3f}" if j <= i else ""
        assert shown[i][j] == expected
    page.run("document.querySelectorAll('.choice button')[1].focus()")
    page.press("Enter")
    assert page.run("largeAttention.view.about.name") == "decoder.pattern"
    assert page.run("largeAttention.view.kind") == "gradient"
    gradient = decoded(report["arrays"]["d pattern"])
    assert large(page)[3][0].replace("\N{MINUS SIGN}", "-") == f"{gradient[3, 0]:.3f}"
    page.run("document.querySelectorAll('.attention-maps button')[1].click()")
    assert page.run("[largeAttention.view.rows, largeAttention.view.cols]") == [4, 6]


def test_attention_names_its_axes(page: Browser) -> None:
    page.run("change({panel: 'attention'})")
    label = page.run("document.querySelector('.attention-large table').ariaLabel")
    assert "rows: token that looks (query)" in label
    assert "columns: token looked at (key)" in label


def test_every_attention_picture_is_of_its_own_matrix(page: Browser) -> None:
    page.run("change({panel: 'attention'})")
    sizes = page.run("[...document.querySelectorAll('.picture')].map((one) => one.children.length)")
    assert sizes == [4 * 4, 4 * 6]
    assert page.run("document.querySelectorAll('.picture .masked').length") == 6


def test_a_bar_is_longer_where_the_gradient_is_larger(page: Browser) -> None:
    page.run("change({panel: 'flow'})")
    bars = page.run("""[...document.querySelectorAll('.flow')].map((chart) =>
        [...chart.querySelectorAll('tr')].filter((row) => row.querySelector('.flow-bar')).map(
            (row) => [row.querySelector('.number').textContent,
                      parseFloat(row.querySelector('.flow-bar').style.width)]))""")
    assert len(bars) == 2
    flow = [part for layer in sample_report()["flow"] for part in layer["parts"]]
    for chart, field in zip(bars, ("grad_rms", "update_ratio"), strict=True):
        assert len(chart) == len(flow)
        widths = np.array([width for _, width in chart])
        logs = np.log10([part[field] for part in flow])
        # on a log scale: equal ratios, equal lengths
        slope, offset = np.polyfit(logs, widths, 1)
        assert slope > 0
        assert np.abs(slope * logs + offset - widths).max() < 0.1


def test_the_header_says_texts_and_losses(page: Browser) -> None:
    header = sample_report()["header"]
    said = page.run("document.querySelector('header').textContent")
    for text in header["texts"]:
        assert f"{text['label']} {' '.join(text['tokens'])}" in said
    for field in ("loss_before", "loss_after", "loss_predicted"):
        assert f"{header[field]:.4g}" in said
    page.run("change({panel: 'notes'})")
    assert header["notes"][0] in page.run("byId('panel-notes').textContent")


def test_a_step_without_source_or_equations_is_shown(open_report: Opener) -> None:
    report = sample_report()
    report["steps"][0] |= {"rows": [], "source": {"where": "", "lines": []}, "group": None}
    report["attention"], report["flow"] = [], []
    browser = open_report(report)
    assert browser.run("document.querySelector('.source')") is None
    for panel in ("attention", "flow"):
        browser.run(f"change({{panel: '{panel}'}})")
    assert browser.problems() == []

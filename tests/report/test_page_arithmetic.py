"""The arithmetic that the page writes out is read and worked out again, by Python."""

import math
import re
from typing import Any

import pytest

from tests.report.conftest import Opener
from tests.report.gallery import gallery
from tests.report.sample_report import sample_report

MINUS = "\N{MINUS SIGN}"
TRANSLATED = {
    MINUS: "-",
    "\N{MULTIPLICATION SIGN}": "*",
    "\N{DIVISION SIGN}": "/",
    "\N{SUPERSCRIPT TWO}": "**2",
    "\N{SQUARE ROOT}": "sqrt",
    "\N{GREEK CAPITAL LETTER PHI}": "cdf",
    "\N{GREEK SMALL LETTER PHI}": "density",
    "\N{GREEK SMALL LETTER SIGMA}": "sigmoid",
    "gelu_tanh\N{PRIME}": "gelu_tanh_slope",
    "^": "**",
    "\N{INFINITY}": "inf",
}


def gelu_tanh(x: Any) -> Any:
    inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
    return 0.5 * x * (1 + math.tanh(inner))


FUNCTIONS: dict[str, Any] = {
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "tanh": math.tanh,
    "max": max,
    "inf": math.inf,
    "step": lambda x: float(x > 0),
    "cdf": lambda x: math.erfc(-x / math.sqrt(2)) / 2,
    "density": lambda x: math.exp(-x * x / 2) / math.sqrt(2 * math.pi),
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "gelu_tanh": gelu_tanh,
    "gelu_tanh_slope": lambda x: (gelu_tanh(x + 1e-6) - gelu_tanh(x - 1e-6)) / 2e-6,
}


def worked_out(text: str) -> float:
    for sign, meaning in TRANSLATED.items():
        text = text.replace(sign, meaning)
    return float(eval(text, {"__builtins__": {}}, FUNCTIONS))


@pytest.mark.parametrize("make", [sample_report, gallery])
def test_the_written_line_is_true(open_report: Opener, make: Any) -> None:
    report = make()
    browser = open_report(report)
    lines = 0
    for n, step in enumerate(report["steps"]):
        browser.run(f"goTo({n})")
        # a few cells of each equation, the preselected one first
        for chosen in (None, [0, 0], [1, 1]):
            for (
                equation
            ) in browser.run(f"""drawnEquations.filter((one) => !one.partial).map((one) => {{
                const [i, j] = {chosen or "one.chosen"};
                selectCell(one, Math.min(i, one.out.rows - 1), Math.min(j, one.out.cols - 1));
                const [row, col] = one.chosen;
                const {{ magnitude }} = explain(one, row, col);
                return [one.arithmetic.textContent, magnitude, one.out.at(row, col)];
            }})"""):
                text, magnitude, value = equation
                if "sum of" in text or "masked" in text or "takes no part" in text:
                    continue
                lines += 1
                check_line(step["title"], text, magnitude, value)
    assert lines > 100


def check_line(title: str, text: str, magnitude: float, value: float) -> None:
    right = text.split("] ", 1)[1]
    *middle, result = re.split(" [=\N{ALMOST EQUAL TO}] ", " " + right)
    assert middle[0] == ""
    shown = worked_out(result)
    assert math.isclose(shown, value, rel_tol=6e-4, abs_tol=0), f"{title}: {text}"
    if len(middle) > 1:
        again = worked_out(middle[1])
        assert abs(again - value) <= 4e-3 * max(magnitude, abs(value)), f"{title}: {text} = {again}"


def test_a_rounded_line_says_so_and_an_exact_one_does_not(open_report: Opener) -> None:
    browser = open_report(sample_report())
    line = "writeLine({{out: {{place: () => 'y', at: () => {out}, single: true}}}}, 0, 0, {why})"
    why = "sumOf([term([{{n: 0, i: 0, j: 0, value: {x}, single: true}}], 1, [2])])"
    exact = line.format(out="2.5", why=why.format(x="1.25"))
    assert browser.run(exact) == "y = 2\N{MULTIPLICATION SIGN}1.25 = 2.5"
    rounded = line.format(out="2 / 3", why=why.format(x="1 / 3"))
    expected = "y = 2\N{MULTIPLICATION SIGN}0.3333 \N{ALMOST EQUAL TO} 0.6667"
    assert browser.run(rounded) == expected


def test_past_nineteen_columns_cells_are_small_and_the_products_are_a_table(
    open_report: Opener,
) -> None:
    browser = open_report(gallery())
    at = next(n for n, step in enumerate(gallery()["steps"]) if step["title"] == "wide")
    browser.run(f"goTo({at})")
    assert browser.run("document.querySelectorAll('#panel-step .matrix.small').length") == 3
    cells = browser.run(
        "[...document.querySelectorAll('#panel-step .cells td[role]')].map((c) => c.textContent)"
    )
    assert set(cells) <= {"", MINUS, "\N{MIDDLE DOT}"}
    rows = browser.run("""[...document.querySelectorAll('.terms tbody tr')].map(
        (row) => [...row.cells].map((cell) => cell.textContent))""")
    assert len(rows) == 64
    total = 0.0
    for _, product, value in rows:
        assert math.isclose(worked_out(product), worked_out(value), rel_tol=2e-3)
        total += worked_out(value)
    shown = browser.run("drawnEquations[0].out.at(...drawnEquations[0].chosen)")
    assert math.isclose(total, shown, rel_tol=1e-3)


def test_a_cropped_equation_says_so_instead_of_adding_up(open_report: Opener) -> None:
    browser = open_report(gallery())
    at = next(n for n, step in enumerate(gallery()["steps"]) if step["title"] == "cropped")
    browser.run(f"goTo({at})")
    text = browser.run("byId('panel-step').textContent")
    assert "showing 32 of 64 features" in text
    assert "showing 32 of 64 columns" in text
    assert browser.run("document.querySelectorAll('.ringed').length") == 0

"""Wrong variants of the page's scripts: the self-test must fail on each of them.

The self-test makes numbers again with the same functions that write the arithmetic, so a mistake in
those shows as a difference from the numbers that NumPy made (tests/report/gallery.py).
"""

import json
import sys

import pytest

import tinytf.report
from tests.report.conftest import Opener
from tests.report.gallery import gallery

ASSEMBLE = sys.modules[tinytf.report.assemble.__module__]

MUTANTS = {
    "a transposed operand is read as it lies": (
        "data.js", "this.transposed ? j * this", "false ? j * this",
    ),
    "a column of an operand does not broadcast": (
        "arithmetic.js", "view.cols === 1 ? 0 : j", "view.cols === 2 ? 0 : j",
    ),
    "signs are forgotten": ("arithmetic.js", "let value = sign;", "let value = 1;"),
    "constants are forgotten": ("arithmetic.js", "value *= constant;", ""),
    "the scale is forgotten": ("arithmetic.js", "  value *= scale;\n", ""),
    "the bias is scaled": (
        "arithmetic-sums.js", "sumOf(terms, scale, operands[2]", "sumOf(terms, 1, operands[2]",
    ),
    "one product too few": (
        "arithmetic-sums.js", "k < operands[0].cols; k", "k < operands[0].cols - 1; k",
    ),
    "a mean is a sum": ("arithmetic-sums.js", "scale / operands[0].cols", "scale"),
    "a crop's rows are taken for ids": (
        "arithmetic-sums.js", "options.rows ? options.rows.indexOf(id) : id", "id % 5",
    ),
    "a slice begins at 0": ("arithmetic-sums.js", "j + (options.col_start ?? 0)", "j"),
    "rows are stacked as columns": ("arithmetic-sums.js", 'options.stack === "rows"', "false"),
    "softmax without its total": (
        "arithmetic-functions.js", "terms[j].value / total;", "terms[j].value;",
    ),
    "a row of -inf divides by 0": (
        "arithmetic-functions.js", "total === 0 ? 0 : terms", "terms",
    ),
    "softmax backward without the mean": (
        "arithmetic-functions.js", "p.value * (d.value - value)", "p.value * d.value",
    ),
    "log_softmax without the largest": (
        "arithmetic-functions.js", "cell.value - shift - Math", "cell.value - Math",
    ),
    "the gradient through rstd has the wrong sign": (
        "arithmetic-functions.js", "cell(2), cell(4)], -1,", "cell(2), cell(4)], 1,",
    ),
    "a crop's width is taken for the number of features": (
        "arithmetic-functions.js", "options.n ?? operands", "operands",
    ),
    "RoPE turns one way only": (
        "arithmetic-functions.js", "(options.inverse ? -1 : 1)", "1",
    ),
    "GELU's slope without its second part": (
        "functions.js", "normalCdf(x) + x * normalDensity(x)", "normalCdf(x)",
    ),
    "rsqrt without eps": ("functions.js", "1 / Math.sqrt(x + eps)", "1 / Math.sqrt(x)"),
    "a coarser erf": ("functions.js", "n < 60", "n < 4"),
    "smoothing is not taken from the target": (
        "arithmetic-loss.js", "? 1 - smoothing : 0", "? 1 : 0",
    ),
    "ignored targets take part": (
        "arithmetic-loss.js", "Boolean(options.ignored && options.ignored[i])", "false",
    ),
    "the mean is over all rows": (
        "arithmetic-loss.js", "if (!options.real || options.real[k])", "if (true)",
    ),
    "a cell shows another number than was tested": (
        "matrix.js", "shortNumber(value);\n      else if", "shortNumber(-value);\n      else if",
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MUTANTS)
def test_the_self_test_sees_a_wrong_script(
    open_report: Opener, monkeypatch: pytest.MonkeyPatch, mistake: str
) -> None:
    wrong_name, old, new = MUTANTS[mistake]
    real_part = ASSEMBLE._part

    def part(name: str) -> str:
        text: str = real_part(name)
        if name != wrong_name:
            return text
        assert text.count(old) == 1, f"{name}: expected {old!r} once, found {text.count(old)}"
        return text.replace(old, new)

    monkeypatch.setattr(ASSEMBLE, "_part", part)
    browser = open_report(gallery(with_large=False), "#selftest")
    assert not [problem for problem in browser.problems() if "Error" in problem]
    result = json.loads(browser.run("byId('selftest').textContent"))
    assert not result["passed"], f"'{mistake}': expected the self-test to fail"
    careless = [failure for failure in result["failures"] if "ReferenceError" in str(failure)]
    assert careless == [], "an edit that names what is not there proves nothing"

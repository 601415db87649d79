"""Printed matrices: aligned, labelled, ASCII, and honest about zeros and about what is left out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from tinytf.show import format_matrix, show
from tinytf.show.layout import LINE_WIDTH

numbers = st.floats(allow_nan=True, allow_infinity=True, width=32)
matrices = st_numpy.arrays(
    np.float64, st_numpy.array_shapes(min_dims=1, max_dims=2, max_side=60), elements=numbers
)


def test_labels_title_and_alignment() -> None:
    pattern = np.array([[1, 0, 0], [0.25, 0.75, 0], [1e-9, -22.5, 1 / 3]])
    assert format_matrix(pattern, ["a", "bb", "c"], ["x", "y", "long one"], "pattern") == (
        "pattern (3, 3)\n"
        "           x         y  long one\n"
        "a      1.000     0         0    \n"
        "bb     0.250     0.750     0    \n"
        "c      1e-09   -22.500     0.333"
    ).replace("    \n", "\n")


def test_masks_infinities_integers_and_large_numbers() -> None:
    scores = np.array([[0.5, -np.inf], [np.inf, np.nan]])
    assert format_matrix(scores) == (
        "       0      1\n"
        "0  0.500   -inf\n"
        "1    inf    nan"
    )  # fmt: skip
    assert format_matrix(np.tri(2, dtype=bool)) == (
        "     0    1\n"
        "0  yes    .\n"
        "1  yes  yes"
    )  # fmt: skip
    assert format_matrix(np.array([7, 123456789])).splitlines()[1].split() == ["7", "123456789"]
    assert "1.235e+08" in format_matrix(np.array([123456789.0]))
    assert "999999.000" in format_matrix(np.array([999999.0]))


def test_exact_zero_differs_from_what_rounds_to_zero() -> None:
    cells = format_matrix(np.array([0.0, -0.0, 4e-4, -1e-30, 6e-4])).splitlines()[1].split()
    assert cells == ["0", "0", "4e-04", "-1e-30", "0.001"]


def test_vector_is_one_row() -> None:
    assert format_matrix(np.array([1.0, 2.0]), cols=["a", "b"], title="y", digits=1) == (
        "y (2,)\n"
        "    a    b\n"
        "  1.0  2.0"
    )  # fmt: skip
    assert format_matrix(np.array([1]), rows=["only"]).splitlines()[1] == "only  1"


def test_says_what_is_left_out() -> None:
    assert format_matrix(np.ones((2, 512))).splitlines()[-1] == "(showing 14 of 512 columns)"
    assert format_matrix(np.ones((30, 2))).splitlines()[-1] == "(showing 24 of 30 rows)"
    both = format_matrix(np.ones((25, 15)), title="w")
    assert both.splitlines()[0] == "w (25, 15)"
    assert both.splitlines()[-1] == "(showing 24 of 25 rows and 14 of 15 columns)"
    assert "showing" not in format_matrix(np.ones((24, 14)))


def test_empty() -> None:
    assert format_matrix(np.zeros((0, 2)), title="x") == "x (0, 2)\n  0  1"
    assert format_matrix(np.zeros((1, 0)), title="x") == "x (1, 0)\n\n0"


@given(matrices, st.integers(1, 5))
def test_every_shown_number_is_the_arrays_and_lines_fit(x: np.ndarray, digits: int) -> None:
    lines = format_matrix(x, digits=digits).splitlines()
    assert max(map(len, lines)) <= LINE_WIDTH
    left_out = lines.pop() if lines[-1].startswith("(showing") else ""
    columns, *rows = lines
    matrix = np.atleast_2d(x)
    n_rows, n_cols = len(rows), len(columns.split())
    assert (n_rows < matrix.shape[0]) == ("rows" in left_out)
    assert (n_cols < matrix.shape[1]) == ("columns" in left_out)
    for i, row in enumerate(rows):
        label, *cells = row.split() if x.ndim == 2 else ["", *row.split()]
        assert label == (str(i) if x.ndim == 2 else "")
        assert len(cells) == n_cols
        for text, value in zip(cells, matrix[i], strict=False):
            assert (text == "0") == (value == 0)
            mantissa, _, exponent = text.partition("e")
            last_digit = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
            assert np.isclose(float(text), value, rtol=0, atol=0.501 * last_digit, equal_nan=True)
            if exponent:
                assert abs(value) >= 1e6 or abs(value) <= 0.5 * 10.0**-digits


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5), st.text(max_size=20))
def test_ascii_and_one_line_for_any_label(labels: list[str], title: str) -> None:
    n = len(labels)
    text = format_matrix(np.eye(n), labels, labels, title)
    assert text.isascii()
    assert len(text.split("\n")) == n + 2 + text.endswith(" columns)")
    assert "\r" not in text


def test_show_prints(capsys: pytest.CaptureFixture[str]) -> None:
    show(np.eye(2), title="eye")
    assert capsys.readouterr().out == format_matrix(np.eye(2), title="eye") + "\n\n"


def test_errors() -> None:
    with pytest.raises(ValueError, match=r"^array: expected 1 or 2 axes, got shape \(1, 2, 4, 4\)"):
        format_matrix(np.zeros((1, 2, 4, 4)))
    with pytest.raises(ValueError, match=r"^array: expected 1 or 2 axes, got shape \(\)"):
        format_matrix(np.array(1.0))
    with pytest.raises(TypeError, match=r"^array: .* got dtype complex128$"):
        format_matrix(np.zeros(2, complex))
    with pytest.raises(ValueError, match=r"^rows: expected 2 labels, got 1$"):
        format_matrix(np.eye(2), rows=["a"])
    with pytest.raises(ValueError, match=r"^cols: expected 3 labels, got 2$"):
        format_matrix(np.zeros(3), cols=["a", "b"])

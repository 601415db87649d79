"""Printed matrices: aligned, labelled, ASCII, and honest about zeros and about what is left out."""

from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytf.show.layout import LINE_WIDTH

from .arrays import COLOUR, backgrounds, matrices, without_colour


def test_labels_title_and_alignment(module: ModuleType) -> None:
    pattern = np.array([[1, 0, 0], [0.25, 0.75, 0], [1e-9, -22.5, 1 / 3]])
    assert module.format_matrix(pattern, ["a", "bb", "c"], ["x", "y", "long one"], "pattern") == (
        "pattern (3, 3)\n"
        "           x         y  long one\n"
        "a      1.000     0         0    \n"
        "bb     0.250     0.750     0    \n"
        "c      1e-09   -22.500     0.333"
    ).replace("    \n", "\n")


def test_masks_infinities_integers_and_large_numbers(module: ModuleType) -> None:
    scores = np.array([[0.5, -np.inf], [np.inf, np.nan]])
    assert module.format_matrix(scores) == (
        "       0      1\n"
        "0  0.500   -inf\n"
        "1    inf    nan"
    )  # fmt: skip
    assert module.format_matrix(np.tri(2, dtype=bool)) == (
        "     0    1\n"
        "0  yes    .\n"
        "1  yes  yes"
    )  # fmt: skip
    assert module.format_matrix(np.array([7, 123456789])).splitlines()[1].split() == [
        "7",
        "123456789",
    ]
    assert "1.235e+08" in module.format_matrix(np.array([123456789.0]))
    assert "999999.000" in module.format_matrix(np.array([999999.0]))


def test_exact_zero_differs_from_what_rounds_to_zero(module: ModuleType) -> None:
    cells = module.format_matrix(np.array([0.0, -0.0, 4e-4, -1e-30, 6e-4])).splitlines()[1].split()
    assert cells == ["0", "0", "4e-04", "-1e-30", "0.001"]


def test_vector_is_one_row(module: ModuleType) -> None:
    assert module.format_matrix(np.array([1.0, 2.0]), cols=["a", "b"], title="y", digits=1) == (
        "y (2,)\n"
        "    a    b\n"
        "  1.0  2.0"
    )  # fmt: skip
    assert module.format_matrix(np.array([1]), rows=["only"]).splitlines()[1] == "only  1"


def test_says_what_is_left_out(module: ModuleType) -> None:
    assert module.format_matrix(np.ones((2, 512))).splitlines()[-1] == "(showing 14 of 512 columns)"
    assert module.format_matrix(np.ones((30, 2))).splitlines()[-1] == "(showing 24 of 30 rows)"
    both = module.format_matrix(np.ones((25, 15)), title="w")
    assert both.splitlines()[0] == "w (25, 15)"
    assert both.splitlines()[-1] == "(showing 24 of 25 rows and 14 of 15 columns)"
    assert "showing" not in module.format_matrix(np.ones((24, 14)))


def test_long_labels_are_cut_and_it_says_so(module: ModuleType) -> None:
    long = "c" * 21
    assert module.format_matrix(np.eye(2), ["r" * 31, "b"], [long, "a"]).splitlines() == [
        " " * 32 + "c" * 19 + "~" + " " * 21 + "a",
        "r" * 29 + "~" + " " * 17 + "1.000" + " " * 17 + "0",
        "b" + " " * 46 + "0" + " " * 21 + "1.000",
        "(row labels longer than 30 characters end in ~)",
        "(column labels longer than 20 characters end in ~)",
    ]
    assert "~" not in module.format_matrix(np.eye(2), ["r" * 30, "b"], [long[:20], "a"])
    # Of columns that are left out nothing is said.
    last = module.format_matrix(np.ones((1, 9)), cols=["c" * 20] * 8 + [long]).splitlines()[-1]
    assert last == "(showing 4 of 9 columns)"


def test_what_is_no_array_yet(module: ModuleType) -> None:
    assert module.format_matrix([[1, 2]], [7], [8, 9]) == "   8  9\n7  1  2"
    with pytest.raises(TypeError, match=r"^array: expected an array of numbers, got set$"):
        module.format_matrix({1, 2})


def test_empty(module: ModuleType) -> None:
    assert module.format_matrix(np.zeros((0, 2)), title="x") == "x (0, 2)\n  0  1"
    assert module.format_matrix(np.zeros((1, 0)), title="x") == "x (1, 0)\n\n0"


@given(matrices(), st.integers(1, 5))
def test_every_shown_number_is_the_arrays_and_lines_fit(
    module: ModuleType, x: np.ndarray, digits: int
) -> None:
    lines = module.format_matrix(x, digits=digits).splitlines()
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
def test_ascii_and_one_line_for_any_label(
    module: ModuleType, labels: list[str], title: str
) -> None:
    n = len(labels)
    text = module.format_matrix(np.eye(n), labels, labels, title)
    assert text.isascii()
    lines = text.split("\n")
    said = [
        one for one in lines[n + 2 :] if one.startswith("(") and one.endswith((" columns)", " ~)"))
    ]
    assert lines[n + 2 :] == said
    assert "\r" not in text


def test_colour_is_on_floats_and_changes_nothing_else(module: ModuleType) -> None:
    x = np.array([[0.5, -1.0], [0.0, -np.inf]])
    text = module.format_matrix(x, ["a", "b"], ["c", "d"], colour=True)
    assert [backgrounds(line) for line in text.split("\n")] == [[], [209, 25], [231, 250]]
    assert [shown for _, _, shown in COLOUR.findall(text)] == [
        " 0.500", "-1.000", " 0    ", "  -inf",
    ]  # fmt: skip
    assert without_colour(text) == module.format_matrix(x, ["a", "b"], ["c", "d"])
    for plain in (np.tri(2, dtype=bool), np.arange(3)):
        assert module.format_matrix(plain, colour=True) == module.format_matrix(plain)


def test_colours_are_those_of_the_numbers_shown(module: ModuleType) -> None:
    x = np.full((1, 20), 0.5)
    x[0, -1] = 1e3  # left out: 14 columns fit at most
    text = module.format_matrix(x, colour=True)
    assert set(backgrounds(text)) == {22}


@given(matrices())
def test_without_colours_it_is_the_same_text(module: ModuleType, x: np.ndarray) -> None:
    plain = module.format_matrix(x)
    assert "\x1b" not in plain
    assert without_colour(module.format_matrix(x, colour=True)) == plain


def test_errors(module: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"^array: expected 1 or 2 axes, got shape \(1, 2, 4, 4\)"):
        module.format_matrix(np.zeros((1, 2, 4, 4)))
    with pytest.raises(ValueError, match=r"^array: expected 1 or 2 axes, got shape \(\)"):
        module.format_matrix(np.array(1.0))
    with pytest.raises(TypeError, match=r"^array: .* got dtype complex128$"):
        module.format_matrix(np.zeros(2, complex))
    with pytest.raises(ValueError, match=r"^rows: expected 2 labels, got 1$"):
        module.format_matrix(np.eye(2), rows=["a"])
    with pytest.raises(ValueError, match=r"^cols: expected 3 labels, got 2$"):
        module.format_matrix(np.zeros(3), cols=["a", "b"])

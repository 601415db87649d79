"""Heat maps: each number has its shade; legend and crop are said; colour only if asked."""

from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytf.show.layout import LINE_WIDTH
from tinytf.show.shades import Scale, symbol

from .arrays import COLOUR, backgrounds, matrices, without_colour


def test_probabilities_and_legend(module: ModuleType) -> None:
    pattern = np.array([[1, 0, 0], [0.25, 0.75, 0], [1e-9, 0.5, 0.5]])
    assert module.format_heat(pattern, ["a", "bb", "c"], ["x", "yes", "no"], "pattern") == (
        "pattern (3, 3)\n"
        "      y\n"
        "      e n\n"
        "    x s o\n"
        "a   @\n"
        "bb  : #\n"
        "c   . o o\n"
        "up to:  . 0.2  : 0.4  o 0.6  # 0.8  @ 1\n"
        "also:    (blank) exactly 0"
    )


def test_signs_masks_and_what_is_no_number(module: ModuleType) -> None:
    scores = np.array([[0.5, -np.inf, np.nan], [-2, 0.0, np.inf]])
    assert module.format_heat(scores) == (
        "   0 1 2\n"
        "0  : x ?\n"
        "1 -@   !\n"
        "up to:  . 0.4  : 0.8  o 1.2  # 1.6  @ 2\n"
        "down to: -. -0.4 -: -0.8 -o -1.2 -# -1.6 -@ -2\n"
        "also:    (blank) exactly 0  ! Inf  ? NaN  x masked (-inf)"
    )


def test_legend_names_only_what_is_there(module: ModuleType) -> None:
    assert module.format_heat(np.array([-5.0])).splitlines()[2:] == [
        "down to: -. -1 -: -2 -o -3 -# -4 -@ -5"
    ]
    assert module.format_heat(np.zeros(2)).splitlines()[2:] == ["also:    (blank) exactly 0"]
    assert module.format_heat(np.array([np.nan])).splitlines()[2:] == ["also:  ? NaN"]
    assert module.format_heat(np.tri(2, dtype=bool)).splitlines()[1:] == [
        "0  @",
        "1  @ @",
        "also:    (blank) no  @ yes",
    ]
    assert module.format_heat(np.array([3, 6])).splitlines() == [
        "  0 1",
        "  o @",
        "up to:  . 1.2  : 2.4  o 3.6  # 4.8  @ 6",
    ]


def test_says_what_is_left_out(module: ModuleType) -> None:
    lines = module.format_heat(np.ones((512, 512)), title="w").splitlines()
    assert lines[0] == "w (512, 512)"
    assert lines[-2] == "(showing 24 of 512 rows and 48 of 512 columns)"
    fits = module.format_heat(np.ones((24, 48))).splitlines()
    assert len(fits) == 2 + 24 + 1  # two digits of column labels, the rows, the legend
    assert max(map(len, fits)) == 2 + 1 + 2 * 48


def test_a_number_out_of_sight_is_no_part_of_the_scale(module: ModuleType) -> None:
    x = np.ones((30, 2))
    x[-1] = -1000
    assert "down to" not in module.format_heat(x)
    assert module.format_heat(x).endswith(" @ 1")


def test_long_labels_are_cut_and_it_says_so(module: ModuleType) -> None:
    long = "abcdefghijklmnopq"  # 17
    shown = module.format_heat(np.ones((1, 1)), [long], [long[:16]]).splitlines()
    assert [line[-1] for line in shown[:16]] == list(long[:16])
    assert shown[16] == "abcdefghijklmno~  @"
    assert shown[17] == "(labels longer than 16 characters end in ~)"
    down = module.format_heat(np.ones((1, 1)), ["r"], [long]).splitlines()
    assert "".join(line.strip() for line in down[:16]) == "abcdefghijklmno~"
    assert down[17] == "(labels longer than 16 characters end in ~)"
    assert "~" not in module.format_heat(np.ones((1, 1)), [long[:16]], [long[:16]])


def test_what_is_no_array_yet(module: ModuleType) -> None:
    assert module.format_heat([[0, 1]], [7], [8, 9]).splitlines()[:2] == ["   8 9", "7    @"]
    with pytest.raises(TypeError, match=r"^array: expected an array of numbers, got set$"):
        module.format_heat({1, 2})


def test_empty(module: ModuleType) -> None:
    assert module.format_heat(np.zeros((0, 2)), title="x") == "x (0, 2)\n 0 1".replace(" 0", "  0")
    assert module.format_heat(np.zeros((1, 0)), title="x") == "x (1, 0)\n0"


@given(matrices())
def test_every_cell_is_the_shade_of_its_number(module: ModuleType, x: np.ndarray) -> None:
    matrix = np.atleast_2d(x)
    names = [f"<{i}>" for i in range(len(matrix))]
    lines = module.format_heat(x, rows=names).splitlines()
    assert max(map(len, lines)) <= LINE_WIDTH
    rows = [line for line in lines if line.startswith("<")]
    n_cols = min(matrix.shape[1], (LINE_WIDTH - 1 - max(map(len, names[:24]))) // 2)
    assert len(rows) == min(24, len(matrix))
    assert ("rows" in "".join(lines)) == (len(rows) < len(matrix))
    assert ("columns" in "".join(lines)) == (n_cols < matrix.shape[1])
    shown = matrix[: len(rows), :n_cols]
    scale = Scale.of(shown.tolist())
    width = max(map(len, names[: len(rows)])) + 1
    for line, name, values in zip(rows, names, shown.tolist(), strict=False):
        cells = "".join(symbol(value, scale) for value in values)
        assert line == (name.ljust(width) + cells).rstrip()


@given(matrices())
def test_colour_changes_nothing_but_the_colours(module: ModuleType, x: np.ndarray) -> None:
    plain = module.format_heat(x, title="x")
    coloured = module.format_heat(x, title="x", colour=True)
    assert "\x1b" not in plain
    assert without_colour(coloured) == plain
    matrix = np.atleast_2d(x)[:24]
    n_cells = [len(backgrounds(line)) for line in coloured.split("\n") if "\x1b" in line]
    n_cols = min(matrix.shape[1], (99 - (len(str(len(matrix) - 1)) if x.ndim == 2 else 0)) // 2)
    assert n_cells[: len(matrix)] == [n_cols] * len(matrix)


def test_colours_of_the_signs_and_of_zero_and_in_the_legend(module: ModuleType) -> None:
    text = module.format_heat(np.array([1.0, -1.0, 0.0]), colour=True)
    assert [backgrounds(line) for line in text.split("\n")] == [
        [],
        [130, 25, 231],
        [223, 216, 209, 172, 130],
        [153, 111, 74, 32, 25],
        [231],
    ]
    assert [mark for _, _, mark in COLOUR.findall(text)][:3] == [" @", "-@", "  "]


@given(matrices(5), st.text(max_size=20), st.booleans())
def test_every_console_can_print_it(
    module: ModuleType, x: np.ndarray, label: str, colour: bool
) -> None:
    n_rows, n_cols = np.atleast_2d(x).shape
    text = module.format_heat(x, [label] * n_rows, [label] * n_cols, label, colour)
    text.encode("cp1252")
    assert text.isascii()
    assert "\r" not in text


def test_errors(module: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"^array: expected 1 or 2 axes, got shape \(1, 2, 3\)"):
        module.format_heat(np.zeros((1, 2, 3)))
    with pytest.raises(TypeError, match=r"^array: .* got dtype complex128$"):
        module.format_heat(np.zeros(2, complex))
    with pytest.raises(ValueError, match=r"^rows: expected 2 labels, got 1$"):
        module.format_heat(np.eye(2), rows=["a"])
    with pytest.raises(ValueError, match=r"^cols: expected 3 labels, got 2$"):
        module.format_heat(np.zeros(3), cols=["a", "b"])

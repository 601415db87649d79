"""What fits, what is said of the rest, and labels in ASCII."""

from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st


def test_says_what_is_left_out(module: ModuleType) -> None:
    x = np.zeros((30, 512))
    assert module.left_out_lines(x, 30, 512) == []
    assert module.left_out_lines(x, 24, 512) == ["(showing 24 of 30 rows)"]
    assert module.left_out_lines(x, 30, 14) == ["(showing 14 of 512 columns)"]
    assert module.left_out_lines(x, 24, 14) == ["(showing 24 of 30 rows and 14 of 512 columns)"]
    assert module.left_out_lines(np.zeros(512), 1, 14) == ["(showing 14 of 512 columns)"]


def test_labels_are_numbers_where_none_are_given(module: ModuleType) -> None:
    assert module.row_labels(np.zeros((2, 3)), None) == ["0", "1"]
    assert module.col_labels(np.zeros((2, 3)), None) == ["0", "1", "2"]
    assert module.row_labels(np.zeros(3), None) == [""]
    assert module.row_labels(np.zeros(3), ["only"]) == ["only"]
    assert module.col_labels(np.zeros(3), None) == ["0", "1", "2"]


def test_title_has_the_shape_of_what_was_given(module: ModuleType) -> None:
    assert module.title_lines("x", np.zeros(3)) == ["x (3,)"]
    assert module.title_lines("dx\n", np.zeros((3, 1))) == ["dx\\n (3, 1)"]
    assert module.title_lines(None, np.zeros(3)) == []


@given(st.text(max_size=20))
def test_any_label_is_ascii_on_one_line(module: ModuleType, label: str) -> None:
    (shown,) = module.row_labels(np.zeros(1), [label])
    assert shown.isascii()
    assert not {"\n", "\r", "\x1b", "\x07"} & set(shown)
    parts = [one if " " <= one <= "~" else ascii(one)[1:-1] for one in label]
    assert shown == "".join(parts)
    assert module.row_labels(np.zeros(1), [shown]) == [shown], "not escaped twice"


def test_labels_are_told_what_they_are(module: ModuleType) -> None:
    assert module.row_labels(np.eye(3), [1, None, b"\xc3"]) == ["1", "None", "b'\\xc3'"]
    assert module.col_labels(np.eye(2), ["\u00fc\n", "C:\\tmp"]) == ["\\xfc\\n", "C:\\tmp"]
    assert module.col_labels(np.eye(2), np.array([0.5, 2.0])) == ["0.5", "2.0"]


def test_long_labels_lose_their_end(module: ModuleType) -> None:
    assert module.cut("abcdef", 6) == "abcdef"
    assert module.cut("abcdefg", 6) == "abcde~"


def test_what_can_be_shown(module: ModuleType) -> None:
    x = np.eye(2)
    assert module.as_array(x) is x
    assert np.array_equal(module.as_array([[1, 2], [3, 4]]), [[1, 2], [3, 4]])

    class Tensor:
        def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
            return x

    assert module.as_array(Tensor()) is x
    for thing, name in (({"a": 1}, "dict"), (None, "NoneType"), ([object()], "list")):
        with pytest.raises(TypeError, match=rf"^array: expected an array of numbers, got {name}$"):
            module.as_array(thing)
    with pytest.raises(ValueError, match=r"^array: expected rows of the same length, got a list"):
        module.as_array([[1, 2], [3]])
    with pytest.raises(TypeError, match=r"^array: .* got dtype object$"):
        module.as_matrix(module.as_array(np.array([object()])))


def test_errors(module: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"^array: expected 1 or 2 axes, got shape \(1, 2, 4, 4\)"):
        module.as_matrix(np.zeros((1, 2, 4, 4)))
    with pytest.raises(ValueError, match=r"^array: expected 1 or 2 axes, got shape \(\)"):
        module.as_matrix(np.array(1.0))
    with pytest.raises(TypeError, match=r"^array: .* got dtype complex128$"):
        module.as_matrix(np.zeros(2, complex))
    with pytest.raises(ValueError, match=r"^rows: expected 2 labels, got 1$"):
        module.row_labels(np.eye(2), ["a"])
    with pytest.raises(ValueError, match=r"^cols: expected 3 labels, got 2$"):
        module.col_labels(np.zeros(3), ["a", "b"])

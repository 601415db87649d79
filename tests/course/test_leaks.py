"""Lines of a solution in a handout: found wherever they stand, however they are spaced."""

from pathlib import Path

import pytest

from tinytf.course.assignment import load_assignment
from tinytf.course.errors import CourseError
from tinytf.course.extract import package_files
from tinytf.course.leaks import find_leaks, operations, solution_lines

from .own_assignment import OP, write_own

LINE = "dx = dy * gamma * _slope(x)"
ONE_STEP = "y = gamma * scale"


@pytest.mark.parametrize("name", ["hw1", "hw2", "hw3", "hw4", "hw5"])
def test_every_line_of_the_solution_is_in_the_solved_package(name: str) -> None:
    """So that none of them is missed because it is written in another way there."""
    assignment = load_assignment(name)
    solution = solution_lines(assignment)
    found = {leak.text for leak in find_leaks(package_files(assignment, solved=True), solution)}
    assert found == set(solution)
    assert len(solution) > 20


@pytest.mark.parametrize(
    "text",
    [
        f"    {LINE}",
        f"{LINE}  # as it is",
        "dx=dy*gamma*_slope( x )",
        f"Hint: `{LINE}`.",
        "dx = dy * gamma \\\n    * _slope(x)".replace(" \\", ""),
    ],
)
@pytest.mark.parametrize("file", ["README.md", "squares/ops.txt", "tests/test_public.md"])
def test_a_line_is_found(text: str, file: str) -> None:
    (leak,) = find_leaks({file: f"one\ntwo\n{text}\nthree\n"}, {LINE: "square.py, line 39"})
    assert (leak.file, leak.line, leak.origin) == (file, 3, "square.py, line 39")
    assert str(leak) == f"{file}, line 3: {LINE!r} is a line of square.py, line 39"


def test_a_line_is_found_in_code_and_in_a_docstring() -> None:
    for text in (f"def f():\n    {LINE}\n", f'def f():\n    """{LINE}"""\n', f"# {LINE}\n"):
        assert find_leaks({"a.py": text}, {LINE: ""})


def test_a_file_that_is_no_python() -> None:
    with pytest.raises(CourseError, match=r"tests/test_public.py, line 1: "):
        find_leaks({"tests/test_public.py": "def f(:"}, {LINE: ""})


def test_a_single_step_may_stand_in_prose_but_not_in_code() -> None:
    solution = {ONE_STEP: ""}
    assert find_leaks({"a.py": f"def f():\n    {ONE_STEP}\n"}, solution)
    assert find_leaks({"README.md": f"Look:\n\n```python\n{ONE_STEP}\n```\n"}, solution)
    assert not find_leaks({"a.py": f'def f():\n    """{ONE_STEP}"""\n'}, solution)
    assert not find_leaks({"a.py": f"# {ONE_STEP}\n"}, solution)
    assert not find_leaks({"README.md": f"It is `{ONE_STEP}`.\n"}, solution)


def test_a_single_step_that_the_reference_gives_away_itself_is_no_leak(tmp_path: Path) -> None:
    given = "\n\ndef example(gamma, x):\n    y = example_of(gamma)\n    return y\n"
    op = OP.replace("    y = gamma * x * x", "    y = example_of(gamma)")
    assert "y = example_of(gamma)" in solution_lines(load_assignment(write_own(tmp_path, op=op)))
    toml = write_own(tmp_path, op=op + given)
    assert "y = example_of(gamma)" not in solution_lines(load_assignment(toml))


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("y, axis = cache", 0),
        ("return dx, dweight", 0),
        ("(x, gamma, beta, has_beta) = cache", 0),
        ("else:", 0),
        ("x = y * 2", 0),
        ('require_shape("bias", bias, d_out)', 0),
        ('raise ValueError(f"x: {x + 1}")', 0),
        ("def _slope(x, cdf):", 0),
        ("y = gamma * normed", 1),
        ("z, cache = attention_forward(", 1),
        ("return dy * positive", 1),
        ("dweight[padding_idx] = 0", 1),
        ("dx = rstd * dnormed + dmean / n_features", 3),
        ("return weight[ids], (ids, weight.shape, padding_idx)", 1),
    ],
)
def test_operations_in_a_line(line: str, count: int) -> None:
    assert operations(line) == count


def test_a_line_that_ends_a_region_is_looked_for(tmp_path: Path) -> None:
    op = OP.replace("return dx, dgamma", "return 1.0 * dx, dgamma")
    assert set(solution_lines(load_assignment(write_own(tmp_path, op=op)))) == {
        "return 2.0 * x + np.zeros_like(x)",
        "y = gamma * x * x",
        LINE,
        "dgamma = (dy * x * x).reshape(-1, x.shape[-1]).sum(axis=0)",
        "return 1.0 * dx, dgamma",
    }


def test_a_line_says_where_it_comes_from(tmp_path: Path) -> None:
    solution = solution_lines(load_assignment(write_own(tmp_path)))
    assert solution["return 2.0 * x + np.zeros_like(x)"] == "square.py, line 14"

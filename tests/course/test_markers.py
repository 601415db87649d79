"""Marked regions: every spelling in use is found, every wrong one is an error with its line."""

import pytest

from tinytf.course.blanks import blanked, unmarked
from tinytf.course.errors import CourseError
from tinytf.course.markers import find_regions


def function(*lines: str) -> str:
    return "\n".join(["def f(x):", *("    " + line for line in lines), ""])


def blank(*lines: str) -> str:
    return blanked(function(*lines), "f.py", "hw1")


BLANK = ("# YOUR CODE HERE", 'raise NotImplementedError("hw1: f")')


@pytest.mark.parametrize("hashes", ["#", "##", "###"])
@pytest.mark.parametrize("your", ["", "YOUR "])
@pytest.mark.parametrize("space", ["", " "])
def test_every_spelling_of_a_region(hashes: str, your: str, space: str) -> None:
    begin, end = (f"{hashes}{space}{word} {your}SOLUTION" for word in ("BEGIN", "END"))
    assert blank("a = 1", begin, "return a + x", end) == function("a = 1", *BLANK)


def test_the_blank_stands_at_the_indent_of_its_marker() -> None:
    came = blank("if x:", "    # BEGIN SOLUTION", "    return 1", "    # END SOLUTION", "return 2")
    assert came == function("if x:", *("    " + line for line in BLANK), "return 2")


def test_a_blank_names_the_method_it_stands_in() -> None:
    source = (
        "class A:\n    def f(self):\n        def g():\n            # BEGIN SOLUTION\n"
        "            return 1\n            # END SOLUTION\n        return g\n"
    )
    assert 'NotImplementedError("hw1: A.f")' in blanked(source, "a.py", "hw1")
    assert find_regions(source, "a.py")[0].function == "A.f"


def test_no_prompt_removes_lines_and_leaves_no_hole() -> None:
    source = (
        "a = 1\n\n\n# BEGIN SOLUTION NO PROMPT\ndef h():\n    pass\n\n\n# END SOLUTION\n\n\nb = 1\n"
    )
    assert blanked(source, "f.py", "hw1") == "a = 1\n\n\nb = 1\n"


@pytest.mark.parametrize("mark", ["# SOLUTION", "## SOLUTION", "# YOUR SOLUTION"])
def test_a_marked_statement(mark: str) -> None:
    assert blank("a = 1", f"y = 2 * x  {mark}", "return y") == function("a = 1", *BLANK, "return y")


def test_a_marked_statement_of_several_lines() -> None:
    assert blank("y = (", "    2", "    * x", ")  # SOLUTION") == function(*BLANK)


def test_neighbouring_marked_statements_get_one_blank() -> None:
    marked = ("y = 2 * x  # SOLUTION", "return y  # SOLUTION")
    assert blank(*marked) == function(*BLANK)


def test_a_marked_statement_without_a_prompt_is_removed() -> None:
    assert blank("a = 1  # SOLUTION NO PROMPT", "return 1") == function("return 1")


def test_without_markers_the_solution_is_what_it_was() -> None:
    source = function(
        "# BEGIN SOLUTION", "y = 1", "", "# why", "# END SOLUTION", "z = 1  # SOLUTION"
    )
    assert unmarked(source, "f.py") == function("y = 1", "", "# why", "z = 1")


def test_texts_and_docstrings_are_no_markers() -> None:
    source = function('"""Text.', "", "# BEGIN SOLUTION", '"""', 'return "# SOLUTION"')
    assert find_regions(source, "f.py") == []
    assert blanked(source, "f.py", "hw1") == source


def test_an_ordinary_comment_is_no_marker() -> None:
    source = function(
        "# the solution of this equation", "# ABSOLUTIONS", "return x  # solutions begin at 0"
    )
    assert find_regions(source, "f.py") == []


B, E = "# BEGIN SOLUTION", "# END SOLUTION"
WRONG = {
    "not closed": ((B, "return 1"), 2, "without an END"),
    "nested": ((B, "a = 1", B, "return 1", E, E), 4, "line 2 is still open"),
    "stray end": (("return 1", E), 3, "without a BEGIN"),
    "a marked statement in a region": ((B, "a = 1  # SOLUTION", E), 3, "inside the region"),
    "a mark behind nothing": (("a = 1", "# SOLUTION"), 3, "behind no statement"),
    "begin behind code": (("a = 1  # BEGIN SOLUTION", E), 2, "line of its own"),
    "end behind code": ((B, "a = 1  # END SOLUTION"), 3, "line of its own"),
    "end with no prompt": ((B, "return 1", f"{E} NO PROMPT"), 4, "belongs to BEGIN"),
    "four hashes": ((f"###{B}", "return 1", E), 2, "resembles a marker"),
    "small letters": (("# begin solution", "return 1", E), 2, "resembles a marker"),
    "a plural": (("# BEGIN SOLUTIONS", "return 1", E), 2, "resembles a marker"),
    "an underscore": (("# BEGIN_SOLUTION", "return 1", "# END_SOLUTION"), 2, "resembles a marker"),
    "only the end has one": ((B, "return 1", "# END_SOLUTION"), 4, "resembles a marker"),
    "small, with an underscore": (("# begin_solution", "return 1", E), 2, "resembles a marker"),
    "one word": (("# BeginSolution", "return 1", E), 2, "resembles a marker"),
    "shortened": (("# BEGIN SOLN", "return 1", "# END SOLN"), 2, "resembles a marker"),
    "shortened, behind a statement": (("return 1  # SOLN",), 2, "resembles a marker"),
    "more words": (("return 1  # SOLUTION: easy",), 2, "resembles a marker"),
    "an empty region": ((B, "# nothing", E, "return 1"), 2, "no statement"),
    "another indent": ((B, "if x:", "    y = 1", "    # END SOLUTION", "return 1"), 5, "indent"),
    "inside a statement": (("y = [", B, "1,", "2]", "return y", E), 3, "inside a statement"),
    "leaves its block": (
        ("if x:", "    y = 1", f"    {B}", "    y = 2", "else:", "    y = 3", f"    {E}"),
        6,
        "leaves the block",
    ),
    "ends inside a block": ((B, "if x:", "    y = 1", E, "    y = 2"), 5, "ends inside a block"),
    "begins inside a block": (
        ("if x:", "    y = 1", B, "    y = 2", E, "return 1"),
        4,
        "indent of the statement that follows",
    ),
    "the head of a block": (("if x:  # SOLUTION", "    return 1"), 2, "head of a block"),
    "shares its line": (("if x: return 1  # SOLUTION",), 2, "shares its line"),
    "not its last line": (("y = [  # SOLUTION", "1]", "return y"), 2, "last line"),
}


@pytest.mark.parametrize(("lines", "line", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_marker_is_an_error_with_its_line(
    lines: tuple[str, ...], line: int, said: str
) -> None:
    with pytest.raises(CourseError) as caught:
        find_regions(function(*lines), "f.py")
    assert str(caught.value).startswith(f"f.py, line {line}: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_blank_outside_of_a_function_would_end_the_import() -> None:
    with pytest.raises(CourseError, match="line 1: a blank outside of a function"):
        find_regions("# BEGIN SOLUTION\na = 1\n# END SOLUTION\n", "f.py")


def test_what_is_left_may_not_need_what_is_removed() -> None:
    source = "# BEGIN SOLUTION NO PROMPT\na = 1\n# END SOLUTION\nb = a + 1\n"
    with pytest.raises(CourseError, match=r"f.py: a is removed, .* needs it: b = a \+ 1"):
        blanked(source, "f.py", "hw1")


def test_what_is_left_is_python() -> None:
    source = function("if x:", "    return 1  # SOLUTION NO PROMPT", "return 2")
    with pytest.raises(CourseError, match="without its solution, line 3"):
        blanked(source, "f.py", "hw1")


def test_a_source_that_is_no_python() -> None:
    with pytest.raises(CourseError, match=r"f\.py, line 1: "):
        find_regions("def f(:\n", "f.py")

"""What every walkthrough keeps: it runs, prints what it printed, pauses, and judges exercises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tinytf.stepping import report_exercise

from .golden_text import ROOT, WALKTHROUGHS, differences, finished, golden_path
from .solutions import EXERCISES, Answer, Exercise
from .terminal import ENTER, PROMPT, run_in_pipe, run_in_terminal
from .test_stepping import needs_pty

README = (ROOT / "walkthroughs" / "README.md").read_text(encoding="utf-8")

every_walkthrough = pytest.mark.parametrize("path", WALKTHROUGHS, ids=lambda path: path.stem)
every_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.blank)


# What every walkthrough keeps


@every_walkthrough
def test_printed_text(path: Path) -> None:
    printed = finished(path.stem)[1]
    assert printed.isascii()
    assert max(map(len, printed.splitlines())) <= 100
    expected = golden_path(path).read_text(encoding="ascii")
    assert not differences(printed, expected), "\n".join(differences(printed, expected))


@every_walkthrough
def test_source_has_cells_a_question_shapes_and_two_exercises(path: Path) -> None:
    source = path.read_text(encoding="ascii")
    assert source.startswith("# %% [markdown]\n# # ")
    for needed in ("**Question:**", "**Shapes:**", "**Source:**", "`tinytf/ops", "equation"):
        assert needed in source
    assert source.count("\n# %%") >= 5
    assert 80 <= len(source.splitlines()) <= 250
    assert len([e for e in EXERCISES if e.walkthrough == path.stem]) == 2
    assert source.splitlines()[1].startswith(f"# # {int(path.stem[:2])}. ")
    for file in re.findall(r"`(tinytf/\S+)`", source):
        assert (ROOT / file).exists(), f"{path.name} points to {file}"


def pauses_stated(path: Path) -> int:
    row = re.search(rf"^\| \[{path.name}\]\({path.name}\) .* \| (\d+) \|$", README, re.MULTILINE)
    assert row is not None, f"{path.name} has no row in walkthroughs/README.md"
    return int(row[1])


def test_index_names_nothing_else() -> None:
    assert re.findall(r"^\| \[(.*?)\]", README, re.MULTILINE) == [p.name for p in WALKTHROUGHS]


def test_the_chinese_index_has_the_same_rows() -> None:
    """The same files in the same order, each with a question in Chinese and the same pauses."""
    chinese = (ROOT / "walkthroughs" / "README.zh-CN.md").read_text(encoding="utf-8")
    row = re.compile(r"^\| \[(.*?)\]\(\1\) \|(.*)\| (\d+) \|$", re.MULTILINE)
    english_rows, chinese_rows = row.findall(README), row.findall(chinese)
    assert [(name, n) for name, _, n in chinese_rows] == [(name, n) for name, _, n in english_rows]
    for name, text, _ in chinese_rows:
        assert re.search(r"[\u4e00-\u9fff].*\|.*[\u4e00-\u9fff]", text), name


def test_the_chinese_index_gives_the_terms_of_the_field_in_both_languages() -> None:
    chinese = (ROOT / "walkthroughs" / "README.zh-CN.md").read_text(encoding="utf-8")
    terms = re.findall(
        r"^\| ([a-zA-Z][^|]*) \| ([^|]*[\u4e00-\u9fff][^|]*) \|$", chinese, re.MULTILINE
    )
    english = " ".join(term for term, _ in terms)
    for wanted in ("token", "self-attention", "cross-attention", "causal mask", "residual", "FFN"):
        assert wanted in english
    assert len({term for term, _ in terms}) == len(terms) >= 40


@every_walkthrough
def test_step_in_a_pipe_does_not_hang(path: Path) -> None:
    code, output, errors = run_in_pipe(path, "--step")
    assert (code, errors) == (0, "")
    assert not differences(output, golden_path(path).read_text(encoding="ascii"))


@needs_pty
@every_walkthrough
def test_step_in_a_terminal_pauses_as_often_as_the_index_says(path: Path) -> None:
    code, shown = run_in_terminal(path, "--step", keys=[ENTER] * pauses_stated(path))
    assert code == 0, shown.decode()
    assert shown.count(PROMPT) == pauses_stated(path)
    assert shown.count(b"PREDICT:") == pauses_stated(path)
    assert shown.isascii()


@every_exercise
def test_exercise(exercise: Exercise, capsys: pytest.CaptureFixture[str]) -> None:
    variables = finished(exercise.walkthrough)[0]
    capsys.readouterr()

    def verdict(answer: Answer) -> str:
        report_exercise("Exercise", variables[exercise.check], answer)
        return capsys.readouterr().out

    assert verdict(variables[exercise.blank]).startswith("Exercise: not done yet. ")
    assert verdict(exercise.solution) == "Exercise: right.\n"
    for wrong in exercise.wrong:
        assert verdict(wrong).startswith("Exercise: not right. ")


# The comparison of texts itself


@pytest.mark.parametrize(
    ("got", "expected", "same"),
    [
        ("loss 3.010, twice", "loss  3.011, twice", True),
        ("loss 3.010, twice", "loss 3.020, twice", False),
        ("2000.0", "2003.0", True),
        ("2000.0", "2005.0", False),
        ("dx 0", "dx 4e-17", True),
        ("dx -4e-17", "dx 0", True),
        ("dx 0", "dx 0.5", False),
        ("x (4, 4)", "x (4, 5)", False),
        ("(4, 4)", "4, 4", False),
        ("yes .", ". yes", False),
        ("-inf", "inf", False),
        ("one", "one two", False),
        ("a b", "a\nb", False),
        ("a\n", "a", True),
        ("", "a", False),
    ],
)
def test_golden_comparison(got: str, expected: str, same: bool) -> None:
    assert (differences(got, expected) == []) is same

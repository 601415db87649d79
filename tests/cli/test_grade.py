"""`tinytf grade`: exit codes, files, what it prints, and clear lines for wrong usage."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.course.own_assignment import write_own
from tinytf.course.assignment import load_assignment
from tinytf.course.handout import handout_files, write_files

from .command import assert_one_clear_line, run


def handout(directory: Path, solved: bool) -> Path:
    write_files(handout_files(load_assignment("hw1"), solved), directory)
    return directory


def test_full_marks(tmp_path: Path) -> None:
    handout(tmp_path / "my-hw1", solved=True)
    done = run("grade", "my-hw1", "--only", "softmax", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("ok   softmax  10/10   y OK 3/3, dx OK 5/5, edge cases OK 2/2\n")
    assert "hw1: 10 of 10 points" in done.stdout


def test_a_blank_in_the_current_directory_and_all_files(tmp_path: Path) -> None:
    handout(tmp_path, solved=False)
    (tmp_path / "secret.toml").write_text("seed = 3\nexamples = 5\npoints = {softmax = 4}")
    written = ["--json", "results.json", "--junit", "out.xml", "--hidden", "secret.toml"]
    done = run("grade", *written, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert "softmax_forward is not written yet" in done.stdout
    assert "0 of 34 points in the public tests; hidden tests are graded separately" in done.stdout
    assert "seed" not in done.stdout
    table = json.loads((tmp_path / "results.json").read_text())
    assert len(table["tests"]) == 10
    assert sum(test["max_score"] for test in table["tests"]) == 38
    assert sum(test["score"] for test in table["tests"]) == 0
    assert ET.parse(tmp_path / "out.xml").getroot()[0].get("failures") == "9"
    assert not (tmp_path / ".hypothesis").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere: no such directory"),
        (["."], "expected a handout"),
        ([".", "--assignment", "hw99"], "hw99: no such assignment"),
        ([".", "--assignment", "hw1"], "ops.py: no such file"),
        ([".", "--assignment", "hw1", "--only", "other"], "hw1 has no exercise 'other'"),
        ([".", "--assignment", "hw1", "--hidden", "no.toml"], "no.toml: No such file"),
        (
            [".", "--assignment", "hw1", "--json", "no/results.json"],
            "no/results.json: no such",
        ),
        ([".", "--assignment", "hw1", "--json", "."], "tinytf: .: is a directory"),
        (
            [".", "--assignment", "hw1", "--junit", "no/out.xml"],
            "no/out.xml: no such",
        ),
    ],
)
def test_wrong_usage_is_one_clear_line(arguments: list[str], said: str, tmp_path: Path) -> None:
    assert_one_clear_line(run("grade", *arguments, cwd=tmp_path), said)


def test_without_a_submission_the_results_are_valid_all_the_same(tmp_path: Path) -> None:
    done = run("grade", "--assignment", "hw1", "--json", "results.json", cwd=tmp_path)
    assert done.returncode == 2
    table = json.loads((tmp_path / "results.json").read_text())
    assert "no such file" in table["output"]
    assert {test["score"] for test in table["tests"]} == {0}


def test_a_handout_of_somebodys_own_assignment_says_what_is_needed(tmp_path: Path) -> None:
    toml = write_own(tmp_path / "own")
    write_files(handout_files(load_assignment(toml)), tmp_path / "hand")
    done = run("grade", "hand", cwd=tmp_path)
    assert_one_clear_line(done, "squares.toml is of an assignment that does not come with tinytf")
    done = run("grade", "hand", "--assignment", "hand/squares.toml", cwd=tmp_path)
    assert_one_clear_line(done, "this is the toml of a handout")

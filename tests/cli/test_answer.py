"""`tinytf answer`: the part of a text that answers a question."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from .bert_runs import here, ruin
from .command import assert_done, assert_one_clear_line, run

Tuned = Callable[[str], Path]


def test_an_answer_its_probability_and_its_place(tuned: Tuned, tmp_path: Path) -> None:
    given = ["--question", "where?", "--context", "the dog in the barn 3"]
    done = run("answer", tuned("answer"), *given, cwd=tmp_path)
    assert_done(done)
    found = re.fullmatch(r"(\S+)  +([\d.]+)%   (.+)\n", done.stdout)
    assert found, done.stdout
    assert found[1] == "barn"
    assert 20 < float(found[2]) <= 100
    assert found[3] == "the dog in the [barn] 3"


def test_several_questions_about_a_file_longer_than_the_context(
    tuned: Tuned, tmp_path: Path
) -> None:
    text = "a b c d e f g h.\n" * 20
    (tmp_path / "story.txt").write_text(text, encoding="utf-8")
    questions = ["--question", "where?", "--question", "who is it, then?"]
    done = run("answer", tuned("answer"), *questions, "--file", "story.txt", cwd=tmp_path)
    assert_done(done)
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert len({line.index("%") for line in lines}) == 1, "expected aligned rows"
    for line in lines:
        inside = re.search(r"\[(.+)\]", line)
        assert inside
        assert inside[1].replace("\\n", "\n") in text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "answer: expected --context or --file, one of the two"),
        (["--context", "a", "--file", "b"], "one of the two"),
        (["--context", " "], "context: expected at least one word"),
        (["--context", "a\udcff"], "lone surrogate U+DCFF"),
        (["--file", "no.txt"], "no.txt: cannot be read"),
        (["--file", "bad.txt"], "the byte 0xff in line 1"),
        (["--context", "a", "--question", ""], "--question: expected at least one word, got none"),
    ],
)
def test_what_cannot_be_answered(given: list[str], said: str, tuned: Tuned, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\xff\n")
    done = here("answer", tuned("answer"), "--question", "where?", *given, cwd=tmp_path)
    assert_one_clear_line(done, said)


def test_a_model_that_cannot_be_used(tuned: Tuned, tmp_path: Path) -> None:
    shutil.copytree(tuned("answer"), tmp_path / "run")
    ruin(tmp_path / "run")
    given = ["--question", "where?", "--context", "the dog in the barn 3"]
    done = run("answer", "run", *given, cwd=tmp_path)
    assert_one_clear_line(done, "run: the model cannot be used: its numbers are not finite")
    done = run("answer", tuned("tag"), *given, cwd=tmp_path)
    assert_one_clear_line(done, "found a tagger; use tinytf tag")
    done = run("answer", "run", "--context", "a", cwd=tmp_path)
    assert_one_clear_line(done, "the following arguments are required: --question")

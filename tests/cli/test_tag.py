"""`tinytf tag`: a label of each word."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tinytf.training import load_model, tag

from .bert_runs import here, ruin
from .command import assert_done, assert_one_clear_line, run

Tuned = Callable[[str], Path]
TAGS = ["O", "B-ANIMAL", "O", "B-PLACE", "I-PLACE", "O"]


def rows(output: str) -> list[list[str]]:
    return [line.split() for line in output.splitlines()]


def test_a_sentence(tuned: Tuned, tmp_path: Path) -> None:
    done = run("tag", tuned("tag"), "The cow in the barn!", cwd=tmp_path)
    assert_done(done)
    found = rows(done.stdout)
    assert [row[0] for row in found] == ["The", "cow", "in", "the", "barn", "!"]
    assert [row[1] for row in found[:5]] == TAGS[:5]
    assert all(33 < float(row[2].rstrip("%")) <= 100 for row in found[:5])
    assert len({len(line) for line in done.stdout.splitlines()}) == 1, "expected aligned rows"


def test_the_words_are_those_of_the_library(tuned: Tuned, tmp_path: Path) -> None:
    """A sentence longer than the model's context, of words that are cut into pieces."""
    model, checkpoint = load_model(tuned("tag"))
    words = [
        "the",
        "cat",
        "in",
        "the",
        "house",
        "wherever",
        "a",
        "dog-like",
        "cow",
        "sits",
        "in",
        "the",
        "town",
        "and",
        "barks",
    ] * 2
    done = run("tag", tuned("tag"), " ".join(words), cwd=tmp_path)
    assert_done(done)
    labels = checkpoint.extras["labels"]
    (expected,) = tag(model, checkpoint.tokenizer, [words])
    assert [row[0] for row in rows(done.stdout)] == words
    assert [row[1] for row in rows(done.stdout)] == [labels[i] for i in expected]


def test_each_line_of_a_file(tuned: Tuned, tmp_path: Path) -> None:
    text = "the cat in the barn 7\nthe dog in the town 8\n"
    (tmp_path / "text.txt").write_text(text, encoding="utf-8")
    done = run("tag", tuned("tag"), "--file", "text.txt", cwd=tmp_path)
    assert_done(done)
    first, second = done.stdout.split("\n\n")
    for part in (first, second):
        assert [row[1] for row in rows(part)] == TAGS
    piped = run("tag", tuned("tag"), "--file", "-", cwd=tmp_path, stdin=text)
    assert piped.stdout == done.stdout


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "tag: expected a text or --file, one of the two"),
        (["a", "--file", "b"], "one of the two"),
        ([" "], "text: expected at least one word, got none"),
        (["a\udcff"], "lone surrogate U+DCFF"),
        (["--file", "gap.txt"], "gap.txt, line 2: expected a text, got an empty line"),
        (["--file", "bad.txt"], "the byte 0xff in line 1"),
    ],
)
def test_what_cannot_be_tagged(given: list[str], said: str, tuned: Tuned, tmp_path: Path) -> None:
    (tmp_path / "gap.txt").write_bytes(b"one\n\ntwo\n")
    (tmp_path / "bad.txt").write_bytes(b"\xff\n")
    assert_one_clear_line(here("tag", tuned("tag"), *given, cwd=tmp_path), said)


def test_a_model_that_cannot_be_used(tuned: Tuned, tmp_path: Path) -> None:
    shutil.copytree(tuned("tag"), tmp_path / "run")
    ruin(tmp_path / "run")
    done = run("tag", "run", "the cat", cwd=tmp_path)
    assert_one_clear_line(done, "run: the model cannot be used: its numbers are not finite")
    done = run("tag", tuned("classify"), "the cat", cwd=tmp_path)
    assert_one_clear_line(done, "found a classifier of texts; use tinytf classify")

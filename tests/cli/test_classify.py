"""`tinytf classify`: labels and numbers of texts and of pairs."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from .bert_runs import here, ruin
from .command import assert_done, assert_one_clear_line, run

Tuned = Callable[[str], Path]


@pytest.mark.parametrize("animal", ["cat", "dog", "cow"])
def test_the_labels_of_a_text_the_likeliest_first(animal: str, tuned: Tuned) -> None:
    done = run("classify", tuned("classify"), f"The {animal} in the barn", cwd=Path.cwd())
    assert_done(done)
    rows = [re.fullmatch(r"(\w+)  ( *[\d.]+)%", line) for line in done.stdout.splitlines()]
    assert all(rows), done.stdout
    assert sorted(row[1] for row in rows if row) == ["cats", "cows", "dogs"]
    shares = [float(row[2]) for row in rows if row]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(100, abs=0.3)
    assert rows[0] is not None
    assert rows[0][1] == f"{animal}s"
    assert len({len(line) for line in done.stdout.splitlines()}) == 1


def test_each_line_of_a_file(tuned: Tuned, tmp_path: Path) -> None:
    animals = ["cow", "cat", "cat", "dog"]
    text = "".join(f"the {animal} in town\n" for animal in animals)
    (tmp_path / "texts.txt").write_text(text, encoding="utf-8")
    done = run("classify", tuned("classify"), "--file", "texts.txt", cwd=tmp_path)
    assert_done(done)
    assert [line.split()[0] for line in done.stdout.splitlines()] == [f"{a}s" for a in animals]
    assert run("classify", tuned("classify"), "--file", "-", cwd=tmp_path, stdin=text).stdout == (
        done.stdout
    )


def test_a_number(tuned: Tuned, tmp_path: Path) -> None:
    """Animals have three letters, so their numbers are 300 to 302, by the place."""
    model = tuned("classify --regression")
    done = run("classify", model, "the cat in the barn", cwd=tmp_path)
    assert_done(done)
    assert 299 < float(done.stdout) < 303


def test_pairs(tuned: Tuned, tmp_path: Path) -> None:
    done = run("classify", tuned("pair"), "the cat", "it says meow", cwd=tmp_path)
    assert_done(done)
    assert sorted(line.split()[0] for line in done.stdout.splitlines()) == ["other", "same"]
    (tmp_path / "pairs.tsv").write_text("the cat\tit says meow\n" * 2, encoding="utf-8")
    lines = run("classify", tuned("pair"), "--file", "pairs.tsv", cwd=tmp_path).stdout.splitlines()
    assert lines == [done.stdout.splitlines()[0]] * 2


def test_what_cannot_be_classified(tuned: Tuned, tmp_path: Path) -> None:
    single, pair = tuned("classify"), tuned("pair")
    (tmp_path / "gap.txt").write_bytes(b"one\n\ntwo\n")
    (tmp_path / "bad.txt").write_bytes(b"one\n\xff\n")
    (tmp_path / "pairs.tsv").write_bytes(b"a\tb\nc\n")
    for model, given, said in (
        (single, [], "classify: expected a text or --file, one of the two"),
        (single, ["a", "--file", "gap.txt"], "one of the two"),
        (single, ["a", "b"], "expected one text, got 2"),
        (pair, ["a"], "expected two texts, as its model is one of pairs, got 1"),
        (single, [" "], "text: expected at least one word, got none"),
        (single, ["a\udcff"], "lone surrogate U+DCFF"),
        (single, ["--file", "gap.txt"], "gap.txt, line 2: expected a text, got an empty line"),
        (single, ["--file", "bad.txt"], "the byte 0xff in line 2"),
        (single, ["--file", "no.txt"], "no.txt: cannot be read"),
        (pair, ["--file", "pairs.tsv"], "pairs.tsv, line 2: expected text_a TAB text_b, got 'c'"),
        (tuned("tag"), ["a"], "found a tagger; use tinytf tag"),
    ):
        assert_one_clear_line(here("classify", model, *given, cwd=tmp_path), said)


def test_nothing_on_standard_input(tuned: Tuned, tmp_path: Path) -> None:
    done = run("classify", tuned("classify"), "--file", "-", cwd=tmp_path)
    assert_one_clear_line(done, "standard input, line 1: expected a text, got an empty line")


def test_a_model_that_cannot_be_used(tuned: Tuned, tmp_path: Path) -> None:
    shutil.copytree(tuned("classify"), tmp_path / "run")
    ruin(tmp_path / "run")
    done = run("classify", "run", "the cat", cwd=tmp_path)
    assert_one_clear_line(done, "run: the model cannot be used: its numbers are not finite")

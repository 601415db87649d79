"""`tinytf fill`: what may stand in the place of each [MASK]."""

import re
from pathlib import Path

import pytest

from .bert_runs import PLACES, SOUNDS, here, ruin
from .command import assert_done, assert_one_clear_line, run, train

ROW = re.compile(r"  (\S+ *)  ( *[\d.]+)%")


def test_it_has_learned_what_stands_where(with_bert: Path) -> None:
    done = run("fill", "bert", "The cat in the [MASK] says meow.", "--top", "3", cwd=with_bert)
    assert_done(done)
    rows = [ROW.fullmatch(line) for line in done.stdout.split("\n")[:3]]
    assert {row[1].strip() for row in rows if row} == set(PLACES), done.stdout
    assert sum(float(row[2]) for row in rows if row) > 90
    best = done.stdout.split()[0]
    assert done.stdout.endswith(f"\n\nthe cat in the {best} says meow.\n")


def test_the_pieces_stand_below_each_other_the_likeliest_first(with_bert: Path) -> None:
    done = run("fill", "bert", "the cat [MASK]", "--top", "7", cwd=with_bert)
    lines = done.stdout.split("\n")
    rows = [ROW.fullmatch(line) for line in lines[:7]]
    assert all(rows), done.stdout
    assert len({len(line) for line in lines[:7]}) == 1, "expected aligned rows"
    shares = [float(row[2]) for row in rows if row]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) <= 100.5
    assert lines[7] == ""


def test_each_mask_has_its_own_pieces(with_bert: Path) -> None:
    text = "the [MASK] in the barn says [MASK]."
    done = run("fill", "bert", text, "--top", "3", cwd=with_bert)
    assert_done(done)
    lines = done.stdout.split("\n")
    assert (lines[0], lines[4]) == ("[MASK] 1 of 2", "[MASK] 2 of 2")
    first, second = ({line.split()[0] for line in part} for part in (lines[1:4], lines[5:8]))
    assert first == set(SOUNDS)
    assert second == set(SOUNDS.values())
    assert lines[9].startswith("the ")


def test_more_pieces_than_there_are(with_bert: Path) -> None:
    done = run("fill", "bert", "[MASK]", "--top", "1000", cwd=with_bert)
    assert_done(done)
    assert len(ROW.findall(done.stdout)) < 100


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the cat", "text: expected at least one [MASK] in capitals, got none"),
        ("the [mask] sat", "text: expected at least one [MASK] in capitals, got none"),
        ("", "text: expected at least one [MASK]"),
        ("[MASK] " * 30, "text: expected at most 22 tokens, got 30"),
        ("[MASK] \udcff", "lone surrogate U+DCFF"),
    ],
)
def test_a_text_that_cannot_be_filled_in(text: str, said: str, with_bert: Path) -> None:
    assert_one_clear_line(here("fill", "bert", text, cwd=with_bert), said)


def test_a_model_that_cannot_be_used(with_bert: Path) -> None:
    ruin(with_bert / "bert")
    done = run("fill", "bert", "the [MASK]", cwd=with_bert)
    assert_one_clear_line(done, "the model cannot be used: its probabilities are not finite")
    assert_one_clear_line(here("fill", "", "[MASK]", cwd=with_bert), "got an empty one")
    done = run("fill", "nothing", "[MASK]", cwd=with_bert)
    assert_one_clear_line(done, "nothing: expected a trained model, found no checkpoint.npz there")
    assert_done(train(with_bert, "--out", "gpt", steps=1))
    done = run("fill", "gpt", "[MASK]", cwd=with_bert)
    assert_one_clear_line(
        done,
        "gpt: expected a pre-trained BERT (from tinytf train bert), found a decoder; "
        "use tinytf generate",
    )

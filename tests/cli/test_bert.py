"""`tinytf train bert` from one end to the other: text, results, going on, wrong input."""

import os
import re
from pathlib import Path

import numpy as np
import pytest

from .bert_runs import SIZES, documents, files_of, here, train_bert
from .command import about, arrays, assert_done, assert_one_clear_line, log_of, run, train


def test_a_run_from_end_to_end(tmp_path: Path) -> None:
    done = train_bert(tmp_path, "--out", "run", "--learning-rate", "0.01", steps=150)
    assert_done(done)
    assert done.stdout.isascii()
    lines = done.stdout.split("\n")
    n_tokens = 40 * 4 * 8  # the <animal> in the <place> says <sound> .
    assert lines[0] == f"text       text.txt: 40 documents, 160 sentences, {n_tokens:,} tokens"
    assert re.fullmatch(r"tokenizer  WordPiece, \d\d pieces, lower case", lines[1])
    yardstick = re.fullmatch(
        r"yardstick  always guessing by frequency has loss (\d\.\d{4})", lines[2]
    )
    assert yardstick, lines[2]
    assert files_of(tmp_path / "run").keys() == {"best.npz", "checkpoint.npz", "log.jsonl"}

    found = re.search(
        r"\nmasked tokens: loss (\S+) \(guessing by frequency: (\S+)\), ([\d.]+)% right\n"
        r"next sentence: ([\d.]+)% right \(guessing: 50%\)\n",
        done.stdout,
    )
    assert found, done.stdout
    loss, unigram, right, _ = map(float, found.groups())
    assert unigram == float(yardstick[1])
    assert loss < unigram - 0.5, "expected it to learn which sound goes with which animal"
    assert right > 40
    measured = [record for record in log_of(tmp_path / "run") if record["validation_loss"]]
    assert [record["step"] for record in measured] == list(range(10, 151, 10))
    best = min(measured, key=lambda record: record["validation_loss"])
    assert best["mlm_loss"] == pytest.approx(loss, abs=1e-4)
    assert 0 < best["mlm_accuracy"] <= 1
    assert 0 < best["nsp_accuracy"] <= 1
    assert f"best model: validation_loss {best['validation_loss']:.4g}, after" in done.stdout

    samples = re.findall(r"^.*\[MASK\].*    \(\[MASK\] was .+\)$", done.stdout, re.MULTILINE)
    assert len(samples) == 2, done.stdout
    assert "more: tinytf fill run " in done.stdout


def test_without_next_sentences_one_document_does(tmp_path: Path) -> None:
    text = documents().replace("\n\n", "\n").replace("\n", "\n\n")
    (tmp_path / "text.txt").write_text(text, encoding="utf-8")
    done = train_bert(tmp_path, "--out", "run", "--no-next-sentence", steps=10)
    assert_done(done)
    assert "next sentence" not in done.stdout
    assert "nsp_accuracy" not in log_of(tmp_path / "run")[-1]
    assert about(tmp_path / "run")["progress"]["settings"]["next_sentence"] is False


def test_the_text_of_a_file_of_a_directory_and_of_a_pipe_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "only.md").write_text(documents(), encoding="utf-8")
    for out, source in (("a", "text.txt"), ("b", "folder"), ("c", "-")):
        done = train_bert(tmp_path, "--text", source, "--out", out, steps=1, stdin=documents())
        assert_done(done)
        shown = "standard input" if source == "-" else source
        assert f"text       {shown}: 40 documents, 160 sentences, " in done.stdout
    assert len({about(tmp_path / out)["progress"]["fingerprint"] for out in "abc"}) == 1


def test_bundled_stories(tmp_path: Path) -> None:
    given = [*SIZES.split(), "--task", "stories", "--steps", "1"]
    done = run("train", "bert", *given, "--out", "run", cwd=tmp_path)
    assert_done(done)
    assert done.stdout.startswith("text       bundled stories: 3,000 documents, ")
    both = [*given, "--text", "text.txt"]
    assert_one_clear_line(
        here("train", "bert", *both, cwd=tmp_path),
        "--task: expected it without --text and --documents, got both",
    )


def test_documents_of_some_lines_each(tmp_path: Path) -> None:
    done = train_bert(tmp_path, "--documents", "lines", "--out", "run", steps=1)
    assert_done(done)
    assert "text.txt: 10 documents, 160 sentences, " in done.stdout


def test_the_same_seed_gives_the_same_run_and_another_seed_another(tmp_path: Path) -> None:
    losses = []
    for out, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        assert_done(train_bert(tmp_path, "--out", out, "--seed", seed, steps=3))
        losses.append([record["loss"] for record in log_of(tmp_path / out)])
    assert losses[0] == losses[1]
    assert losses[0] != losses[2]


# What is given -> what the checkpoint says then.
OPTIONS = {
    "--no-lower-case": {"lower_case": False},
    "--vocab-size 40": {"vocab_size": 40},
    "--max-len 16": {"max_len": 16},
    "--batch-size 3": {"batch_size": 3},
    "--dropout 0.25": {"dropout": 0.25},
    "--norm-position pre": {"norm_position": "pre"},
    "--n-layers 2": {"n_layers": 2},
    "--optimizer adam": {"optimizer": "adam"},
    "--preset bert": {"norm_position": "post", "n_segments": 2, "embedding_norm": True},
}


@pytest.mark.parametrize("given", OPTIONS)
def test_an_option_is_honoured(given: str, tmp_path: Path) -> None:
    assert_done(train_bert(tmp_path, "--out", "run", *given.split(), steps=1))
    saved = about(tmp_path / "run")
    found = {**saved["config"], **saved["progress"]["settings"], **saved["tokenizer"]}
    expected = OPTIONS[given]
    assert {name: found[name] for name in expected} == expected


def test_a_run_that_stops_and_goes_on_is_the_same(tmp_path: Path) -> None:
    given = ["--schedule", "constant", "--dropout", "0.1"]
    assert_done(train_bert(tmp_path, *given, "--out", "whole", steps=25))
    assert_done(train_bert(tmp_path, *given, "--out", "run", steps=15))
    assert_done(run("train", "bert", "--resume", "run", "--steps", "25", cwd=tmp_path))
    expected, came = arrays(tmp_path / "whole"), arrays(tmp_path / "run")
    assert expected.keys() == came.keys()
    for name, value in expected.items():
        np.testing.assert_array_equal(value, came[name], err_msg=name)
    logs = [log_of(tmp_path / name) for name in ("whole", "run")]
    assert [record["loss"] for record in logs[0]] == [record["loss"] for record in logs[1]]
    # The shorter run was also validated at its end.
    assert logs[0][-1]["mlm_loss"] == logs[1][-1]["mlm_loss"]


TEXTS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "text.txt: expected text, got 0 characters of whitespace"),
    "not UTF-8": (b"good\n\nb\xe9d\n", "got the byte 0xe9 in line 3 at byte offset 7"),
    "one document": (b"a b.\nc d.\n" * 9, "at least 4 documents with a blank line between them"),
    "one sentence each": (b"a b.\n\n" * 9, "one of at least two sentences"),
    "no words known": (b"\x00\n\x00\n\n" * 9, "expected at least one word"),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_a_text_that_cannot_be_used(kind: str, tmp_path: Path) -> None:
    content, said = TEXTS[kind]
    (tmp_path / "text.txt").write_bytes(content)
    assert_one_clear_line(train_bert(tmp_path, by=here), said)
    assert os.listdir(tmp_path) == ["text.txt"], "a run that failed left something behind"


WRONG = {
    "--max-len 4": "tinytf: max_len: expected at least 5, got 4\n",
    "--vocab-size 5": "argument --vocab-size: expected a whole number from 6",
    "--positions alibi": "expected learned, sinusoidal or rope for an encoder, got alibi",
    "--documents words": "argument --documents: invalid choice: 'words'",
    "--resume run": "--resume: takes only --steps, --text, --task and --documents, got --batch",
}


@pytest.mark.parametrize("given", WRONG)
def test_an_option_that_cannot_be_used(given: str, tmp_path: Path) -> None:
    assert_one_clear_line(train_bert(tmp_path, *given.split(), by=here), WRONG[given])
    assert os.listdir(tmp_path) == ["text.txt"]


def test_what_a_run_cannot_go_on_with(tmp_path: Path) -> None:
    assert_done(train_bert(tmp_path, "--out", "run", steps=1))
    before = files_of(tmp_path / "run")

    def refused(*given: str, name: str = "run") -> object:
        return here("train", "bert", "--resume", name, "--steps", "2", *given, cwd=tmp_path)

    (tmp_path / "other.txt").write_text(documents(seed=1), encoding="utf-8")
    changed = "run: the text is not the one this run was started with"
    assert_one_clear_line(refused("--text", "other.txt"), changed)
    # Other documents of the same text are other data, too.
    lines = ["--text", "text.txt", "--documents", "lines"]
    assert_one_clear_line(refused(*lines), changed)
    assert_one_clear_line(refused("--text", "no.txt"), "no.txt: cannot be read")
    assert files_of(tmp_path / "run") == before
    assert_done(train(tmp_path, "--out", "gpt", steps=1))
    said = "gpt: expected a run of tinytf train bert, found one of tinytf train gpt"
    assert_one_clear_line(refused(name="gpt"), said)
    assert_one_clear_line(
        train_bert(tmp_path, "--out", "gpt", by=here), "gpt: holds a trained model"
    )


def test_python_s_standard_library_is_the_default_text(tmp_path: Path) -> None:
    sizes = f"{SIZES} --batch-size 1"
    done = run("train", "bert", *sizes.split(), "--steps", "1", "--out", "run", cwd=tmp_path)
    assert_done(done)
    assert re.match(
        r"text +the standard library of this Python: \d,\d{3} documents, \d\d,\d{3} sentences",
        done.stdout,
    )

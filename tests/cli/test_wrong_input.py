"""Whatever is wrong with the input: one clear line, exit code 2, nothing left behind."""

import os
import resource
from pathlib import Path

import numpy as np
import pytest

from .command import (
    PATIENCE,
    TINY,
    about,
    arrays,
    assert_done,
    assert_one_clear_line,
    run,
    started,
    train,
    words,
)

# Options that cannot be used, and what the line must say.
OPTIONS = {
    "--n-heads 3": "n_heads: expected a number that divides d_model 16, got 3",
    "--n-heads 4 --n-kv-heads 3": "n_kv_heads: expected a number that divides n_heads 4, got 3",
    "--n-heads 16 --positions rope": "an even head size d_model / n_heads for rope, got 1",
    "--preset gtp": "argument --preset: invalid choice: 'gtp' (choose from",
    "--norm batchnorm": "argument --norm: invalid choice: 'batchnorm'",
    "--learning-rat 1": "unknown arguments: --learning-rat 1 (see tinytf train gpt --help)",
    "moby.txt": "unknown arguments: moby.txt (see tinytf train gpt --help)",
    "--out": "argument --out: expected one argument",
    "--steps 0": "argument --steps: expected a whole number from 1 to 1000000000, got '0'",
    "--steps -5": "expected a whole number from 1 to 1000000000, got '-5'",
    "--steps 1.5": "expected a whole number from 1 to 1000000000, got '1.5'",
    "--steps ten": "expected a whole number from 1 to 1000000000, got 'ten'",
    "--steps 100000000000000000000": "expected a whole number from 1 to 1000000000, got '1000",
    "--batch-size nan": "expected a whole number from 1 to 1000000000, got 'nan'",
    "--n-layers 1001": "argument --n-layers: expected a whole number from 1 to 1000, got '1001'",
    "--vocab-size 256": "expected a whole number from 257 to 1000000000, got '256'",
    "--seed -1": "expected a whole number from 0 to 1000000000, got '-1'",
    "--learning-rate 0": "argument --learning-rate: expected a number > 0, got '0'",
    "--learning-rate -1": "expected a number > 0, got '-1'",
    "--learning-rate nan": "expected a number > 0, got 'nan'",
    "--learning-rate inf": "expected a number > 0, got 'inf'",
    "--learning-rate 1e999": "expected a number > 0, got '1e999'",
    "--min-learning-rate -1": "expected a number >= 0, got '-1'",
    "--min-learning-rate 1": "--min-learning-rate: expected at most --learning-rate 0.01, got 1",
    "--dropout 1": "argument --dropout: expected a number >= 0 and < 1, got '1'",
    "--beta2 1": "expected a number >= 0 and < 1, got '1'",
    "--max-grad-norm 0": "expected a number > 0, got '0'",
    "--warmup-steps 21": "--warmup-steps: expected at most --steps 20, got 21",
    "--momentum 0.5": "--momentum: has a meaning only with --optimizer sgd, got adamw",
    "--max-len 2000": "expected at least 2001 tokens for a context of 2000, got",
    "--d-model 1000000000": "try a smaller model (--d-model, --n-layers, --d-ff)",
    "--batch-size 1000000000": "or a smaller --batch-size",
    "--resume run": "--resume: takes only --steps and --text, got --batch-size, --d-model,",
}


@pytest.mark.parametrize("given", OPTIONS)
def test_an_option_that_cannot_be_used(given: str, tmp_path: Path) -> None:
    def limit_memory() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2**32, 2**32))

    done = train(tmp_path, *given.split(), preexec_fn=limit_memory)
    assert_one_clear_line(done, OPTIONS[given])
    assert os.listdir(tmp_path) == ["text.txt"], "a run that failed left something behind"


COMMANDS = {
    "": "the following arguments are required: COMMAND",
    "tarin": "invalid choice: 'tarin' (choose from 'train', 'finetune', 'generate', 'translate', ",
    "--verison": "(see tinytf --help)",
    "train": "tinytf train: the following arguments are required: {gpt,translator,bert} (see ",
    "train bret": "invalid choice: 'bret' (choose from 'gpt', 'translator', 'bert') (see tinytf ",
    "check --fast": "tinytf check: unknown arguments: --fast (see tinytf check --help)",
    "check --seed x": "expected a whole number from 0 to 1000000000, got 'x'",
    "generate": "the following arguments are required: DIR, --prompt (see tinytf generate --help)",
}


@pytest.mark.parametrize("given", COMMANDS)
def test_a_command_that_does_not_exist(given: str, tmp_path: Path) -> None:
    assert_one_clear_line(run(*given.split(), cwd=tmp_path), COMMANDS[given])


TEXTS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "text.txt: expected text, got 0 characters of whitespace"),
    "only whitespace": (b" \n \n", "expected text, got 4 characters of whitespace"),
    "binary": (b"\x7fELF\x02\x01\x00\xff\xfe", "text.txt: expected UTF-8 text, got the byte 0xff"),
    "not UTF-8": (b"good\nalso\nb\xe9d\n", "got the byte 0xe9 in line 3 at byte offset 11"),
    "UTF-16": ("text".encode("utf-16"), "expected UTF-8 text, got the byte 0xff in line 1"),
    "too short": (b"abc" * 9, "it needs about 170 tokens, and has 27"),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_a_text_that_cannot_be_used(kind: str, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_bytes(TEXTS[kind][0])
    assert_one_clear_line(train(tmp_path), TEXTS[kind][1])
    assert os.listdir(tmp_path) == ["text.txt"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("no.txt", "no.txt: cannot be read: No such file or directory"),
        ("", "expected a file, a directory or -, got an empty name"),
        ("folder", "folder: expected a text file (.txt, .md, .py, ...) in this directory"),
        ("/dev/null", "/dev/null: expected a file or a directory, got a special file"),
        ("two\nlines", "two\\nlines: cannot be read"),
        ("-", "standard input: expected text, got 0 characters"),
        ("x" * 300, "cannot be read: File name too long"),
    ],
)
def test_a_text_that_is_not_there(source: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert_one_clear_line(train(tmp_path, "--text", source), said)


def test_a_broken_byte_on_standard_input(tmp_path: Path) -> None:
    done = train(tmp_path, "--text", "-", stdin=b"ab\n\xff")
    assert_one_clear_line(done, "standard input: expected UTF-8 text, got the byte 0xff in line 2")


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("text.txt", "text.txt: expected a directory to save in, found a file"),
        ("text.txt/run", "text.txt/run: cannot be written: Not a directory; nothing was saved"),
        ("/proc/run", "/proc/run: cannot be written: No such file or directory"),
        ("", "--out: expected the name of a directory, got an empty one"),
        ("x" * 300, "File name too long"),
    ],
)
def test_out_cannot_be_used(out: str, said: str, tmp_path: Path) -> None:
    assert_one_clear_line(train(tmp_path, "--out", out), said)
    assert os.listdir(tmp_path) == ["text.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_out_is_not_writable(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    done = train(tmp_path, "--out", "locked/run")
    assert_one_clear_line(done, "locked/run: cannot be written: Permission denied")


def test_a_trained_model_is_never_overwritten(tmp_path: Path) -> None:
    assert_done(train(tmp_path, "--out", "run", steps=1))
    before = (tmp_path / "run" / "checkpoint.npz").read_bytes()
    done = train(tmp_path, "--out", "run", steps=1)
    assert_one_clear_line(done, "run: holds a trained model already", "--resume run")
    assert (tmp_path / "run" / "checkpoint.npz").read_bytes() == before


def test_the_directory_of_a_run_that_is_still_going_on(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text(words(), encoding="utf-8")
    given = [*TINY.split(), "--text", "text.txt", "--out", "run", "--steps", "1000000"]
    never = ["--checkpoint-every", "1000000"]
    with started("train", "gpt", *given, *never, cwd=tmp_path) as process:
        assert process.stdout is not None
        while not process.stdout.readline().startswith(b"step"):
            pass
        done = train(tmp_path, "--out", "run")
        assert process.poll() is None
    assert_one_clear_line(
        done, "run: holds the log of another run, which is still going on", "choose another --out"
    )
    assert os.listdir(tmp_path / "run") == ["log.jsonl"]


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
@pytest.mark.parametrize("learning_rate", ["1e6", "1e30", "1e300"])
def test_diverging_training_says_so_once(
    optimizer: str, learning_rate: str, tmp_path: Path
) -> None:
    given = ["--learning-rate", learning_rate, "--optimizer", optimizer, "--out", "run"]
    done = train(tmp_path, *given)
    assert_one_clear_line(done, "training diverged at step", "try a lower learning rate")
    assert "nothing was saved" in done.stderr
    # Nothing is left, so the same --out can be used with a lower learning rate.
    assert not (tmp_path / "run").exists()


def test_diverging_training_keeps_the_last_checkpoint(tmp_path: Path) -> None:
    done = train(tmp_path, "--out", "run", "--learning-rate", "1e6", "--checkpoint-every", "1")
    assert_one_clear_line(done, "training diverged at step", "run keeps the model after step ")
    step = about(tmp_path / "run")["progress"]["step"]
    assert f"run keeps the model after step {step}\n" in done.stderr
    for name, value in arrays(tmp_path / "run").items():
        assert np.isfinite(value).all(), name


def test_parameters_that_are_not_finite_are_never_saved(tmp_path: Path) -> None:
    # The loss of the first step is fine, its update is not.
    given = ["--learning-rate", "1e300", "--checkpoint-every", "1", "--validate-every", "1000"]
    done = train(tmp_path, "--out", "run", *given)
    assert_one_clear_line(done, "at step 1: a parameter is no longer finite", "nothing was saved")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("size", [3000, 20000])
def test_a_full_disk(size: int, tmp_path: Path) -> None:
    """A limit on the size of files stands for the end of the disk."""

    def limit_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    assert_done(train(tmp_path, "--out", "before", steps=2))
    whole = (tmp_path / "before" / "checkpoint.npz").read_bytes()

    done = train(tmp_path, "--out", "run", preexec_fn=limit_files)
    assert_one_clear_line(done, "run: cannot be written: File too large; nothing was saved")
    assert not (tmp_path / "run" / "checkpoint.npz").exists()

    done = run(
        "train", "gpt", "--resume", "before", "--steps", "9", cwd=tmp_path, preexec_fn=limit_files
    )
    assert_one_clear_line(done, "before: cannot be written", "before keeps the model after step 2")
    assert (tmp_path / "before" / "checkpoint.npz").read_bytes() == whole


@pytest.mark.parametrize("command", ["check", "train gpt --text text.txt --steps 1"])
def test_output_that_cannot_be_written(command: str, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text(words(), encoding="utf-8")
    with (
        open("/dev/full", "wb") as full,
        started(*command.split(), cwd=tmp_path, stdout=full) as process,
    ):
        _, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode == 2
        assert errors == b"tinytf: output: No space left on device\n"

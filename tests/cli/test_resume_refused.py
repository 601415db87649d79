"""Runs that cannot go on: the text changed, the checkpoint is damaged or of something else."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .command import TINY, about, arrays, assert_done, assert_one_clear_line, run, train, words


def resume(cwd: Path, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return run("train", "gpt", "--resume", "run", *arguments, cwd=cwd, **options)


def test_a_finished_run(tmp_path: Path) -> None:
    assert_done(train(tmp_path, "--out", "run", steps=3))
    assert_one_clear_line(
        resume(tmp_path), "run: has taken all its steps (3)", "give --steps with a larger number"
    )
    assert_done(resume(tmp_path, "--steps", "5"))
    assert about(tmp_path / "run")["progress"]["step"] == 5


@pytest.mark.parametrize("tokenizer", ["char", "bpe"])
@pytest.mark.parametrize("text", [words(seed=1), words() + "x", words() + "\u20ac", words()[:-1]])
def test_a_text_that_changed(text: str, tokenizer: str, tmp_path: Path) -> None:
    assert_done(train(tmp_path, "--out", "run", "--tokenizer", tokenizer, steps=1))
    before = (tmp_path / "run" / "checkpoint.npz").read_bytes()
    (tmp_path / "text.txt").write_text(text, encoding="utf-8")
    done = resume(tmp_path, "--steps", "2")
    assert_one_clear_line(done, "run: the text is not the one this run was started with")
    assert (tmp_path / "run" / "checkpoint.npz").read_bytes() == before


def test_a_text_that_moved_is_given_anew(tmp_path: Path) -> None:
    assert_done(train(tmp_path, "--out", "run", steps=1))
    (tmp_path / "text.txt").rename(tmp_path / "moved.txt")
    assert_one_clear_line(
        resume(tmp_path, "--steps", "2"), "text.txt: cannot be read", "give it with --text"
    )
    assert_done(resume(tmp_path, "--steps", "2", "--text", "moved.txt"))
    # From now on it is found at the new place.
    assert_done(resume(tmp_path, "--steps", "3"))


def test_a_text_that_came_from_standard_input(tmp_path: Path) -> None:
    start = ["train", "gpt", *TINY.split(), "--text", "-", "--steps", "1", "--out", "run"]
    assert_done(run(*start, cwd=tmp_path, stdin=words()))
    done = resume(tmp_path, "--steps", "2", stdin=words())
    assert_one_clear_line(done, "its text came from standard input; give the same text with --text")
    assert_done(resume(tmp_path, "--steps", "2", "--text", "-", stdin=words()))


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ("--learning-rate 1", "--learning-rate"),
        ("--out other", "--out"),
        ("--preset gpt", "--preset"),
        ("--no-bias --d-model 32", "--bias, --d-model"),
    ],
)
def test_options_that_would_be_ignored(given: str, refused: str, tmp_path: Path) -> None:
    done = resume(tmp_path, *given.split())
    assert_one_clear_line(done, f"--resume: takes only --steps and --text, got {refused};")


Content = tuple[Any, dict[str, Any]]


def without(group: str) -> Callable[[Any, dict[str, Any]], Content]:
    """Leave out the arrays of a group, or a part of what the progress says."""

    def change(saved: Any, values: dict[str, Any]) -> Content:
        saved["progress"].pop(group, None)
        return saved, {name: v for name, v in values.items() if not name.startswith(group)}

    return change


def with_progress(**progress: Any) -> Callable[[Any, dict[str, Any]], Content]:
    """Say something else about the progress."""

    def change(saved: Any, values: dict[str, Any]) -> Content:
        saved["progress"].update(progress)
        return saved, values

    return change


def with_config(**config: Any) -> Callable[[Any, dict[str, Any]], Content]:
    """Say something else about the model."""

    def change(saved: Any, values: dict[str, Any]) -> Content:
        saved["config"].update(config)
        return saved, values

    return change


CONTENTS: dict[str, Callable[[Any, dict[str, Any]], Content]] = {
    "no progress": lambda saved, values: ({**saved, "progress": {}}, values),
    "progress null": lambda saved, values: ({**saved, "progress": None}, values),
    "no settings": without("settings"),
    "no generator": without("rng"),
    "no fingerprint": without("fingerprint"),
    "no optimizer": without("optimizer/"),
    "no parameters": without("parameter/"),
    "short optimizer": lambda saved, values: (
        saved,
        {n: v[:5] if n.startswith("optimizer/") else v for n, v in values.items()},
    ),
    "step as text": with_progress(step="one"),
    "settings of another version": with_progress(settings={"steps": 9, "speed": 3}),
    "another generator": with_progress(rng={"bit_generator": "MT19937"}),
    "another d_model": with_config(d_model=32),
    "d_model as text": with_config(d_model="16"),
    "another vocabulary": with_config(vocab_size=5),
    "another format": lambda saved, values: ({**saved, "format": "tinytf checkpoint 0"}, values),
    "another kind of json": lambda saved, values: ([1, 2], values),
    "nan": lambda saved, values: (saved, {n: np.full_like(v, np.nan) for n, v in values.items()}),
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a trained model in `run`."""
    directory = tmp_path_factory.mktemp("trained")
    assert_done(train(directory, "--out", "run", steps=1))
    return directory


@pytest.mark.parametrize("kind", CONTENTS)
def test_a_checkpoint_with_another_content(kind: str, trained: Path, tmp_path: Path) -> None:
    run_directory = trained / "run"
    new_about, new_arrays = CONTENTS[kind](about(run_directory), arrays(run_directory))
    (tmp_path / "run").mkdir()
    path = tmp_path / "run" / "checkpoint.npz"
    np.savez(path, about=np.array(json.dumps(new_about)), **new_arrays)
    (tmp_path / "text.txt").write_text(words(), encoding="utf-8")
    before = path.read_bytes()
    assert_one_clear_line(resume(tmp_path, "--steps", "9"))
    assert path.read_bytes() == before, "a run that was refused changed its checkpoint"


def damaged(whole: bytes) -> dict[str, bytes]:
    middle = len(whole) // 2
    return {
        "empty": b"",
        "text": b"not a checkpoint\n",
        "truncated": whole[:middle],
        "cut at its end": whole[:-1],
        "a bit flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "zeros": bytes(len(whole)),
    }


@pytest.mark.parametrize("command", ["train gpt --resume run --steps 9", "generate run --prompt a"])
@pytest.mark.parametrize("kind", damaged(b"xx"))
def test_a_damaged_file(kind: str, command: str, trained: Path, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    path = tmp_path / "run" / "checkpoint.npz"
    path.write_bytes(damaged((trained / "run" / "checkpoint.npz").read_bytes())[kind])
    assert_one_clear_line(run(*command.split(), cwd=tmp_path), "run/checkpoint.npz: ")


@pytest.mark.parametrize("command", ["train gpt --resume", "generate --prompt a"])
@pytest.mark.parametrize("name", ["nothing", "file", "empty", "special"])
def test_no_checkpoint_there(name: str, command: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "special" / "checkpoint.npz").mkdir(parents=True)
    done = run(*command.split(), name, cwd=tmp_path)
    assert_one_clear_line(done, f"{name}: expected a trained model, found no checkpoint.npz there")


def test_fewer_steps_than_the_warm_up(tmp_path: Path) -> None:
    assert_done(train(tmp_path, "--out", "run", "--warmup-steps", "3", steps=4))
    done = resume(tmp_path, "--steps", "2")
    assert_one_clear_line(done, "--steps: expected at least this run's 3 warm-up steps, got 2")

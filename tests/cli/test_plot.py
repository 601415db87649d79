"""`tinytf plot`: a picture of a real run, and one clear line where there can be none."""

import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from .bert_runs import here
from .command import assert_done, assert_one_clear_line, environment, log_of, run, train

needs_matplotlib = pytest.mark.skipif(
    not find_spec("matplotlib"), reason="needs matplotlib, the extra `plot`"
)


@pytest.fixture(scope="module")
def _trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("plot")
    assert_done(train(directory, "--out", "run", "--validate-every", "10", steps=60))
    return directory


@pytest.fixture
def trained(_trained: Path, tmp_path: Path) -> Path:
    """A directory with the training run `run` of 60 steps."""
    shutil.copytree(_trained, tmp_path, dirs_exist_ok=True)
    return tmp_path


def texts(picture: Path) -> set[str]:
    return set(re.findall(r">([^<>\n]+)</text>", picture.read_text(encoding="utf-8")))


@needs_matplotlib
def test_a_picture_of_a_run(trained: Path) -> None:
    done = run("plot", "run", cwd=trained)
    assert_done(done)
    assert done.stdout == "run: 60 steps\nsaved in curves.svg\n"
    assert texts(trained / "curves.svg") >= {
        "Training run run", "step", "loss (nats per token)", "training (mean of 3 steps)",
        "validation", "gradient norm", "before clipping", "learning rate",
    }  # fmt: skip
    again = run("plot", "run", "-o", "again.svg", cwd=trained, env={"PYTHONHASHSEED": "7"})
    assert_done(again)
    assert (trained / "again.svg").read_bytes() == (trained / "curves.svg").read_bytes()


@needs_matplotlib
def test_several_runs_as_png(trained: Path) -> None:
    shutil.copytree(trained / "run", trained / "other $1$")
    done = run("plot", "run", "other $1$", "--out", "both.PNG", cwd=trained)
    assert_done(done)
    assert done.stdout == "run: 60 steps\nother $1$: 60 steps\nsaved in both.PNG\n"
    assert (trained / "both.PNG").read_bytes().startswith(b"\x89PNG\r\n")


@needs_matplotlib
def test_a_run_before_its_first_checkpoint_and_in_the_middle_of_a_line(trained: Path) -> None:
    (trained / "run" / "checkpoint.npz").unlink()
    with open(trained / "run" / "log.jsonl", "a", encoding="utf-8") as log:
        log.write('{"step": 61, "lo')
    done = here("plot", "run", cwd=trained)
    assert (done.returncode, done.stdout) == (0, "run: 60 steps\nsaved in curves.svg\n")
    assert "loss" in texts(trained / "curves.svg")


@needs_matplotlib
def test_what_a_run_measured_besides(trained: Path) -> None:
    steps = log_of(trained / "run")
    for step in steps[9::10]:
        step.update(BLEU=31.5, pearson=float("nan"))
    write_log(trained / "run", steps)
    assert here("plot", "run", cwd=trained).returncode == 0
    assert "BLEU" in texts(trained / "curves.svg")
    assert "pearson" not in texts(trained / "curves.svg")


def write_log(directory: Path, steps: list[Any]) -> None:
    lines = "".join(f"{json.dumps(step)}\n" for step in steps)
    (directory / "log.jsonl").write_text(lines, encoding="utf-8")


def changed(line: int, **values: Any) -> Callable[[Path], None]:
    """Give one line of the log other values; "nothing" takes a value away."""

    def change(directory: Path) -> None:
        steps = log_of(directory)
        step = {**steps[line - 1], **values}
        steps[line - 1] = {name: value for name, value in step.items() if value != "nothing"}
        write_log(directory, steps)

    return change


def replaced(line: int, text: bytes) -> Callable[[Path], None]:
    def change(directory: Path) -> None:
        lines = (directory / "log.jsonl").read_bytes().split(b"\n")
        lines[line - 1] = text
        (directory / "log.jsonl").write_bytes(b"\n".join(lines))

    return change


def checkpoint_broken(directory: Path) -> None:
    (directory / "checkpoint.npz").write_bytes(b"no archive")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (replaced(7, b"{nothing}"), "log.jsonl, line 7: expected the numbers of a step as JSON"),
        (replaced(7, b"[1, 2]"), "log.jsonl, line 7: expected the numbers of a step as JSON"),
        (replaced(7, b""), "log.jsonl, line 7: expected the numbers of a step as JSON"),
        (replaced(7, b"\xff\xfe\x00"), "log.jsonl, line 7: expected the numbers of a step as JSON"),
        (replaced(7, b"[" * 100_000), "log.jsonl, line 7: expected the numbers of a step as JSON"),
        (changed(7, loss="nothing"), "line 7: expected the numbers of a step, found no loss"),
        (changed(7, loss="x"), "line 7: loss: expected a number, got 'x'"),
        (changed(7, loss=None), "line 7: loss: expected a number, got None"),
        (changed(7, BLEU=True), "line 7: BLEU: expected a number, got True"),
        (
            changed(7, grad_norm=10**400),
            "line 7: expected the numbers of a step, got one too large",
        ),
        (changed(7, step=6), "line 7: step: expected a whole number > 6, got 6"),
        (changed(7, step=7.5), "line 7: step: expected a whole number > 6, got 7.5"),
        (changed(1, step=0), "line 1: step: expected a whole number > 0, got 0"),
        (lambda run: write_log(run, []), "log.jsonl: expected a line for each step, found none"),
        (lambda run: (run / "log.jsonl").unlink(), "run: expected a training run, found no log"),
        (shutil.rmtree, "run: expected the directory of a training run, found none there"),
        (checkpoint_broken, "checkpoint.npz"),
    ],
)
def test_a_log_that_cannot_be_drawn(
    trained: Path, damage: Callable[[Path], None], said: str
) -> None:
    damage(trained / "run")
    assert_one_clear_line(here("plot", "run", cwd=trained), said)
    assert not list(trained.glob("curves*"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["run", "-o", "curves.pdf"], "--out: expected a name that ends in .svg or .png, got"),
        (["run", "-o", "svg"], "--out: expected a name that ends in .svg or .png, got 'svg'"),
        (["run", "-o", ""], "--out: expected a name that ends in .svg or .png, got ''"),
        ([""], "DIR: expected the name of a directory, got an empty one"),
        (["text.txt"], "text.txt: expected the directory of a training run"),
        (["run"] * 8, "DIR: expected at most 7, got 8"),
        (["run", "./run", "b"], "DIR: expected each run once, got 'run' and './run'"),
        ([], "DIR"),
    ],
)
def test_wrong_arguments(trained: Path, given: list[str], said: str) -> None:
    assert_one_clear_line(run("plot", *given, cwd=trained), said)


@needs_matplotlib
@pytest.mark.parametrize("out", ["missing/curves.svg", "folder.svg"])
def test_a_picture_that_cannot_be_written(trained: Path, out: str) -> None:
    (trained / "folder.svg").mkdir()
    before = sorted(trained.rglob("*"))
    done = run("plot", "run", "-o", out, cwd=trained)
    assert_one_clear_line(done, f"{out}: cannot be written: ".replace("/", os.sep))
    assert sorted(trained.rglob("*")) == before


@needs_matplotlib
def test_an_old_picture_is_kept_where_the_new_one_cannot_be_written_whole(trained: Path) -> None:
    (trained / "curves.svg").write_text("old", encoding="utf-8")
    (trained / "curves.svg.unfinished").mkdir()  # where the new one is written first
    done = run("plot", "run", cwd=trained)
    assert_one_clear_line(done, "curves.svg: cannot be written: ")
    assert (trained / "curves.svg").read_text(encoding="utf-8") == "old"


def test_without_matplotlib_it_says_which_extra(trained: Path) -> None:
    # A directory on the path whose matplotlib cannot be imported stands for none.
    (trained / "path").mkdir()
    nothing = "raise ModuleNotFoundError('matplotlib')\n"
    (trained / "path" / "matplotlib.py").write_text(nothing, encoding="utf-8")
    path = os.pathsep.join([str(trained / "path"), environment()["PYTHONPATH"]])
    done = run("plot", "run", cwd=trained, env={"PYTHONPATH": path})
    assert_one_clear_line(done, 'pictures need matplotlib: pip install "tinytf[plot]"')
    assert not (trained / "curves.svg").exists()


@needs_matplotlib
@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
@pytest.mark.parametrize("name", [b"a\nb", b"caf\xe9", "\u540d\u524d".encode(), b"bell\x07", b"-x"])
def test_strange_names(trained: Path, name: bytes) -> None:
    os.rename(trained / "run", os.fsencode(trained) + b"/" + name)
    done = run("plot", "-o", "curves.svg", "--", os.fsdecode(name), cwd=trained)
    assert_done(done)
    assert "\x07" not in done.stdout
    assert any(text.startswith("Training run ") for text in texts(trained / "curves.svg"))

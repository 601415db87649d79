"""Progress in a terminal: tqdm's live bar where it is installed, plain lines where it is not."""

import importlib.util
import os
import re
from pathlib import Path

import pytest

from tinytf.cli.progress import Progress
from tinytf.training import StepRecord

from .command import TINY, environment, in_terminal, train, words

GIVEN = [*TINY.split(), "--text", "text.txt", "--out", "run", "--validate-every", "100"]


def train_in_terminal(cwd: Path, steps: int, **env: str) -> str:
    (cwd / "text.txt").write_text(words(), encoding="utf-8")
    code, shown = in_terminal("train", "gpt", *GIVEN, "--steps", str(steps), cwd=cwd, **env)
    assert code == 0, shown
    assert shown.isascii(), "expected ASCII only"
    assert "Traceback" not in shown
    assert "Warning" not in shown
    return shown


@pytest.mark.skipif(not importlib.util.find_spec("tqdm"), reason="needs the extra `progress`")
def test_a_live_bar_shows_loss_speed_and_time_left(tmp_path: Path) -> None:
    shown = train_in_terminal(tmp_path, 300)
    # 57%|#####7    | 171/300 [00:00, 00:00 left, loss 2.412, 31,000 tokens/s]
    bars = re.findall(
        r"\r *(\d+)%\|[#\d ]+\| (\d+)/300 \[\d\d:\d\d, \d\d:\d\d left, "
        r"loss \d\.\d{3}, [\d,]+ tokens/s\]",
        shown,
    )
    assert bars, f"expected a bar with all of these, got:\n{shown}"
    assert bars[-1] == ("100", "300")
    assert all(abs(int(percent) - int(step) / 3) <= 0.5 for percent, step in bars), bars
    assert max(map(len, re.split("[\r\n]", shown))) < 120
    # Measured losses stay on the screen as lines of their own.
    measured = re.findall(r"\r +\rstep (...)/300  loss [ \d.]+  validation +([\d.]+) ", shown)
    assert [step for step, _ in measured] == ["100", "200", "300"], shown
    assert shown.index("saved in run") > shown.rindex("%|")


def test_plain_lines_where_tqdm_is_not_installed(tmp_path: Path) -> None:
    # A directory on the path whose tqdm cannot be imported stands for none.
    (tmp_path / "path").mkdir()
    nothing = "raise ModuleNotFoundError('tqdm')\n"
    (tmp_path / "path" / "tqdm.py").write_text(nothing, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path / "path"), environment()["PYTHONPATH"]])
    shown = train_in_terminal(tmp_path, 40, PYTHONPATH=path)
    lines = [line for line in shown.splitlines() if line.startswith("step")]
    assert len(lines) == 21  # the first, and every twentieth of the way
    assert "%|" not in shown


def test_plain_lines_in_a_pipe(tmp_path: Path) -> None:
    done = train(tmp_path, steps=40)
    assert "\r" not in done.stdout
    assert "%|" not in done.stdout
    assert done.stdout.count("\nstep ") == 21


@pytest.mark.parametrize("seconds_per_step", [6.4e4, 64.0, 6.4e-11])
@pytest.mark.parametrize("step", [1, 500, 999, 1000])
def test_time_left(step: int, seconds_per_step: float, capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(n_steps=1000, first_step=0)
    progress.show(StepRecord(step, 1.0, 1.0, 0.1, 1.0, 64, 1.0, seconds_per_step), {})
    progress.close()
    minutes, seconds = re.findall(r"(-?\d+):(-?\d\d) left\n", capsys.readouterr().out)[0]
    expected = (1000 - step) * seconds_per_step
    came = 60 * int(minutes) + int(seconds)
    assert 0 <= came - expected < 1, f"expected {expected} seconds rounded up, got {came}"
    assert 0 <= int(seconds) < 60

"""The benchmark runs and says what it saw. Nothing here depends on how fast anything is."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmark.problem import SIZES
from tests.benchmark.race import CHECK_TOLERANCE, ROOT, Race
from tests.benchmark.report import PYTORCH_DEFAULT, as_dict, ratios, table


@pytest.fixture
def race(monkeypatch: pytest.MonkeyPatch) -> Race:
    """Three rounds of a machine with two processors; the second round was slow for all."""
    monkeypatch.setattr("tests.benchmark.race.n_cores", lambda: 2)
    return Race(
        "training",
        SIZES["A"],
        n_rounds=3,
        steps=10,
        threads={
            "tinytf, 1 thread": 1,
            "tinytf, 2 threads": 2,
            "PyTorch, 1 thread": 1,
            PYTORCH_DEFAULT: 2,
        },
        versions={"numpy": "9.9"},
        disagreement=1e-7,
        seconds={
            "tinytf, 1 thread": [0.002, 0.008, 0.002],
            "tinytf, 2 threads": [0.003, 0.004, 0.003],
            "PyTorch, 1 thread": [0.001, 0.004, 0.001],
            PYTORCH_DEFAULT: [0.003, 0.012, 0.004],
        },
        load=0.02,
    )


def test_ratios_pair_turns_of_one_round(race: Race) -> None:
    default, better = ratios(race)
    assert default["tinytf"] == better["tinytf"] == "tinytf, 1 thread"
    assert default["against"] == PYTORCH_DEFAULT
    assert default["target"] == 0.9
    assert (default["lowest"], default["median"], default["highest"]) == (1.5, 1.5, 2.0)
    assert better["against"] == "PyTorch, 1 thread"
    assert better["target"] is None
    assert better["median"] == 0.5


def test_table_says_what_is_wrong(race: Race) -> None:
    assert "reached" in table([race])
    assert "NOT QUIET" not in table([race])
    race.load = 0.9
    race.dropped = [1.25]
    text = table([race])
    assert "reached" not in text, "a loud run proves nothing"
    assert "NOT QUIET, do not use: load of other programs up to 0.90 cores" in text
    assert "1 more dropped at a load of 1.25" in text
    race.load = None
    assert "unknown" in table([race])
    race.seconds[PYTORCH_DEFAULT] = [0.001, 0.001, 0.001]
    assert "MISSED" in table([race])


def test_json_holds_the_numbers(race: Race) -> None:
    content = json.loads(json.dumps(as_dict([race])))
    (entry,) = content["races"]
    speed = entry["contenders"]["tinytf, 1 thread"]
    assert speed["seconds per step"] == {"median": 0.002, "lowest": 0.002, "highest": 0.008}
    assert speed["tokens per second"] == pytest.approx(8 * 32 / 0.002)
    assert content["machine"]["cores"] >= 1


@pytest.mark.reference
@pytest.mark.parametrize("size", ["A", "D"])  # a GPT, an encoder-decoder
def test_command(tmp_path: Path, size: str) -> None:
    file = tmp_path / "benchmark.json"
    command = [sys.executable, "-m", "tests.benchmark", "--sizes", size, "--training"]
    options = ["--rounds", "2", "--patience", "0", "--json", str(file)]
    done = subprocess.run(command + options, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    for expected in ("ratio", "ms/step", "PyTorch, default", "losses of all agree", str(file)):
        assert expected in done.stdout
    (entry,) = json.loads(file.read_text(encoding="utf-8"))["races"]
    assert 0 <= entry["disagreement"] <= CHECK_TOLERANCE
    assert entry["rounds"]["count"] == 2
    for speed in entry["contenders"].values():
        assert speed["tokens per second"] > 0


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--sizes", "A,Z"], "--sizes: expected some of A,B,C,D, got Z"),
        (["--rounds", "0"], "--rounds: expected at least 1, got 0"),
    ],
)
def test_wrong_options(options: list[str], expected: str) -> None:
    command = [sys.executable, "-m", "tests.benchmark", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert expected in done.stderr

"""What BERT's commands reach with their defaults: about 25 minutes on two quiet cores.

pytest -m slow tests/cli/test_bert_proof.py -s
"""

import re
import subprocess
from pathlib import Path

import pytest

from .command import TINYTF, environment, log_of

pytestmark = pytest.mark.slow

HOURS = 3600

# command -> the number that judges it
TASKS = {
    "classify": "accuracy",
    "pair": "accuracy",
    "pair --regression": "Pearson",
    "tag": "entities: F1",
    "answer": "exact match",
}
LEAST = 0.95
ABOVE_BASELINE = 0.10


def output_of(*arguments: str, cwd: Path) -> str:
    """What a command of some minutes prints; it uses all cores."""
    others = {name: v for name, v in environment().items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [*TINYTF, *arguments],
        cwd=cwd,
        env=others,
        capture_output=True,
        text=True,
        timeout=2 * HOURS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    print(f"\n$ tinytf {' '.join(arguments)}\n{done.stdout[-1500:]}")
    return done.stdout


def test_the_standard_library_is_learned_far_beyond_its_frequencies(tmp_path: Path) -> None:
    output = output_of("train", "bert", "--out", "bert", cwd=tmp_path)
    found = re.search(r"loss (\S+) \(guessing by frequency: (\S+)\)", output)
    assert found
    loss, unigram = map(float, found.groups())
    assert loss < unigram - 1
    curve = [r["mlm_loss"] for r in log_of(tmp_path / "bert") if r["validation_loss"]]
    assert curve[-1] < curve[0], "expected a loss that falls"


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory above a BERT that has read the bundled stories."""
    directory = tmp_path_factory.mktemp("stories")
    output_of("train", "bert", "--task", "stories", "--out", "stories", cwd=directory)
    return directory


def score(command: str, *given: str, cwd: Path) -> float:
    """What the fine-tuned model reaches on the test data."""
    output = output_of("finetune", *command.split(), "stories", *given, cwd=cwd)
    found = re.search(rf"held-out test data: .*?{TASKS[command]} (\d\.\d+|[\d.]+%)", output)
    assert found, output
    said = found[1]
    return float(said.rstrip("%")) / 100 if said.endswith("%") else float(said)


@pytest.mark.parametrize("command", TASKS)
def test_a_bundled_task_is_learned_and_needs_the_encoder(command: str, stories: Path) -> None:
    reached = score(command, cwd=stories)
    baseline = score(command, "--freeze-encoder", "--random-encoder", cwd=stories)
    print(f"{command}: {reached:.3f}, with a random frozen encoder {baseline:.3f}")
    assert reached >= LEAST
    assert reached >= baseline + ABOVE_BASELINE

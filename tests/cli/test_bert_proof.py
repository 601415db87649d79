"""What BERT's commands reach with their defaults: about 25 minutes on two quiet cores.

pytest -m slow tests/cli/test_bert_proof.py -s
"""

import re
import subprocess
from pathlib import Path

import pytest

from .command import TINYTF, environment, log_of

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


@pytest.mark.slow
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
    return score_in(output, TASKS[command])


def score_in(output: str, measure: str) -> float:
    """A share from 0 to 1, or a correlation from -1 to 1."""
    found = re.search(rf"held-out test data: .*?{measure} (-?\d+\.\d+)(%?)", output)
    assert found, f"expected {measure!r} and a number, got {output!r}"
    said = float(found[1]) / (100 if found[2] else 1)
    assert -1 <= said <= 1, f"{measure}: expected at most 1, got {said} from {found[0]!r}"
    return said


def test_scores_are_read_as_shares() -> None:
    for said, measure, expected in (
        ("exact match 3.2%, F1 20.2% of 500 questions", "exact match", 0.032),
        ("exact match 100.0%, F1 100.0% of 500 questions", "exact match", 1.0),
        ("entities: F1 57.5%; words: accuracy 82.0%", "entities: F1", 0.575),
        ("accuracy 99.8% (499 of 500), macro F1 99.8%", "accuracy", 0.998),
        ("Pearson -0.041, Spearman 0.003; off by 1.46", "Pearson", -0.041),
    ):
        assert score_in(f"held-out test data: {said}", measure) == pytest.approx(expected)


@pytest.mark.slow
@pytest.mark.parametrize("command", TASKS)
def test_a_bundled_task_is_learned_and_needs_the_encoder(command: str, stories: Path) -> None:
    reached = score(command, cwd=stories)
    baseline = score(command, "--freeze-encoder", "--random-encoder", cwd=stories)
    print(f"{command}: {reached:.3f}, with a random frozen encoder {baseline:.3f}")
    assert reached >= LEAST
    assert reached >= baseline + ABOVE_BASELINE

"""What all `tinytf train` commands share, with a task that measures and remembers something."""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.training.small import IDS, windows
from tinytf.cli.gpt_settings import GPTSettings
from tinytf.cli.parsing import UserError
from tinytf.cli.run_setup import new_run, saved_run
from tinytf.cli.train_loop import train
from tinytf.cli.training_run import BestBy, TrainingRun
from tinytf.config import Config
from tinytf.models.decoder import DecoderLM
from tinytf.text import CharTokenizer
from tinytf.training import (
    BEST,
    Checkpoint,
    NextTokenTask,
    StepRecord,
    TokenWindows,
    load_checkpoint,
    load_model,
)
from tinytf.training.next_token import TokenBatch

from .command import about, arrays, log_of

CONFIG = Config(7, 8, 6, 2, 12, 1, batch_size=2, dropout=0.1)


class InOrder(NextTokenTask):
    """Windows one behind the other: what comes next depends on what came before."""

    n_drawn = 0

    def draw_batch(self, rng: np.random.Generator) -> TokenBatch:
        ids = np.roll(IDS, -self.n_drawn)[:7]
        self.n_drawn += 5
        return TokenBatch(ids[None, :-1], ids[None, 1:])

    def state(self) -> dict[str, Any]:
        return {"n_drawn": self.n_drawn}

    def restore(self, state: dict[str, Any]) -> None:
        self.n_drawn = 0 + state["n_drawn"]


def task_of(training_run: TrainingRun[Any]) -> InOrder:
    return InOrder(training_run.model, windows(), TokenWindows(IDS[:50], 6))


def new(directory: Path, steps: int, best_by: BestBy | None = None, **settings: Any) -> Any:
    about = Checkpoint("decoder", CONFIG, CharTokenizer("abcdefg"), {}, extras={"labels": ["x"]})
    its = GPTSettings(steps=steps, schedule="constant", validate_every=2, **settings)
    training_run = new_run(directory, about, its, {"pairs": "p", "source": None}, best_by)
    training_run.require_same_data("fingerprint", "text")
    return training_run


def resumed(directory: Path, steps: int, best_by: BestBy | None = None, **given: Any) -> Any:
    names = ("pairs", "source")
    args = argparse.Namespace(resume=str(directory), steps=steps, pairs=None, source=None)
    vars(args).update(given)
    return saved_run(args, "decoder", GPTSettings, names, best_by)


def run_to_the_end(training_run: TrainingRun[Any], *scores: float, name: str = "bleu") -> None:
    """Train; the numbers are those that each validation measures."""
    its = iter(scores)

    def measure(record: StepRecord) -> dict[str, float]:
        return {name: next(its)} if scores else {}

    assert train(training_run, task_of(training_run), [("pairs", "p")], "2 pairs", measure) == 0


def parameters_of(training_run: TrainingRun[Any]) -> dict[str, bytes]:
    return {name: p.value.tobytes() for name, p in training_run.model.parameters().items()}


def test_what_is_measured_is_logged_and_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_to_the_end(new(tmp_path / "run", 4), 0.5, 31.24567)
    log = log_of(tmp_path / "run")
    assert [record.get("bleu") for record in log] == [None, 0.5, None, 31.24567]
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "pairs      p"
    assert shown[1].startswith("model      ")
    assert shown[2] == "training   4 steps of 2 pairs"
    assert "  bleu 0.5  " in shown[4]
    assert "  bleu 31.25  " in shown[6]
    assert shown[-1] == f"saved in {tmp_path / 'run'}"


@pytest.mark.parametrize(
    ("best_by", "scores", "best_step"),
    [
        (BestBy("bleu"), (1.0, 3.0, 2.0, 3.0), 4),
        (BestBy("bleu", lowest=True), (2.0, 3.0, 1.0, 1.0), 6),
        (BestBy("bleu"), (float("nan"), 0.0, -1.0, float("inf")), 4),
        (BestBy("bleu"), (0.0, 1.0, 2.0, 3.0), 8),
    ],
)
def test_the_best_model_is_kept_beside_the_last(
    best_by: BestBy,
    scores: tuple[float, ...],
    best_step: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run_to_the_end(new(tmp_path / "best", best_step, checkpoint_every=1000))
    at_best = arrays(tmp_path / "best")
    training_run = new(tmp_path / "run", 8, best_by, checkpoint_every=1000)
    run_to_the_end(training_run, *scores)
    names = sorted(path.name for path in (tmp_path / "run").iterdir())
    assert names == ["best.npz", "checkpoint.npz", "log.jsonl"]

    best = load_checkpoint(tmp_path / "run", BEST)
    score = scores[best_step // 2 - 1]
    assert best.progress == {"step": best_step, "measure": "bleu", "score": score}
    assert best.extras == {"labels": ["x"]}
    assert best.optimizer == {}
    for name, value in best.parameters.items():
        assert np.array_equal(value, at_best[f"parameter/{name}"]), name
    assert load_model(tmp_path / "run")[1].progress["step"] == best_step
    assert about(tmp_path / "run")["progress"]["step"] == 8
    last = f"best model: bleu {score:.4g}, after step {best_step}"
    assert capsys.readouterr().out.splitlines()[-1] == last


def test_the_best_model_by_validation_loss(tmp_path: Path) -> None:
    run_to_the_end(new(tmp_path / "run", 8, BestBy("validation_loss", lowest=True)))
    losses = {r["validation_loss"]: r["step"] for r in log_of(tmp_path / "run")[1::2]}
    best = load_checkpoint(tmp_path / "run", BEST).progress
    assert (best["score"], best["step"]) == (min(losses), losses[min(losses)])


def test_a_resumed_run_keeps_its_best_model_until_it_is_beaten(tmp_path: Path) -> None:
    by = BestBy("bleu")
    run_to_the_end(new(tmp_path / "run", 4, by), 1.0, 5.0)
    for steps, score, best_step in ((6, 4.0, 4), (8, 6.0, 8)):
        run_to_the_end(resumed(tmp_path / "run", steps, by), score)
        assert load_checkpoint(tmp_path / "run", BEST).progress["step"] == best_step
    with pytest.raises(UserError, match=r"chosen by bleu, which cannot be compared with accuracy"):
        resumed(tmp_path / "run", 10, BestBy("accuracy"))


def test_a_disk_that_is_full_after_one_file_has_the_last_model(tmp_path: Path) -> None:
    """A best model alone would be a directory that can neither be resumed nor used for --out."""
    training_run = new(tmp_path / "run", 4, BestBy("bleu"), checkpoint_every=1000)
    real, written = np.savez, []

    def fails(file: Any, **values: Any) -> None:
        if written:
            raise OSError(28, "No space left on device")
        written.append(file.name)
        real(file, **values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(np, "savez", fails)
        with pytest.raises(UserError) as caught:
            run_to_the_end(training_run, 1.0, 2.0)
    directory = tmp_path / "run"
    assert str(caught.value) == (
        f"{directory}: cannot be written: No space left on device; "
        f"{directory} keeps the model after step 2"
    )
    assert sorted(path.name for path in directory.iterdir()) == ["checkpoint.npz", "log.jsonl"]


def test_the_task_goes_on_where_it_was(tmp_path: Path) -> None:
    whole = new(tmp_path / "whole", 7, accumulation_steps=2)
    run_to_the_end(whole)
    run_to_the_end(new(tmp_path / "run", 3, accumulation_steps=2))
    assert about(tmp_path / "run")["progress"]["task"] == {"n_drawn": 30}
    again = resumed(tmp_path / "run", 7)
    assert again.about.extras == {"labels": ["x"]}
    run_to_the_end(again)
    assert parameters_of(again) == parameters_of(whole)


@pytest.mark.parametrize("state", [None, {}, {"n_drawn": "five"}])
def test_a_task_state_that_is_broken(state: Any, tmp_path: Path) -> None:
    run_to_the_end(new(tmp_path, 2))
    saved = about(tmp_path)
    saved["progress"]["task"] = state
    np.savez(tmp_path / "checkpoint.npz", about=np.array(json.dumps(saved)), **arrays(tmp_path))
    with pytest.raises(UserError, match="no training run to go on with, or a broken one"):
        run_to_the_end(resumed(tmp_path, 4))


def test_the_data_of_a_resumed_run(tmp_path: Path) -> None:
    run_to_the_end(new(tmp_path, 2))
    assert resumed(tmp_path, 4).data == {"pairs": "p", "source": None}
    assert resumed(tmp_path, 4, source="s").data == {"pairs": None, "source": "s"}
    with pytest.raises(UserError) as caught:
        resumed(tmp_path, 4).require_same_data("another", "text")
    assert str(caught.value) == (
        f"{tmp_path}: the text is not the one this run was started with; "
        f"give that one with --pairs, --source, or start a new run"
    )
    with pytest.raises(UserError, match=r"takes only --steps, --pairs and --source, got --seed;"):
        resumed(tmp_path, 4, seed=3)


def test_the_model_of_a_run_is_that_of_its_seed() -> None:
    one, same, other = (new(Path("nowhere"), 1, seed=seed) for seed in (1, 1, 2))
    assert parameters_of(one) == parameters_of(same) != parameters_of(other)
    assert type(one.model) is DecoderLM

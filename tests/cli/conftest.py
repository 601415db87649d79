"""A pre-trained BERT and a fine-tuned model of each head, made once for all tests that ask."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from .bert_runs import TASKS, finetune, train_bert, write_tasks
from .command import assert_done


@pytest.fixture(scope="session")
def _models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("models")
    assert_done(train_bert(directory, "--out", "bert", "--learning-rate", "0.01", steps=150))
    write_tasks(directory)
    return directory


@pytest.fixture
def with_bert(_models: Path, tmp_path: Path) -> Path:
    """A directory with the model `bert` and with labelled data of each task."""
    shutil.copytree(_models, tmp_path, dirs_exist_ok=True, ignore=lambda _, names: [
        name for name in names if name.startswith("tuned")])  # fmt: skip
    return tmp_path


@pytest.fixture(scope="session")
def tuned(_models: Path) -> Callable[[str], Path]:
    """Gives the directory of a model fine-tuned for a task; read it only."""

    def make(head: str) -> Path:
        name = "tuned-" + head.replace(" --", "-")
        if not (_models / name).exists():
            given = ["--out", name, "--validate-every", "20", "--learning-rate", "0.01"]
            assert_done(finetune(_models, head, *given, steps=80))
        return _models / name

    assert set(TASKS) >= {"classify"}
    return make

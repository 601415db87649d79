"""Models that a command cannot use, and runs that it cannot go on with."""

import json
from pathlib import Path

import numpy as np

from tinytf.config import Config
from tinytf.models import EncoderDecoder
from tinytf.text import CharTokenizer
from tinytf.training import Checkpoint, save_checkpoint

from .command import about, arrays, assert_done, assert_one_clear_line, log_of, run, train


def save_translator(directory: Path) -> None:
    config = Config(3, 8, 6, 2, 12, 1)
    model = EncoderDecoder(config, np.random.default_rng(0))
    values = {name: p.value for name, p in model.parameters().items()}
    checkpoint = Checkpoint("encoder-decoder", config, CharTokenizer("abc"), values)
    save_checkpoint(directory, checkpoint)


def test_a_translator_is_not_for_generate(tmp_path: Path) -> None:
    save_translator(tmp_path / "tinytf-de")
    done = run("generate", "tinytf-de", "--prompt", "a", cwd=tmp_path)
    assert_one_clear_line(
        done,
        "tinytf: tinytf-de: expected a decoder (from tinytf train gpt), found an encoder-decoder; "
        "use tinytf translate",
    )


def test_train_gpt_does_not_go_on_with_a_translator(tmp_path: Path) -> None:
    save_translator(tmp_path / "tinytf-de")
    done = run("train", "gpt", "--resume", "tinytf-de", "--steps", "9", cwd=tmp_path)
    assert_one_clear_line(
        done,
        "tinytf-de: expected a run of tinytf train gpt, found one of tinytf train translator",
    )


def test_a_run_of_the_first_format_goes_on(tmp_path: Path) -> None:
    """What its checkpoint said: see the tests of checkpoints."""
    assert_done(train(tmp_path, "--out", "whole", "--schedule", "constant", steps=6))
    assert_done(train(tmp_path, "--out", "run", "--schedule", "constant", steps=4))
    saved, values = about(tmp_path / "run"), arrays(tmp_path / "run")
    saved["format"] = "tinytf checkpoint 1"
    del saved["source_tokenizer"], saved["extras"]
    progress = saved["progress"]
    progress["text"] = progress.pop("data")["text"]
    del progress["task"]
    np.savez(tmp_path / "run" / "checkpoint.npz", about=np.array(json.dumps(saved)), **values)
    assert_done(run("train", "gpt", "--resume", "run", "--steps", "6", cwd=tmp_path))
    expected, came = arrays(tmp_path / "whole"), arrays(tmp_path / "run")
    assert all(np.array_equal(value, came[name]) for name, value in expected.items())
    assert len(log_of(tmp_path / "run")) == 6

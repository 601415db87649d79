"""Every option of `tinytf train gpt` is accepted, and found again in what the run was made of."""

import argparse
import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tinytf.cli.gpt_settings import GPT_PRESETS, GPTSettings
from tinytf.cli.main import build_parser
from tinytf.cli.parsing import counted
from tinytf.cli.train_settings import ScheduleName, TrainSettings, make_settings
from tinytf.training.schedules import Constant, Noam, WarmupCosine

from .command import SIZES, about, arrays, assert_done, run, train, words

# option -> (what is given with it, what the checkpoint says then)
TABLE: dict[str, tuple[str, dict[str, Any]]] = {
    "--vocab-size": ("--tokenizer bpe --vocab-size 270", {"vocab_size": 270}),
    "--d-model": ("--d-model 24", {"d_model": 24, "d_ff": 96}),
    "--max-len": ("--max-len 9", {"max_len": 9}),
    "--n-heads": ("--n-heads 4", {"n_heads": 4}),
    "--d-ff": ("--d-ff 20", {"d_ff": 20}),
    "--n-layers": ("--n-layers 3", {"n_layers": 3}),
    "--batch-size": ("--batch-size 3", {"batch_size": 3}),
    "--norm": ("--norm rmsnorm", {"norm": "rmsnorm"}),
    "--norm-position": ("--norm-position post", {"norm_position": "post"}),
    "--positions": ("--positions sinusoidal", {"positions": "sinusoidal"}),
    "--activation": ("--activation swiglu", {"activation": "swiglu", "d_ff": 48}),
    "--n-kv-heads": ("--n-kv-heads 1", {"n_kv_heads": 1}),
    "--no-bias": ("--no-bias", {"bias": False}),
    "--bias": ("--preset mpt --bias", {"bias": True}),
    "--no-tie-embeddings": ("--no-tie-embeddings", {"tie_embeddings": False}),
    "--tie-embeddings": ("--preset llama --tie-embeddings", {"tie_embeddings": True}),
    "--dropout": ("--dropout 0.25", {"dropout": 0.25}),
    "--tokenizer": ("--tokenizer bpe", {"tokenizer": "bpe"}),
    "--steps": ("--steps 3", {"steps": 3, "step": 3}),
    "--optimizer": ("--optimizer adam", {"optimizer": "adam"}),
    "--schedule": ("--schedule noam", {"schedule": "noam"}),
    "--learning-rate": ("--learning-rate 0.02", {"learning_rate": 0.02}),
    "--min-learning-rate": ("--min-learning-rate 0.003", {"min_learning_rate": 0.003}),
    "--warmup-steps": ("--warmup-steps 2", {"warmup_steps": 2}),
    "--weight-decay": ("--weight-decay 0.3", {"weight_decay": 0.3}),
    "--momentum": ("--optimizer sgd --momentum 0.5", {"optimizer": "sgd", "momentum": 0.5}),
    "--beta1": ("--beta1 0.8", {"beta1": 0.8}),
    "--beta2": ("--beta2 0.98", {"beta2": 0.98}),
    "--max-grad-norm": ("--max-grad-norm 0.5", {"max_grad_norm": 0.5}),
    "--accumulation-steps": ("--accumulation-steps 2", {"accumulation_steps": 2}),
    "--validate-every": ("--validate-every 1", {"validate_every": 1}),
    "--checkpoint-every": ("--checkpoint-every 2", {"checkpoint_every": 2}),
    "--seed": ("--seed 5", {"seed": 5}),
    "--preset": ("--preset llama", {"norm": "rmsnorm", "positions": "rope", "bias": False}),
}
# Options that say where, not how; tests of their own are in test_train.py and test_resume.py.
PLACES = {"-h", "--help", "--text", "--out", "--resume"}


def parser_of(*commands: str) -> argparse.ArgumentParser:
    """The parser of a command, such as parser_of("train", "gpt")."""
    parser: Any = build_parser()
    for command in commands:
        choices = next(a.choices for a in parser._actions if isinstance(a.choices, dict))
        parser = choices[command]
    return parser  # type: ignore[no-any-return]


def test_the_table_has_every_option() -> None:
    options = {name for a in parser_of("train", "gpt")._actions for name in a.option_strings}
    assert options - PLACES == set(TABLE)


@pytest.mark.parametrize("option", TABLE)
def test_an_option_is_honoured(option: str, tmp_path: Path) -> None:
    given, expected = TABLE[option]
    assert_done(train(tmp_path, "--out", "run", *given.split(), steps=2))
    saved = about(tmp_path / "run")
    found = {**saved["config"], **saved["progress"]["settings"], "step": saved["progress"]["step"]}
    came = {name: found[name] for name in expected}
    assert came == expected, f"{given}: expected {expected} in the checkpoint, got {came}"


def test_the_help_states_the_defaults(tmp_path: Path) -> None:
    help_text = " ".join(run("train", "gpt", "--help", cwd=tmp_path).stdout.split())
    defaults = make_settings(GPTSettings, GPT_PRESETS["gpt"], {})
    for field in dataclasses.fields(GPTSettings):
        value = getattr(defaults, field.name)
        start = help_text.index("training: ")
        start = help_text.index("--" + field.name.replace("_", "-"), start)
        stated = help_text[start : help_text.index(" --", start)]
        if field.name == "min_learning_rate":
            assert value == pytest.approx(defaults.learning_rate / 10)
            assert stated.endswith("default a tenth of"), stated  # --learning-rate
        elif field.name == "warmup_steps":
            assert value == 100
            assert stated.endswith("default a tenth of"), stated  # --steps, at most 100
        else:
            assert f"default {value}" in stated, f"expected the default {value} in: {stated}"


@pytest.mark.parametrize("preset", GPT_PRESETS)
def test_presets(preset: str, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text(words(), encoding="utf-8")
    start = ["train", "gpt", "--preset", preset, "--text", "text.txt", "--out", "run"]
    assert_done(run(*start, *SIZES.split(), "--steps", "2", cwd=tmp_path))
    saved = about(tmp_path / "run")
    found = {**saved["config"], **saved["progress"]["settings"]}
    sizes = {"vocab_size", "d_model", "max_len", "n_heads", "n_layers", "batch_size", "steps"}
    for name, value in GPT_PRESETS[preset].items():
        if name not in sizes:
            assert found[name] == value, f"{preset}, {name}: expected {value}, got {found[name]}"


def test_what_is_not_given_follows_from_what_is() -> None:
    preset = GPT_PRESETS["gpt"]
    short = make_settings(GPTSettings, preset, {"steps": 40, "learning_rate": 5.0})
    assert short.make_schedule(16) == WarmupCosine(5.0, 0.5, 4, 40)
    assert make_settings(GPTSettings, preset, {"steps": 1}).warmup_steps == 1
    noam = make_settings(GPTSettings, preset, {"schedule": "noam"})
    assert noam.make_schedule(128) == Noam(128, 100, 1.0)
    constant = make_settings(GPTSettings, preset, {"schedule": "constant"})
    assert constant.make_schedule(16) == Constant(GPTSettings.learning_rate)


@dataclasses.dataclass(frozen=True)
class NoamSettings(TrainSettings):
    """A family whose usual schedule is noam, with defaults and a setting of its own."""

    schedule: ScheduleName = "noam"
    learning_rate: float = 2.0
    warmup_steps: int = 4000
    steps: int = 100_000
    label_smoothing: float = 0.1


def test_a_family_with_other_defaults() -> None:
    """The factor of noam and the learning rate of the others are never taken for each other."""
    for preset, given, expected in (
        ({}, {}, Noam(64, 4000, 2.0)),
        ({}, {"schedule": "noam"}, Noam(64, 4000, 2.0)),
        ({"learning_rate": 0.5}, {"steps": 50}, Noam(64, 5, 0.5)),
        ({}, {"schedule": "constant"}, Constant(TrainSettings.learning_rate)),
        ({"learning_rate": 0.5}, {"schedule": "constant"}, Constant(TrainSettings.learning_rate)),
        ({}, {"schedule": "constant", "learning_rate": 0.25}, Constant(0.25)),
        ({"schedule": "constant", "learning_rate": 0.5}, {}, Constant(0.5)),
        ({"schedule": "constant", "learning_rate": 0.5}, {"schedule": "noam"}, Noam(64, 4000, 1.0)),
        (
            {"schedule": "constant", "learning_rate": 0.5},
            {"schedule": "cosine"},
            WarmupCosine(0.5, 0.05, 4000, 100_000),
        ),
    ):
        settings = make_settings(NoamSettings, preset, given)
        came = settings.make_schedule(64)
        assert came == expected, f"{preset}, {given}: expected {expected}, got {came}"
        assert settings.label_smoothing == 0.1
    assert make_settings(NoamSettings, {}, {"label_smoothing": 0.2}).label_smoothing == 0.2


UNUSED = [
    ("--vocab-size 300", "--vocab-size", "--tokenizer bpe, got char"),
    ("--preset nanogpt-cpu --vocab-size 300", "--vocab-size", "--tokenizer bpe, got char"),
    ("--momentum 0.5", "--momentum", "--optimizer sgd, got adamw"),
    ("--optimizer sgd --beta1 0.5", "--beta1", "--optimizer adam or adamw, got sgd"),
    ("--optimizer sgd --beta2 0.5", "--beta2", "--optimizer adam or adamw, got sgd"),
    ("--optimizer adam --weight-decay 0.5", "--weight-decay", "--optimizer sgd or adamw, got adam"),
    ("--schedule constant --warmup-steps 5", "--warmup-steps", "cosine or noam, got constant"),
    ("--schedule noam --min-learning-rate 0.001", "--min-learning-rate", "cosine, got noam"),
]


@pytest.mark.parametrize(("given", "option", "said"), UNUSED)
def test_an_option_that_would_do_nothing_is_refused(given: str, option: str, said: str) -> None:
    args = build_parser().parse_args(["train", "gpt", "--tokenizer", "char", *given.split()])
    options = {name: value for name, value in vars(args).items() if value is not None}
    with pytest.raises(ValueError, match=f"^{option}: has a meaning only with .*{said}$"):
        make_settings(GPTSettings, GPT_PRESETS[args.preset or "gpt"], options)


# Options of training, each with two values: the runs must not end with the same parameters.
PAIRS = [
    ("--seed 1", "--seed 2"),
    ("--optimizer adam", "--optimizer adamw"),
    ("--schedule constant", "--schedule cosine"),
    ("--schedule constant --learning-rate 0.02", "--schedule constant --learning-rate 0.03"),
    ("--min-learning-rate 0.001", "--min-learning-rate 0.002"),
    ("--warmup-steps 1", "--warmup-steps 2"),
    ("--weight-decay 0.1", "--weight-decay 0.2"),
    ("--optimizer sgd --weight-decay 0.1", "--optimizer sgd --weight-decay 0.2"),
    ("--optimizer sgd --momentum 0.5", "--optimizer sgd --momentum 0.6"),
    ("--beta1 0.8", "--beta1 0.7"),
    ("--optimizer adam --beta1 0.8", "--optimizer adam --beta1 0.7"),
    ("--beta2 0.8", "--beta2 0.7"),
    ("--max-grad-norm 0.1", "--max-grad-norm 0.2"),
    ("--accumulation-steps 1", "--accumulation-steps 2"),
    ("--batch-size 4", "--batch-size 5"),
    ("--dropout 0.1", "--dropout 0.2"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_an_option_changes_what_is_learned(one: str, other: str, tmp_path: Path) -> None:
    for out, given in (("one", one), ("other", other)):
        assert_done(train(tmp_path, "--out", out, *given.split(), steps=4))
    values = [arrays(tmp_path / out) for out in ("one", "other")]
    names = [name for name in values[0] if name.startswith("parameter/")]
    same = [name for name in names if np.array_equal(values[0][name], values[1][name])]
    assert same != names, f"{one} and {other} end with the same parameters"


@pytest.mark.parametrize(
    ("given", "name", "expected"),
    [
        ("translate run a b --beam 1", "sentences", ["a", "b"]),
        ("translate run --beam 1 a b", "sentences", ["a", "b"]),
        ("translate run a --beam 1 b", "sentences", ["a", "b"]),
        ("translate --beam 1 run a b", "sentences", ["a", "b"]),
        ("classify run --file f a", "texts", ["a"]),
        ("tag run --file f a", "text", "a"),
        ("finetune tag run --data f", "directory", "run"),
        ("finetune tag --data f run", "directory", "run"),
    ],
)
def test_words_may_stand_before_and_after_options(given: str, name: str, expected: object) -> None:
    assert getattr(build_parser().parse_args(given.split()), name) == expected


@pytest.mark.parametrize("given", ["tag run a --file f b", "translate run --beam 1 a --beem"])
def test_words_that_nobody_takes_are_refused(
    given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        build_parser().parse_args(given.split())
    assert "unknown arguments: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("number", "given", "expected"),
    [
        (0, ("layer",), "0 layers"),
        (1, ("layer",), "1 layer"),
        (2000, ("layer",), "2,000 layers"),
        (1, ("batch", "batches"), "1 batch"),
        (2, ("batch", "batches"), "2 batches"),
    ],
)
def test_one_or_many(number: int, given: tuple[str, ...], expected: str) -> None:
    assert counted(number, *given) == expected

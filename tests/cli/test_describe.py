"""`tinytf describe`: names, files, directories, several at once, and one line where it cannot."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tinytf.config import Config
from tinytf.key_variables.published import PUBLISHED
from tinytf.text import CharTokenizer
from tinytf.training import KINDS, Checkpoint, save_checkpoint

from .bert_runs import here
from .command import assert_done, assert_one_clear_line, run, train

GPT2 = {
    "model_type": "gpt2", "vocab_size": 50257, "n_embd": 768, "n_positions": 1024, "n_head": 12,
    "n_layer": 12, "architectures": ["GPT2LMHeadModel"],
}  # fmt: skip


def write(path: Path, values: Any) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(values), encoding="utf-8")
    return path


def save(directory: Path, kind: str, config: Config, **about: Any) -> int:
    """A fresh model as a checkpoint; how many parameters it has."""
    tokenizer = CharTokenizer.train("abcdefgh")
    model = KINDS[kind].make(config, about.get("extras", {}), np.random.default_rng(0))
    values = {name: parameter.value for name, parameter in model.parameters().items()}
    save_checkpoint(directory, Checkpoint(kind, config, tokenizer, values, **about))
    return sum(value.size for value in values.values())


def test_a_card_by_name(tmp_path: Path) -> None:
    done = run("describe", "gpt2", cwd=tmp_path)
    assert_done(done)
    assert done.stdout.startswith("gpt2: a decoder\n")
    for said in (
        "124,439,808",
        "about two thirds",
        "Radford et al. 2019",
        "36,864",
        "not published",
    ):
        assert said in done.stdout
    assert done.stdout.isascii()
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_without_a_name_the_table(tmp_path: Path) -> None:
    done = run("describe", cwd=tmp_path)
    assert_done(done)
    for model in PUBLISHED:
        assert f"\n{model.name} " in done.stdout
    assert "closed, nearly nothing is published: chatgpt, gpt-4, claude, bard" in done.stdout


def test_several_are_compared(tmp_path: Path) -> None:
    write(tmp_path / "mine" / "config.json", GPT2)
    done = here("describe", "llama-7b", "mine", "ChatGPT", cwd=tmp_path)
    assert_done(done)
    first = done.stdout.splitlines()[0]
    assert first.split()[::2] == ["llama-7b", "chatgpt"]
    assert "mine/config.json" in first.replace(os.sep, "/")
    assert "6,738,415,616" in done.stdout
    assert "124,439,808" in done.stdout


@pytest.mark.parametrize("given", ["config.json", "./config.json", ".", "other.json"])
def test_a_config_of_hugging_face_as_file_or_directory(tmp_path: Path, given: str) -> None:
    write(tmp_path / ("other.json" if given == "other.json" else "config.json"), GPT2)
    done = here("describe", given, cwd=tmp_path)
    assert_done(done)
    assert "124,439,808" in done.stdout
    assert "its config.json, model_type 'gpt2'" in done.stdout
    assert "not published in it" in done.stdout


def test_what_exists_comes_before_a_name(tmp_path: Path) -> None:
    write(tmp_path / "gpt2" / "config.json", {**GPT2, "n_layer": 1})
    done = here("describe", "gpt2", cwd=tmp_path)
    assert_done(done)
    assert "124,439,808" not in done.stdout


def test_a_run_of_tinytf(tmp_path: Path) -> None:
    assert_done(train(tmp_path, "--out", "run", "--preset", "llama", steps=3))
    done = run("describe", "run", cwd=tmp_path)
    assert_done(done)
    assert "run: a decoder" in done.stdout
    assert "gated silu" in done.stdout
    assert "a checkpoint of tinytf (decoder)" in done.stdout
    assert "3 steps" in done.stdout
    assert "4 sequences" in done.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_a_checkpoint_of_every_kind_has_the_parameters_it_holds(tmp_path: Path, kind: str) -> None:
    config = Config(8, 6, 5, 2, 7, 2, positions="sinusoidal")
    about = {"extras": {"labels": ["x", "y", "z"]}} if KINDS[kind].has_labels else {}
    total = save(tmp_path / "model", kind, config, **about)
    done = here("describe", "model", cwd=tmp_path)
    assert_done(done)
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("  total  "))
    assert line.split()[1] == f"{total:,}"
    assert "not kept" in done.stdout


def test_a_config_with_the_names_of_tinytf(tmp_path: Path) -> None:
    sizes = {"vocab_size": 50257, "d_model": 768, "max_len": 1024, "n_heads": 12, "d_ff": 3072,
             "n_layers": 12}  # fmt: skip
    write(tmp_path / "mine.json", sizes)
    done = here("describe", "mine.json", cwd=tmp_path)
    assert_done(done)
    assert "124,439,808" in done.stdout
    write(tmp_path / "mine.json", {**sizes, "model": "bert-tagger", "n_labels": 4})
    done = here("describe", "mine.json", cwd=tmp_path)
    assert_done(done)
    assert "mine.json: an encoder" in done.stdout
    assert "4 more outputs" in done.stdout


def test_an_unknown_architecture_gets_a_card_of_what_can_be_read(tmp_path: Path) -> None:
    write(tmp_path / "a.json", {"model_type": "mamba9", "hidden_size": 64, "num_layers": 3})
    done = run("describe", "a.json", cwd=tmp_path)
    assert_done(done)
    assert "a.json: of an architecture that is not known here" in done.stdout
    assert "got model_type 'mamba9'" in done.stdout
    assert "Not counted: the exact parameters" in done.stdout
    several = here("describe", "gpt2", "a.json", cwd=tmp_path)
    assert_one_clear_line(several, "a.json: cannot be compared: expected a model_type out of gpt2")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["gtp2"], "'gtp2': expected a directory, a config.json or a name that `tinytf describe` "),
        (["gtp2"], "did you mean gpt2"),
        (["llama-2-8b"], "did you mean llama-"),
        (["zzzzzzz"], "or a name that `tinytf describe` lists\n"),
        ([""], "MODEL: expected a name, a directory or a file, got an empty text"),
        (["caf\u00e9"], r"'caf\xe9': expected a directory"),
        (["gpt2", "x" * 60], "expected a directory"),
        (["empty"], "empty: expected a trained model or a config.json in it, found neither"),
        (["broken"], "checkpoint.npz: the checkpoint is broken"),
        (["--length", "3"], "unknown arguments: --length"),
    ],
)
def test_wrong_arguments(tmp_path: Path, given: list[str], said: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "checkpoint.npz").write_bytes(b"no archive")
    assert_one_clear_line(run("describe", *given, cwd=tmp_path), said)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "a.json: expected JSON, got something else (Expecting value"),
        (b"{nothing}", "a.json: expected JSON, got something else (Expecting property name"),
        (b"\xff\xfe\x00", "a.json: expected JSON, got something else (UnicodeDecodeError)"),
        (b"[" * 100_000, "a.json: expected JSON, got something else (RecursionError)"),
        (b'{"n": ' + b"9" * 5000 + b"}", "a.json: expected JSON, got something else (ValueError)"),
        (b"[1, 2]", "a.json: expected a JSON object, got list"),
        (b'"gpt2"', "a.json: expected a JSON object, got str"),
        (b"{}", "got no model_type; nothing in it can be read"),
        (
            b" " * 10_000_001,
            "a.json: expected a config.json of some kilobytes, got 10,000,001 bytes",
        ),
        (json.dumps({**GPT2, "n_layer": 0}).encode(), "a.json: n_layer: expected a whole number"),
        (json.dumps({**GPT2, "n_head": 7}).encode(), "a.json: n_heads: expected a number that"),
        (json.dumps({**GPT2, "n_embd": None}).encode(), "n_embd: expected a whole number, found"),
        (json.dumps({**GPT2, "n_embd": float("nan")}).encode(), "n_embd: expected a whole number"),
        (b'{"max_len": 3}', "a.json: config: Config.__init__() missing"),
        (b'{"max_len": 3, "model": 5}', 'a.json: model, n_labels: expected a text such as "bert"'),
        (b'{"max_len": 3, "spam": 5}', "a.json: config: expected the names of Config, got spam"),
    ],
)
def test_a_file_that_is_no_config(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "a.json").write_bytes(content)
    assert_one_clear_line(here("describe", "a.json", cwd=tmp_path), said)


def test_a_kind_that_does_not_exist(tmp_path: Path) -> None:
    sizes = {"vocab_size": 9, "d_model": 8, "max_len": 7, "n_heads": 2, "d_ff": 8, "n_layers": 1}
    write(tmp_path / "a.json", {**sizes, "model": "gpt"})
    said = "a.json: kind: expected one of decoder, encoder-decoder, bert, "
    assert_one_clear_line(here("describe", "a.json", cwd=tmp_path), said)


def test_the_deepest_model_takes_a_moment_only(tmp_path: Path) -> None:
    write(tmp_path / "a.json", {**GPT2, "n_layer": 2_000})
    done = run("describe", "a.json", cwd=tmp_path)
    assert_done(done)
    assert "2,000" in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
@pytest.mark.parametrize("name", [b"a\nb", b"caf\xe9", b"bell\x07", "\u540d".encode()])
def test_strange_names(tmp_path: Path, name: bytes) -> None:
    path = os.fsencode(tmp_path) + b"/" + name
    with open(path, "w", encoding="utf-8") as file:
        json.dump(GPT2, file)
    done = run("describe", os.fsdecode(name), cwd=tmp_path)
    assert_done(done)
    assert "\x07" not in done.stdout
    assert "124,439,808" in done.stdout

"""`tinytf generate`: streaming, choices, prompts, consoles, readers that go away."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tinytf.cli.parsing import visible
from tinytf.generation import Sampling, generate
from tinytf.training import load_model

from .command import (
    PATIENCE,
    about,
    arrays,
    assert_done,
    assert_one_clear_line,
    environment,
    run,
    started,
    train,
)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a model of characters in `run`, and one of bytes in `bytes`."""
    directory = tmp_path_factory.mktemp("trained")
    assert_done(train(directory, "--out", "run", steps=60))
    given = ["--tokenizer", "bpe", "--vocab-size", "300", "--preset", "llama"]
    assert_done(train(directory, "--out", "bytes", *given, steps=10))
    return directory


def go_on(trained: Path, *given: str, model: str = "run", **options: Any) -> Any:
    return run("generate", model, *given, cwd=trained, **options)


def library_text(directory: Path, prompt: str, n_tokens: int, how: Sampling, seed: int) -> str:
    """What the library generates."""
    model, checkpoint = load_model(directory)
    tokenizer = checkpoint.tokenizer
    rng = np.random.default_rng(seed)
    ids = generate(model, np.array(tokenizer.encode(prompt)), n_tokens, how, rng)
    return prompt + tokenizer.decode(list(ids)) + "\n"


@pytest.mark.parametrize(
    ("given", "how"),
    [
        ("", Sampling(0.8)),
        ("--temperature 0", Sampling(0.0)),
        ("--temperature 1.7", Sampling(1.7)),
        ("--top-k 3", Sampling(0.8, top_k=3)),
        ("--top-p 0.6", Sampling(0.8, top_p=0.6)),
        ("--top-p 1", Sampling(0.8, top_p=1.0)),
        ("--temperature 2 --top-k 5 --top-p 0.9", Sampling(2.0, 5, 0.9)),
    ],
)
def test_every_option_is_honoured(given: str, how: Sampling, trained: Path) -> None:
    n_tokens = ["--n-tokens", "40", "--seed", "3"]
    done = go_on(trained, "--prompt", "the cat", *given.split(), *n_tokens)
    assert_done(done)
    assert done.stdout == library_text(trained / "run", "the cat", 40, how, 3)


def test_200_tokens_by_default(trained: Path) -> None:
    done = go_on(trained, "--prompt", "a")
    assert_done(done)
    assert len(done.stdout) == 1 + 200 + 1


def test_greedy_needs_no_seed_and_others_differ_without_one(trained: Path) -> None:
    greedy = [go_on(trained, "--prompt", "to ", "--temperature", "0").stdout for _ in range(2)]
    assert greedy[0] == greedy[1]
    free = [go_on(trained, "--prompt", "to ").stdout for _ in range(2)]
    assert free[0] != free[1]


def test_a_prompt_longer_than_the_context(trained: Path) -> None:
    prompt = "the dog ran to his old house in town and the cat sat on a mat"
    done = go_on(trained, "--prompt", prompt, "--seed", "1", "--n-tokens", "50")
    assert_done(done)
    assert done.stdout == library_text(trained / "run", prompt, 50, Sampling(0.8), 1)


def test_text_appears_while_it_is_generated(trained: Path) -> None:
    # So many tokens would take hours: what comes, comes before the process ends.
    given = ["--prompt", "the", "--n-tokens", "1000000000"]
    with started("generate", "run", *given, cwd=trained) as process:
        assert process.stdout is not None
        assert os.read(process.stdout.fileno(), 3) == b"the"
        sizes = [len(os.read(process.stdout.fileno(), 65536)) for _ in range(20)]
        assert process.poll() is None
    assert min(sizes) > 0, "expected the stream to go on"
    # Python's buffer holds 8192 bytes: a stream that is never flushed comes in such pieces.
    assert min(sizes) < 4096, f"expected token by token, came {sizes} bytes at a time"


@pytest.mark.parametrize(
    ("command", "n_read"),
    [
        ("generate run --prompt a --n-tokens 1000000000", 1),
        ("generate run --prompt a", 0),
        # It prints everything at its end, into Python's buffer.
        ("check", 0),
        ("train gpt --resume run --steps 100000", 1),
    ],
)
def test_a_reader_that_goes_away(command: str, n_read: int, trained: Path) -> None:
    with started(*command.split(), cwd=trained) as process:
        assert process.stdout is not None
        process.stdout.read(n_read)
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) == 1


def test_ctrl_c(trained: Path) -> None:
    given = ["--prompt", "the", "--n-tokens", "1000000000"]
    with started("generate", "run", *given, cwd=trained) as process:
        assert process.stdout is not None
        process.stdout.read(10)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors) == (130, b"\ntinytf: interrupted\n")


def model_that_writes(directory: Path, trained: Path, character: str) -> None:
    """The trained model with another alphabet: its last letter is now this character."""
    saved = about(trained / "run")
    chars = saved["tokenizer"]["chars"]
    saved["tokenizer"]["chars"] = chars[:-1] + character
    values = arrays(trained / "run")
    # Its embedding is long, and the head is tied to it: it is the likeliest after itself.
    values["parameter/decoder.embed.tok.weight"][-1] *= 50
    (directory / "run").mkdir()
    np.savez(directory / "run" / "checkpoint.npz", about=np.array(json.dumps(saved)), **values)


@pytest.mark.parametrize(
    ("encoding", "shown"), [("ascii", "\\u20ac"), ("cp1252", "\u20ac"), ("utf-8", "\u20ac")]
)
def test_characters_that_a_console_cannot_show(
    encoding: str, shown: str, trained: Path, tmp_path: Path
) -> None:
    model_that_writes(tmp_path, trained, "\u20ac")
    prompt = ["--prompt", "the \u20ac", "--temperature", "0", "--n-tokens", "3"]
    done = run("generate", "run", *prompt, cwd=tmp_path, env={"PYTHONIOENCODING": encoding})
    assert_done(done)
    assert done.stdout.startswith("the " + shown)
    assert done.stdout.count(shown) >= 2, f"expected {shown} to be generated: {done.stdout}"


def test_half_characters_are_never_printed(trained: Path) -> None:
    """Bytes at random: what is no UTF-8 becomes the replacement character."""
    given = ["--prompt", "\u20ac", "--temperature", "9", "--seed", "1", "--n-tokens", "300"]
    done = go_on(trained, *given, model="bytes")
    assert_done(done)
    assert "\ufffd" in done.stdout
    text = library_text(trained / "bytes", "\u20ac", 300, Sampling(9.0), 1)
    assert done.stdout == visible(text)
    assert re.search(r"\\x[01][0-9a-f]", done.stdout), "expected some control bytes among 300"
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", done.stdout)


WRONG = {
    ("--prompt", ""): "--prompt: expected at least one character, got none",
    ("--prompt", "The"): "got 'T' (U+0054) at position 0",
    ("--prompt", "a\u20ac"): "(U+20AC) at position 1",
    ("--prompt", "a\udcff"): "(U+DCFF) at position 1",
    ("--prompt", "-x"): "one that begins with - is written --option=-value",
    ("--prompt=-x",): "got '-' (U+002D) at position 0",
    ("--prompt", "a", "--n-tokens", "0"): "expected a whole number from 1 to 1000000000, got '0'",
    ("--prompt", "a", "--temperature", "-1"): "--temperature: expected a number >= 0, got '-1'",
    ("--prompt", "a", "--temperature", "nan"): "expected a number >= 0, got 'nan'",
    ("--prompt", "a", "--temperature", "inf"): "expected a number >= 0, got 'inf'",
    ("--prompt", "a", "--top-k", "0"): "expected a whole number from 1 to 1000000000, got '0'",
    ("--prompt", "a", "--top-p", "0"): "--top-p: expected a number > 0 and <= 1, got '0'",
    ("--prompt", "a", "--top-p", "1.01"): "expected a number > 0 and <= 1, got '1.01'",
    ("--prompt", "a", "--seed", "x"): "expected a whole number from 0 to 1000000000, got 'x'",
    ("--prompt", "a", "more"): "unknown arguments: more (see tinytf generate --help)",
}


@pytest.mark.parametrize("given", WRONG, ids=ascii)
def test_wrong_input(given: tuple[str, ...], trained: Path) -> None:
    done = go_on(trained, *given)
    assert_one_clear_line(done, WRONG[given])
    assert done.stdout == ""


def test_a_prompt_of_broken_bytes_for_a_model_of_bytes(trained: Path) -> None:
    done = go_on(trained, "--prompt", "a\udcff", model="bytes")
    assert_one_clear_line(done, "--prompt: text: expected Unicode characters, got the lone surr")


@pytest.mark.parametrize("temperature", ["0", "1"])
def test_a_model_of_nan(temperature: str, trained: Path, tmp_path: Path) -> None:
    values = {name: np.full_like(v, np.nan) for name, v in arrays(trained / "run").items()}
    (tmp_path / "run").mkdir()
    text = np.array(json.dumps(about(trained / "run")))
    np.savez(tmp_path / "run" / "checkpoint.npz", about=text, **values)
    done = run("generate", "run", "--prompt", "a", "--temperature", temperature, cwd=tmp_path)
    assert_one_clear_line(done, "run: cannot be used to generate: logits: expected the highest")


def test_a_model_with_huge_numbers(trained: Path, tmp_path: Path) -> None:
    values = {name: v * np.float32(1e30) for name, v in arrays(trained / "run").items()}
    (tmp_path / "run").mkdir()
    text = np.array(json.dumps(about(trained / "run")))
    np.savez(tmp_path / "run" / "checkpoint.npz", about=text, **values)
    done = run("generate", "run", "--prompt", "a", cwd=tmp_path)
    assert_one_clear_line(done, "run: cannot be used to generate: logits: expected the highest")


def test_a_tokenizer_of_another_model(trained: Path, tmp_path: Path) -> None:
    saved = about(trained / "run")
    saved["tokenizer"]["chars"] = saved["tokenizer"]["chars"][:-1]
    (tmp_path / "run").mkdir()
    values = arrays(trained / "run")
    np.savez(tmp_path / "run" / "checkpoint.npz", about=np.array(json.dumps(saved)), **values)
    done = run("generate", "run", "--prompt", "a", cwd=tmp_path)
    assert_one_clear_line(done, "run", "19", "18")


@pytest.mark.parametrize(
    "command", ["generate run --prompt a", "check", "train gpt --resume run --steps 61"]
)
def test_standard_streams_that_are_closed(command: str, trained: Path) -> None:
    line = f'exec "$0" -m tinytf {command} <&- >&- 2>&-'
    shell = ["/bin/sh", "-c", line, sys.executable]
    done = subprocess.run(shell, cwd=trained, timeout=PATIENCE, env=environment(), check=False)
    assert done.returncode == 0

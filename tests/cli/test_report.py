"""`tinytf report`: the page of every kind of model, texts that are cut, wrong input."""

import json
import re
from dataclasses import replace
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import numpy as np
import pytest

from tests.report.recompute import ALLOWED, remake
from tinytf import Config
from tinytf.cli.fresh_model import fresh_model
from tinytf.cli.gpt_settings import GPT_PRESETS
from tinytf.cli.report import MOST_TOKENS
from tinytf.cli.shorter_texts import shorter_texts
from tinytf.cli.step_texts import DEFAULT_TEXTS, StepTexts
from tinytf.models import DecoderLM
from tinytf.text import CharTokenizer, WordTokenizer
from tinytf.training import KINDS, Checkpoint, save_checkpoint

from .command import assert_done, assert_one_clear_line, run

LINE = re.compile(
    r"(?P<file>\S+): (?P<size>[\d.]+) MB, (?P<steps>\d+) steps, "
    r"(?P<checked>\d+) gradients checked, largest relative error (?P<worst>\S+)"
)
SENTENCE = "the old man sleeps in the house and the young woman buys a red apple in the town"


def data(page: Path) -> Any:
    """What the page shows."""
    text = page.read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="report">(.*?)</script>', text, re.S)
    assert found, "no data in the page"
    return json.loads(found[1])


def save(directory: Path, kind: str, texts: StepTexts, **extras: Any) -> None:
    """A model of a kind at its random start, as a training command would save it."""
    stack = "bert" if kind.startswith("bert") else kind
    _, fresh = fresh_model(stack, texts, seed=1)
    config = replace(fresh.config, max_len=64)
    model = KINDS[kind].make(config, extras, np.random.default_rng(1), np.float32)
    parameters = {name: one.value for name, one in model.parameters().items()}
    save_checkpoint(directory, Checkpoint(kind, config, fresh.tokenizer, parameters, extras=extras))


@pytest.mark.parametrize("stack", ["decoder", "encoder", "encoder-decoder"])
def test_without_a_model_a_fresh_one_is_shown(stack: str, tmp_path: Path) -> None:
    done = run("report", "--stack", stack, "-o", "a.html", cwd=tmp_path)
    assert_done(done)
    first, *notes = done.stdout.splitlines()
    said = LINE.fullmatch(first)
    assert said, done.stdout
    assert len(notes) == 1, notes
    assert notes[0].startswith("note: no text was given")
    report = data(tmp_path / "a.html")
    assert int(said["steps"]) == len(report["steps"])
    assert float(said["worst"]) <= 1e-8
    size = (tmp_path / "a.html").stat().st_size
    assert float(said["size"]) == pytest.approx(size / 1e6, abs=0.01)
    assert size <= 3_000_000
    assert all(one.error is not None and one.error <= ALLOWED for one in remake(report))
    notes = report["header"]["notes"]
    assert any("fresh model" in note for note in notes)
    kind = {"encoder": "bert"}.get(stack, stack)
    for text in DEFAULT_TEXTS[kind].given().values():
        assert any(text in note for note in notes), notes
    tokens = " ".join(one for text in report["header"]["texts"] for one in text["tokens"])
    assert {"decoder": "cat", "encoder": "[MASK]", "encoder-decoder": "Apfel"}[stack] in tokens


def test_the_default_is_an_encoder_decoder(tmp_path: Path) -> None:
    assert_done(run("report", cwd=tmp_path))
    assert data(tmp_path / "step.html")["model"].startswith("encoder-decoder: ")


def test_the_same_seed_gives_the_same_page(tmp_path: Path) -> None:
    for name, seed in (("first", "0"), ("again", "0"), ("other", "1")):
        given = ["--stack", "decoder", "--seed", seed, "-o", f"{name}.html"]
        assert_done(run("report", *given, cwd=tmp_path))
    first, again, other = ((tmp_path / f"{name}.html").read_bytes()
                           for name in ("first", "again", "other"))  # fmt: skip
    assert first == again
    assert first != other


def test_the_learning_rate_is_that_of_the_update(tmp_path: Path) -> None:
    given = ["--stack", "decoder", "--learning-rate", "0.0001"]
    assert_done(run("report", *given, cwd=tmp_path))
    header = data(tmp_path / "step.html")["header"]
    assert header["learning_rate"] == 0.0001
    fall = header["loss_before"] - header["loss_after"]
    assert fall == pytest.approx(header["loss_before"] - header["loss_predicted"], rel=0.01)


TEXT = StepTexts(text=SENTENCE)
OPTIONS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "decoder": ({}, ["--text", "the old man sleeps"]),
    "encoder-decoder": ({}, ["--source", "the old man", "--target", "the young woman"]),
    "bert": ({}, ["--text", "the old man sleeps", "--second", "the house"]),
    "bert-classifier": ({"labels": ["man", "woman"]}, ["--text", "the old", "--target", "woman"]),
    "bert-pair-classifier": (
        {"labels": ["yes", "no"]},
        ["--text", "the old", "--second", "man sleeps", "--target", "no"],
    ),
    "bert-regressor": (
        {"mean": 0.1, "deviation": 2.0},
        ["--text", "the old man", "--target", "0.5"],
    ),
    "bert-tagger": ({"labels": ["O", "B"]}, ["--text", "the old man", "--target", "O O B"]),
    "bert-answerer": (
        {},
        ["--question", "the man", "--context", SENTENCE, "--target", "a red apple"],
    ),
}


@pytest.mark.parametrize("kind", OPTIONS)
def test_every_kind_of_model(kind: str, tmp_path: Path) -> None:
    extras, given = OPTIONS[kind]
    words = StepTexts(source=SENTENCE, target=SENTENCE) if kind == "encoder-decoder" else TEXT
    save(tmp_path / "run", kind, words, **extras)
    before = (tmp_path / "run" / "checkpoint.npz").read_bytes()
    done = run("report", "run", *given, cwd=tmp_path)
    assert_done(done)
    report = data(tmp_path / "step.html")
    assert all(one.error is not None and one.error <= ALLOWED for one in remake(report))
    assert "fresh" not in " ".join(report["header"]["notes"])
    assert KINDS[kind].name.partition(" ")[2] in report["model"]
    assert (tmp_path / "run" / "checkpoint.npz").read_bytes() == before


def test_a_model_of_the_size_that_is_trained_by_default(tmp_path: Path) -> None:
    letters = [f" {a}{b}" for a in ascii_lowercase for b in ascii_lowercase]
    tokenizer = WordTokenizer(letters)
    preset = {**GPT_PRESETS["gpt"], "d_ff": 512, "vocab_size": tokenizer.vocab_size}
    model = DecoderLM(Config(**preset), np.random.default_rng(0))
    parameters = {name: one.value for name, one in model.parameters().items()}
    checkpoint = Checkpoint("decoder", model.config, tokenizer, parameters)
    save_checkpoint(tmp_path / "run", checkpoint)
    done = run("report", "run", "--text", " ab cd ef gh ij kl", cwd=tmp_path)
    assert_done(done)
    assert (tmp_path / "step.html").stat().st_size <= 3_000_000
    report = data(tmp_path / "step.html")
    shown = [note for note in report["header"]["left_out"] if note.startswith("showing")]
    assert any(note.startswith("showing 16 of 128 features of embeddings") for note in shown)
    assert any(note.startswith("showing 16 of 512 features inside the feed") for note in shown)
    assert all(f"note: {note}\n" in done.stdout for note in shown)
    for one in remake(report):
        assert one.error is None or one.error <= ALLOWED, one


def test_a_long_text_is_cut_and_that_is_said(tmp_path: Path) -> None:
    save(tmp_path / "run", "decoder", TEXT)
    done = run("report", "run", "--text", SENTENCE, cwd=tmp_path)
    assert_done(done)
    header = data(tmp_path / "step.html")["header"]
    read, asked = (text["tokens"] for text in header["texts"])
    assert len(read) == len(asked) == MOST_TOKENS
    note = header["left_out"][0]
    n_shown = len("".join(token.strip("'") for token in [*read, asked[-1]]))
    assert note.startswith(f"--text was cut: {n_shown} of its {len(SENTENCE)} characters are shown")
    assert f"at most {MOST_TOKENS} tokens" in note
    assert note in header["notes"]
    assert f"note: {note}\n" in done.stdout


def test_what_a_fresh_bert_should_say_is_all_in_the_header(tmp_path: Path) -> None:
    assert_done(run("report", "--stack", "encoder", cwd=tmp_path))
    texts = data(tmp_path / "step.html")["header"]["texts"]
    said = {text["label"]: text["tokens"] for text in texts}
    assert said["target"] == ["man"]
    assert said["next-sentence target"] == ["is next"]
    alone = ["--text", "the old [MASK]", "--target", "the old man"]
    assert_done(run("report", "--stack", "encoder", *alone, cwd=tmp_path))
    texts = data(tmp_path / "step.html")["header"]["texts"]
    assert "next-sentence target" not in [text["label"] for text in texts]


def checkpoint_of(kind: str, texts: StepTexts = TEXT, **extras: Any) -> Checkpoint:
    _, fresh = fresh_model("bert" if kind.startswith("bert") else kind, texts, seed=0)
    return replace(fresh, model=kind, extras=extras)


def test_a_text_is_cut_between_words() -> None:
    checkpoint = replace(checkpoint_of("decoder"), tokenizer=CharTokenizer.train(SENTENCE))
    found = shorter_texts(checkpoint, StepTexts(text=SENTENCE), 12)
    assert found.text == "the old man"  # 13 characters would be "the old man s"


def test_a_text_without_blanks_is_cut_all_the_same() -> None:
    checkpoint = replace(checkpoint_of("decoder"), tokenizer=CharTokenizer.train(SENTENCE))
    assert shorter_texts(checkpoint, StepTexts(text="e" * 99999), 12).text == "e" * 13


def test_a_short_text_stays_as_it_is() -> None:
    texts = StepTexts(text=" the  old man ")
    assert shorter_texts(checkpoint_of("decoder"), texts, 12) == texts


def test_text_and_target_of_a_bert_are_cut_together_and_keep_a_mask() -> None:
    shown = SENTENCE.replace("apple", "[MASK]")
    found = shorter_texts(checkpoint_of("bert"), StepTexts(text=shown, target=SENTENCE), 6)
    assert found.text == "[MASK] in the town"
    assert found.target == "apple in the town"


def test_tags_are_cut_with_their_words() -> None:
    texts = StepTexts(text=SENTENCE, target=" ".join(str(n) for n in range(17)))
    found = shorter_texts(checkpoint_of("bert-tagger"), texts, 7)
    assert (found.text, found.target) == ("the old man sleeps in", "0 1 2 3 4")


def test_a_context_that_is_cut_keeps_the_answer() -> None:
    texts = StepTexts(question="the man", context=SENTENCE, target="red apple")
    found = shorter_texts(checkpoint_of("bert-answerer"), texts, 12)
    assert found.context == "red apple in the town"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["nowhere"], "nowhere"),
        ([""], "DIR"),
        (["run", "--source", "a"], "expected --text"),
        (["run", "--stack", "decoder"], "--stack"),
        (["--text", "a b c"], "a fresh encoder-decoder: expected --source, --target, got --text"),
        (["--stack", "encoder", "--source", "a"], "a fresh encoder: expected --text (and perhaps"),
        (["--stack", "transformer"], "--stack"),
        (["run", "--text", " "], "--text"),
        (["run", "--text", "the"], "--text"),
        (["--learning-rate", "0"], "--learning-rate"),
        (["-o", ""], "--out"),
        (["-o", "run"], "--out"),
        (["-o", "no/such/place.html"], "no/such/place.html"),
    ],
)
def test_wrong_input_is_one_line(given: list[str], said: str, tmp_path: Path) -> None:
    save(tmp_path / "run", "decoder", TEXT)
    files = sorted(tmp_path.rglob("*"))
    assert_one_clear_line(run("report", *given, cwd=tmp_path), said)
    assert sorted(tmp_path.rglob("*")) == files


def test_a_page_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    page = tmp_path / "step.html"
    page.write_text("old", encoding="utf-8")
    (tmp_path / "step.html.unfinished").mkdir()
    done = run("report", "--stack", "decoder", cwd=tmp_path)
    assert_one_clear_line(done, "step.html", "cannot be written")
    assert page.read_text(encoding="utf-8") == "old"


def save_letters(directory: Path) -> None:
    """A model that reads letter by letter."""
    tokenizer = CharTokenizer.train("<!--<script>x" + SENTENCE)
    _, fresh = fresh_model("decoder", TEXT, seed=1)
    config = replace(fresh.config, max_len=64, vocab_size=tokenizer.vocab_size)
    model = DecoderLM(config, np.random.default_rng(1))
    parameters = {name: one.value for name, one in model.parameters().items()}
    save_checkpoint(directory, Checkpoint("decoder", config, tokenizer, parameters))


def shown_tokens(directory: Path, *given: str) -> list[str]:
    """The tokens of a text on the page, without the quotes that stand around some."""
    assert_done(run("report", *given, cwd=directory))
    read, asked = (text["tokens"] for text in data(directory / "step.html")["header"]["texts"])
    return [token.strip("' ") for token in [*read, asked[-1]]]


def test_tokens_that_look_like_markup_stay_data(tmp_path: Path) -> None:
    tokens = shown_tokens(tmp_path, "--stack", "decoder", "--text", "<!--<script> & done")
    assert "".join(tokens).startswith("<!--<script>")
    save_letters(tmp_path / "letters")
    tokens = shown_tokens(tmp_path, "letters", "--text", "<!--<script>x")
    assert tokens == list("<!--<script>x")
    text = "</script><img src=x onerror=alert(1)> <!--<script> & done"
    shown_tokens(tmp_path, "--stack", "decoder", "--text", text)
    page = (tmp_path / "step.html").read_text(encoding="utf-8")
    assert "<img" not in page
    assert "<!--<script" not in page
    assert "</script>" not in json.dumps(data(tmp_path / "step.html")["steps"])

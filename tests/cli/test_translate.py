"""`tinytf translate`: sentences, files, pipes, where it looked, wrong input."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tinytf.config import Config
from tinytf.generation import SPECIALS, Translator
from tinytf.models import EncoderDecoder
from tinytf.text import CharTokenizer, SpecialTokenizer, Tokenizer, WordTokenizer
from tinytf.training import Checkpoint, load_model, save_checkpoint

from .command import assert_done, assert_one_clear_line, run
from .command import train as train_gpt
from .test_train_translator import pairs, train


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a translator in `run` and a decoder in `gpt`."""
    directory = tmp_path_factory.mktemp("trained")
    # Enough pairs for it to learn the task and not the pairs: else the last digits decide.
    tsv = "".join(f"{source}\t{target}\n" for source, target in pairs(600))
    (directory / "pairs.tsv").write_text(tsv, encoding="utf-8")
    given = "--learning-rate 0.01 --schedule constant --label-smoothing 0 --max-tokens 300"
    sizes = ["--d-model", "32", "--validate-every", "300"]
    assert_done(
        train(directory, "--pairs", "pairs.tsv", *given.split(), *sizes, "--out", "run", steps=300)
    )
    assert_done(train_gpt(directory, "--out", "gpt", steps=2))
    return directory


def translate(trained: Path, *given: str, **options: Any) -> Any:
    return run("translate", "run", *given, cwd=trained, **options)


def library(trained: Path, sentences: list[str], *search: Any) -> str:
    model, checkpoint = load_model(trained / "run")
    translator = Translator(model, checkpoint.tokenizer, checkpoint.source_tokenizer)
    return "".join(f"{line}\n" for line in translator.translate(sentences, *search))


def test_each_sentence_gets_a_line(trained: Path) -> None:
    done = translate(trained, "a b c", "  f ")
    assert_done(done)
    assert done.stdout == library(trained, ["a b c", "f"])
    assert done.stdout.startswith("A B C\n"), "it has learned that much"


def test_beam_and_length_penalty_are_used(trained: Path) -> None:
    given = ["--beam", "2", "--length-penalty", "0"]
    assert translate(trained, "a b c d", *given).stdout == library(trained, ["a b c d"], 2, 0.0)


def test_a_file_and_a_pipe_keep_their_lines(trained: Path) -> None:
    text = "a b\n\n  \nc d e\n"
    (trained / "lines.txt").write_text(text, encoding="utf-8")
    from_file = translate(trained, "--file", "lines.txt")
    assert_done(from_file)
    first, second = library(trained, ["a b", "c d e"]).splitlines()
    assert from_file.stdout == f"{first}\n\n\n{second}\n"
    assert translate(trained, "--file", "-", stdin=text).stdout == from_file.stdout


def test_where_it_looked(trained: Path) -> None:
    done = translate(trained, "a b c", "--show-attention")
    assert_done(done)
    lines = done.stdout.splitlines()
    assert lines[:3] == ["A B C", "", "cross-attention, layer 1 of 1, mean of 2 heads (4, 4)"]
    assert lines[3].split() == ["'a'", "'", "b'", "'", "c'", "</s>"]
    assert [line.split("  ")[0].strip() for line in lines[4:8]] == ["'A'", "' B'", "' C'", "</s>"]
    for line in lines[4:8]:
        weights = [float(cell) for cell in line[5:].split()]
        assert abs(sum(weights) - 1) < 0.03, line


@pytest.mark.skipif(not find_spec("matplotlib"), reason="needs matplotlib, the extra `plot`")
def test_where_it_looked_as_a_picture(trained: Path) -> None:
    model, checkpoint = load_model(trained / "run")
    translator = Translator(model, checkpoint.tokenizer, checkpoint.source_tokenizer)
    ids = translator.translate_to_ids(["a b c"])[0]
    pattern = translator.attention("a b c", ids)[2][-1].mean(axis=0)  # (T, S)
    done = translate(trained, "a b c", "--attention-map", "map.svg")
    assert (done.returncode, done.stdout) == (0, "A B C\n")
    assert done.stderr == "saved in map.svg\n"
    picture = (trained / "map.svg").read_text(encoding="utf-8")
    written = re.findall(r">([^<>]+)</text>", picture)
    assert "cross-attention, layer 1 of 1, mean of 2 heads" in written
    for token in ("a", "b", "c", "A", "B", "C"):
        assert token in written
    assert written.count("&lt;/s&gt;") == 2
    drawn = [text for text in written if re.fullmatch(r"\d\.\d\d", text)]
    assert drawn == [f"{share:.2f}" for share in pattern.flat if share >= 0.005]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["a", "--attention-map", "map.jpg"], "--attention-map: expected a name that ends in"),
        (["a", "b", "--attention-map", "map.svg"], "--attention-map: expected one sentence"),
        (["--file", "-", "--attention-map", "map.svg"], "--attention-map: expected one sentence"),
        (["a", "--attention-map", ""], "--attention-map: expected a name that ends in"),
        (["a", "--attention-map", "no/map.svg"], "map.svg: cannot be written"),
    ],
)
def test_a_wrong_picture_is_a_clear_line(trained: Path, given: list[str], message: str) -> None:
    if "written" in message:
        pytest.importorskip("matplotlib", reason="needs matplotlib, the extra `plot`")
    done = translate(trained, *given)
    assert done.returncode != 0
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (trained / "map.jpg").exists()


def save_model(directory: Path, model: EncoderDecoder, tokenizer: Tokenizer) -> None:
    """As a program that uses the library may save it."""
    parameters = {name: p.value for name, p in model.parameters().items()}
    about = Checkpoint("encoder-decoder", model.config, tokenizer, parameters)
    save_checkpoint(directory, about)


@pytest.mark.parametrize(
    ("written", "shown"),
    [("b", "bbbbbb"), ("<unk>", " <unk>" * 6)],
    ids=["a word", "no word"],
)
def test_attention_is_that_of_the_tokens_written(tmp_path: Path, written: str, shown: str) -> None:
    """Of a translation without an end too; and <unk> is one token, which its text would not say."""
    tokenizer = SpecialTokenizer(WordTokenizer(["a", "b", " a"]), SPECIALS)
    config = Config(tokenizer.vocab_size, 4, 6, 1, 4, 1, tie_embeddings=False)
    model = EncoderDecoder(config, np.random.default_rng(0))
    parameters = model.parameters()
    parameters["decoder.final_norm.gamma"].value[:] = 0
    parameters["decoder.final_norm.beta"].value[:] = 1
    written_id = tokenizer.encode(written)[0]
    parameters["head.weight"].value[:] = written_id == np.arange(tokenizer.vocab_size)
    save_model(tmp_path / "endless", model, tokenizer)
    done = run("translate", "endless", "a", "b a", "--show-attention", cwd=tmp_path)
    assert_done(done)
    assert done.stdout.count(f"{shown}\n\ncross-attention") == 2, done.stdout
    label = "'b'" if written == "b" else "<unk>"
    rows = re.findall(r"^(\S+) +\d\.\d\d", done.stdout, re.MULTILINE)
    assert rows == [label] * 12, done.stdout


def test_nothing_in_is_nothing_out(trained: Path) -> None:
    for text, expected in (("", ""), ("\n", "\n"), ("\n\n", "\n\n")):
        done = translate(trained, "--file", "-", stdin=text)
        assert_done(done)
        assert done.stdout == expected, repr(text)


def test_unknown_words_are_translated_somehow_and_named(trained: Path) -> None:
    sentences = ["a zebra b", "a b", "Ga b zebra b \u00fc zebra"]
    done = translate(trained, *sentences)
    assert (done.returncode, done.stdout) == (0, library(trained, sentences))
    assert done.stderr == (
        "tinytf: sentence 1: not known, read as <unk>: ' zebra'\n"
        "tinytf: sentence 3: not known, read as <unk>: 'Ga', ' zebra', ' \u00fc'\n"
    )
    from_pipe = translate(trained, "--file", "-", stdin="\n".join(["", *sentences]))
    assert from_pipe.stdout == f"\n{done.stdout}"
    numbered = done.stderr.replace("sentence 1", "-, line 2").replace("sentence 3", "-, line 4")
    assert from_pipe.stderr == numbered
    # An error is still one line.
    assert_one_clear_line(translate(trained, "zebra", "a " * 20), "sentence 2: ")


def test_a_tokenizer_of_bytes_knows_every_word(tmp_path: Path) -> None:
    given = "--pairs pairs.tsv --tokenizer bpe --vocab-size 300 --out run"
    assert_done(train(tmp_path, *given.split(), steps=2))
    assert_done(translate(tmp_path, "zebra \u00fc"))


WRONG = {
    "": "translate: expected sentences or --file, one of the two",
    "a --file lines.txt": "translate: expected sentences or --file, one of the two",
    "--file nowhere.txt": "nowhere.txt: cannot be read: No such file or directory",
    "a --beam 0": "argument --beam: expected a whole number from 1 to 1000, got '0'",
    "a --length-penalty -1": "expected a number >= 0 and <= 10, got '-1'",
}


@pytest.mark.parametrize("given", WRONG)
def test_wrong_options(trained: Path, given: str) -> None:
    assert_one_clear_line(translate(trained, *given.split()), WRONG[given])


def test_a_sentence_too_long_is_named(trained: Path) -> None:
    assert_one_clear_line(
        translate(trained, "a", "a " * 20), "sentence 2: ", "expected at most 11 tokens, got 20"
    )
    done = translate(trained, "--file", "-", stdin="a\n" + "b " * 20 + "\n")
    assert_one_clear_line(done, "-, line 2: ", "expected at most 11 tokens")
    assert done.stdout == "", "nothing is half done"


def test_bytes_that_are_no_text(trained: Path) -> None:
    done = translate(trained, "--file", "-", stdin=b"a\n\xff\n")
    assert_one_clear_line(done, "standard input: expected UTF-8 text, got the byte 0xff in line 2")


def test_another_kind_of_model(trained: Path) -> None:
    done = run("translate", "gpt", "a", cwd=trained)
    assert_one_clear_line(
        done, "expected an encoder-decoder (from tinytf train translator), found a decoder"
    )
    assert_one_clear_line(run("translate", "nowhere", "a", cwd=trained), "found no checkpoint.npz")


def test_a_tokenizer_that_is_no_translators(tmp_path: Path) -> None:
    model = EncoderDecoder(Config(3, 4, 8, 1, 4, 1), np.random.default_rng(0))
    save_model(tmp_path / "plain", model, CharTokenizer("abc"))
    done = run("translate", "plain", "a", cwd=tmp_path)
    assert_one_clear_line(done, "tinytf: plain: target: expected a SpecialTokenizer, got")

"""`tinytf inspect`: which text it took, other names of a tensor, ids and single numbers."""

from pathlib import Path

import pytest

from tinytf.cli.step_texts import StepTexts

from .command import assert_done, assert_one_clear_line, run
from .test_report import SENTENCE, TEXT, save


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a model of each stack, and one of a classifier."""
    directory = tmp_path_factory.mktemp("inspect")
    save(directory / "gpt", "decoder", TEXT)
    save(directory / "bert", "bert", TEXT)
    save(directory / "translator", "encoder-decoder", StepTexts(source=SENTENCE, target=SENTENCE))
    save(directory / "tagger", "bert-tagger", TEXT, labels=["O", "B"])
    return directory


def inspect(models: Path, *given: str) -> str:
    done = run("inspect", *given, cwd=models)
    assert_done(done)
    return done.stdout


PAIR = ("--source", "the old man", "--target", "the man sleeps")


def test_it_says_which_text_it_was_given(models: Path) -> None:
    said = inspect(models, "gpt", "--text", "the old man", "--name", "logits")
    assert said.splitlines()[1] == '--text "the old man"'
    assert "the default is a short one" in " ".join(
        run("inspect", "--help", cwd=models).stdout.split()
    )


def test_it_says_which_text_it_took_where_none_was_given(tmp_path: Path) -> None:
    save(tmp_path / "run", "decoder", StepTexts(text="the cat sat on the mat"))
    said = inspect(tmp_path, "run", "--name", "logits")
    assert 'no text was given; this one was taken: --text "the cat sat on the mat"' in said


def test_it_says_what_was_masked_and_the_seed_decides(models: Path) -> None:
    given = ("bert", "--text", SENTENCE, "--name", "loss")
    first, again, other = (inspect(models, *given, "--seed", seed) for seed in ("0", "0", "3"))
    assert first == again != other
    line = next(line for line in first.splitlines() if "no [MASK]" in line)
    place, word = line.partition("what stood at ")[2].split(" (")[0].split(", ")[0].split(" ")
    assert word == ("[CLS] " + SENTENCE).split()[int(place)]
    told = ("--text", "the [MASK] man", "--target", "the old man")
    assert "no [MASK]" not in inspect(models, "bert", *told, "--name", "loss")


def test_another_name_of_a_tensor_is_said(models: Path) -> None:
    given = ("gpt", "--text", "the old man", "--name")
    said = inspect(models, *given, "*.0.resid_pre")
    assert "\ndecoder.layers.0.resid_pre: another name of decoder.embed.out\n" in said
    assert "another name" not in inspect(models, *given, "decoder.embed.out")
    assert "another name" not in inspect(models, *given, "*")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--heat"], "--heat: expected a --name that fits one tensor"),
        (["--name", "ids", "--heat"], "--heat: expected a tensor of real numbers, got ids"),
        (["--name", "*.q", "--what", "grad"], "--what grad: expected a --name that fits one"),
        (["--source", "a"], "gpt: a decoder: expected --text, got"),
        (["--seed", "-1"], "--seed"),
    ],
)
def test_wrong_options_are_one_line(models: Path, given: list[str], said: str) -> None:
    given = given if "--source" in given else [*given, "--text", "the old man"]
    assert_one_clear_line(run("inspect", "gpt", *given, cwd=models), said)


TARGETS: list[tuple[list[str], str, list[str]]] = [
    (["translator", *PAIR], "loss.targets", ["<s> -> the", "the -> man", "man -> sleeps"]),
    (["gpt", "--text", "the old man"], "loss.targets", ["the -> old", "old -> man"]),
    (
        ["bert", "--text", "the [MASK] man", "--target", "the old man", "--second", "the house"],
        "loss.targets",
        ["[MASK] -> old"],
    ),
    (
        ["bert", "--text", "the [MASK] man", "--target", "the old man", "--second", "the house"],
        "loss#2.targets",
        ["[CLS] -> is next"],
    ),
    (
        ["tagger", "--text", "the old", "--target", "O B"],
        "loss.targets",
        ["[CLS] -> (no target)", "the -> O", "old -> B"],
    ),
]


@pytest.mark.parametrize(("given", "name", "rows"), TARGETS)
def test_targets_are_words_beside_what_they_are_asked_for(
    models: Path, given: list[str], name: str, rows: list[str]
) -> None:
    said = inspect(models, *given, "--name", name)
    lines = said.partition(f"{name}, what is asked")[2].splitlines()[2:]
    found = [line.replace("'", "").rsplit(maxsplit=1) for line in lines if line]
    assert [" ".join(row.split()) for row, _ in found][: len(rows)] == rows
    assert all(number.lstrip("-").isdigit() for _, number in found)


def test_a_single_number_is_no_matrix(models: Path) -> None:
    said = inspect(models, "gpt", "--text", "the old man", "--name", "loss").splitlines()[-1]
    title, _, value = said.rpartition(": ")
    assert title == "loss, value"
    assert 0 < float(value) < 20


def test_ids_are_whole_numbers_under_their_words(models: Path) -> None:
    lines = inspect(models, "gpt", "--text", "the old man", "--name", "ids").splitlines()
    words, ids = [line for line in lines if line][-2:]
    assert words.replace("'", "").split() == ["the", "old"]
    assert all(one.isdigit() for one in ids.split())

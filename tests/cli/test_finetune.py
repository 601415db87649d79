"""`tinytf finetune` from one end to the other: every head, what it keeps, going on."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tinytf.cli.finetune_data import HELD_OUT, MOST_HELD_OUT, hold_out
from tinytf.cli.finetune_texts import LabelHead, NumberHead, look_like_numbers
from tinytf.data import Example, ScoredExample
from tinytf.training import load_checkpoint

from .bert_runs import TASKS, files_of, finetune
from .command import about, arrays, assert_done, log_of, run


def parameters(directory: Path, file_name: str = "checkpoint.npz") -> dict[str, Any]:
    return load_checkpoint(directory, file_name).parameters


@pytest.mark.parametrize("head", TASKS)
def test_a_head_from_end_to_end(head: str, with_bert: Path) -> None:
    before = files_of(with_bert / "bert")
    done = finetune(with_bert, head)
    assert_done(done)
    assert done.stdout.isascii()
    out = with_bert / f"tinytf-{head.split()[0]}"
    assert f"saved in {out.name}\n" in done.stdout
    assert files_of(out).keys() == {"best.npz", "checkpoint.npz", "log.jsonl"}
    assert files_of(with_bert / "bert") == before, "the pre-trained model was changed"
    file_name, said = TASKS[head][0].split()[1], TASKS[head][1]
    assert f"data       {file_name}: 72 to learn from, 8 held out for validation\n" in done.stdout
    assert "encoder    pre-trained, trained too\n" in done.stdout
    assert "parameters: 1 layer, 2 heads, d_model 32, " in done.stdout
    assert "training   4 steps of 16 examples: 0.8 epochs of 5 batches\n" in done.stdout
    assert "held-out validation data (by which the best model was chosen): " in done.stdout
    assert said in done.stdout

    best = about(out)
    with np.load(out / "best.npz") as archive:
        kept = str(archive["about"])
    measure = re.search(r'"measure": "(\w+)"', kept)
    assert measure
    logged = [record for record in log_of(out) if record["validation_loss"] is not None]
    assert [record["step"] for record in logged] == [2, 4]
    assert measure[1] in logged[0]
    assert best["extras"].keys() <= {"labels", "mean", "deviation"}
    # The encoder started where the pre-trained one ended, and went on from there.
    start, end = parameters(with_bert / "bert", "best.npz"), parameters(out)
    name = "encoder.layers.0.ffn.w_in"
    change = np.abs(start[name] - end[name]).max()
    assert 0 < change < 0.02


def test_classes_are_told_apart(tuned: Callable[[str], Path]) -> None:
    last = log_of(tuned("classify"))[-1]
    assert last["accuracy"] == 1.0
    assert last["macro_f1"] == 1.0
    labels = load_checkpoint(tuned("classify")).extras["labels"]
    assert labels == ["cats", "cows", "dogs"]


def test_entities_and_answers_and_numbers_are_found(tuned: Callable[[str], Path]) -> None:
    assert log_of(tuned("tag"))[-1]["f1"] > 0.95
    assert log_of(tuned("answer"))[-1]["exact_match"] > 0.7
    assert log_of(tuned("classify --regression"))[-1]["pearson"] > 0.5


def test_the_unit_of_a_number_does_not_count(with_bert: Path) -> None:
    """A million times as large: the same losses, the same correlation."""
    lines = (with_bert / "s.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    large = "".join(f"{text}\t{1e6 * float(score) + 1e7}\n" for text, score in rows)
    (with_bert / "large.tsv").write_text(large, "utf-8")
    for out, data in (("small", "s.tsv"), ("large", "large.tsv")):
        given = ["--data", data, "--out", out]
        assert_done(finetune(with_bert, "classify --regression", *given))
    one, other = (log_of(with_bert / name) for name in ("small", "large"))
    for a, b in zip(one, other, strict=True):
        assert a["loss"] == pytest.approx(b["loss"], rel=1e-4)


# command -> how many bundled items there are to learn from, and what it says of the 500 others.
# Not "answer": the tests' model, which was trained on other words, would read it piece by piece.
BUNDLED = {
    "classify": (4_000, "of 500), macro F1"),
    "pair": (8_000, "of 500), macro F1"),
    "pair --regression": (32_000, "on 500\n"),
    "tag": (4_000, "words: accuracy"),
}


@pytest.mark.parametrize("command", BUNDLED)
def test_the_bundled_task_is_the_default(command: str, with_bert: Path) -> None:
    n_items, said = BUNDLED[command]
    # Validating takes the most time.
    done = run("finetune", *command.split(), "bert", "--steps", "1", cwd=with_bert)
    assert_done(done)
    n_held_out = min(MOST_HELD_OUT, n_items // 10)
    assert f"data       bundled: {n_items - n_held_out:,} to learn from, {n_held_out} held out" in (
        done.stdout
    )
    assert "\nheld-out test data: " in done.stdout
    assert said in done.stdout


def test_bundled_data_is_the_same_every_time(with_bert: Path) -> None:
    for out in ("a", "b"):
        given = ["bert", "--out", out, "--steps", "1"]
        assert_done(run("finetune", "classify", *given, cwd=with_bert))
    assert len({about(with_bert / out)["progress"]["fingerprint"] for out in "ab"}) == 1


@pytest.mark.parametrize("head", ["classify", "tag", "answer"])
def test_a_frozen_encoder_stays_as_it_was(head: str, with_bert: Path) -> None:
    done = finetune(with_bert, head, "--freeze-encoder", "--out", "run")
    assert_done(done)
    assert "encoder    pre-trained, frozen\n" in done.stdout
    start, end = parameters(with_bert / "bert", "best.npz"), parameters(with_bert / "run")
    for name, value in end.items():
        if name.startswith("encoder."):
            np.testing.assert_array_equal(value, start[name], err_msg=name)
        elif name.startswith("pooler."):
            assert not np.array_equal(value, start[name]), f"{name} was not trained"
    moments = [v for n, v in arrays(with_bert / "run").items() if n.startswith("optimizer/")]
    n_head = sum(v.size for n, v in end.items() if not n.startswith("encoder."))
    assert [v.size for v in moments] == [n_head] * len(moments)


def test_a_random_encoder_is_another_one(with_bert: Path) -> None:
    given = ["--random-encoder", "--freeze-encoder"]
    for out, seed in (("a", "0"), ("b", "1")):
        done = finetune(with_bert, "classify", *given, "--seed", seed, "--out", out)
        assert_done(done)
        assert "encoder    random, frozen\n" in done.stdout
    encoders = [parameters(with_bert / name) for name in ("a", "b")]
    encoders.append(parameters(with_bert / "bert", "best.npz"))
    name = "encoder.embed.tok.weight"
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert not np.array_equal(encoders[one][name], encoders[other][name])


@pytest.mark.parametrize(
    ("head", "given"),
    [
        ("classify", ""),
        ("classify --regression", ""),
        ("tag", "--freeze-encoder"),
        ("answer", "--random-encoder"),
    ],
)
def test_a_run_that_stops_and_goes_on_is_the_same(head: str, given: str, with_bert: Path) -> None:
    # Six steps of five batches each epoch, cut in the middle of the first.
    options = ["--schedule", "constant", "--dropout", "0.1", *given.split()]
    assert_done(finetune(with_bert, head, *options, "--out", "whole", steps=6))
    assert_done(finetune(with_bert, head, *options, "--out", "run", steps=4))
    command = head.split()[0]
    done = run("finetune", command, "--resume", "run", "--steps", "6", cwd=with_bert)
    assert_done(done)
    assert "resumed    after step 4\n" in done.stdout
    expected, came = arrays(with_bert / "whole"), arrays(with_bert / "run")
    assert expected.keys() == came.keys()
    for name, value in expected.items():
        np.testing.assert_array_equal(value, came[name], err_msg=name)
    losses = [[r["loss"] for r in log_of(with_bert / name)] for name in ("whole", "run")]
    assert losses[0] == losses[1]


def test_data_for_validation_of_the_user_s_own(with_bert: Path) -> None:
    lines = (with_bert / "c.tsv").read_text("utf-8").splitlines(keepends=True)
    (with_bert / "train.tsv").write_text("".join(lines[:60]), "utf-8")
    (with_bert / "dev.tsv").write_text("".join(lines[60:]), "utf-8")
    done = finetune(with_bert, "classify", "--data", "train.tsv", "--validation", "dev.tsv")
    assert_done(done)
    assert "train.tsv: 60 to learn from, 20 of dev.tsv for validation\n" in done.stdout
    assert "of 20), macro F1" in done.stdout


CAUTION = "caution    the labels look like numbers: to learn numbers, --regression\n"


def test_labels_that_look_like_numbers(with_bert: Path) -> None:
    """Else somebody who forgot --regression trains as many classes as there are numbers."""
    lines = [f"text {i}\t{i / 4}\n" for i in range(40)]
    (with_bert / "numbers.tsv").write_text("".join(lines), "utf-8")
    done = finetune(with_bert, "classify", "--data", "numbers.tsv")
    assert_done(done)
    assert done.stdout.count(CAUTION) == 1
    given = ["--data", "numbers.tsv", "--out", "right"]
    assert "caution" not in finetune(with_bert, "classify --regression", *given).stdout
    assert "caution" not in finetune(with_bert, "classify", "--out", "words").stdout


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["0.5", "1"], True),
        (["1e-3", "-2"], True),
        ([str(i) for i in range(21)], True),
        ([str(i) for i in range(20)], False),
        (["1.0", "2.0"], False),
        (["0.5", "1", "high"], False),
        ([f"v{i}" for i in range(30)], False),
    ],
)
def test_which_labels_look_like_numbers(labels: list[str], expected: bool) -> None:
    assert look_like_numbers(labels) == expected


def test_part_of_speech_tags_have_no_entities(with_bert: Path) -> None:
    text = (with_bert / "t.conll").read_text("utf-8")
    for tag, other in (("B-ANIMAL", "NOUN"), ("B-PLACE", "DET"), ("I-PLACE", "NOUN"), (" O", " X")):
        text = text.replace(tag, other)
    (with_bert / "pos.conll").write_text(text, "utf-8")
    done = finetune(with_bert, "tag", "--data", "pos.conll", "--out", "run")
    assert_done(done)
    assert re.search(r"best model: accuracy \d", done.stdout)
    assert "entit" not in done.stdout


def test_batches_and_dropout_are_those_of_the_pre_trained_unless_given(with_bert: Path) -> None:
    assert_done(finetune(with_bert, "classify", "--out", "a"))
    given = ["--batch-size", "5", "--dropout", "0.25"]
    assert_done(finetune(with_bert, "classify", *given, "--out", "b"))
    configs = [about(with_bert / name)["config"] for name in ("bert", "a", "b")]
    assert configs[1] == configs[0]
    assert configs[2] == {**configs[0], "batch_size": 5, "dropout": 0.25}


def examples(texts: list[str]) -> list[Example]:
    return [Example(text, None, "a", "") for text in texts]


def test_what_is_held_out() -> None:
    texts = [str(i % 50) for i in range(150)]  # each text three times
    items = examples(texts)
    training, validation = hold_out(LabelHead(False), items, np.random.default_rng(0))
    assert len(training) + len(validation) == 150
    assert {item.text for item in training}.isdisjoint(item.text for item in validation)
    assert len(validation) == 15 == round(HELD_OUT * 150)
    again, _ = hold_out(LabelHead(False), items, np.random.default_rng(0))
    assert again == training
    many = examples([str(i) for i in range(20 * MOST_HELD_OUT)])
    assert len(hold_out(LabelHead(False), many, np.random.default_rng(0))[1]) == MOST_HELD_OUT
    # However unequal the groups are, both sides get one.
    unequal = examples(["a"] * 100 + ["b"])
    for seed in range(4):
        sides = hold_out(LabelHead(False), unequal, np.random.default_rng(seed))
        assert sorted(map(len, sides)) == [1, 100]


def test_numbers_that_are_all_the_same() -> None:
    items = [ScoredExample("a", None, 3.0, ""), ScoredExample("b", None, 3.0, "")]
    assert NumberHead(False).learn(items) == {"mean": 3.0, "deviation": 1.0}

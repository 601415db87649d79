"""Data that cannot be fine-tuned on: one line with file and line, and nothing that was is lost."""

import os
from pathlib import Path

import pytest

from .bert_runs import files_of, finetune, here
from .command import assert_done, assert_one_clear_line, run, train

GOOD = b"one cat\tcats\ntwo dogs\tdogs\nthree cats\tcats\n"
TOKENS = b"the O\ncat B-ANIMAL\n\n"
JSON = b'{"data": [{"paragraphs": [{"context": "the cat sat",\n"qas": [%s]}]}]}'
ANSWER = b'{"id": "7", "question": "who?", "answers": [\n{"text": "%s", "answer_start": %d}]}'

# what is wrong -> head, content of the file, what the line must say
FILES: dict[str, tuple[str, bytes, str]] = {
    "a tag is missing": ("tag", TOKENS + b"the\n", "line 4: expected 2 columns as in line 1"),
    "no tags at all": (
        "tag",
        b"the\ncat\n",
        "line 1: expected a token in column 0 and a tag",
    ),
    "a tag of no scheme": ("tag", TOKENS + b"dog X\n", "line 4: expected the tag O, B-NAME or"),
    "an I- that nothing begins": (
        "tag",
        TOKENS + b"dog I-ANIMAL\n",
        "data, line 4: expected B-ANIMAL to begin an entity, got I-ANIMAL",
    ),
    "all tags the same": ("tag", b"a O\n\nb O\n", "at least two different tags to tell apart"),
    "an answer elsewhere": (
        "answer",
        JSON % (ANSWER % (b"cat", 5)),
        "data, line 3, question 7: expected the answer 'cat' in its context at answer_start 5",
    ),
    "an answer nowhere": (
        "answer",
        JSON % (ANSWER % (b"dog", 4)),
        "data, line 3, question 7: expected the answer 'dog' in its context",
    ),
    "an answer without a word": (
        "answer",
        (JSON % (ANSWER % (b"\\u200b", 3))).replace(b"the cat", b"the\\u200b cat"),
        "data",
    ),
    "not JSON": ("answer", b'{"data": [\n}', "data, line 2, column 1: expected JSON"),
    "an empty line": ("classify", GOOD + b"\n" + GOOD, "data, line 4: expected 2 columns"),
    "an empty line of pairs": (
        "pair",
        b"a\tb\tyes\n\nc\td\tno\n",
        "data, line 2: expected 3 columns (text_a TAB text_b TAB label), got an empty line",
    ),
    "no label": ("classify", GOOD + b"four\n", "data, line 4: expected 2 columns (text TAB label)"),
    "an empty label": ("classify", GOOD + b"four\t\n", "data, line 4: "),
    "not UTF-8": ("classify", GOOD + b"b\xe9d\tcats\n", "the byte 0xe9 in line 4 at byte offset"),
    "tags that are not UTF-8": ("tag", TOKENS + b"\xff O\n", "the byte 0xff in line 4"),
    "JSON that is not UTF-8": ("answer", b"{\n\xff}", "the byte 0xff in line 2"),
    "no number": (
        "classify --regression",
        b"a\t1.5\nb\tgood\n",
        "data, line 2: expected a number as score, got 'good'",
    ),
    "all labels the same": ("classify", b"a\tx\nb\tx\n", "at least two different labels to tell"),
    "all texts the same": ("classify", b"a\tx\na\ty\n", "at least two different texts, one of"),
    "nothing": ("classify", b"", "data: expected data, got 0 characters of whitespace"),
}


@pytest.mark.parametrize("kind", FILES)
def test_data_that_cannot_be_used(kind: str, with_bert: Path) -> None:
    head, content, said = FILES[kind]
    (with_bert / "data").write_bytes(content)
    before = files_of(with_bert / "bert")
    names = sorted(os.listdir(with_bert))
    done = finetune(with_bert, head, "--data", "data", by=here)
    assert_one_clear_line(done, said)
    assert files_of(with_bert / "bert") == before
    assert sorted(os.listdir(with_bert)) == names, "a run that failed left something behind"


# head, validation data with labels unseen in training, what the line must say
UNSEEN = [
    (
        "classify",
        b"a cat\tcats\na cow\tbirds\n",
        "new, line 2: expected a label of the training data (cats, cows, dogs), got 'birds', "
        "which is not in it",
    ),
    ("pair", b"a\tb\tsame\nc\td\tnever\n", "new, line 2: expected a label of the training data"),
    (
        "tag",
        b"the O\ncat B-ANIMAL\n\nBonn B-CITY\n",
        "new, line 4: expected a label of the training data "
        "(B-ANIMAL, B-PLACE, I-PLACE, O), got 'B-CITY'",
    ),
]


@pytest.mark.parametrize(("head", "content", "said"), UNSEEN)
def test_labels_unseen_in_training(head: str, content: bytes, said: str, with_bert: Path) -> None:
    (with_bert / "new").write_bytes(content)
    names = sorted(os.listdir(with_bert))
    assert_one_clear_line(finetune(with_bert, head, "--validation", "new", by=here), said)
    assert sorted(os.listdir(with_bert)) == names


@pytest.mark.parametrize("head", ["classify", "tag", "answer"])
def test_what_was_trained_stays_when_the_data_goes_bad(head: str, with_bert: Path) -> None:
    assert_done(finetune(with_bert, head, "--out", "run"))
    before = files_of(with_bert / "run")
    file_name = {"classify": "c.tsv", "tag": "t.conll", "answer": "q.json"}[head]
    good = (with_bert / file_name).read_bytes()
    for content, said in (
        (good.replace(b"cat", b"dog"), "run: the data is not the one this run was started with"),
        (good[:40] + b"\xff" + good[40:], "expected UTF-8 text, got the byte 0xff in line"),
        (b"", "expected data, got 0 characters"),
    ):
        (with_bert / file_name).write_bytes(content)
        done = here("finetune", head, "--resume", "run", "--steps", "6", cwd=with_bert)
        assert_one_clear_line(done, said)
        assert files_of(with_bert / "run") == before
    (with_bert / "moved").write_bytes(good)
    given = ["--resume", "run", "--steps", "6", "--data", "moved"]
    assert_done(run("finetune", head, *given, cwd=with_bert))


def test_what_no_fine_tuning_starts_from(with_bert: Path) -> None:
    assert_done(train(with_bert, "--out", "gpt", steps=1))
    assert_done(finetune(with_bert, "tag", "--out", "tagger"))

    def refused(*given: str) -> object:
        return here("finetune", "classify", *given, cwd=with_bert)

    data = ["--data", "c.tsv"]
    for name, said in (
        ("gpt", "gpt: expected a pre-trained BERT (from tinytf train bert), found a decoder"),
        ("tagger", "found a tagger; use tinytf tag"),
        ("nothing", "nothing: expected a trained model, found no checkpoint.npz there"),
        ("c.tsv", "c.tsv: expected a trained model, found no checkpoint.npz there"),
        ("", "DIR: expected the name of a directory, got an empty one"),
    ):
        assert_one_clear_line(refused(name, *data), said)
    assert_one_clear_line(refused(*data), "finetune classify: expected DIR or --resume DIR")
    assert_one_clear_line(refused("bert", "--resume", "tagger"), "one of the two")
    said = "bert: holds a trained model already; choose another --out"
    assert_one_clear_line(refused("bert", *data, "--out", "bert"), said)
    said = "tagger: expected a run of tinytf finetune classify, found one of tinytf finetune tag"
    assert_one_clear_line(refused("--resume", "tagger", "--steps", "9"), said)
    said = "--resume: takes only --steps, --data and --validation, got --freeze-encoder"
    assert_one_clear_line(refused("--resume", "tagger", "--freeze-encoder"), said)
    said = "--validation: has a meaning only with --data"
    assert_one_clear_line(refused("bert", "--validation", "c.tsv"), said)
    said = "no.tsv: cannot be read: No such file or directory"
    assert_one_clear_line(refused("bert", "--data", "no.tsv"), said)
    said = "classify --regression: expected --data; only pair has a bundled one"
    assert_one_clear_line(refused("bert", "--regression"), said)
    done = here("finetune", "tag", "bert", "--regression", cwd=with_bert)
    assert_one_clear_line(done, "unknown arguments: --regression")


def test_diverging_fine_tuning_says_so(with_bert: Path) -> None:
    done = finetune(with_bert, "classify", "--learning-rate", "1e30", "--out", "run", steps=20)
    assert_one_clear_line(done, "training diverged at step", "nothing was saved")
    assert not (with_bert / "run").exists()

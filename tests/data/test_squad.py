"""SQuAD's JSON: round trips, and each mistake with the line where it stands."""

import json
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from hypothesis import strategies as st

from tests.data.files import message_of, write
from tests.data.strategies import characters
from tests.ops.claims import claim

texts = st.text(characters, min_size=1, max_size=30).filter(lambda text: bool(text.strip()))


@st.composite
def paragraphs(draw: Any) -> dict[str, Any]:
    """A text and questions whose answers are spans of it."""
    context = draw(texts)
    qas = []
    for _ in range(draw(st.integers(1, 3))):
        answers = []
        for _ in range(draw(st.integers(1, 3))):
            start = draw(st.integers(0, len(context) - 1))
            answer = context[start : draw(st.integers(start + 1, len(context)))]
            if answer.strip():
                answers.append({"text": answer, "answer_start": start})
        answers = answers or [{"text": context, "answer_start": 0}]
        qas.append({"question": draw(texts), "answers": answers})
    return {"context": context, "qas": qas}


@claim(
    articles=st.lists(st.lists(paragraphs(), min_size=1, max_size=2), min_size=1, max_size=2),
    indent=st.sampled_from([None, 1]),
    ascii_only=st.booleans(),
)
def test_what_was_written_is_read(
    module: ModuleType, articles: list[list[dict[str, Any]]], indent: int | None, ascii_only: bool
) -> None:
    wanted = []
    for paragraph in (paragraph for article in articles for paragraph in article):
        for qa in paragraph["qas"]:
            qa["id"] = f"q{len(wanted)}"
            answers = [(answer["text"], answer["answer_start"]) for answer in qa["answers"]]
            wanted.append((qa["id"], qa["question"], paragraph["context"], answers))
    root = {"version": "1.1", "data": [{"title": "x", "paragraphs": a} for a in articles]}
    with tempfile.TemporaryDirectory() as directory:
        text = json.dumps(root, indent=indent, ensure_ascii=ascii_only)
        path = write(Path(directory, "x.json"), text)
        questions = module.read_squad(path)
    came = [
        (q.id, q.question, q.context, [(answer.text, answer.start) for answer in q.answers])
        for q in questions
    ]
    assert came == wanted
    assert all(q.context[a.start :].startswith(a.text) for q in questions for a in q.answers)
    assert questions[0].place == f"{path}, question q0"


FILE = """\
{"data": [
 {"title": "t", "paragraphs": [
  {"context": "The cat sat on the mat; the cat slept.",
   "qas": [
    {"id": "q1", "question": "Who sat?",
     "answers": [{"text": "The cat", "answer_start": 0},
      {"text": "cat", "answer_start": 4}]},
    {"id": "q2", "question": "Where?", "is_impossible": false,
     "answers": [
      {"text": "on the mat",
       "answer_start": 12}]}
  ]}
 ]}
]}
"""
ONE_OF_V2 = "a question with an answer (SQuAD v1.1), got one of SQuAD v2 with is_impossible"

# What is changed in FILE, and what is said then.
MISTAKES = [
    (
        '"answer_start": 12',
        '"answer_start": 13',
        "x, line 11, question q2: expected the answer 'on the mat' in its context at answer_start "
        "13, got 'n the mat;' there; the context has it at 12",
    ),
    (  # one too early: it still comes later
        '"answer_start": 4',
        '"answer_start": 3',
        "x, line 7, question q1: expected the answer 'cat' in its context at answer_start 3, "
        "got ' ca' there; the context has it at 4, 28",
    ),
    (
        '"answer_start": 4',
        '"answer_start": -34',
        "x, line 7, question q1: expected the answer 'cat' in its context at answer_start -34, "
        "got 'The' there; the context has it at 4, 28",
    ),
    (
        '"answer_start": 12',
        '"answer_start": 99',
        "x, line 11, question q2: expected the answer 'on the mat' in its context at answer_start "
        "99, got '' there; the context has it at 12",
    ),
    (
        '"text": "on the mat"',
        '"text": "on the sofa"',
        "x, line 11, question q2: expected the answer 'on the sofa' in its context at "
        "answer_start 12, got 'on the mat;' there; the context does not have it",
    ),
    ('"q2"', '"q1"', "x, line 8, question q1: expected a question id of its own, got it twice"),
    ("false", "true", f"x, line 8, question q2: expected {ONE_OF_V2}"),
    (
        '[\n      {"text": "on the mat",\n       "answer_start": 12}]',
        "\n\n[]",
        "x, line 11, question q2: expected at least one answer, got none",
    ),
    (
        '"answer_start": 12',
        '"answer_start": "12"',
        'x, line 11, question q2: expected a whole number as answer_start, got "12"',
    ),
    (
        '"answer_start": 12',
        '"answer_start": true',
        "x, line 11, question q2: expected a whole number as answer_start, got true",
    ),
    (
        ',\n       "answer_start": 12',
        "",
        "x, line 10, question q2: expected the field answer_start, got only text",
    ),
    ('"Where?"', '" "', "x, line 8, question q2: expected text as question, got ' '"),
    ('"Where?"', "7", "x, line 8, question q2: expected text as question, got 7"),
    (
        '"Where?"',
        '"\\ud83d"',
        "x, line 8, question q2: expected text as question, got the lone surrogate U+D83D at "
        "position 0",
    ),
    ('"id": "q2"', '"id": null', "x, line 8: expected text as id, got null"),
    (
        '"id": "q2", ',
        "",
        "x, line 8: expected the field id, got only question, is_impossible, answers",
    ),
    ('"qas": [', '"qas": [7,', "x, line 4: expected an object with the field id, got int"),
    (
        '"paragraphs": [',
        '"paragraphs": [{},',
        "x, line 2: expected the field context, got none",
    ),
    ('"data"', '"Data"', "x, line 1: expected the field data, got only Data"),
    ("]}\n]}", "]}\n}", "x, line 14, column 1: expected JSON, got: Expecting ',' delimiter"),
]


def test_the_file_is_right(module: ModuleType, tmp_path: Path) -> None:
    questions = module.read_squad(write(tmp_path / "x", FILE))
    assert [(q.id, q.question, len(q.answers)) for q in questions] == [
        ("q1", "Who sat?", 2),
        ("q2", "Where?", 1),
    ]


def test_mistakes(module: ModuleType, tmp_path: Path) -> None:
    for old, new, said in MISTAKES:
        assert FILE.count(old) == 1, old
        for text in (FILE.replace(old, new), FILE.replace(old, new).replace("\n", "\r\n")):
            assert message_of(module.read_squad, write(tmp_path / "x", text)) == said


def test_not_squad(module: ModuleType, tmp_path: Path) -> None:
    cases = {
        "[]": "x, line 1: expected an object with the field data, got list",
        '\n{"data":\n 3}': "x, line 3: expected a list as data, got 3",
        '{"data": []}': "x: expected questions, got none",
        "[" * 100_000: "x: expected JSON as SQuAD has it, got: ",
        "1" * 5000: "x: expected JSON as SQuAD has it, got: ",
    }
    for text, said in cases.items():
        assert message_of(module.read_squad, write(tmp_path / "x", text)).startswith(said)
    latin = message_of(module.read_squad, write(tmp_path / "x", b"{\n\xe4}"))
    assert "x: expected UTF-8 text, got the byte 0xe4 in line 2" in latin


def test_starts_count_characters(module: ModuleType, tmp_path: Path) -> None:
    for letter in ("\u00e4", "\\u00e4"):
        text = FILE.replace("The cat sat", f"{letter}\\ud83d\\ude00he cat sat")
        text = text.replace('"The cat", "answer_start": 0', '"he cat", "answer_start": 2')
        text = text.replace('"answer_start": 4', '"answer_start": 5')
        text = text.replace('"answer_start": 12', '"answer_start": 13')
        questions = module.read_squad(write(tmp_path / "x", text))
        assert questions[0].context.startswith("\u00e4\U0001f600he cat")
        assert [answer.start for answer in questions[0].answers] == [2, 5]

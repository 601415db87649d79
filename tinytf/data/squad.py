"""Questions whose answer is a span of a text: JSON as SQuAD v1.1 has it (Rajpurkar et al. 2016).

    {"version": "1.1", "data": [{"title": ..., "paragraphs": [
        {"context": "...", "qas": [{"id": "...", "question": "...",
            "answers": [{"text": "...", "answer_start": 17}]}]}]}]}

"version" and "title" may be missing and other fields are passed by. `answer_start` counts
characters (Unicode code points) from 0. The development set has several answers to a question: all
are kept, evaluation takes the best. SQuAD v2's questions without an answer are refused.
"""

import json
import os
from dataclasses import dataclass
from typing import Any

from tinytf.data.errors import DataError, place, shown
from tinytf.data.json_lines import Key, line_of
from tinytf.data.lines import read_text_file
from tinytf.text.checks import check_unicode


@dataclass(frozen=True)
class Answer:
    """`text` stands in the context at `start`; it ends before `start + len(text)`."""

    text: str
    start: int


@dataclass(frozen=True)
class Question:
    """A question about a text.

    Attributes:
        id: of its own in the file; predictions are named by it.
        question, context: not empty; `context` is the very string that `start` counts in.
        answers: at least one.
        place: where it stands, for error messages: "dev.json, question 56be4db0acb8001400a502ec".
            Not the line: real files are a single one.
    """

    id: str
    question: str
    context: str
    answers: tuple[Answer, ...]
    place: str


def read_squad(path: str | os.PathLike[str]) -> list[Question]:
    """Read all questions of a file in its order.

    Raises:
        DataError: the file cannot be read, is not UTF-8 or not JSON (names line and column); a
            field is missing or of a wrong kind; an id comes twice; an answer is not in its context
            at answer_start (says where else it is); a question has no answer. Names the file, the
            line where the thing stands in it, and the question where it is about one.
    """
    name = os.fspath(path)
    text = read_text_file(path)
    try:
        root = json.loads(text)
    except json.JSONDecodeError as error:
        here = f"{place(name, error.lineno)}, column {error.colno}"
        raise DataError(f"{here}: expected JSON, got: {error.msg}") from error
    except (RecursionError, ValueError) as error:  # ValueError: a number of thousands of digits
        raise DataError(f"{name}: expected JSON as SQuAD has it, got: {error}") from error
    questions: dict[str, Question] = {}
    for article in _Node(name, text, root, ()).items("data"):
        for paragraph in article.items("paragraphs"):
            context = paragraph.text("context")
            for node in paragraph.items("qas"):
                question = _question(node, context)
                if question.id in questions:
                    raise node.about(question.id).error("a question id of its own", "it twice")
                questions[question.id] = question
    if not questions:
        raise DataError(f"{name}: expected questions, got none")
    return list(questions.values())


def _question(node: "_Node", context: str) -> Question:
    identity = node.text("id")
    node = node.about(identity)
    if node.value.get("is_impossible") is True:
        raise node.below("is_impossible").error(
            "a question with an answer (SQuAD v1.1)", "one of SQuAD v2 with is_impossible"
        )
    answers = []
    for answer in node.items("answers"):
        text, start = answer.text("text"), answer.number("answer_start")
        if start < 0 or not context.startswith(text, start):
            raise answer.below("answer_start").error(
                f"the answer {shown(text)} in its context at answer_start {start}",
                f"{shown(context[max(start, 0) :][: len(text)])} there; {_where(text, context)}",
            )
        answers.append(Answer(text, start))
    if not answers:
        raise node.below("answers").error("at least one answer", "none")
    here = f"{node.file}, question {identity}"
    return Question(identity, node.text("question"), context, tuple(answers), here)


def _where(text: str, context: str) -> str:
    """The first places of `text` in `context`, in words."""
    starts: list[int] = []
    while len(starts) < 3 and (start := context.find(text, starts[-1] + 1 if starts else 0)) >= 0:
        starts.append(start)
    if not starts:
        return "the context does not have it"
    return f"the context has it at {', '.join(map(str, starts))}"


@dataclass(frozen=True)
class _Node:
    """A value in the JSON and the keys that lead to it, so that an error can name its line."""

    file: str
    json_text: str
    value: Any
    path: tuple[Key, ...]
    question: str = ""  # for messages, such as ", question 56be"

    def about(self, question: str) -> "_Node":
        note = f", question {question}"
        return _Node(self.file, self.json_text, self.value, self.path, note)

    def below(self, key: Key) -> "_Node":
        path = (*self.path, key)
        return _Node(self.file, self.json_text, self.value[key], path, self.question)

    def error(self, expected: str, came: str) -> DataError:
        here = place(self.file, line_of(self.json_text, self.path)) + self.question
        return DataError(f"{here}: expected {expected}, got {came}")

    def field(self, key: str, kind: type, described: str) -> "_Node":
        """The value at `key` of this object, which must be of the kind."""
        if not isinstance(self.value, dict):
            raise self.error(f"an object with the field {key}", type(self.value).__name__)
        if key not in self.value:
            raise self.error(
                f"the field {key}", f"only {', '.join(self.value)}" if self.value else "none"
            )
        node = self.below(key)
        if type(node.value) is not kind:  # True is an int to isinstance
            raise node.error(f"{described} as {key}", f"{json.dumps(node.value)[:60]}")
        return node

    def items(self, key: str) -> list["_Node"]:
        node = self.field(key, list, "a list")
        return [node.below(index) for index in range(len(node.value))]

    def text(self, key: str) -> str:
        node = self.field(key, str, "text")
        if not node.value.strip():
            raise node.error(f"text as {key}", repr(node.value))
        try:
            check_unicode(node.value)  # JSON can spell half a character: "\ud83d"
        except ValueError as error:
            raise node.error(f"text as {key}", str(error).rpartition("got ")[2]) from error
        return str(node.value)

    def number(self, key: str) -> int:
        return int(self.field(key, int, "a whole number").value)

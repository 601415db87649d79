"""The head that finds the answer to a question in a text."""

from collections.abc import Sequence
from typing import Any

from tinytf.bundled import Split, questions
from tinytf.cli.finetune_head import Extras, Judgement, number_items
from tinytf.cli.parsing import UserError, counted
from tinytf.cli.training_run import BestBy
from tinytf.data import Answer, Question, read_squad
from tinytf.metrics import answer_scores
from tinytf.text import WordPieceTokenizer
from tinytf.training import LabelledInput, answer, answer_examples


class AnswerHead:
    """The span of a context that answers a question."""

    kind = "bert-answerer"

    def best_by(self, extras: Extras) -> BestBy:
        """By the F1 of words."""
        return BestBy("f1")

    def read(self, path: str) -> list[Question]:
        """JSON as SQuAD v1.1 has it."""
        return read_squad(path)

    def bundled(self) -> Split[Question]:
        """Who did it, to whom, where and when, in stories of two or three sentences."""

        def item(context: str, question: str, answer: str, start: int, here: str) -> Question:
            return Question(here, question, context, (Answer(answer, start),), here)

        return number_items(questions(), item)

    def group(self, item: Question) -> object:
        """All questions about a context belong together."""
        return item.context

    def learn(self, items: Sequence[Question]) -> dict[str, Any]:
        """Nothing: positions are no labels."""
        return {}

    def examples(
        self,
        items: Sequence[Question],
        extras: Extras,
        tokenizer: WordPieceTokenizer,
        max_len: int,
    ) -> list[LabelledInput]:
        """An example for each window of the context; the first answer is the one to learn."""
        found = []
        for item in items:
            gold = item.answers[0]
            end = gold.start + len(gold.text)
            try:
                found += answer_examples(
                    tokenizer, item.question, item.context, gold.start, end, max_len
                )
            except ValueError as error:
                raise UserError(f"{item.place}: {error}") from error
        return found

    def judge(
        self,
        model: Any,
        tokenizer: WordPieceTokenizer,
        extras: Extras,
        items: Sequence[Question],
    ) -> Judgement:
        """Exact match and F1 as the official evaluation of SQuAD v1.1 has them."""
        found = answer(model, tokenizer, [(item.question, item.context) for item in items])
        scores = answer_scores(
            [one.text for one in found], [[gold.text for gold in item.answers] for item in items]
        )
        asked = counted(len(items), "question")
        report = f"exact match {scores.exact_match:.1%}, F1 {scores.f1:.1%} of {asked}"
        return Judgement({"f1": scores.f1, "exact_match": scores.exact_match}, report)

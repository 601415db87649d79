"""The head that says a label of each word, such as those of names."""

from collections.abc import Sequence
from typing import Any

from tinytf.bundled import Split, tagged_sentences
from tinytf.cli.finetune_head import (
    Extras,
    Judgement,
    label_indices,
    number_items,
    require_two_labels,
    unknown_label,
)
from tinytf.cli.parsing import counted
from tinytf.cli.training_run import BestBy
from tinytf.data import TaggedSentence, read_tagged
from tinytf.metrics import EntityScores, Scores, accuracy, entity_scores
from tinytf.text import WordPieceTokenizer
from tinytf.training import LabelledInput, tag, tag_examples


class TagHead:
    """A label for each word of a sentence."""

    kind = "bert-tagger"

    def best_by(self, extras: Extras) -> BestBy:
        """By the F1 of entities where the tags mark such, else by accuracy."""
        return BestBy("f1" if _mark_entities(extras["labels"]) else "accuracy")

    def read(self, path: str) -> list[TaggedSentence]:
        """CoNLL columns: the first is the word, the last the tag."""
        return list(read_tagged(path).sentences)

    def bundled(self) -> Split[TaggedSentence]:
        """Who did what to whom, where and when."""
        return number_items(
            tagged_sentences(), lambda tokens, tags, here: TaggedSentence(tokens, tags, here, 1)
        )

    def group(self, item: TaggedSentence) -> object:
        """Equal sentences belong together."""
        return item.tokens

    def learn(self, items: Sequence[TaggedSentence]) -> dict[str, Any]:
        """The tags in alphabetical order."""
        labels = sorted({label for item in items for label in item.tags})
        require_two_labels(labels, "tags")
        return {"labels": labels}

    def examples(
        self,
        items: Sequence[TaggedSentence],
        extras: Extras,
        tokenizer: WordPieceTokenizer,
        max_len: int,
    ) -> list[LabelledInput]:
        """One example for each sentence, or several where it is long."""
        indices = label_indices(extras["labels"])
        for item in items:
            for i, label in enumerate(item.tags):
                if label not in indices:
                    raise unknown_label(label, item.place_of(i), extras["labels"])
        return [
            example
            for item in items
            for example in tag_examples(
                tokenizer, item.tokens, [indices[label] for label in item.tags], max_len
            )
        ]

    def judge(
        self,
        model: Any,
        tokenizer: WordPieceTokenizer,
        extras: Extras,
        items: Sequence[TaggedSentence],
    ) -> Judgement:
        """Accuracy of the words; F1 of entities where the tags mark such."""
        labels = extras["labels"]
        numbers = tag(model, tokenizer, [item.tokens for item in items])
        found = [[labels[i] for i in its] for its in numbers]
        gold = [item.tags for item in items]
        right = accuracy(
            [label for its in gold for label in its], [label for its in found for label in its]
        )
        report = f"accuracy {right:.1%} of {counted(sum(map(len, gold)), 'word')}"
        if not _mark_entities(labels):
            return Judgement({"accuracy": right}, report)
        scores = entity_scores(gold, found)
        overall = scores.overall
        report = f"entities: F1 {overall.f1:.1%}; words: {report}\n\n{_table(scores)}"
        return Judgement({"f1": overall.f1, "accuracy": right}, report)


def _mark_entities(labels: Sequence[str]) -> bool:
    """Whether these are tags such as B-PER, and not parts of speech, for instance."""
    return all(label == "O" or label[:2] in ("B-", "I-") for label in labels)


def _table(scores: EntityScores) -> str:
    """A row for each kind of entity."""
    named: dict[str, Scores] = {**scores.by_kind, "all": scores.overall}
    width = max(len("entity"), *map(len, named))
    rows = [f"{'entity':{width}}  precision  recall      F1  number"]
    rows += [
        f"{name:{width}}  {one.precision:9.1%}  {one.recall:6.1%}  {one.f1:6.1%}  {one.support:6}"
        for name, one in named.items()
    ]
    return "\n".join(rows)

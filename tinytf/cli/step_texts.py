"""The texts that one training step is made from, as options of a command."""

import argparse
from dataclasses import asdict, dataclass
from typing import Any

from tinytf.cli.parsing import UserError, option_names

# kind of model -> the texts that one example of it needs, and those that it may have
_TEXTS_OF: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "decoder": (("text",), ()),
    "encoder-decoder": (("source", "target"), ()),
    "bert": (("text",), ("second", "target")),
    "bert-classifier": (("text", "target"), ()),
    "bert-pair-classifier": (("text", "second", "target"), ()),
    "bert-regressor": (("text", "target"), ()),
    "bert-pair-regressor": (("text", "second", "target"), ()),
    "bert-tagger": (("text", "target"), ()),
    "bert-answerer": (("question", "context", "target"), ()),
}


@dataclass(frozen=True)
class StepTexts:
    """The texts of one training example; which of them a model takes depends on its kind.

    Attributes:
        text: what is read, by all but translators and answerers. A decoder learns to predict each
            next token of it, a pre-trained BERT its [MASK].
        second: of a pair, the second text; of a pre-trained BERT, the text that follows.
        source: of a translator, what is read.
        question, context: of an answerer, what is read.
        target: what should come out: of a translator the translation, of a pre-trained BERT the
            text with words for its [MASK], of a classifier the label, of a regression the number,
            of a tagger the tag of each word (blanks between), of an answerer a part of the context.
    """

    text: str | None = None
    second: str | None = None
    source: str | None = None
    target: str | None = None
    question: str | None = None
    context: str | None = None

    def given(self) -> dict[str, str]:
        """Name -> text, of those that there are."""
        return {name: text for name, text in asdict(self).items() if text is not None}


# What is traced where the user gives no text.
DEFAULT_TEXTS = {
    "decoder": StepTexts(text="the cat sat on the mat"),
    "encoder-decoder": StepTexts(
        source="The old man buys a red apple.", target="Der alte Mann kauft einen roten Apfel."
    ),
    "bert": StepTexts(
        text="the old [MASK] sleeps .", target="the old man sleeps .", second="he is tired ."
    ),
}


def add_text_options(parser: argparse.ArgumentParser) -> None:
    """Add an option for each of the texts."""
    add = parser.add_argument
    add("--text", metavar="T", help="what the model reads; for a pre-trained BERT, with [MASK]")
    add("--second", metavar="T", help="the second text, where the model reads pairs")
    add("--source", metavar="T", help="what an encoder-decoder translates")
    add("--question", metavar="T", help="what an answerer is asked")
    add("--context", metavar="T", help="the text that the answer is in")
    add(
        "--target",
        metavar="T",
        help="what should come out: the translation, the text with words for its [MASK], "
        "a label, a number, tags with blanks between, or the answer",
    )


def texts_of(args: argparse.Namespace) -> StepTexts:
    """The texts that the user gave."""
    return StepTexts(**{name: getattr(args, name) for name in StepTexts.__dataclass_fields__})


def require_texts(kind: str, texts: StepTexts, whose: str) -> StepTexts:
    """The texts, if they are those that a model of this kind takes; the default if there are none.

    Args:
        kind: one of KINDS.
        texts: what the user gave.
        whose: the model, for error messages, such as "tinytf-gpt: a decoder".

    Raises:
        UserError: a text is missing, empty, or none that such a model takes.
    """
    given: dict[str, Any] = texts.given()
    if not given and kind in DEFAULT_TEXTS:
        return DEFAULT_TEXTS[kind]
    needed, possible = _TEXTS_OF[kind]
    wrong = [name for name in given if name not in needed + possible]
    missing = [name for name in needed if name not in given]
    if wrong or missing:
        also = f" (and perhaps {option_names(possible)})" if possible else ""
        raise UserError(
            f"{whose}: expected {option_names(needed)}{also}, got {option_names(given) or 'none'}"
        )
    for name, text in given.items():
        if not text.strip():
            raise UserError(f"--{name}: expected a text, got an empty one")
    return texts

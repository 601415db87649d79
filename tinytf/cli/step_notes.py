"""What the reader of a traced step should know about the texts that it was made from."""

import json

from tinytf.cli.step_texts import DEFAULT_TEXTS, StepTexts
from tinytf.cli.traced_step import TracedStep


def text_notes(traced: TracedStep, given: StepTexts) -> list[str]:
    """Which texts were taken where the user gave none, and what was drawn at random."""
    notes = []
    if not given.given():
        notes.append(f"no text was given; this one was taken: {said(traced.texts)}")
    if traced.drawn:
        notes.append(traced.drawn)
    return notes


def cut_notes(traced: TracedStep, given: StepTexts, most: int) -> list[str]:
    """Which texts are shown in part.

    Args:
        traced: the step.
        given: the texts of the user.
        most: tokens that are shown of a text.
    """
    whole = (given if given.given() else DEFAULT_TEXTS[traced.kind]).given()
    most = min(most, traced.config.max_len)
    return [
        f"--{name} was cut: {len(text):,} of its {len(whole[name]):,} characters are shown, up to "
        f"{json.dumps(text[-20:], ensure_ascii=False)} (at most {most} tokens, special ones "
        "included, and no part of a word at the end)"
        for name, text in traced.texts.given().items()
        if whole[name] != text
    ]


def said(texts: StepTexts) -> str:
    """The texts as options: `--text "the old man"`."""
    return ", ".join(
        f"--{name} {json.dumps(text, ensure_ascii=False)}" for name, text in texts.given().items()
    )

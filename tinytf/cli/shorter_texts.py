"""Texts cut to a few tokens, for a report that shows every number made from them."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace

from tinytf.cli.step_texts import StepTexts
from tinytf.cli.tag import WORD
from tinytf.text import Tokenizer, WordPieceTokenizer
from tinytf.training import Checkpoint

LONGEST_TOKEN = 64  # characters: of a longer text, only the beginning can be of use


def shorter_texts(checkpoint: Checkpoint, texts: StepTexts, most: int) -> StepTexts:
    """The same texts, cut at their ends to so many tokens on each side.

    Args:
        checkpoint: the model's: its kind, and its tokenizers.
        texts: those of one example.
        most: tokens of what is read, special ones included, and of what is written.

    Returns:
        The texts, each the beginning of what it was (of a context, from the answer on, where the
        answer would be lost); unchanged where they are short enough or cannot be encoded.
    """
    tokenizer, kind = checkpoint.tokenizer, checkpoint.model
    source = checkpoint.source_tokenizer or tokenizer
    try:
        if kind == "decoder":
            return replace(texts, text=_cut(texts.text, _length(tokenizer), most + 1))
        if kind == "encoder-decoder":
            cut = {"source": _cut(texts.source, _length(source), most - 1)}
            return replace(texts, **cut, target=_cut(texts.target, _length(tokenizer), most - 1))
        if kind == "bert-answerer":
            return _cut_question(texts, _length(tokenizer), most - 3)
        return _cut_texts(kind, texts, _length(tokenizer), most - 2)
    except ValueError:  # said better where the text is read
        return texts


def _cut_texts(kind: str, texts: StepTexts, length: Callable[[str], int], room: int) -> StepTexts:
    """One or two texts, and the target, where it goes along with the first text word by word."""
    room_second = 0
    if texts.second is not None:  # of two texts, the longer one is cut first
        room -= 1
        length_second = length(texts.second[: LONGEST_TOKEN * room])
        room_second = min(length_second, max(room // 2, room - length(texts.text or "")))
        room -= room_second
    text = _cut(texts.text, length, room)
    target = texts.target
    if kind == "bert" and target is not None and text is not None:
        text, target = _cut_masked(texts.text or "", target, length, room)
    elif kind == "bert-tagger" and target is not None and text is not None and text != texts.text:
        target = " ".join(target.split()[: len(WORD.findall(text))])
    return replace(texts, text=text, second=_cut(texts.second, length, room_second), target=target)


def _cut_masked(text: str, target: str, length: Callable[[str], int], room: int) -> tuple[str, str]:
    """The same words of a text with [MASK] and of the one without, a [MASK] among them."""

    def cut(first: int) -> list[str]:
        rests = [" ".join(one.split()[first:]) for one in (text, target)]
        n_words = min(len((_cut(rest, length, room) or "").split()) for rest in rests)
        return [" ".join(rest.split()[:n_words]) for rest in rests]

    if max(length(text), length(target)) <= room:
        return text, target
    shown, true = cut(0)
    if "[MASK]" not in shown:
        masks = [place for place, word in enumerate(text.split()) if "[MASK]" in word]
        shown, true = cut(masks[0]) if masks else (shown, true)
    return shown, true


def _cut_question(texts: StepTexts, length: Callable[[str], int], room: int) -> StepTexts:
    question = _cut(texts.question, length, room // 2)
    room -= length(question or "")
    context = _cut(texts.context, length, room)
    target = texts.target or ""
    if context is not None and target not in context and target in (texts.context or ""):
        whole = texts.context or ""
        context = _cut(whole[whole.index(target) :], length, room)
    return replace(texts, question=question, context=context)


def _length(tokenizer: Tokenizer) -> Callable[[str], int]:
    if isinstance(tokenizer, WordPieceTokenizer):
        return lambda text: len(tokenizer.encode(text, with_mask=True))
    return lambda text: len(tokenizer.encode(text))


def _cut(text: str | None, length: Callable[[str], int], most: int) -> str | None:
    """The longest beginning of a text of at most so many tokens, without half a word at its end."""
    if text is None or (len(text) <= LONGEST_TOKEN * most and length(text) <= most):
        return text
    text = text[: LONGEST_TOKEN * most]
    end = bisect_right(range(len(text)), most, key=lambda stop: length(text[: stop + 1]))
    while end and length(text[:end]) > most:
        end -= 1
    inside = end < len(text) and not text[end].isspace() and not text[end - 1].isspace()
    blank = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end))
    return text[: blank if inside and blank > 0 else end].rstrip()

"""What BERT reads: one or two texts between special tokens, padded to a rectangle.

Pre-training (`masked_language_model.py`) and fine-tuning (`fine_tuning.py`) both make their batches
here. Source: Devlin et al. 2018, section 3, "Input/Output Representations".
"""

from collections.abc import Sequence
from typing import NamedTuple

from tinytf.ops.arrays import Array
from tinytf.ops.masks import padding_mask
from tinytf.text.wordpiece import WordPieceTokenizer
from tinytf.training.buckets import pad


class BertInput(NamedTuple):
    """One example: token ids, and for each the segment that it belongs to."""

    ids: list[int]
    segments: list[int]


class PaddedInputs(NamedTuple):
    """Some examples side by side: the arguments of BERT's forward.

    Attributes:
        ids: (B, S), [PAD] behind each example's end.
        mask: (B, 1, 1, S), True for the real tokens.
        segments: (B, S), 0 at the padding.
    """

    ids: Array
    mask: Array
    segments: Array

    @property
    def n_tokens(self) -> int:
        """Real tokens, padding is none."""
        return int(self.mask.sum())


def join(
    tokenizer: WordPieceTokenizer, first: Sequence[int], second: Sequence[int] | None = None
) -> BertInput:
    """[CLS] first [SEP], all of segment 0; then, if there is a second text, second [SEP], all 1."""
    ids = [tokenizer.cls_id, *first, tokenizer.sep_id]
    segments = [0] * len(ids)
    if second is not None:
        ids += [*second, tokenizer.sep_id]
        segments += [1] * (len(second) + 1)
    return BertInput(ids, segments)


def fit(
    first: Sequence[int], second: Sequence[int] | None, max_len: int
) -> tuple[Sequence[int], Sequence[int] | None]:
    """Cut texts at their ends until `join` makes at most max_len tokens of them.

    Of two texts the longer one is cut, down to the length of the other before that loses anything
    too: a token of a short text is likely to say more.

    Raises:
        ValueError: max_len leaves no room for a token of each.
    """
    if second is None:
        room = max_len - 2
        if room < 1:
            raise ValueError(f"max_len: expected at least 3 for a text, got {max_len}")
        return first[:room], None
    room = max_len - 3
    if room < 2:
        raise ValueError(f"max_len: expected at least 5 for a pair of texts, got {max_len}")
    n_second = min(len(second), max(room // 2, room - len(first)))
    return first[: room - n_second], second[:n_second]


def pad_inputs(inputs: Sequence[BertInput], tokenizer: WordPieceTokenizer) -> PaddedInputs:
    """Put examples side by side, as wide as the longest of them."""
    ids, lengths = pad([one.ids for one in inputs], tokenizer.pad_id)
    segments, _ = pad([one.segments for one in inputs], 0)
    return PaddedInputs(ids, padding_mask(lengths, ids.shape[1]), segments)

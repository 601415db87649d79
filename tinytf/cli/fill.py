"""`tinytf fill`: let a pre-trained BERT fill in the [MASK] of a text."""

import argparse
from typing import Any, NamedTuple

import numpy as np

from tinytf.cli.bert_model import load_bert
from tinytf.cli.parsing import Parser, UserError, visible, whole
from tinytf.models.bert import BertPretraining
from tinytf.ops.softmax import softmax_forward
from tinytf.text.wordpiece import SPECIALS, WordPieceTokenizer
from tinytf.training.bert_inputs import join, pad_inputs

_EXAMPLES = """\
examples:
  tinytf fill tinytf-bert "for [MASK] in range(10):"
  tinytf fill tinytf-bert "[MASK] numpy as [MASK]" --top 3    each [MASK] for itself
"""


class Filling(NamedTuple):
    """What may stand in the place of one [MASK].

    Attributes:
        ids: the likeliest pieces, the best first.
        probabilities: of these pieces; those of all pieces sum to 1.
    """

    ids: list[int]
    probabilities: list[float]


def add_parser(commands: Any) -> None:
    """Add `fill` to the commands."""
    parser: Parser = commands.add_parser(
        "fill",
        help="fill in the [MASK] of a text",
        description="Let a pre-trained BERT say what may stand in the place of each [MASK].",
        epilog=_EXAMPLES,
    )
    add = parser.add_argument
    add("directory", metavar="DIR", help="where `tinytf train bert` saved the model")
    add("text", metavar="TEXT", help="with at least one [MASK]")
    add("--top", type=whole(1), default=5, metavar="K", help="show the K likeliest; default 5")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    model, tokenizer, _ = load_bert(args.directory, "bert")
    try:
        ids = tokenizer.encode(args.text, with_mask=True)
        fillings = fill_masks(model, tokenizer, ids, args.top)
    except ValueError as error:
        raise UserError(str(error)) from error
    for number, filling in enumerate(fillings, start=1):
        if len(fillings) > 1:
            print(f"[MASK] {number} of {len(fillings)}")
        print("\n".join(filling_lines(filling, tokenizer)))
    best = iter(fillings)
    filled = [next(best).ids[0] if token == tokenizer.mask_id else token for token in ids]
    print(f"\n{visible(tokenizer.decode(filled))}")
    return 0


def fill_masks(
    model: BertPretraining, tokenizer: WordPieceTokenizer, ids: list[int], top: int
) -> list[Filling]:
    """The likeliest pieces in the place of each [MASK].

    All are predicted at once from the text that can be seen, so two that only fit together may
    not come together.

    Args:
        model: pre-trained.
        tokenizer: the model's.
        ids: of a text without [CLS] and [SEP]; N of them mask_id.
        top: how many pieces for each.

    Returns:
        N fillings, in the order of the text.

    Raises:
        ValueError: no [MASK], a text longer than the model's max_len, or probabilities that are
            not finite.
    """
    if tokenizer.mask_id not in ids:
        raise ValueError(
            f"text: expected at least one {SPECIALS[tokenizer.mask_id]} in capitals, got none"
        )
    max_len = model.config.max_len
    if len(ids) + 2 > max_len:
        raise ValueError(f"text: expected at most {max_len - 2} tokens, got {len(ids)}")
    inputs = pad_inputs([join(tokenizer, ids)], tokenizer)
    # A damaged model overflows; that its probabilities are not finite is then an error.
    with np.errstate(all="ignore"):
        (logits, _), _ = model.forward(inputs.ids, inputs.ids == tokenizer.mask_id)
        pattern, _ = softmax_forward(logits)  # (N, V)
    if not np.isfinite(pattern).all():
        raise ValueError("the model cannot be used: its probabilities are not finite numbers")
    best = np.argsort(-pattern, axis=1, kind="stable")[:, :top]  # (N, K)
    found = np.take_along_axis(pattern, best, axis=1)
    return [Filling(i.tolist(), p.tolist()) for i, p in zip(best, found, strict=True)]


def filling_lines(filling: Filling, tokenizer: WordPieceTokenizer) -> list[str]:
    """The pieces and their probabilities, one below the other."""
    pieces = [tokenizer.token_text(token) for token in filling.ids]
    width = max(map(len, pieces))
    return [
        f"  {piece.ljust(width)}  {probability:6.1%}"
        for piece, probability in zip(pieces, filling.probabilities, strict=True)
    ]

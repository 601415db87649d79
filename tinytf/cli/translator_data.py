"""The sentence pairs of `tinytf train translator`: read, held out, counted."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tinytf.bundled import english_german, english_python
from tinytf.cli.parsing import UserError
from tinytf.data import DataError, SentencePair, read_gettext, read_pairs, read_parallel

# Where no validation pairs are given: this share of the pairs is held out, at most MOST_HELD_OUT.
HELD_OUT = 0.05
MOST_HELD_OUT = 1000

# name -> maker of (source, target) pairs that need no download
BUNDLED = {"english-german": english_german, "english-python": english_python}


@dataclass(frozen=True)
class TranslatorData:
    """Pairs to learn from and pairs to judge by.

    Attributes:
        training: pairs to learn from.
        validation: pairs whose sources do not occur in training.
        said: one line for the user: where they come from.
    """

    training: list[SentencePair]
    validation: list[SentencePair]
    said: str


def read_data(args: argparse.Namespace, seed: int) -> TranslatorData:
    """The pairs that the options name.

    Args:
        args: with pairs, source, target, gettext, task, validation_pairs, validation_source and
            validation_target, each None where it was not given.
        seed: draws which pairs are held out.

    Raises:
        UserError: options that do not go together, or data that cannot be used.
    """
    _require_one_origin(args)
    try:
        training, said = _training_pairs(args)
        validation = _validation_pairs(args)
    except DataError as error:
        raise UserError(str(error)) from error
    if validation is None:
        training, validation = hold_out(training, np.random.default_rng(seed))
        said += f"; {len(validation):,} of them held out for validation"
    return TranslatorData(training, validation, said)


def _require_one_origin(args: argparse.Namespace) -> None:
    for first, second in (("source", "target"), ("validation_source", "validation_target")):
        if (getattr(args, first) is None) != (getattr(args, second) is None):
            options = f"--{first} and --{second}".replace("_", "-")
            raise UserError(f"{options}: expected both or none, got one")
    origins = [name for name in ("pairs", "source", "gettext", "task") if getattr(args, name)]
    if len(origins) > 1:
        given = " and ".join(f"--{name}" for name in origins)
        raise UserError(f"expected one of --pairs, --source, --gettext, --task, got {given}")
    if args.validation_pairs and args.validation_source:
        raise UserError("expected --validation-pairs or --validation-source, got both")


def _training_pairs(args: argparse.Namespace) -> tuple[list[SentencePair], str]:
    if args.pairs:
        pairs, said = read_pairs(args.pairs), args.pairs
    elif args.source:
        pairs, said = read_parallel(args.source, args.target), f"{args.source} -> {args.target}"
    elif args.gettext:
        catalogues = read_gettext(args.gettext, args.language)
        pairs = catalogues.pairs
        said = f"gettext catalogues of {args.language!r} below {args.gettext}"
    else:
        task = args.task or "english-german"
        made = BUNDLED[task]()
        pairs = [
            SentencePair(source, target, f"{task}, sentence {number}")
            for number, (source, target) in enumerate(made.train, start=1)
        ]
        said = f"bundled grammar {task}"
    return pairs, f"{said}: {len(pairs):,} pairs"


def _validation_pairs(args: argparse.Namespace) -> list[SentencePair] | None:
    if args.validation_pairs:
        return read_pairs(args.validation_pairs)
    if args.validation_source:
        return read_parallel(args.validation_source, args.validation_target)
    return None


def hold_out(
    pairs: Sequence[SentencePair], rng: np.random.Generator
) -> tuple[list[SentencePair], list[SentencePair]]:
    """Split pairs in two so that no source stands on both sides: training and validation.

    A sentence that occurs several times, as in catalogues of programs, goes to one side as a whole.

    Raises:
        UserError: fewer than two different sources.
    """
    sources = list(dict.fromkeys(pair.source for pair in pairs))
    if len(sources) < 2:
        raise UserError(
            f"expected at least two pairs with different sources, one of them for validation, "
            f"got {len(sources)}"
        )
    n_held_out = min(MOST_HELD_OUT, max(1, round(HELD_OUT * len(sources))))
    drawn = rng.permutation(len(sources))[:n_held_out]
    held_out = {sources[i] for i in drawn}
    training = [pair for pair in pairs if pair.source not in held_out]
    return training, [pair for pair in pairs if pair.source in held_out]

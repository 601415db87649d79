"""The sentence pairs of `tinytf train translator`: read, held out, counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinytf.bundled import english_german, english_python
from tinytf.cli.parsing import UserError, counted, option_names
from tinytf.data import DataError, SentencePair, read_gettext, read_pairs, read_parallel

# Where no validation pairs are given: this share of the different sources is held out with all
# their pairs, at most MOST_HELD_OUT sources.
HELD_OUT = 0.05
MOST_HELD_OUT = 1000

# name -> maker of (source, target) pairs that need no download
BUNDLED = {"english-german": english_german, "english-python": english_python}

# The options that name the data.
DATA_OPTIONS = (
    "pairs", "source", "target", "gettext", "language", "task",
    "validation_pairs", "validation_source", "validation_target",
)  # fmt: skip
# Those of them that name the user's own training data.
OWN_DATA = ("pairs", "source", "gettext")


@dataclass(frozen=True)
class TranslatorData:
    """Pairs to learn from and pairs to judge by.

    Attributes:
        training: pairs to learn from.
        validation: pairs to measure by while training. Where they were held out, no source of
            theirs occurs in training; of the user's own, `n_known` says how many do.
        test: of a bundled task: pairs with combinations of words that occur in neither; or none.
        task: name of the bundled task; None for the user's own data.
        said: one line for the user: where they come from.
    """

    training: list[SentencePair]
    validation: list[SentencePair]
    test: list[SentencePair]
    task: str | None
    said: str

    @property
    def judged_by(self) -> list[SentencePair]:
        """What the results at the end are measured on."""
        return self.test or self.validation

    @property
    def n_known(self) -> int:
        """How many validation pairs have a source that occurs in training too."""
        known = {pair.source for pair in self.training}
        return sum(pair.source in known for pair in self.validation)


def read_data(options: Mapping[str, Any], seed: int) -> TranslatorData:
    """The pairs that the options name.

    Args:
        options: name of each of DATA_OPTIONS -> what it said, or None.
        seed: draws which pairs are held out.

    Raises:
        UserError: options that do not go together, or data that cannot be used.
    """
    _require_one_origin(options)
    task: str | None = None
    test: list[SentencePair] = []
    try:
        if options["pairs"]:
            training, said = read_pairs(options["pairs"]), options["pairs"]
        elif options["source"]:
            training = read_parallel(options["source"], options["target"])
            said = f"{options['source']} -> {options['target']}"
        elif options["gettext"]:
            catalogues = read_gettext(options["gettext"], options["language"] or "de")
            training = list(catalogues.pairs)
            files = counted(len(catalogues.files), "gettext catalogue")
            said = f"{files} below {options['gettext']}"
            if catalogues.skipped:
                first, n_skipped = catalogues.skipped[0], len(catalogues.skipped)
                said += f" ({n_skipped} cannot be read, the first {first.path}: {first.reason})"
        else:
            task = options["task"] or "english-german"
            training, test = _bundled(task)
            said = f"bundled grammar {task}"
        validation = _validation_pairs(options)
    except DataError as error:
        raise UserError(str(error)) from error
    said += f": {counted(len(training), 'pair')}"
    if validation is None:
        training, validation = hold_out(training, np.random.default_rng(seed))
        said += f", {len(validation):,} of them held out for validation"
    return TranslatorData(training, validation, test, task, said)


def _require_one_origin(options: Mapping[str, Any]) -> None:
    for name, value in options.items():
        if value == "":  # a mistake in a script, which must not fall back to the bundled task
            raise UserError(f"{option_names([name])}: expected a name, got an empty one")
    for first, second in (("source", "target"), ("validation_source", "validation_target")):
        if (options[first] is None) != (options[second] is None):
            names = f"--{first} and --{second}".replace("_", "-")
            raise UserError(f"{names}: expected both or none, got one")
    origins = [name for name in (*OWN_DATA, "task") if options[name]]
    if len(origins) > 1:
        given = " and ".join(f"--{name}" for name in origins)
        raise UserError(f"expected one of --pairs, --source, --gettext, --task, got {given}")
    if options["validation_pairs"] and options["validation_source"]:
        raise UserError("expected --validation-pairs or --validation-source, got both")
    if options["language"] and not options["gettext"]:
        raise UserError("--language: has a meaning only with --gettext")


def _bundled(task: str) -> tuple[list[SentencePair], list[SentencePair]]:
    """The training and the test pairs of a bundled task."""
    if task not in BUNDLED:  # a run of another version that goes on
        raise UserError(f"--task: expected one of {', '.join(BUNDLED)}, got {task}")
    made = BUNDLED[task]()
    training, test = (
        [
            SentencePair(source, target, f"{task}, {part} pair {number}")
            for number, (source, target) in enumerate(pairs, start=1)
        ]
        for part, pairs in (("training", made.train), ("test", made.test))
    )
    return training, test


def _validation_pairs(options: Mapping[str, Any]) -> list[SentencePair] | None:
    if options["validation_pairs"]:
        return read_pairs(options["validation_pairs"])
    if options["validation_source"]:
        return read_parallel(options["validation_source"], options["validation_target"])
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

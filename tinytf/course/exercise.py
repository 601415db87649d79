"""What an exercise is: functions to write, how they are called, on which inputs, the points."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

# What an input may be: an array, a number, a word, a boolean or None.
Inputs = dict[str, Any]

EDGE = "edge"  # the name of the points for edge cases, beside those of the outputs


@dataclass(frozen=True)
class Probe:
    """One set of inputs on which every submission is tried.

    Attributes:
        name: what is special about it, in words for the student, such as "scores around 1000".
        inputs: by name; those that a driver calls the cotangent (`dy`) among them.
        edge: whether a failure here costs the points for edge cases only, not those of the output.
    """

    name: str
    inputs: Inputs
    edge: bool = False


@dataclass(frozen=True)
class Cases:
    """The inputs of an exercise.

    Attributes:
        strategy: makes a hypothesis strategy of small, readable inputs: elements
            `integers().map(float)` with a fill of 0, sizes from 1. It finds and shrinks the
            smallest failing case.
        generic: from a generator, probes with random numbers and sizes that differ from each other:
            nearly each mistake has a signature of its own on them. For the diagnosis.
        special: probes that random shapes miss: square sizes, 3-D inputs, Tk > Tq, numbers around
            1000, gradients around 1e-4, duplicate ids, dead rows. From a generator, too.
        edge: makes a strategy like the first, of inputs on which a failure costs the points for
            edge cases only. It finds the smallest failing case where nothing but edge probes fail;
            without it the smallest of those probes is shown.
    """

    strategy: Callable[[], "SearchStrategy[Inputs]"]
    generic: Callable[[np.random.Generator], list[Probe]]
    special: Callable[[np.random.Generator], list[Probe]]
    edge: Callable[[], "SearchStrategy[Inputs]"] | None = None


@dataclass(frozen=True)
class Exercise:
    """A part of an assignment that is graded by itself.

    Attributes:
        id: such as "softmax"; unique in its assignment.
        title: for people.
        module: the dotted name of the reference module.
        functions: what the student writes, such as ("softmax_forward", "softmax_backward"); a
            method is written "DecoderLayer.backward".
        driver: name of the function in `drivers.py` that calls them.
        call: what the driver must know, in words that JSON can hold (see there).
        points: output -> points, in the order in which the driver gives the outputs; and EDGE.
        cases: the inputs.
    """

    id: str
    title: str
    module: str
    functions: tuple[str, ...]
    driver: str
    call: Mapping[str, Any]
    points: Mapping[str, float]
    cases: Cases = field(repr=False)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The outputs that are graded: y and the gradients."""
        return tuple(name for name in self.points if name != EDGE)


@dataclass(frozen=True)
class Mistake:
    """A known mistake: an edit of the reference source, and what to say about it.

    The edited source runs beside the reference on every probe. Where a submission's output equals
    the edited one's on all of them, this is the mistake.

    Attributes:
        name: unique in its exercise, such as "no cross term".
        says: one sentence: what is wrong. It ends without a full stop.
        evidence: what the numbers show, such as "rows of dx must sum to 0"; a fact, no guess.
        edits: (old, new) pairs; each old stands exactly once in the source of the exercise's
            module.
    """

    name: str
    says: str
    evidence: str
    edits: tuple[tuple[str, str], ...]

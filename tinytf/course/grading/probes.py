"""Runs a submission on every probe and keeps what came out beside what is correct."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tinytf.course.exercise import Cases, Exercise, Inputs, Probe
from tinytf.course.grading.compare import Problem, problem_of, same, scale_of
from tinytf.course.grading.edited import Applied, Reference
from tinytf.course.grading.outcome import Failure, Outcome

Run = Callable[[Inputs], Outcome]

SEED = 0
# Failures that end the process, or that no inputs can change: trying on costs time and says nothing
FATAL = frozenset(
    {"timeout", "memory", "died", "exit", "forged", "forbidden", "patched"}
    | {"syntax", "import", "missing"}
)
MOST_FATAL = 2


@dataclass(frozen=True, eq=False)
class Tried:
    """A probe, and what the submission and the reference give on it."""

    probe: Probe
    generic: bool
    yours: Outcome
    correct: Outcome
    scale: float

    def problem(self, output: str) -> Problem | None:
        """What is wrong with this output here."""
        return problem_of(output, self.yours, self.correct, self.scale)

    def matches(self, output: str, other: Outcome | None) -> bool:
        """Whether the submission gives what `other` gives."""
        return other is not None and same(output, self.yours, other, self.scale)


@dataclass(frozen=True, eq=False)
class Trial:
    """A submission of one exercise, tried on all probes.

    Attributes:
        exercise: what was tried.
        reference: runs the reference and its mistakes.
        run: runs the submission.
        tried: the probes that were run: all of them, unless it ended its process on some.
        unstable: the name of a probe on which two calls gave different outputs, and which outputs.
        fatal: the failure that ended the trial before all probes were run.
    """

    exercise: Exercise
    reference: Reference
    run: Run
    tried: tuple[Tried, ...]
    unstable: tuple[str, tuple[str, ...]] | None
    fatal: Failure | None

    def problems(self, output: str, edge: bool) -> list[tuple[Tried, Problem]]:
        """The probes on which this output is wrong."""
        return [
            (one, problem)
            for one in self.tried
            if one.probe.edge == edge and (problem := one.problem(output))
        ]

    def explained(self, output: str, applied: Applied, tried: list[Tried]) -> bool:
        """Whether the reference with these mistakes gives the submission's output on all these."""
        return all(
            one.matches(output, self.reference.run(one.probe.inputs, applied)) for one in tried
        )


@lru_cache(maxsize=64)
def probes_of(cases: Cases, seed: int = SEED) -> tuple[tuple[Probe, bool], ...]:
    """All probes, each with whether it is a generic one; the same objects each time."""
    rng = np.random.default_rng(seed)
    generic = [(probe, True) for probe in cases.generic(rng)]
    return (*generic, *((probe, False) for probe in cases.special(rng)))


def try_probes(exercise: Exercise, reference: Reference, run: Run, seed: int = SEED) -> Trial:
    """Run the submission on all probes, and on the generic ones twice.

    Raises:
        CourseError: the reference fails on a generic probe.
    """
    tried: list[Tried] = []
    n_fatal = 0
    fatal = None
    for probe, is_generic in probes_of(exercise.cases, seed):
        yours = run(probe.inputs)
        correct = reference.correct(probe, is_generic)
        scale = scale_of(probe.inputs)
        tried.append(Tried(probe, is_generic, yours, correct, scale))
        if yours.failure and yours.failure.kind in FATAL:
            n_fatal += 1
            fatal = fatal or yours.failure
        if n_fatal >= MOST_FATAL or _not_begun(exercise, tried):
            break
    unstable = None if fatal else _unstable(exercise, run, tried)
    return Trial(exercise, reference, run, tuple(tried), unstable, fatal)


def _not_begun(exercise: Exercise, tried: list[Tried]) -> bool:
    """Nothing is written yet, or not imported: two probes show it, and the others would, too."""
    return len(tried) >= 2 and all(
        one.yours.failure is not None
        and (one.yours.failure.kind == "blank" or one.yours.failure.during == "import")
        and not any(output in one.yours.outputs for output in exercise.outputs)
        for one in tried
    )


def _unstable(
    exercise: Exercise, run: Run, tried: list[Tried]
) -> tuple[str, tuple[str, ...]] | None:
    for one in tried:
        if not one.generic or one.yours.failure:
            continue
        again = run(one.probe.inputs)
        differ = [
            output
            for output in exercise.outputs
            if output in one.yours.outputs and not same(output, one.yours, again, one.scale)
        ]
        if differ:
            return one.probe.name, tuple(differ)
    return None

"""The smallest failing case of an output, and how it is shown."""

from dataclasses import dataclass, replace
from functools import lru_cache

from tinytf.course.exercise import Cases, Inputs, Probe
from tinytf.course.grading.compare import problem_of, scale_of
from tinytf.course.grading.outcome import Outcome
from tinytf.course.grading.probes import FATAL, Trial, Tried
from tinytf.course.grading.shown import count_shown, pair_shown, shown, shown_inputs
from tinytf.course.grading.shrink import N_DRAWN, draw, numbers_in, smallest_failing
from tinytf.course.grading.words import failure_in_words

N_SEARCHED = 150  # draws in search of a small failing case, where a probe has failed already


@dataclass(frozen=True)
class Example:
    """A failing case.

    Attributes:
        text: one line: inputs, yours, the correct numbers.
        numbers: how many numbers of arrays it shows.
        inputs: what fails.
    """

    text: str
    numbers: int
    inputs: Inputs


@lru_cache(maxsize=64)
def drawn_inputs(cases: Cases) -> tuple[Inputs, ...]:
    """The drawn cases that every submission must pass; the same ones each time."""
    return tuple(draw(cases.strategy(), N_DRAWN))


def with_drawn(trial: Trial) -> Trial:
    """The trial and, for each output that is right on the probes, a drawn case that it fails on."""
    right = [o for o in trial.exercise.outputs if not trial.problems(o, edge=False)]
    found = []
    for inputs in drawn_inputs(trial.exercise.cases):
        if not right:
            break
        yours, correct = trial.run(inputs), trial.reference.fresh(inputs)
        one = Tried(Probe("a drawn case", inputs), False, yours, correct, scale_of(inputs))
        if wrong := [output for output in right if one.problem(output)]:
            found.append(one)
            right = [output for output in right if output not in wrong]
        if yours.failure and yours.failure.kind in FATAL:
            break
    return replace(trial, tried=(*trial.tried, *found))


def example(trial: Trial, output: str) -> Example:
    """The smallest case on which the output is wrong; a probe where the search finds nothing."""
    strategy = trial.exercise.cases.strategy()
    found = smallest_failing(strategy, _Fails(trial, output), N_SEARCHED)
    probes = [one.probe.inputs for one, _ in trial.problems(output, edge=False)]
    return _shown(trial, output, found or min(probes, key=numbers_in))


def edge_example(trial: Trial, output: str) -> Example | None:
    """The same for an output that is wrong on edge probes only."""
    candidates = [
        one.probe.inputs
        for one, problem in trial.problems(output, edge=True)
        if problem.kind not in FATAL
    ]
    if not candidates:
        return None
    if trial.exercise.cases.edge is not None:
        strategy = trial.exercise.cases.edge()
        found = smallest_failing(strategy, _Fails(trial, output), N_SEARCHED)
        candidates += [found] if found else []
    return _shown(trial, output, min(candidates, key=numbers_in))


class _Fails:
    """Whether the output is wrong on inputs; an end of the student's process ends the search."""

    def __init__(self, trial: Trial, output: str) -> None:
        self.trial = trial
        self.output = output
        self.over = False

    def __call__(self, inputs: Inputs) -> bool:
        if self.over:
            return False
        yours = self.trial.run(inputs)
        if yours.failure and yours.failure.kind in FATAL:
            self.over = True
            return True
        correct = self.trial.reference.fresh(inputs)
        return problem_of(self.output, yours, correct, scale_of(inputs)) is not None


def _shown(trial: Trial, output: str, inputs: Inputs) -> Example:
    exercise = trial.exercise
    yours, correct = trial.run(inputs), trial.reference.fresh(inputs)
    numbers = count_shown(exercise, inputs, output, [yours, correct])
    text = f"Smallest failing case: {shown_inputs(exercise, inputs, output)}   "
    text += _pair(output, yours, correct)
    return Example(text, numbers, inputs)


def _pair(output: str, yours: Outcome, correct: Outcome) -> str:
    if output not in correct.outputs:
        exception = correct.failure.exception if correct.failure else "an error"
        came = "gives a result" if output in yours.outputs else _failed(yours)
        return f"yours {came}   correct: raises {exception}"
    if output not in yours.outputs:
        return f"yours {_failed(yours)}   correct {output}={shown(correct.outputs[output])}"
    mine, expected = pair_shown(yours.outputs[output], correct.outputs[output])
    return f"yours {output}={mine}   correct {expected}"


def _failed(outcome: Outcome) -> str:
    if outcome.failure is None:
        return "is not there"
    if outcome.failure.kind == "raised":
        return f"raises {outcome.failure.exception}"
    return failure_in_words(outcome.failure)

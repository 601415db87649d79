"""Grades one exercise: points for each output and for the edge cases, and what is wrong."""

from tinytf.course.exercise import EDGE, Exercise
from tinytf.course.grading.diagnose import diagnose
from tinytf.course.grading.edited import Reference
from tinytf.course.grading.examples import edge_example, example, with_drawn
from tinytf.course.grading.faults import faults_of
from tinytf.course.grading.own_forward import fits_own_forward
from tinytf.course.grading.part import GradedExercise, Part, not_run
from tinytf.course.grading.probes import FATAL, Run, Trial, Tried, try_probes
from tinytf.course.grading.shown import is_forward
from tinytf.course.grading.told import Told
from tinytf.course.grading.words import failure_in_words, structure

__all__ = ["GradedExercise", "Part", "grade_exercise", "grade_trial", "not_begun"]

MOST_NAMED = 5  # edge cases on which the same thing is wrong


def grade_exercise(
    exercise: Exercise, reference: Reference, run: Run, examples: bool = True
) -> GradedExercise:
    """Try a submission on probes and drawn cases; diagnose what is wrong.

    An output has its points where it is right on every probe that is no edge case and on 40 drawn
    cases. The edge points are given in proportion to the edge probes on which all outputs are
    right; an exercise without a single right output gets none.

    Args:
        exercise: which one.
        reference: runs its reference and its known mistakes.
        run: runs the submission's functions.
        examples: whether to look for the smallest failing cases, which takes most of the time.
    """
    return grade_trial(try_probes(exercise, reference, run), examples)


def grade_trial(trial: Trial, examples: bool = True) -> GradedExercise:
    """The same for a submission that was tried on the probes already."""
    failure = trial.fatal or trial.tried[0].yours.failure
    if failure is not None and not_begun(trial):
        return not_run(trial.exercise, failure_in_words(failure))
    return _Grading(trial, examples).result()


def not_begun(trial: Trial) -> bool:
    """Whether no output came out on any probe: blank, not imported, or ended each time."""
    outputs = trial.exercise.outputs
    return all(
        one.yours.failure is not None
        and (one.yours.failure.kind in {"blank", *FATAL} or one.yours.failure.during == "import")
        and not any(output in one.yours.outputs for output in outputs)
        for one in trial.tried
    )


class _Grading:
    def __init__(self, trial: Trial, examples: bool) -> None:
        self.examples = examples
        self.exercise = trial.exercise
        outputs = self.exercise.outputs
        self.faults = {o: faults_of(trial, o) for o in outputs}
        self.trial = trial if trial.fatal else with_drawn(trial)
        self.core = {o: self.trial.problems(o, edge=False) for o in outputs}
        self.edge = {o: self.trial.problems(o, edge=True) for o in outputs}
        self.sound = [
            o for o in outputs if not self.core[o] and not self.faults[o] and not trial.fatal
        ]
        self.derived = self._derived()
        self.explanations = diagnose(
            self.trial, [o for o in outputs if self._may_be_diagnosed(o)], self.derived
        )
        self.told = Told(self.trial, self.explanations, self.derived)

    def result(self) -> GradedExercise:
        parts = [self._output(name) for name in self.exercise.outputs]
        if EDGE in self.exercise.points:
            parts.append(self._edge_part())
        printed = sum(one.yours.printed for one in self.trial.tried)
        notes = (f"your functions print ({printed} characters while graded)",) if printed else ()
        refused = tuple(output for output in self.faults if self.faults[output])
        return GradedExercise(self.exercise, tuple(parts), tuple(self.explanations), notes, refused)

    def _may_be_diagnosed(self, output: str) -> bool:
        kinds = {problem.kind for _, problem in self.core[output] + self.edge[output]}
        return bool(kinds) and not kinds & {"blank", "none", *FATAL}

    def _derived(self) -> set[str]:
        """Wrong gradients that are right for the submission's own wrong forward."""
        forward = next((o for o in self.core if is_forward(self.exercise, o)), None)
        if forward is None or self.trial.fatal:
            return set()
        derived = set()
        for output in self.core:
            if output == forward:
                continue
            if self.core[forward]:
                problems = self.core[output]
            elif self.edge[forward] and not self.core[output]:
                problems = self.edge[output]
            else:
                continue
            numbers = all(problem.kind in ("number", "nan") for _, problem in problems)
            if problems and numbers and fits_own_forward(self.trial, output):
                derived.add(output)
        return derived

    # --- the parts --------------------------------------------------------------------------------

    def _output(self, name: str) -> Part:
        points = self.exercise.points[name]
        if name in self.sound:
            return Part(name, points, points)
        lines = list(self.faults[name])
        problems = self.core[name]
        lines += structure(self.exercise, name, problems)
        if self.trial.fatal and not problems:
            lines.append(failure_in_words(self.trial.fatal))
        shown = None
        if self.examples and any(p.kind not in {"blank", "returned", *FATAL} for _, p in problems):
            shown = example(self.trial, name)
            lines.append(shown.text)
        said: list[str] = []
        mistakes: tuple[str, ...] = ()
        if problems:
            numbers = all(problem.kind == "number" for _, problem in problems)
            said, mistakes = self.told.of_output(name, numbers and not self.faults[name])
        return Part(name, 0, points, (*lines, *said), mistakes, shown)

    def _edge_part(self) -> Part:
        points = self.exercise.points[EDGE]
        probes = [one for one in self.trial.tried if one.probe.edge]
        failing = [one for one in probes if any(one.problem(o) for o in self.exercise.outputs)]
        n_all = len(probes)
        score = points * (n_all - len(failing)) / n_all if n_all and self.sound else 0.0
        if self.trial.fatal or not probes:
            score = 0.0 if self.trial.fatal or not self.sound else points
        if score == points:
            return Part(EDGE, points, points)
        lines: list[str] = []
        shown = None
        begun = [o for o in self.exercise.outputs if self._begun(o)]
        if not begun:
            return Part(EDGE, 0, points, ("count once an output is right",))
        if not self.sound:
            lines.append("they count once an output is right")
        lines += self._what_fails_where(failing)
        if self.trial.fatal:
            lines.append(failure_in_words(self.trial.fatal))
        for output in self.exercise.outputs:
            if self.core[output] or not self.edge[output]:
                continue
            if self.examples and not shown and (shown := edge_example(self.trial, output)):
                lines.append(shown.text)
        said, mistakes = self.told.of_edges(o for o in self.exercise.outputs if self.edge[o])
        lines += said
        return Part(EDGE, round(score, 2), points, tuple(lines), mistakes, shown)

    def _begun(self, output: str) -> bool:
        return not any(problem.kind in {"blank", *FATAL} for _, problem in self.core[output])

    def _what_fails_where(self, failing: list[Tried]) -> list[str]:
        """A line for each way to fail, with the edge cases on which it does."""
        names: dict[str, list[str]] = {}
        for one in failing:
            names.setdefault(self._what_fails(one), []).append(one.probe.name)
        lines = []
        for what, where in names.items():
            more = f"; and on {len(where) - MOST_NAMED} more" if len(where) > MOST_NAMED else ""
            lines.append(f"{what} on: {'; '.join(where[:MOST_NAMED])}{more}")
        return lines

    def _what_fails(self, one: Tried) -> str:
        said = []
        for output in self.exercise.outputs:
            problem = one.problem(output)
            if problem is not None:
                words = structure(self.exercise, output, [(one, problem)])
                said.append(words[0].partition(" (seen on")[0] if words else f"{output} is wrong")
        return ", ".join(dict.fromkeys(said))

"""Names the mistake: which edits of the reference give exactly what the submission gives.

An explanation is a tuple of known mistakes that are made together. It is complete where it gives
the submission's output on every probe. Otherwise it explains at least every probe that is not an
edge case, where numbers are random and nearly each mistake has a signature of its own.

What would make an output wrong that is right in the submission is not in its code, so it is never
named. There is one exception: a mistake of the forward, which is named for the forward's output
though its gradients are right, because the submission's backward may compute anew what the
reference's takes from the cache.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, islice

from tinytf.course.exercise import Mistake
from tinytf.course.grading.compare import same
from tinytf.course.grading.edited import Applied
from tinytf.course.grading.probes import Trial, Tried
from tinytf.course.grading.shown import is_forward

MOST_AT_ONCE = 4  # mistakes in one explanation
MOST_PAIRS = 400  # pairs that are tried; by number, so that a busy machine diagnoses the same
SECONDS_FOR_PAIRS = 10.0  # of computing


@dataclass(frozen=True)
class Explanation:
    """What explains some outputs of a submission.

    Attributes:
        alternatives: each of them explains these outputs equally well; most often there is one.
        outputs: what is explained.
        complete: whether that is so on every probe.
    """

    alternatives: tuple[Applied, ...]
    outputs: tuple[str, ...]
    complete: bool


def diagnose(trial: Trial, wrong: Iterable[str], derived: Iterable[str] = ()) -> list[Explanation]:
    """Explain the wrong outputs: as few mistakes as possible, each named once.

    Args:
        trial: the submission, tried on all probes.
        wrong: its wrong outputs, the forward's first.
        derived: those of them that are right for the submission's own forward: only a mistake that
            explains the forward can explain them.
    """
    derived = set(derived)
    found: list[Explanation] = []
    for output in wrong:
        if _join(trial, found, output) or output in derived:
            continue
        explanation = _Search(trial, output).explain(())
        known = next((e for e in found if e.complete), None)
        if explanation is None and known is not None:
            search = _Search(trial, output, settled=known.outputs)
            explanation = search.explain(known.alternatives[0])
        if explanation:
            found = _absorbed(trial, found, explanation)
    return found


def _absorbed(trial: Trial, found: list[Explanation], new: Explanation) -> list[Explanation]:
    """All explanations; where the new one explains the outputs of an older one, it replaces it."""
    outputs = new.outputs
    kept = []
    for old in found:
        fits = all(
            trial.explained(output, applied, _reach(trial, old))
            for output in old.outputs
            for applied in new.alternatives
        )
        if fits:
            outputs = (*old.outputs, *outputs)
        else:
            kept.append(old)
    return [*kept, Explanation(new.alternatives, outputs, new.complete)]


def _join(trial: Trial, found: list[Explanation], output: str) -> bool:
    """Whether something that was found explains this output, too; it then keeps only that."""
    for i, explanation in enumerate(found):
        fitting = tuple(
            applied
            for applied in explanation.alternatives
            if trial.explained(output, applied, _reach(trial, explanation))
        )
        if fitting:
            outputs = (*explanation.outputs, output)
            found[i] = Explanation(fitting, outputs, explanation.complete)
            return True
    return False


def _reach(trial: Trial, explanation: Explanation) -> list[Tried]:
    return [one for one in trial.tried if explanation.complete or not one.probe.edge]


class _Search:
    """The search for one output.

    Args:
        trial: the submission.
        output: which one.
        settled: outputs that the mistakes it starts from explain already.
    """

    def __init__(self, trial: Trial, output: str, settled: tuple[str, ...] = ()) -> None:
        self.trial = trial
        self.output = output
        self.settled = settled
        self.is_forward = is_forward(trial.exercise, output)
        self.mistakes = trial.reference.mistakes
        self.all = list(trial.tried)
        # The probes on which it fails come first: they rule out the most.
        self.all.sort(key=lambda one: one.problem(output) is None)
        self.core = [one for one in self.all if not one.probe.edge]
        self.edge = [one for one in self.all if one.probe.edge]

    def explain(self, start: Applied) -> Explanation | None:
        """What explains the output, on top of the mistakes in `start`."""
        steps = [(*start, mistake) for mistake in self._new(start)]
        complete = self._matching([a for a in steps if self._changes(a, start)], self.all)
        if complete := self._modest(complete):
            return self._explanation(complete, complete=True)
        if self.trial.explained(self.output, start, self.core):
            cores = [start]
        else:
            cores = self._modest(self._matching(steps, self.core))
            cores = cores or self._modest(self._matching(self._pairs(start), self.core))
        extended = [self._edges(core) for core in cores[:3]]
        extended = [(applied, left) for applied, left in extended if applied != start]
        if not extended:
            return None
        fewest = min(left for _, left in extended)
        best = [applied for applied, left in extended if left == fewest]
        return self._explanation(self._modest(best), complete=fewest == 0)

    def _modest(self, candidates: list[Applied]) -> list[Applied]:
        """Those that break the least of the other outputs: nothing, but for a forward.

        A gradient does not tell what the forward does: see the head of this file.
        """
        broken = [self._broken(applied) for applied in candidates]
        most = min(broken, default=0) if self.is_forward else 0
        return [a for a, b in zip(candidates, broken, strict=True) if b == most]

    def _broken(self, applied: Applied) -> int:
        """How often another output is right, or explained, but would not be with these mistakes."""
        n_broken = 0
        for output in self.trial.exercise.outputs:
            if output == self.output:
                continue
            for one in self.all:
                if output in self.settled or one.problem(output) is None:
                    n_broken += not self.trial.explained(output, applied, [one])
        return n_broken

    def _explanation(self, alternatives: list[Applied], complete: bool) -> Explanation:
        return Explanation(tuple(dict.fromkeys(alternatives)), (self.output,), complete)

    def _new(self, applied: Applied) -> list[Mistake]:
        return [mistake for mistake in self.mistakes if mistake not in applied]

    def _matching(self, candidates: Iterable[Applied], tried: list[Tried]) -> list[Applied]:
        return [a for a in candidates if tried and self.trial.explained(self.output, a, tried)]

    def _pairs(self, start: Applied) -> Iterable[Applied]:
        """Two mistakes at once, of those that may be made here; a limited number of them.

        They change this output, and none makes another one wrong that is right.
        """
        until = time.process_time() + SECONDS_FOR_PAIRS
        steps = [(m, (*start, m)) for m in self._new(start)]
        changing = [m for m, a in steps if self._changes(a, start) and self._modest([a])]
        for one, other in islice(combinations(changing, 2), MOST_PAIRS):
            if time.process_time() > until:
                return
            yield (*start, one, other)

    def _changes(self, applied: Applied, base: Applied) -> bool:
        run = self.trial.reference.run
        for one in self.all:
            before, after = run(one.probe.inputs, base), run(one.probe.inputs, applied)
            if before is None or after is None:
                return False
            if not same(self.output, before, after, one.scale):
                return True
        return False

    def _edges(self, core: Applied) -> tuple[Applied, int]:
        """Add mistakes that explain edge probes and change nothing else; and what is left over."""
        applied = core
        left = self._unexplained(applied)
        while left and len(applied) < MOST_AT_ONCE:
            steps: list[tuple[int, int, Applied]] = []
            for mistake in self._new(applied):
                more = (*applied, mistake)
                if self._modest([more]) and self._harmless(more, applied):
                    steps.append((len(self._unexplained(more)), self._broken(more), more))
            if not steps or min(steps, key=_first_two)[0] >= len(left):
                break
            applied = min(steps, key=_first_two)[2]
            left = self._unexplained(applied)
        return applied, len(left)

    def _unexplained(self, applied: Applied) -> list[Tried]:
        return [o for o in self.edge if not self.trial.explained(self.output, applied, [o])]

    def _harmless(self, more: Applied, base: Applied) -> bool:
        """On each probe the mistake gives what the submission gives, or changes nothing.

        An error that is raised explains nothing by itself: there are too many reasons for it.
        """
        run = self.trial.reference.run
        if not self.trial.explained(self.output, more, self.core):
            return False
        for one in self.edge:
            before, after = run(one.probe.inputs, base), run(one.probe.inputs, more)
            if before is None or after is None:
                return False
            if not (one.matches(self.output, after) or same(self.output, before, after, one.scale)):
                return False
        return True


def _first_two(step: tuple[int, int, Applied]) -> tuple[int, int]:
    return step[:2]

"""What is said about an exercise's mistakes: under each output those that change it, no others.

A mistake is told in full once, in the first section that it belongs to.
"""

from collections.abc import Iterable

from tinytf.course.exercise import Mistake
from tinytf.course.grading.compare import same
from tinytf.course.grading.diagnose import Explanation
from tinytf.course.grading.edited import Applied
from tinytf.course.grading.facts import facts_about
from tinytf.course.grading.probes import Trial, Tried

MOST_ALTERNATIVES = 4  # of one diagnosis that are listed

Said = tuple[list[str], tuple[str, ...]]  # lines, and the names of the mistakes
Alternatives = tuple[Applied, ...]


class Told:
    """Says what is wrong, section by section: ask in the order in which they are printed.

    Args:
        trial: the submission.
        explanations: of its wrong outputs.
        derived: the wrong gradients that are right for the submission's own forward.
    """

    def __init__(self, trial: Trial, explanations: list[Explanation], derived: set[str]) -> None:
        self.trial = trial
        self.explanations = explanations
        self.derived = derived
        self._core = [one for one in trial.tried if not one.probe.edge]
        self._where: dict[str, str] = {}  # the name of a mistake -> the output it was told under

    def of_output(self, output: str, facts: bool) -> Said:
        """What the section of an output says that is wrong on more than edge cases.

        Args:
            output: which one.
            facts: whether to state facts where no known mistake explains it.
        """
        explanation = self._explanation(output)
        if explanation is not None:
            alternatives = self._changing(explanation, output, self._core)
            lines = self._diagnosis(output, alternatives, explanation)
            self._where = dict.fromkeys(names_of(alternatives), output) | self._where
            if output in self.derived:
                lines.append(f"Your {output} is right for your own forward: repair that first.")
            return lines, names_of(alternatives)
        if output in self.derived:
            return [_derivative(output)], ()
        return [f"Fact: {fact}." for fact in facts_about(self.trial, output)] if facts else [], ()

    def of_edges(self, outputs: Iterable[str]) -> Said:
        """What the section of the edge cases says.

        Args:
            outputs: those that are wrong there.
        """
        lines: list[str] = []
        names: list[str] = []
        for output in outputs:
            own_section = any(one.problem(output) for one in self._core)
            explanation = self._explanation(output)
            if explanation is None:
                if output in self.derived and not own_section:
                    lines.append(_derivative(output))
                continue
            wrong = [one for one in self.trial.tried if one.probe.edge and one.problem(output)]
            alternatives = self._changing(explanation, output, wrong)
            here = names_of(alternatives)
            if own_section:  # what its section has told is not news
                alternatives = _distinct(
                    tuple(m for m in applied if m.name not in self._where)
                    for applied in alternatives
                )
            if set(names_of(alternatives)) <= {*names}:
                continue
            lines += self._diagnosis(output, alternatives, explanation)
            names += names_of(alternatives)
            if output in self.derived:
                lines.append(f"Your {output} is right for your own forward: repair that first.")
            self._where = dict.fromkeys(here, output) | self._where
        return list(dict.fromkeys(lines)), tuple(dict.fromkeys(names))

    def _explanation(self, output: str) -> Explanation | None:
        return next((e for e in self.explanations if output in e.outputs), None)

    # --- which mistakes change an output ----------------------------------------------------------

    def _changing(self, explanation: Explanation, output: str, tried: list[Tried]) -> Alternatives:
        """The alternatives, each with those of its mistakes alone that change this output."""
        return _distinct(
            tuple(m for m in applied if self._changes(applied, m, output, tried)) or applied
            for applied in explanation.alternatives
        )

    def _changes(self, applied: Applied, mistake: Mistake, output: str, tried: list[Tried]) -> bool:
        """Whether the output differs once this one of the mistakes is repaired."""
        others = tuple(other for other in applied if other is not mistake)
        run = self.trial.reference.run
        for one in tried:
            with_it, without = run(one.probe.inputs, applied), run(one.probe.inputs, others)
            if with_it is None or without is None:
                return True  # one cannot be made without the other: they belong together
            if not same(output, with_it, without, one.scale):
                return True
        return False

    # --- in words ---------------------------------------------------------------------------------

    def _diagnosis(
        self, output: str, alternatives: Alternatives, explanation: Explanation
    ) -> list[str]:
        told = {self._where.get(name) for name in names_of(alternatives)}
        if len(told) == 1 and None not in told:
            several = len(alternatives) == 1 and len(alternatives[0]) > 1
            return [f"Diagnosis: the same mistake{'s' * several} as in {told.pop()}."]
        reach = self._reach(output, alternatives, explanation)
        if len(alternatives) > 1:
            lines = [f"Diagnosis, one of these (each {reach}):"]
            for applied in alternatives[:MOST_ALTERNATIVES]:
                lines.append("- " + "; and ".join(mistake.says for mistake in applied) + ".")
            return lines
        (applied,) = alternatives
        if len(applied) == 1:
            return [
                f"Diagnosis ({reach}): {applied[0].says}.",
                f"Evidence: {applied[0].evidence}.",
            ]
        lines = [f"Diagnosis ({reach}), {len(applied)} mistakes:"]
        for mistake in applied:
            if mistake.name in self._where:
                lines.append(f"- {mistake.says} (as in {self._where[mistake.name]}).")
            else:
                lines += [f"- {mistake.says}.", f"  Evidence: {mistake.evidence}."]
        return lines

    def _reach(self, output: str, alternatives: Alternatives, explanation: Explanation) -> str:
        """On which probes these mistakes alone give the submission's output."""

        def explained(tried: Iterable[Tried]) -> bool:
            return all(self.trial.explained(output, a, list(tried)) for a in alternatives)

        if explained(self.trial.tried):
            return "matches on every probe"
        if explanation.complete and not explained(self._core):
            return "matches on every probe, with those named above"
        return (
            "matches on all but edge cases" if explained(self._core) else "matches on most probes"
        )


def names_of(alternatives: Alternatives) -> tuple[str, ...]:
    """The names of all mistakes in them."""
    return tuple(dict.fromkeys(mistake.name for applied in alternatives for mistake in applied))


def _distinct(alternatives: Iterable[Applied]) -> Alternatives:
    return tuple(dict.fromkeys(applied for applied in alternatives if applied))


def _derivative(output: str) -> str:
    return f"Your {output} is the right derivative of your own forward: repair the forward first."

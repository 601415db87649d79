"""Proven facts about an output that no known mistake explains."""

import re

import numpy as np

from tinytf.course.exercise import Exercise
from tinytf.course.grading.compare import TOLERANCE, floor_of
from tinytf.course.grading.probes import Trial, Tried
from tinytf.course.grading.shown import is_forward
from tinytf.gradcheck.evidence import Context, Evidence
from tinytf.gradcheck.facts import find_facts
from tinytf.ops.arrays import Array

SLACK = 100.0  # a fact must hold to so many tolerances: an error is far larger than rounding
MOST_FACTS = 3
SINGLE = 1e-5  # errors of single precision, a few roundings together, are below this


def facts_about(trial: Trial, output: str) -> list[str]:
    """What holds on every generic probe on which the output is wrong.

    A fact that names numbers of a probe is told with that probe's numbers.
    """
    per_probe = []
    for one in trial.tried:
        if not one.generic:
            continue
        problem = one.problem(output)
        if problem is None:
            continue
        if problem.kind != "number" or not np.size(one.yours.outputs[output]):
            return []
        if np.size(one.correct.outputs[output]) < 2:
            continue  # nearly everything is a fact about a single number
        per_probe.append((one, _facts_on(trial.exercise, output, one)))
    if not per_probe:
        return _about_numbers(trial, output)
    first, said = per_probe[0]
    kept = []
    for fact in said:
        if all(fact in facts for _, facts in per_probe):
            kept.append(fact)
        elif all(_nameless(fact) in map(_nameless, facts) for _, facts in per_probe):
            kept.append(_nameless(fact))
        elif all(_pattern(fact) in map(_pattern, facts) for _, facts in per_probe):
            kept.append(f"{fact} (numbers of the probe: {first.probe.name})")
    return kept[:MOST_FACTS] or _where(trial, output)


def _facts_on(exercise: Exercise, output: str, one: Tried) -> tuple[str, ...]:
    inputs = one.probe.inputs
    correct = np.asarray(one.correct.outputs[output], float)
    forward = is_forward(exercise, output)
    cotangent = exercise.call.get("cotangent") if exercise.driver == "op" else None
    arrays = {k: v for k, v in inputs.items() if isinstance(v, np.ndarray) and k != cotangent}
    numbers = {k: v for k, v in inputs.items() if type(v) is float and k != cotangent}
    y = one.correct.outputs.get(exercise.call.get("output", "y")) if cotangent else None
    yours = np.asarray(one.yours.outputs[output], float)
    if _in_single_precision(yours, correct):
        return ("each of its numbers is one of float32: it is computed in single precision",)
    return find_facts(
        Evidence(
            yours=yours,
            expected=correct,
            floor=floor_of(correct, one.scale),
            tolerance=SLACK * TOLERANCE,
            context=Context(
                arrays=arrays,
                numbers=numbers,
                outputs=() if forward or y is None else (np.asarray(y),),
                cotangents=() if forward or not cotangent else (np.asarray(inputs[cotangent]),),
            ),
        )
    )


def _in_single_precision(yours: Array, correct: Array) -> bool:
    """Whether yours is the correct array but for being rounded to float32."""
    if not np.isfinite(yours).all() or not np.isfinite(correct).all():
        return False
    with np.errstate(over="ignore"):
        rounded, other = (array.astype(np.float32).astype(float) for array in (yours, correct))
    if not (rounded == yours).all() or (other == correct).all():
        return False
    return bool((np.abs(yours - correct) <= SINGLE * np.abs(correct).max()).all())


def _nameless(fact: str) -> str:
    """The fact without the names that its number may have, such as " = 1 / (size of axis 0)"."""
    return re.sub(r" = .*(?= on all entries)", "", fact)


def _pattern(fact: str) -> str:
    """The fact without its numbers, lists of them included."""
    return re.sub(r"(-?#,? ?)+", "#", re.sub(r"\d+(\.\d+)?(e[+-]?\d+)?", "#", _nameless(fact)))


def _about_numbers(trial: Trial, output: str) -> list[str]:
    """Facts about an output that is one number: its ratio to the correct one."""
    ratios = []
    for one in trial.tried:
        if not one.generic or output not in one.correct.outputs or one.problem(output) is None:
            continue
        if output not in one.yours.outputs:
            return []
        yours, correct = (np.asarray(o.outputs[output], float) for o in (one.yours, one.correct))
        if yours.size != 1 or correct.size != 1 or not correct.any():
            return []
        ratios.append((one, float(yours.item() / correct.item())))
    if not ratios:
        return _where(trial, output)
    if np.ptp([ratio for _, ratio in ratios]) <= SLACK * TOLERANCE * abs(ratios[0][1]):
        return [f"yours / correct is {ratios[0][1]:.6g} on every probe"]
    return _where(trial, output)


def _where(trial: Trial, output: str) -> list[str]:
    """On which kinds of inputs the output is right."""
    core = [one for one in trial.tried if not one.probe.edge]
    right = [one.probe.name for one in core if one.problem(output) is None]
    wrong = [one.probe.name for one in core if one.problem(output) is not None]
    if not right or not wrong:
        return [f"{output} is wrong on every probe"] if wrong else []
    return [f"{output} is right on: {', '.join(right[:4])}; wrong on: {', '.join(wrong[:4])}"]

"""What the tests of the five assignments share: variants, known mistakes, public tests."""

import importlib
import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import numpy as np

from tests.course.variants import Variant, assignment_of, reference_of
from tinytf.course.exercise import Probe
from tinytf.course.grading.compare import same, scale_of
from tinytf.course.grading.edited import edited
from tinytf.course.grading.outcome import Outcome
from tinytf.course.handout import handout_files, write_files

Outcomes = list[Outcome]
HOMEWORKS = ("hw1", "hw2", "hw3", "hw4", "hw5")
RAISES = ("a mask of 0 and 1",)  # probes on which the reference raises, as every submission must


def variants(homework: str, kind: str) -> list[Variant]:
    """The variants of an assignment; `kind` is RIGHT or WRONG."""
    return list(getattr(importlib.import_module(f"tests.course.students.{homework}"), kind))


def name_of(variant: Variant) -> str:
    return f"{variant.exercise}: {variant.name}"


def wrong_variant(homework: str, name: str) -> Variant:
    (variant,) = (v for v in variants(homework, "WRONG") if name_of(v) == name)
    return variant


def probes_of(assignment: str, exercise: str) -> list[Probe]:
    cases = assignment_of(assignment).exercise(exercise).cases
    rng = np.random.default_rng(0)
    return [*cases.generic(rng), *cases.special(rng)]


def alike(exercise_outputs: tuple[str, ...], probe: Probe, one: Outcome, other: Outcome) -> bool:
    scale = scale_of(probe.inputs)
    return all(same(output, one, other, scale) for output in exercise_outputs)


def assert_mistakes_are_apart(assignment: str, exercise: str) -> None:
    """Each known mistake differs from the reference and from each other one on some probe."""
    reference = reference_of(assignment, exercise)
    outputs = assignment_of(assignment).exercise(exercise).outputs
    probes = probes_of(assignment, exercise)
    runs = {"the reference": [reference.run(probe.inputs) for probe in probes]}
    for mistake in reference.mistakes:
        runs[mistake.name] = [reference.run(probe.inputs, (mistake,)) for probe in probes]
    for (one, first), (other, second) in combinations(runs.items(), 2):
        pairs = zip(probes, first, second, strict=True)
        assert not all(alike(outputs, *pair) for pair in pairs), f"{exercise}: {one} = {other}"


def assert_mistakes_are_well_written(assignment: str, exercise: str) -> None:
    """Their names are unique, each edit fits, and what they say can be printed."""
    loaded = assignment_of(assignment)
    source = loaded.source(loaded.exercise(exercise).module)
    mistakes = reference_of(assignment, exercise).mistakes
    assert len({mistake.name for mistake in mistakes}) == len(mistakes)
    for mistake in mistakes:
        assert edited(source, mistake) not in (None, source), mistake.name
        assert not mistake.says.endswith("."), mistake.name
        assert f"{mistake.says} {mistake.evidence}".isascii(), mistake.name


def assert_probes_run(assignment: str, exercise: str) -> None:
    """The reference gives every output on every probe, and changes no input."""
    outputs = set(assignment_of(assignment).exercise(exercise).outputs)
    probes = probes_of(assignment, exercise)
    assert len({probe.name for probe in probes}) == len(probes)
    for probe in probes:
        outcome = reference_of(assignment, exercise).run(probe.inputs)
        assert outcome is not None
        assert outcome.changed == (), probe.name
        if probe.name.startswith(RAISES):
            assert outcome.failure is not None
            assert outcome.failure.exception == "TypeError"
            assert probe.edge
            continue
        assert outcome.failure is None, probe.name
        assert outputs <= set(outcome.outputs), probe.name
        assert outcome.forward_calls_in_backward == 0, probe.name


def public_tests(
    assignment: str, solved: bool, directory: Path
) -> subprocess.CompletedProcess[str]:
    """Run a handout's public tests as a student does; a solved one holds the reference's code."""
    write_files(handout_files(assignment_of(assignment), solved), directory)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=line", "tests"],
        cwd=directory,
        env={**os.environ, "PYTEST_ADDOPTS": "", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

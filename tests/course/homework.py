"""What the tests of hw2 and hw3 share: the catalogue of mistakes, and the public tests."""

import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import numpy as np

from tests.course.variants import assignment_of, reference_of
from tinytf.course.exercise import Probe
from tinytf.course.grading.compare import same, scale_of
from tinytf.course.grading.edited import edited
from tinytf.course.grading.outcome import Outcome
from tinytf.course.handout import handout_files, write_files

Outcomes = list[Outcome]


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
        assert outcome.failure is None, probe.name
        assert set(outcome.outputs) == outputs, probe.name
        assert outcome.changed == (), probe.name
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

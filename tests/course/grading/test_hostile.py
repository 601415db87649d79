"""Hostile and broken submissions end as a named failure, in bounded time and memory."""

import os
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.course.grading.hostile import FIND, HOSTILE, Hostile
from tests.course.grading.submissions import LIMITS, RIGHT, child, inputs, leaves_nothing
from tinytf.course.grading import bootstrap
from tinytf.course.grading.child import Child
from tinytf.course.grading.limits import MEGABYTE
from tinytf.course.grading.outcome import KINDS

MOST_SECONDS = 25.0  # starting Python on a busy machine; a call takes at most 1


@pytest.fixture(scope="module")
def honest() -> Iterator[Child]:
    """Another exercise of the same run, whose process lives on beside the hostile ones."""
    with child(RIGHT) as one:
        yield one


@pytest.fixture
def filled(tmp_path: Path) -> dict[str, str]:
    secret = tmp_path / "reference.py"
    secret.write_text("the answer", encoding="utf-8")
    return {"secret": str(secret), "results": str(tmp_path / "results.json")}


def test_there_are_enough_of_them() -> None:
    assert len({case.name for case in HOSTILE}) == len(HOSTILE) >= 25
    assert {case.kind for case in HOSTILE} == set(KINDS)


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case.name)
def test_hostile(case: Hostile, honest: Child, filled: dict[str, str]) -> None:
    seconds = 1.0 if case.kind == "timeout" else LIMITS.seconds_per_call
    limits = replace(LIMITS, seconds_per_call=seconds)
    one = child(RIGHT + FIND + case.code.format(**filled), limits=limits)
    tracemalloc.start()
    start = time.monotonic()
    with leaves_nothing(one):
        outcome = one.run(inputs())
        again = one.run(inputs())
    seconds, (_, peak) = time.monotonic() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    failure = outcome.failure
    assert failure is not None
    assert failure.kind == case.kind, failure
    assert case.words.format(**filled) in failure.text
    assert failure.during == case.during
    assert tuple(outcome.outputs) == case.outputs
    assert failure.text.isascii()
    assert failure.text.isprintable()
    assert len(failure.text) <= 500
    assert again.failure is not None
    assert seconds < MOST_SECONDS
    assert peak < LIMITS.reply + 16 * MEGABYTE
    assert not Path(filled["results"]).exists()
    assert Path(filled["secret"]).exists()
    after = honest.run(inputs())
    assert after.failure is None
    np.testing.assert_array_equal(after.outputs["dx"], 2 * inputs()["dy"])


WITHOUT_ROOT = [
    *("reads the reference", "reads it in secret", "reads it by a link", "writes results.json"),
    *("removes a file", "kills the grader", "kills in secret", "forks", "a shell", "os._exit"),
    *("endless loop", "large array"),
]


@pytest.mark.parametrize("name", WITHOUT_ROOT)
def test_with_the_graders_own_rights_too(
    name: str, filled: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "other_user", lambda: None)
    monkeypatch.delattr(os, "waitid", raising=False)  # as on macOS
    (case,) = [case for case in HOSTILE if case.name == name]
    limits = replace(LIMITS, seconds_per_call=1.0 if case.kind == "timeout" else 10.0)
    one = child(RIGHT + FIND + case.code.format(**filled), limits=limits)
    with leaves_nothing(one):
        failure = one.run(inputs()).failure
    assert failure is not None
    assert failure.kind == case.kind
    assert case.words.format(**filled) in failure.text
    assert Path(filled["secret"]).exists()
    assert not Path(filled["results"]).exists()

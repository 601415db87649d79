"""The tests of every measure fail on each wrong variant of it, and pass on the measure itself."""

from pathlib import Path

import pytest

import tinytf.metrics
from tests.metrics.mistakes import MISTAKES
from tests.mutants.mutate import assert_real_passes, assert_seen

MUTANTS = [(module, mistake) for module, mistakes in MISTAKES.items() for mistake in mistakes]


@pytest.mark.parametrize(("module", "mistake"), MUTANTS)
def test_the_tests_of_the_module_see(module: str, mistake: str) -> None:
    assert_seen(module, mistake, MISTAKES[module][mistake], "metrics")


@pytest.mark.parametrize("module", MISTAKES)
def test_the_real_module_passes_the_same_tests(module: str) -> None:
    assert_real_passes(module, "metrics")


def test_every_module_has_mistakes() -> None:
    folder = Path(str(tinytf.metrics.__file__)).parent
    assert set(MISTAKES) == {path.stem for path in folder.glob("[a-z]*.py")}

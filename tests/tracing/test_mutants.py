"""The tests of what shows and keeps a trace fail on every wrong variant, and pass on what it is."""

import pytest

from tests.mutants.mutate import assert_real_passes, assert_seen

from .mistakes import MISTAKES

MUTANTS = [(module, mistake) for module, mistakes in MISTAKES.items() for mistake in mistakes]


@pytest.mark.parametrize(("module", "mistake"), MUTANTS)
def test_the_tests_of_the_module_see(module: str, mistake: str) -> None:
    assert_seen(module, mistake, MISTAKES[module][mistake], "tracing")


@pytest.mark.parametrize("module", MISTAKES)
def test_the_real_module_passes_the_same_tests(module: str) -> None:
    assert_real_passes(module, "tracing")

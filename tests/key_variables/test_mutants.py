"""The tests of tinytf/key_variables fail on every wrong variant of it, and pass on what it is."""

from pathlib import Path

import pytest

import tinytf.key_variables
from tests.key_variables import mistakes_counting, mistakes_printing, mistakes_reading
from tests.mutants.mutate import assert_real_passes, assert_seen

MISTAKES = {
    **mistakes_counting.MISTAKES,
    **mistakes_reading.MISTAKES,
    **mistakes_printing.MISTAKES,
}
MUTANTS = [(module, mistake) for module, mistakes in MISTAKES.items() for mistake in mistakes]
DEFINITIONS_ONLY = {"known_model"}


@pytest.mark.parametrize(("module", "mistake"), MUTANTS)
def test_the_tests_of_the_module_see(module: str, mistake: str) -> None:
    assert_seen(module, mistake, MISTAKES[module][mistake], "key_variables")


@pytest.mark.parametrize("module", MISTAKES)
def test_the_real_module_passes_the_same_tests(module: str) -> None:
    assert_real_passes(module, "key_variables")


def test_every_module_has_mistakes() -> None:
    folder = Path(str(tinytf.key_variables.__file__)).parent
    modules = {path.stem for path in folder.glob("[a-z]*.py")}
    assert set(MISTAKES) == modules - DEFINITIONS_ONLY

"""The tests of each file of tinytf/show fail on every wrong variant of it, and pass on itself."""

from pathlib import Path

import pytest

import tinytf.show
from tests.mutants.mutate import assert_real_passes, assert_seen
from tests.show.mistakes import MISTAKES

MUTANTS = [(module, mistake) for module, mistakes in MISTAKES.items() for mistake in mistakes]


@pytest.mark.parametrize(("module", "mistake"), MUTANTS)
def test_the_tests_of_the_module_see(module: str, mistake: str) -> None:
    assert_seen(module, mistake, MISTAKES[module][mistake], "show")


@pytest.mark.parametrize("module", MISTAKES)
def test_the_real_module_passes_the_same_tests(module: str) -> None:
    assert_real_passes(module, "show")


def test_every_module_has_mistakes() -> None:
    folder = Path(str(tinytf.show.__file__)).parent
    assert set(MISTAKES) == {path.stem for path in folder.glob("[a-z]*.py")}

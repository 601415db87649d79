"""The tests of every reader fail on each wrong variant of it, and pass on the reader itself."""

import importlib
from pathlib import Path

import pytest

import tinytf.data
from tests.data.mistakes import MISTAKES
from tests.mutants.mutate import first_failing_test, mutate

MUTANTS = [(module, mistake) for module, mistakes in MISTAKES.items() for mistake in mistakes]


@pytest.mark.parametrize(("module", "mistake"), MUTANTS)
def test_the_tests_of_the_module_see(module: str, mistake: str) -> None:
    wrong = mutate(module, MISTAKES[module][mistake], "data")
    seen_by = first_failing_test(module, wrong, "data")
    assert seen_by, f"{module}, '{mistake}': expected a test to fail, all passed"


@pytest.mark.parametrize("module", MISTAKES)
def test_the_real_module_passes_the_same_tests(module: str) -> None:
    real = importlib.import_module(f"tinytf.data.{module}")
    failed = first_failing_test(module, real, "data")
    assert failed is None, f"{module}: the real module fails {failed}"


def test_every_module_has_mistakes() -> None:
    folder = Path(str(tinytf.data.__file__)).parent
    assert set(MISTAKES) == {path.stem for path in folder.glob("[a-z]*.py")}

"""Each mistake in tests/mutants/bundled is seen by the tests of its module."""

import importlib
from pathlib import Path

import pytest

from tests import mutants
from tests.mutants.mutate import Edit, assert_real_passes, assert_seen

FOLDER = Path(str(mutants.__file__)).parent / "bundled"
MODULES = sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))
MUTANTS = [
    (module, mistake, edit)
    for module in MODULES
    for mistake, edit in importlib.import_module(f"tests.mutants.bundled.{module}").MISTAKES.items()
]


@pytest.mark.parametrize(("module", "mistake", "edit"), MUTANTS)
def test_the_tests_of_the_module_see(module: str, mistake: str, edit: Edit) -> None:
    assert_seen(module, mistake, edit, "bundled")


@pytest.mark.parametrize("module", MODULES)
def test_the_real_module_passes_the_same_tests(module: str) -> None:
    assert_real_passes(module, "bundled")

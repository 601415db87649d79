"""Each mistake in tests/mutants/bundled is seen by the tests of its module."""

import importlib
from pathlib import Path

import pytest

from tests import mutants
from tests.mutants.mutate import Edit, first_failing_test, mutate

FOLDER = Path(str(mutants.__file__)).parent / "bundled"
MODULES = sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))
MUTANTS = [
    (module, mistake, edit)
    for module in MODULES
    for mistake, edit in importlib.import_module(f"tests.mutants.bundled.{module}").MISTAKES.items()
]


@pytest.mark.parametrize(
    ("module", "edit"),
    [pytest.param(module, edit, id=f"{module}: {mistake}") for module, mistake, edit in MUTANTS],
)
def test_the_tests_of_the_module_see(module: str, edit: Edit) -> None:
    seen_by = first_failing_test(module, mutate(module, edit, "bundled"), "bundled")
    assert seen_by, f"{module}, {edit}: expected a test to fail, all passed"

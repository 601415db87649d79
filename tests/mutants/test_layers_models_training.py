"""The same for layers, models and training: dicts MISTAKES in a folder for each package."""

import importlib
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.mutants.mutate import Edit, first_failing_test, mutate

HERE = Path(__file__).parent


class Mutant(NamedTuple):
    """A mistake in tinytf/<package>/<module>.py."""

    package: str
    module: str
    mistake: str
    edit: Edit


MODULES = [
    (package, path.stem)
    for package in ("layers", "models", "training")
    for path in sorted((HERE / package).glob("[a-z]*.py"))
]
MUTANTS = [
    Mutant(package, module, mistake, edit)
    for package, module in MODULES
    for mistake, edit in importlib.import_module(
        f"tests.mutants.{package}.{module}"
    ).MISTAKES.items()
]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: f"{m.module}: {m.mistake}")
def test_the_tests_of_the_module_see(mutant: Mutant) -> None:
    wrong = mutate(mutant.module, mutant.edit, mutant.package)
    seen_by = first_failing_test(mutant.module, wrong, mutant.package)
    assert seen_by, f"{mutant.module}, '{mutant.mistake}': expected a test to fail, all passed"


@pytest.mark.parametrize(("package", "module"), MODULES)
def test_the_real_module_passes_the_same_tests(package: str, module: str) -> None:
    real = importlib.import_module(f"tinytf.{package}.{module}")
    failed = first_failing_test(module, real, package)
    assert failed is None, f"{module}: the real module fails {failed}"


@pytest.mark.parametrize("package", ["layers", "models", "training"])
def test_every_module_has_mistakes(package: str) -> None:
    folder = Path(str(importlib.import_module(f"tinytf.{package}").__file__)).parent
    expected = {path.stem for path in folder.glob("[a-z]*.py")}
    assert {module for its, module in MODULES if its == package} == expected

"""The same for layers, models and training: dicts MISTAKES in a folder for each package.

Those of training are slow: CI has to end.
"""

import importlib
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.mutants.mutate import Edit, assert_real_passes, assert_seen

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


@pytest.mark.parametrize(
    "mutant",
    [
        pytest.param(
            mutant,
            marks=[pytest.mark.slow] if mutant.package == "training" else [],
            id=f"{mutant.module}: {mutant.mistake}",
        )
        for mutant in MUTANTS
    ],
)
def test_the_tests_of_the_module_see(mutant: Mutant) -> None:
    assert_seen(mutant.module, mutant.mistake, mutant.edit, mutant.package)


@pytest.mark.parametrize(("package", "module"), MODULES)
def test_the_real_module_passes_the_same_tests(package: str, module: str) -> None:
    assert_real_passes(module, package)


@pytest.mark.parametrize("package", ["layers", "models", "training"])
def test_every_module_has_mistakes(package: str) -> None:
    folder = Path(str(importlib.import_module(f"tinytf.{package}").__file__)).parent
    expected = {path.stem for path in folder.glob("[a-z]*.py")}
    assert {module for its, module in MODULES if its == package} == expected

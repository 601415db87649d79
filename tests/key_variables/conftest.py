"""The fixture `module`: the module under test.

An argument and not an import, so that test_mutants.py can call the same tests with a wrong version.
"""

import importlib
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def module(request: pytest.FixtureRequest) -> ModuleType:
    """tests/key_variables/test_shapes.py is about tinytf/key_variables/shapes.py."""
    name = request.module.__name__.rpartition(".test_")[2]
    return importlib.import_module(f"tinytf.key_variables.{name}")

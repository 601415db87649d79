"""The fixture `module`: the module under test.

An argument and not an import, so that tests/mutants can call the same tests with a wrong version.
"""

import importlib
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def module(request: pytest.FixtureRequest) -> ModuleType:
    """tests/bundled/test_german.py is about tinytf/bundled/german.py."""
    name = request.module.__name__.rpartition(".test_")[2]
    return importlib.import_module(f"tinytf.bundled.{name}")

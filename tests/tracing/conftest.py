"""The fixture `module`: the module under test.

An argument and not an import, so that test_mutants.py can call the same tests with a wrong version.
"""

import importlib
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def module(request: pytest.FixtureRequest) -> ModuleType:
    """tests/tracing/test_table.py is about tinytf/tracing/table.py."""
    name = request.module.__name__.rpartition(".test_")[2]
    return importlib.import_module(f"tinytf.tracing.{name}")

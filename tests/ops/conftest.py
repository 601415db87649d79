"""The fixture `op`: the module under test.

`op` is an argument and not an import, so that tests/mutants can call the same tests with a wrong
version of the module.
"""

import importlib
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def op(request: pytest.FixtureRequest) -> ModuleType:
    """tests/ops/test_softmax.py is about tinytf/ops/softmax.py."""
    name = request.module.__name__.rpartition(".test_")[2]
    return importlib.import_module(f"tinytf.ops.{name}")

"""The package under test, looked up at each use: test_core_mutants.py exchanges it."""

import importlib
from typing import Any


def tracing() -> Any:
    """`tinytf.tracing`."""
    return importlib.import_module("tinytf.tracing")


def trace(*subjects: Any, **options: Any) -> Any:
    """`tinytf.tracing.trace`."""
    return tracing().trace(*subjects, **options)

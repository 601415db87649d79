"""A mutant: the real source of an op with one edit in it, compiled as a module of its own.

An edit is `(old, new)`. `old` must stand exactly once in the real source, so a mutant that no
longer fits the op is an error, not a test that passes by accident.
"""

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Edit = tuple[str, str]


def mutate(module_name: str, edit: Edit) -> ModuleType:
    """`tinytf.ops.<module_name>` with the edit made; the real module stays as it is."""
    real = importlib.import_module(f"tinytf.ops.{module_name}")
    path = Path(str(real.__file__))
    source = path.read_text(encoding="utf-8")
    old, new = edit
    if source.count(old) != 1:
        raise LookupError(f"{path.name}: expected {old!r} once, found it {source.count(old)} times")
    mutant = ModuleType(f"mutant of {real.__name__}")
    exec(compile(source.replace(old, new), f"<mutant of {path.name}>", "exec"), vars(mutant))
    return mutant


def tests_of(module_name: str) -> Iterator[Callable[..., None]]:
    """The tests in tests/ops/test_<module_name>.py, those with examples in their quick form."""
    module = importlib.import_module(f"tests.ops.test_{module_name}")
    for name, test in list(vars(module).items()):
        if name.startswith("test_"):
            yield getattr(test, "unshrunk", test)


def first_failing_test(module_name: str, mutant: Any) -> str | None:
    """Name of the first test of the op that the mutant fails; None where it passes them all.

    Any error of the op is a failure, but a NameError or AttributeError: it comes from a careless
    edit, and a mutant that cannot run proves nothing about the tests.
    """
    for test in tests_of(module_name):
        try:
            test(op=mutant)
        except (NameError, AttributeError):
            raise
        except (Exception, pytest.fail.Exception):
            return test.__name__
    return None

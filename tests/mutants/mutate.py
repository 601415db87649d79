"""A mutant: the real source of a module with one edit in it, compiled as a module of its own.

An edit is `(old, new)`. `old` must stand exactly once in the real source, so a mutant that no
longer fits the source is an error, not a test that passes by accident.
"""

import importlib
import inspect
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Edit = tuple[str, str]


def mutate(module_name: str, edit: Edit, package: str = "ops") -> ModuleType:
    """`tinytf.<package>.<module_name>` with the edit made; the real module stays as it is."""
    real = importlib.import_module(f"tinytf.{package}.{module_name}")
    path = Path(str(real.__file__))
    source = path.read_text(encoding="utf-8")
    old, new = edit
    if source.count(old) != 1:
        raise LookupError(f"{path.name}: expected {old!r} once, found it {source.count(old)} times")
    mutant = ModuleType(f"mutant of {real.__name__}")
    exec(compile(source.replace(old, new), f"<mutant of {path.name}>", "exec"), vars(mutant))
    return mutant


def tests_of(module_name: str, package: str) -> Iterator[Callable[..., None]]:
    """The tests in tests/<package>/test_<module_name>.py, those with examples in quick form."""
    module = importlib.import_module(f"tests.{package}.test_{module_name}")
    for name, test in list(vars(module).items()):
        if name.startswith("test_"):
            yield getattr(test, "unshrunk", test)


def first_failing_test(module_name: str, mutant: Any, package: str = "ops") -> str | None:
    """Name of the first test of the module that the mutant fails; None where it passes them all.

    Any error is a failure, but a NameError or AttributeError: it comes from a careless edit, and a
    mutant that cannot run proves nothing about the tests. Nor does a test that cannot be called.
    """
    for test in tests_of(module_name, package):
        try:
            call(test, mutant)
        except (NameError, AttributeError, CannotCallError):
            raise
        except (Exception, pytest.fail.Exception):
            return test.__name__
    return None


def assert_seen(module_name: str, mistake: str, edit: Edit, package: str = "ops") -> None:
    """Some test of the module fails on the module with this edit."""
    seen_by = first_failing_test(module_name, mutate(module_name, edit, package), package)
    assert seen_by, f"{module_name}, '{mistake}': expected a test to fail, all passed"


def assert_real_passes(module_name: str, package: str = "ops") -> None:
    """All tests that the mutants are judged by pass on the module as it is."""
    real = importlib.import_module(f"tinytf.{package}.{module_name}")
    failed = first_failing_test(module_name, real, package)
    assert failed is None, f"{module_name}: the real module fails {failed}"


class CannotCallError(Exception):
    """A test wants an argument that nobody gives here: it would fail whatever the module does."""


def call(test: Callable[..., None], mutant: Any) -> None:
    """Call a test with the mutant as the module under test, and a directory if it wants one.

    A test with `pytest.mark.parametrize` is called with each of its sets of parameters.
    """
    wanted = set(inspect.signature(test).parameters)
    for parameters in parameter_sets(test):
        with tempfile.TemporaryDirectory() as directory:
            fixtures = {"op": mutant, "module": mutant, "tmp_path": Path(directory)}
            given = {name: fixture for name, fixture in fixtures.items() if name in wanted}
            if missing := wanted - given.keys() - parameters.keys():
                raise CannotCallError(f"{test.__name__}: nobody gives {sorted(missing)}")
            test(**given, **parameters)


def parameter_sets(test: Callable[..., None]) -> list[dict[str, Any]]:
    """The arguments that the test's marks give it: one empty dict where it has no such marks."""
    sets: list[dict[str, Any]] = [{}]
    for mark in getattr(test, "pytestmark", []):
        if mark.name != "parametrize":
            continue
        given, rows = mark.args
        names = [name.strip() for name in given.split(",")] if isinstance(given, str) else given
        values = rows if len(names) > 1 else [(row,) for row in rows]
        sets = [{**one, **dict(zip(names, row, strict=True))} for one in sets for row in values]
    return sets

"""Each wrong variant of the trace's core is seen by the test that is named beside it."""

import importlib
import importlib.abc
import importlib.util
import inspect
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

import tinytf
from tests.tracing import core_mistakes, students, students_in_place, students_statements
from tests.tracing.core_mistakes_more import MORE_MISTAKES

PACKAGE = "tinytf.tracing"
STUDENTS = (students, students_in_place, students_statements)
MISTAKES: dict[str, Any] = core_mistakes.MISTAKES | MORE_MISTAKES


class Edited(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from an edited source."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self.name, self.path, self.source = name, path, source

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        return importlib.util.spec_from_loader(fullname, self, origin=str(self.path))

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, f"<mutant of {self.path.name}>", "exec"), vars(module))


def functions() -> list[FunctionType]:
    """Every function and method that a trace might leave changed."""
    found = []
    for name, module in list(sys.modules.items()):
        if name.startswith("tinytf.") or module in STUDENTS:
            for value in list(vars(module).values()):
                members = list(vars(value).values()) if isinstance(value, type) else [value]
                found += [one for one in members if isinstance(one, FunctionType)]
    return found


@contextmanager
def mutant(name: str, old: str, new: str) -> Iterator[None]:
    """Within the block `import tinytf.tracing` gives the package with the edit in one module."""
    path = Path(str(importlib.import_module(f"{PACKAGE}.{name}").__file__))
    source = path.read_text(encoding="utf-8")
    if source.count(old) != 1:
        raise LookupError(f"{path.name}: expected {old!r} once, found {source.count(old)} times")
    real = {key: one for key, one in sys.modules.items() if key.startswith(PACKAGE)}
    own_code = [(function, function.__code__) for function in functions()]
    finder = Edited(f"{PACKAGE}.{name}", path, source.replace(old, new))
    for key in real:
        del sys.modules[key]
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for key in [key for key in sys.modules if key.startswith(PACKAGE)]:
            del sys.modules[key]
        sys.modules.update(real)
        tinytf.tracing = real[PACKAGE]  # type: ignore[attr-defined]
        for function, code in own_code:
            function.__code__ = code


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_mistake_is_seen(mistake: str, tmp_path: Path) -> None:
    module, old, new, test, parameters = MISTAKES[mistake]
    with mutant(module, old, new):
        seen = fails(test, parameters, tmp_path)
    assert seen, f"{module}, '{mistake}': expected {test.__name__} to fail, it passed"


def fails(test: Any, parameters: tuple[Any, ...], tmp_path: Path) -> bool:
    """Whether a test fails. A NameError comes from a careless edit and proves nothing."""
    wanted = list(inspect.signature(test).parameters)
    given = {name: tmp_path for name in wanted if name == "tmp_path"}
    assert len(parameters) + len(given) == len(wanted), f"{test.__name__} wants {wanted}"
    try:
        test(*parameters, **given)
    except NameError:
        raise
    except (Exception, pytest.fail.Exception):
        return True
    return False


def test_the_unchanged_package_passes_and_is_another_one(tmp_path: Path) -> None:
    real = importlib.import_module(PACKAGE)
    with mutant("identity", "class ById", "class ById"):
        assert importlib.import_module(PACKAGE) is not real
        for mistake, (_, _, _, test, parameters) in list(MISTAKES.items())[::12]:
            assert not fails(test, parameters, tmp_path), mistake
    assert importlib.import_module(PACKAGE) is real

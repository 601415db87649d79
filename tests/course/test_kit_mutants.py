"""Wrong variants of the code that makes handouts: some test sees each of them.

The module with one edit takes the real one's place while that test's module is imported afresh, so
everything that imports it gets the wrong variant.
"""

import importlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.course.kit_mistakes_proofs import OF_PROOFS
from tests.course.kit_mistakes_texts import OF_TEXTS
from tests.mutants.mutate import parameter_sets

MUTANTS = OF_TEXTS | OF_PROOFS
ALL = [(module, mistake) for module, mistakes in MUTANTS.items() for mistake in mistakes]


@pytest.fixture
def tests_with() -> Iterator[Any]:
    """Import a test's module afresh with one edited module; undone at the end."""
    kept = {name: module for name, module in sys.modules.items() if _belongs(name)}

    def load(module: str, old: str, new: str, test_module: str) -> Any:
        for name in kept:
            del sys.modules[name]
        full = f"tinytf.course.{module}"
        spec = importlib.util.find_spec(full)
        assert spec is not None
        path = Path(str(spec.origin))
        source = path.read_text(encoding="utf-8")
        assert source.count(old) == 1, f"{path.name}: {source.count(old)} times {old!r}"
        mutant = importlib.util.module_from_spec(spec)
        sys.modules[full] = mutant
        exec(compile(source.replace(old, new), str(path), "exec"), vars(mutant))
        setattr(sys.modules["tinytf.course"], module, mutant)
        return importlib.import_module(f"tests.course.{test_module}")

    yield load
    for name in [name for name in sys.modules if _belongs(name)]:
        del sys.modules[name]
    sys.modules.update(kept)


def _belongs(name: str) -> bool:
    return name.startswith(("tinytf.course", "tests.course.test_", "tests.course.own"))


@pytest.mark.parametrize(("module", "mistake"), ALL, ids=[f"{m}: {w}" for m, w in ALL])
def test_a_test_sees(
    module: str, mistake: str, tests_with: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new, seen_by = MUTANTS[module][mistake]
    test_module, _, name = seen_by.partition(".")
    test = getattr(tests_with(module, old, new, test_module), name)
    assert _fails(test, tmp_path, monkeypatch), f"{seen_by} passes"


def _fails(test: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    wanted = set(inspect.signature(test).parameters)
    for number, parameters in enumerate(parameter_sets(test)):
        directory = tmp_path / str(number)
        directory.mkdir()
        given = {"tmp_path": directory, "monkeypatch": monkeypatch}
        fixtures = {key: value for key, value in given.items() if key in wanted}
        assert wanted <= {*fixtures, *parameters}
        try:
            test(**fixtures, **parameters)
        except (NameError, AttributeError):
            raise  # a careless edit proves nothing
        except (Exception, pytest.fail.Exception):
            return True
    return False

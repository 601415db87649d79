"""The judge finds a fault in the report of every wrong builder, and none in a right one."""

import inspect
import sys
from types import ModuleType
from typing import Any

import pytest

from tests.mutants.mutate import mutate
from tests.report.builder_mistakes import MISTAKES
from tests.report.judge import faults
from tests.report.steps import traced
from tinytf.report import build
from tinytf.report.layout import Limits

pytestmark = pytest.mark.slow
MUTANTS = [(module, mistake) for module, mistakes in MISTAKES.items() for mistake in mistakes]
PART = Limits(features=16, heads=4, words=24)


@pytest.mark.parametrize(("module", "mistake"), MUTANTS)
def test_a_wrong_builder_is_seen(
    module: str, mistake: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit, name = MISTAKES[module][mistake]
    step, limits = traced(name), PART if name.startswith("large") else Limits()
    assert list(faults(step, build.report_within(step, {}, limits))) == []
    put_in_place(mutate(module, edit, "report"), module, monkeypatch)
    assert found_wrong(step, limits), f"{module}, '{mistake}': expected a fault, found none"


def found_wrong(step: Any, limits: Limits) -> bool:
    """Whether the report has a fault, or cannot be made; a careless edit is an error."""
    try:
        return bool(list(faults(step, build.report_within(step, {}, limits))))
    except (NameError, AttributeError):
        raise
    except Exception:
        return True


def put_in_place(mutant: ModuleType, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant's functions and classes instead of the real ones, wherever these are used."""
    real = sys.modules[f"tinytf.report.{module}"]
    instead: dict[int, Any] = {
        id(thing): getattr(mutant, name)
        for name, thing in vars(real).items()
        if (inspect.isfunction(thing) or inspect.isclass(thing))
        and thing.__module__ == real.__name__
    }
    for name, user in list(sys.modules.items()):
        if name.startswith("tinytf.report."):
            for attribute, thing in list(vars(user).items()):
                if id(thing) in instead:
                    monkeypatch.setattr(user, attribute, instead[id(thing)])
    for key, teller in build.TELLERS.items():
        if id(teller) in instead:
            monkeypatch.setitem(build.TELLERS, key, instead[id(teller)])

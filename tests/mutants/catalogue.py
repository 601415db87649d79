"""All mistakes: the dicts BACKWARD and FORWARD of the files named after the ops."""

import importlib
from pathlib import Path
from typing import NamedTuple

from tests.mutants.mutate import Edit

HERE = Path(__file__).parent
OTHER_FILES = {"__init__", "catalogue", "mutate"}
OPS = sorted(
    path.stem
    for path in HERE.glob("*.py")
    if path.stem not in OTHER_FILES and not path.stem.startswith("test_")
)


class Mutant(NamedTuple):
    """A mistake in tinytf/ops/<op>.py."""

    op: str
    mistake: str
    edit: Edit


def mutants(direction: str) -> list[Mutant]:
    """Those whose mistake is in the "BACKWARD" or in the "FORWARD"."""
    return [
        Mutant(op, mistake, edit)
        for op in OPS
        for mistake, edit in vars(importlib.import_module(f"tests.mutants.{op}"))[direction].items()
    ]


ALL = mutants("BACKWARD") + mutants("FORWARD")

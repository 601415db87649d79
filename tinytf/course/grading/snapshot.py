"""Notices when a student's code replaces functions of NumPy or builtins.

This file is sent as text into the student's process, so it imports nothing but the standard
library and NumPy.
"""

import builtins
import sys
from collections.abc import Mapping
from typing import Any

WATCHED = (
    "builtins",
    "numpy",
    "numpy.linalg",
    "numpy.random",
    "numpy.fft",
    "numpy._core",
    "numpy._core.multiarray",
    "numpy._core.umath",
    "numpy._core.numeric",
    "numpy._core.fromnumeric",
    "numpy._core._methods",
)
PASSING = frozenset({"_"})  # what an interactive session leaves behind
Snapshot = list[tuple[str, Any, Mapping[str, Any], dict[str, Any]]]


def take() -> Snapshot:
    """What there is now, of each watched module that is loaded."""
    modules = {"builtins": builtins, **sys.modules}
    return [
        (name, modules[name], vars(modules[name]), dict(vars(modules[name])))
        for name in WATCHED
        if name in modules
    ]


def replaced(snapshot: Snapshot) -> str | None:
    """The first name that is no longer what it was, such as "numpy.exp"; None where there is none.

    Names that have been added do not count: NumPy loads some of its parts when they are first used.
    """
    for module_name, module, now, before in snapshot:
        if sys.modules.get(module_name) is not module:
            return module_name
        for name, value in before.items():
            if now.get(name) is not value and name not in PASSING:
                return f"{module_name}.{name}" if module is not builtins else name
    return None

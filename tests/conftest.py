"""Settings of every test run."""

import os

# The tests' matrices are tiny: a second BLAS thread only waits for the first, and on a busy
# machine it makes them ten times slower. NumPy reads this when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
# Long proofs: wrong variants, real browsers and processes. They take a quarter of an hour on two
# cores, so everyday runs leave them out; CI runs them: `pytest -m proof`.
PROOFS = [
    "mutants/test_*.py",
    "*/test_mutants.py",
    "*/test_*_mutants.py",
    "cli/test_*.py",
    "report/test_page*.py",
    "report/test_builder*.py",
    "course/test_homeworks.py",
    "course/test_gradescope.py",
    "course/grading/test_*_mutants.py",
    "course/grading/test_at_import.py",
    "course/grading/test_hostile.py",
    "walkthroughs/test_lesson_*.py",
    "walkthroughs/test_walkthroughs.py",
]
# Wrong variants of what has no gradients: so that CI stays below twenty minutes, `pytest -m slow`.
SLOW = [
    f"{folder}/test_mutants.py"
    for folder in ("bundled", "data", "key_variables", "metrics", "show")
]
EVERYDAY = [  # of these folders
    "cli/test_check.py",
    "cli/test_entry.py",
    "cli/test_help.py",
    "cli/test_imports.py",
    "cli/test_train.py",
    "report/test_page_colours.py",
    "report/test_page_arithmetic.py",
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the proofs, but for those that carry a marker for even longer runs."""
    found = {path for pattern in PROOFS for path in HERE.glob(pattern)}
    found -= {HERE / name for name in EVERYDAY}
    slow = {HERE / name for name in SLOW}
    for item in items:
        if item.path in slow:
            item.add_marker("slow")
        longer = any(item.get_closest_marker(name) for name in ("slow", "reference"))
        if item.path in found and not longer:
            item.add_marker("proof")


# The same examples in every run, so that a red test stays red.
settings.register_profile("tests", derandomize=True, deadline=None, max_examples=25)
settings.load_profile("tests")

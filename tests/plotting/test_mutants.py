"""The tests of tinytf/plotting fail on every wrong variant of it, and pass on what it is.

They draw some hundred pictures, which is why they are not part of every run.
"""

from pathlib import Path

import pytest

import tinytf.plotting
from tests.mutants.mutate import assert_real_passes, assert_seen
from tests.plotting.mistakes import MISTAKES

pytestmark = pytest.mark.slow
MUTANTS = [(module, mistake) for module, mistakes in MISTAKES.items() for mistake in mistakes]


@pytest.mark.parametrize(("module", "mistake"), MUTANTS)
def test_the_tests_of_the_module_see(module: str, mistake: str) -> None:
    pytest.importorskip("matplotlib", reason="needs matplotlib, the extra `plot`")
    assert_seen(module, mistake, MISTAKES[module][mistake], "plotting")


@pytest.mark.parametrize("module", MISTAKES)
def test_the_real_module_passes_the_same_tests(module: str) -> None:
    pytest.importorskip("matplotlib", reason="needs matplotlib, the extra `plot`")
    assert_real_passes(module, "plotting")


def test_every_module_has_mistakes() -> None:
    folder = Path(str(tinytf.plotting.__file__)).parent
    assert set(MISTAKES) == {path.stem for path in folder.glob("[a-z]*.py")}

"""Each mistake in the catalogue is seen by the tests which the real op passes."""

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutants.mutate import Edit, first_failing_test, mutate

CATALOGUE = sorted(
    path.stem
    for path in Path(__file__).parent.glob("*.py")
    if path.stem not in ("__init__", "mutate") and not path.stem.startswith("test_")
)


def mutants() -> Iterator[tuple[str, str, Edit]]:
    for module_name in CATALOGUE:
        catalogue = importlib.import_module(f"tests.mutants.{module_name}")
        for mistake, edit in (catalogue.BACKWARD | catalogue.FORWARD).items():
            yield module_name, mistake, edit


@pytest.mark.parametrize(
    ("module_name", "mistake", "edit"),
    [pytest.param(*m, id=f"{m[0]}-{m[1]}") for m in mutants()],
)
def test_the_tests_of_the_op_see(module_name: str, mistake: str, edit: Edit) -> None:
    seen_by = first_failing_test(module_name, mutate(module_name, edit))
    assert seen_by, f"{module_name}, mistake '{mistake}': expected a test to fail, all passed"


def test_the_real_op_passes_the_same_tests() -> None:
    for module_name in CATALOGUE:
        real = importlib.import_module(f"tinytf.ops.{module_name}")
        failed = first_failing_test(module_name, real)
        assert failed is None, f"{module_name}: the real op fails {failed}"


def test_an_edit_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(LookupError, match=r"softmax.py: expected 'no such line' once, found it 0"):
        mutate("softmax", ("no such line", ""))


def test_the_catalogue_has_mistakes_for_every_op() -> None:
    ops = {path.stem for path in Path("tinytf/ops").glob("*.py")} - {"__init__"}
    assert ops == set(CATALOGUE)
    assert len(list(mutants())) >= 100

"""Each mistake in the catalogue is seen by the tests which the real op passes."""

import importlib
from pathlib import Path

import pytest

import tinytf.ops
from tests.mutants.catalogue import ALL, OPS, Mutant
from tests.mutants.mutate import first_failing_test, mutate


@pytest.mark.parametrize("mutant", ALL, ids=lambda mutant: f"{mutant.op}: {mutant.mistake}")
def test_the_tests_of_the_op_see(mutant: Mutant) -> None:
    seen_by = first_failing_test(mutant.op, mutate(mutant.op, mutant.edit))
    assert seen_by, f"{mutant.op}, '{mutant.mistake}': expected a test to fail, all passed"


@pytest.mark.parametrize("op", OPS)
def test_the_real_op_passes_the_same_tests(op: str) -> None:
    failed = first_failing_test(op, importlib.import_module(f"tinytf.ops.{op}"))
    assert failed is None, f"{op}: the real op fails {failed}"


def test_every_op_has_mistakes() -> None:
    folder = Path(str(tinytf.ops.__file__)).parent
    assert {path.stem for path in folder.glob("[a-z]*.py")} == set(OPS)


def test_an_edit_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(LookupError, match=r"softmax.py: expected 'no such line' once, found it 0"):
        mutate("softmax", ("no such line", ""))

"""Each mistake in the catalogue is seen by the tests which the real op passes."""

from pathlib import Path

import pytest

import tinytf.ops
from tests.mutants.catalogue import ALL, OPS, Mutant
from tests.mutants.mutate import assert_real_passes, assert_seen, mutate


@pytest.mark.parametrize("mutant", ALL, ids=lambda mutant: f"{mutant.op}: {mutant.mistake}")
def test_the_tests_of_the_op_see(mutant: Mutant) -> None:
    assert_seen(mutant.op, mutant.mistake, mutant.edit)


@pytest.mark.parametrize("op", OPS)
def test_the_real_op_passes_the_same_tests(op: str) -> None:
    assert_real_passes(op)


def test_every_op_has_mistakes() -> None:
    folder = Path(str(tinytf.ops.__file__)).parent
    assert {path.stem for path in folder.glob("[a-z]*.py")} == set(OPS)


def test_an_edit_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(LookupError, match=r"softmax.py: expected 'no such line' once, found it 0"):
        mutate("softmax", ("no such line", ""))

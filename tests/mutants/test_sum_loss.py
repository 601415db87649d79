"""Why the tests draw dy at random: with dy = 1, the loss y.sum(), these mistakes are invisible.

A softmax sums to 1 and a normalised row to 0 whatever x is, so a loss that sums y has gradient 0
there, and a wrong backward that also gives 0 looks right. A scalar loss with dloss = 1 does not
show whether dloss is used. The table was measured here: a mistake stands in it if with dy = 1 its
gradients equal those of the real op in every call drawn, and with a random dy they do not.
"""

from collections.abc import Callable
from types import ModuleType

import numpy as np
from hypothesis import Phase, given, settings

import tinytf.ops
from tests.mutants.catalogue import mutants
from tests.mutants.mutate import mutate
from tests.ops.claims import as_tuple, assert_close, cotangent
from tests.ops.strategies import CALLS, Call
from tinytf.ops.arrays import Array

INVISIBLE = {
    "cross_entropy": {
        "dloss ignored",
    },
    "embedding": {
        "rows in the order of dy, not of the ids",
    },
    "relu": {
        "1 in the place of dy",
    },
    "rope": {
        "halves exchanged",
    },
    "silu": {
        "dy forgotten",
    },
    "softmax": {
        "cross term without keepdims",
        "divided by the size of the first axis",
    },
}


def pairs_in(op: str) -> list[str]:
    """softmax.py holds two pairs, every other file one."""
    forwards = {pair: getattr(tinytf.ops, f"{pair}_forward") for pair in CALLS}
    return [pair for pair, f in forwards.items() if f.__module__ == f"tinytf.ops.{op}"]


def looks_right(mutant: ModuleType, pair: str, choose_dy: Callable[[Array], Array]) -> bool:
    """Every gradient equals the real one to 1e-9 in all calls drawn."""

    @settings(phases=[Phase.generate], report_multiple_bugs=False)
    @given(call=CALLS[pair])
    def compare(call: Call) -> None:
        y, real_cache = call.run(getattr(tinytf.ops, f"{pair}_forward"))
        real = getattr(tinytf.ops, f"{pair}_backward")(choose_dy(y), real_cache)
        _, cache = call.run(getattr(mutant, f"{pair}_forward"))
        wrong = getattr(mutant, f"{pair}_backward")(choose_dy(y), cache)
        for dx, expected in zip(as_tuple(wrong), as_tuple(real), strict=True):
            if expected is not None:
                assert_close(dx, expected, rtol=1e-9, atol=1e-9)

    try:
        compare()
    except (AssertionError, ValueError):
        return False
    return True


def test_a_sum_loss_does_not_see_these_mistakes() -> None:
    invisible: dict[str, set[str]] = {}
    for op, mistake, edit in mutants("BACKWARD"):
        mutant = mutate(op, edit)
        own = pairs_in(op)
        by_sum = all(looks_right(mutant, pair, np.ones_like) for pair in own)
        if by_sum and not all(looks_right(mutant, pair, cotangent) for pair in own):
            invisible.setdefault(op, set()).add(mistake)
    assert invisible == INVISIBLE

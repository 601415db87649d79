"""Why the tests draw dy and gamma at random: with 1 in their place these mistakes are invisible.

With dy = 1 the loss is y.sum(). A softmax sums to 1 and a normalised row to 0 whatever x is, so the
gradient of that loss is 0, and a wrong backward that also gives 0 looks right. A scalar loss with
dloss = 1 does not show whether dloss is used. At gamma = 1, its initial value, a norm's backward
that forgets gamma looks right, and with both 1 so does one without the variance term.

The tables are measured here: a mistake stands in one if its gradients equal those of the real op in
every call drawn, and do not where dy and gamma are random.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from types import ModuleType

import numpy as np
from hypothesis import Phase, given, settings

import tinytf.ops
from tests.mutants.catalogue import OPS, mutants
from tests.mutants.mutate import mutate
from tests.ops.claims import as_tuple, assert_close, cotangent
from tests.ops.strategies import CALLS, Call
from tinytf.ops.arrays import Array

INVISIBLE_WITH_DY_1 = {
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
        "cross term mean(dy)",
        "cross term without keepdims",
        "divided by the size of the first axis",
        "no gradient at all",
    },
    "squared_error": {
        "dloss ignored",
    },
    "tanh": {
        "dy forgotten",
    },
}

INVISIBLE_WITH_GAMMA_1 = {
    "layernorm": {
        "dbeta times gamma",
        "gamma forgotten in dx",
        "gamma missing in the mean term",
        "gamma missing in the variance term",
        "gamma multiplied last, right at gamma = 1",
    },
    "rmsnorm": {
        "dgamma times gamma",
        "gamma forgotten in dx",
        "gamma multiplied last, right at gamma = 1",
    },
}

INVISIBLE_WITH_BOTH_1 = {
    "layernorm": {
        "d rstd / dx with rstd cubed, as for x - mean",
        "d rstd / dx with rstd not squared",
        "dbeta times gamma",
        "drstd times rstd",
        "gamma forgotten in dx",
        "gamma missing in the mean term",
        "gamma missing in the variance term",
        "gamma multiplied last, right at gamma = 1",
        "no variance term",
        "rstd forgotten",
        "rstd squared",
        "variance term over D - 1",
        "variance term with the wrong sign",
    },
    "rmsnorm": {
        "dgamma times gamma",
        "gamma forgotten in dx",
        "gamma multiplied last, right at gamma = 1",
    },
}


def pairs_in(op: str) -> list[str]:
    """softmax.py holds two pairs, every other file at most one."""
    forwards = {pair: getattr(tinytf.ops, f"{pair}_forward") for pair in CALLS}
    return [pair for pair, f in forwards.items() if f.__module__ == f"tinytf.ops.{op}"]


def looks_right(
    mutant: ModuleType, pair: str, dy_of: Callable[[Array], Array], change: Callable[[Call], Call]
) -> bool:
    """Every gradient equals the real one to 1e-9 in all calls drawn (and changed)."""

    @settings(phases=[Phase.generate], report_multiple_bugs=False)
    @given(call=CALLS[pair])
    def compare(call: Call) -> None:
        call = change(call)
        y, real_cache = call.run(getattr(tinytf.ops, f"{pair}_forward"))
        real = getattr(tinytf.ops, f"{pair}_backward")(dy_of(y), real_cache)
        _, cache = call.run(getattr(mutant, f"{pair}_forward"))
        wrong = getattr(mutant, f"{pair}_backward")(dy_of(y), cache)
        for dx, expected in zip(as_tuple(wrong), as_tuple(real), strict=True):
            if expected is not None:
                assert_close(dx, expected, rtol=1e-9, atol=1e-9)

    try:
        compare()
    except (AssertionError, ValueError):
        return False
    return True


def invisible(
    ops: Iterable[str],
    dy_of: Callable[[Array], Array] = cotangent,
    change: Callable[[Call], Call] = lambda call: call,
) -> dict[str, set[str]]:
    """Mistakes that look right this way, and wrong with random dy in unchanged calls."""
    found: dict[str, set[str]] = {}
    for op, mistake, edit in mutants("BACKWARD"):
        mutant = mutate(op, edit)
        if (
            op in ops
            and all(looks_right(mutant, pair, dy_of, change) for pair in pairs_in(op))
            and not all(looks_right(mutant, pair, cotangent, lambda c: c) for pair in pairs_in(op))
        ):
            found.setdefault(op, set()).add(mistake)
    return found


def with_gamma_1(call: Call) -> Call:
    x, gamma, *beta = call.inputs
    return replace(call, inputs=(x, np.ones_like(gamma), *beta))


def test_a_sum_loss_does_not_see_these_mistakes() -> None:
    assert invisible(OPS, dy_of=np.ones_like) == INVISIBLE_WITH_DY_1


def test_gamma_at_its_initial_value_hides_these_mistakes() -> None:
    norms = ("layernorm", "rmsnorm")
    assert invisible(norms, change=with_gamma_1) == INVISIBLE_WITH_GAMMA_1


def test_a_sum_loss_at_initial_values_hides_these_mistakes() -> None:
    norms = ("layernorm", "rmsnorm")
    assert invisible(norms, dy_of=np.ones_like, change=with_gamma_1) == INVISIBLE_WITH_BOTH_1

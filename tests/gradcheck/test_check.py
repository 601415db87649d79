"""`check_gradients` on op pairs: right ones pass, in every way of calling it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gradcheck import small_ops as ops
from tests.gradcheck.reports import problem
from tinytf.gradcheck import GradientError, assert_gradients, check_gradients, strategies
from tinytf.gradcheck.numeric import complex_slope
from tinytf.ops.arrays import Array

RNG = np.random.default_rng(5)
X = RNG.normal(size=(3, 4))
GAMMA, BETA = RNG.normal(size=4), RNG.normal(size=4)

RIGHT = [
    (ops.softmax_forward, ops.softmax_backward, (X,)),
    (ops.layernorm_forward, ops.layernorm_backward, (X, GAMMA, BETA)),
    (ops.linear_forward, ops.linear_backward, (X, RNG.normal(size=(4, 2)), BETA[:2])),
    (ops.relu_forward, ops.relu_backward, (X,)),
    (ops.scale_forward, ops.scale_backward, (X, GAMMA)),
    (ops.embedding_forward, ops.embedding_backward, (np.array([1, 4, 1]), RNG.normal(size=(6, 3)))),
    (ops.mean_square_forward, ops.mean_square_backward, (X,)),
]


@pytest.mark.parametrize("method", ["auto", "complex", "central"])
@pytest.mark.parametrize(("forward", "backward", "inputs"), RIGHT)
def test_right_ops_pass(
    forward: Callable[..., Any], backward: Callable[..., Any], inputs: Any, method: str
) -> None:
    for seed in range(3):
        rng = np.random.default_rng(seed)
        report = assert_gradients(forward, backward, *inputs, method=method, rng=rng)
        for result in report.results:
            assert result.checked == result.total, str(report)
            wanted = "central differences" if method == "central" else "complex-step"
            assert result.method == wanted
            assert result.worst_error <= 1e-12 or method == "central"


@given(strategies.shapes().flatmap(strategies.generic_arrays), st.integers(0, 99))
def test_right_ops_pass_in_every_shape(x: Array, seed: int) -> None:
    rng = np.random.default_rng(seed)
    assert_gradients(ops.softmax_forward, ops.softmax_backward, x, rng=rng)
    gamma, beta = rng.normal(size=(2, x.shape[-1]))
    assert_gradients(ops.layernorm_forward, ops.layernorm_backward, x, gamma, beta, rng=rng)


def test_default_rng_makes_a_check_reproducible() -> None:
    first, second = (check_gradients(ops.softmax_forward, ops.softmax_backward, X) for _ in "ab")
    assert str(first) == str(second)
    np.testing.assert_array_equal(first.results[0].gradient, second.results[0].gradient)


def test_a_sum_loss_would_not_see_what_a_random_cotangent_sees() -> None:
    def backward(dy: Array, y: Array) -> Array:
        return y * (dy - dy.mean(axis=-1, keepdims=True))  # wrong: the mean is not weighted with y

    ones = np.ones_like(X)
    for index in np.ndindex(X.shape):
        unit = np.zeros_like(X)
        unit[index] = 1

        def line(t: complex, unit: Array = unit) -> tuple[Array]:
            return (ops.softmax_forward(X + t * unit)[0],)

        assert abs(complex_slope(line, (ones,))) < 1e-15
    assert np.abs(backward(ones, ops.softmax_forward(X)[1])).max() < 1e-15  # "right" for the sum
    assert not check_gradients(ops.softmax_forward, backward, X).ok


def test_a_scalar_loss_gets_a_dloss_that_is_neither_0_nor_1() -> None:
    seen: list[float] = []

    def backward(dloss: Array, x: Array) -> Array:
        seen.append(float(dloss))
        return ops.mean_square_backward(dloss, x)

    for seed in range(20):
        rng = np.random.default_rng(seed)
        assert_gradients(ops.mean_square_forward, backward, X, rng=rng)
    assert min(abs(abs(dloss) - 1) for dloss in seen) >= 0.5
    assert min(map(abs, seen)) >= 1.5
    assert len({round(dloss, 6) for dloss in seen}) == 20


def test_several_outputs() -> None:
    def forward(x: Array, gamma: Array) -> Any:
        return (x * gamma, (x * x).sum()), (x, gamma)

    def backward(dys: tuple[Array, Array], cache: Any) -> Any:
        x, gamma = cache
        return dys[0] * gamma + dys[1] * 2 * x, (dys[0] * x).sum(axis=0)

    assert_gradients(forward, backward, X, GAMMA)

    def forgets_second(dys: tuple[Array, Array], cache: Any) -> Any:
        return dys[0] * cache[1], (dys[0] * cache[0]).sum(axis=0)

    report = check_gradients(forward, forgets_second, X, GAMMA)
    assert [r.ok for r in report.results] == [False, True]
    assert any("the error is a multiple of x" in fact for fact in report.results[0].facts)


# --- which inputs are checked --------------------------------------------------------------------


def test_inputs_without_gradient_are_passed_on_and_said() -> None:
    def forward(x: Array, ids: Array, mask: Array, bias: Any, p: float, mode: str) -> Any:
        assert mode == "plain"
        assert bias is None
        return (x[ids] * mask * p), (x.shape, ids, mask, p)

    def backward(dy: Array, cache: Any) -> Array:
        shape, ids, mask, p = cache
        return ops.embedding_backward(dy * mask * p, (ids, shape))

    ids, mask = np.array([0, 2, 2]), np.array([[True], [False], [True]])
    report = check_gradients(forward, backward, X, ids, mask, None, 0.5, "plain")
    assert report.ok, str(report)
    assert [r.name for r in report.results] == ["x"]
    assert report.notes == (
        "ids is not checked (int64 array)",
        "mask is not checked (bool array)",
        "bias is not checked (None)",
        "p is not checked (float)",
        "mode is not checked (str)",
    )


@pytest.mark.parametrize("spelling", ["floats", "floats and None", "all"])
def test_gradients_may_be_returned_in_three_spellings(spelling: str) -> None:
    def forward(ids: Array, x: Array, bias: Any, w: Array) -> Any:
        return x[ids] * w, (ids, x, w)

    def backward(dy: Array, cache: Any) -> Any:
        ids, x, w = cache
        dx = ops.embedding_backward(dy * w, (ids, x.shape))
        dw = (dy * x[ids]).sum(axis=0)
        return {"floats": (dx, dw), "floats and None": [dx, None, dw], "all": (None, dx, None, dw)}[
            spelling
        ]

    assert_gradients(forward, backward, np.array([1, 1, 0]), X, None, GAMMA)


def test_keyword_options_reach_the_forward_and_are_not_checked() -> None:
    def forward(x: Array, *, mask: Array, scale: float = 1.0) -> Any:
        return x * mask * scale, mask * scale

    mask = RNG.normal(size=(4,))
    report = assert_gradients(forward, lambda dy, factor: dy * factor, X, mask=mask, scale=0.25)
    assert [r.name for r in report.results] == ["x"]


def test_no_gradient_for_a_float_input_is_a_problem() -> None:
    report = check_gradients(
        ops.scale_forward, lambda dy, c: (ops.scale_backward(dy, c)[0], None), X, GAMMA
    )
    assert problem(report) == (
        "missing",
        "the backward returned no gradient for gamma, a float input",
    )


@pytest.mark.parametrize(
    ("inputs", "options", "error", "message"),
    [
        ((np.array([1, 2]),), {}, ValueError, "expected at least one float64 array to check"),
        ((X.astype(np.float32),), {}, TypeError, "x: expected float64 .* got float32"),
        ((np.array([[1.0, np.nan]]),), {}, ValueError, "x: expected finite numbers"),
        ((X,), {"method": "exact"}, ValueError, "method: expected one of .* got 'exact'"),
        ((X,), {"tolerance": 0}, ValueError, "tolerance: expected a number > 0, got 0"),
        ((X,), {"max_entries": 0}, ValueError, "max_entries: expected at least 1, got 0"),
        ((X, np.random.default_rng(0)), {}, TypeError, "expected forward_seed"),
    ],
)
def test_the_callers_own_mistakes_raise(
    inputs: Any, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        check_gradients(ops.softmax_forward, ops.softmax_backward, *inputs, **options)


def test_a_forward_without_cache_and_a_wrong_number_of_gradients_raise() -> None:
    with pytest.raises(TypeError, match=r"expected the forward to return \(y, cache\)"):
        check_gradients(lambda x: x * 2, lambda dy, cache: dy, X)
    with pytest.raises(TypeError, match=r"expected 2 gradients .*\(x, gamma\), got 3"):
        check_gradients(ops.scale_forward, lambda dy, cache: (dy, dy, dy), X, GAMMA)


def test_a_gradient_in_the_wrong_place_is_not_guessed() -> None:
    """Two inputs, two gradients, but one of them cannot be for the ids."""
    inputs = np.array([1, 1, 0]), X
    with pytest.raises(TypeError, match=r"expected 1 gradients .*\(weight\), got 2"):
        check_gradients(
            ops.embedding_forward, lambda dy, c: (ops.embedding_backward(dy, c), dy), *inputs
        )


# --- randomness ----------------------------------------------------------------------------------


def test_dropout_gets_the_same_mask_at_every_call() -> None:
    report = check_gradients(ops.dropout_forward, ops.dropout_backward, X, 0.4, forward_seed=3)
    assert report.ok, str(report)
    dropped = np.random.default_rng(3).random(X.shape) < 0.4
    np.testing.assert_array_equal(report.results[0].expected_gradient == 0, dropped)


# --- the size of an error ------------------------------------------------------------------------


def test_gradients_that_are_zero_compare_absolutely() -> None:
    """A softmax over one score is constant: expected is 0, yours may be a rounding error."""
    x = RNG.normal(size=(3, 1))
    noisy = check_gradients(ops.softmax_forward, lambda dy, y: 1e-16 * dy, x)
    assert noisy.ok, str(noisy)
    wrong = check_gradients(ops.softmax_forward, lambda dy, y: 1e-6 * dy, x)
    assert not wrong.ok


def test_rounding_in_a_zero_gradient_is_measured_against_the_other_gradients() -> None:
    """The bias of attention's keys: exactly 0 on paper, 1e-13 where other gradients are 1000."""

    def forward(x: Array, bias: Array) -> Any:
        return 1000 * x + 0 * bias, x

    def backward(dy: Array, x: Array) -> Any:
        return 1000 * dy, np.full(4, 1e-13)

    report = check_gradients(forward, backward, X, BETA)
    assert report.ok, str(report)


def test_small_errors_in_small_gradients_are_seen() -> None:
    def forward(x: Array) -> Any:
        return 1e-4 * x * x, x

    assert_gradients(forward, lambda dy, x: 2e-4 * x * dy, X)
    report = check_gradients(forward, lambda dy, x: 2e-4 * (1 + 1e-7) * x * dy, X)
    assert not report.ok
    assert check_gradients(forward, lambda dy, x: 2e-4 * (1 + 1e-7) * x * dy, X, tolerance=1e-6).ok


def test_max_entries_still_covers_every_entry_with_a_direction() -> None:
    x = RNG.normal(size=(6, 7))

    def last_entry_wrong(dy: Array, x: Array) -> Array:
        dx = ops.relu_backward(dy, x)
        dx[-1, -1] += 0.1
        return dx

    for seed in range(5):
        rng = np.random.default_rng(seed)
        report = check_gradients(ops.relu_forward, last_entry_wrong, x, max_entries=2, rng=rng)
        result = report.results[0]
        assert result.checked == 2
        assert not report.ok, str(report)
        assert result.direction_error is not None
        assert result.direction_error > 1e-4
        assert "wrong along a random direction through all entries" in str(report)
        assert check_gradients(ops.relu_forward, ops.relu_backward, x, max_entries=2, rng=rng).ok


def test_rounding_along_a_direction_adds_up() -> None:
    """Ten thousand rounding errors of 1e-16 in a gradient that is 0 on paper."""
    x = RNG.normal(size=10_000)

    def backward(dy: Array, cache: Any) -> Array:
        return 1e-16 * np.sign(x)

    report = check_gradients(lambda x: (0 * x[:2], None), backward, x, max_entries=2)
    assert report.ok, str(report)


def test_an_empty_input_is_no_failure_beside_others() -> None:
    report = check_gradients(
        lambda x, extra: (x * 2, extra), lambda dy, extra: (2 * dy, 0 * extra), X, np.zeros((0, 3))
    )
    assert report.ok, str(report)
    assert report.results[1].verdict == "empty"


def test_assert_gradients_raises_the_report() -> None:
    with pytest.raises(GradientError, match="the sign is flipped") as caught:
        assert_gradients(ops.relu_forward, lambda dy, x: -ops.relu_backward(dy, x), X)
    assert isinstance(caught.value, AssertionError)

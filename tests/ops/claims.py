"""What every op promises, as functions that raise AssertionError where it does not hold."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis.strategies import SearchStrategy

from tests.ops.strategies import LAYOUTS, Call, lay_out
from tinytf.gradcheck import assert_gradients
from tinytf.ops.arrays import Array

Forward = Callable[..., tuple[Array, Any]]
Backward = Callable[[Any, Any], Any]

STEP = 1e-20


def claim(
    max_examples: int = 25, **strategies: SearchStrategy[Any]
) -> Callable[[Callable[..., None]], Any]:
    """`hypothesis.given`, and a copy of the test as its attribute `unshrunk`.

    The copy stops at the first example that fails. The mutants use it: a test that fails on a
    mutant has done its work, and shrinking the example would only cost time.
    """

    def decorate(body: Callable[..., None]) -> Any:
        test: Any = settings(max_examples=max_examples)(given(**strategies)(body))
        no_shrinking = settings(
            max_examples=max_examples,
            phases=(Phase.explicit, Phase.generate),
            report_multiple_bugs=False,
        )
        test.unshrunk = no_shrinking(given(**strategies)(body))
        return test

    return decorate


def assert_backward_right(
    forward: Forward, backward: Backward, call: Call, method: str = "complex"
) -> None:
    """Every gradient agrees with the measured one to 1e-9 (1e-6 with central differences)."""
    assert_gradients(
        forward, backward, *call.inputs, forward_seed=call.seed, method=method, **call.options
    )


def assert_well_behaved(forward: Forward, backward: Backward, call: Call) -> None:
    """All promises but the values: dtypes, nothing changed, repeatable, layouts, complex."""
    for dtype in (np.float32, np.float64):
        assert_dtype_kept_and_nothing_changed(forward, backward, call.astype(dtype), dtype)
    assert_layout_does_not_matter(forward, backward, call)
    assert_complex_carried(forward, backward, call)


def assert_dtype_kept_and_nothing_changed(
    forward: Forward, backward: Backward, call: Call, dtype: type[np.floating[Any]]
) -> None:
    """Outputs and gradients have the dtype of the inputs; two backwards give the same bytes."""
    arrays = call.arrays()
    before = {name: x.tobytes() for name, x in arrays.items()}
    y, cache = call.run(forward)
    assert y.dtype == dtype, f"y: expected dtype {dtype.__name__}, got {y.dtype}"
    dy = cotangent(y)
    kept = {"y": y.tobytes(), "dy": dy.tobytes()}
    gradients = as_tuple(backward(dy, cache))
    for name, x in arrays.items():
        assert x.tobytes() == before[name], f"{name} was changed by the forward or the backward"
    assert y.tobytes() == kept["y"], "y was changed by the backward"
    assert dy.tobytes() == kept["dy"], "dy was changed by the backward"
    for given_x, dx in zip(call.float_inputs(), gradients, strict=True):
        assert (given_x is None) == (dx is None), f"input {given_x}, but gradient {dx}"
        if given_x is not None:
            shape = given_x.shape
            assert dx.shape == shape, f"gradient: expected shape {shape}, got {dx.shape}"
            assert dx.dtype == dtype, f"gradient: expected {dtype.__name__}, got {dx.dtype}"
    for dx, again in zip(gradients, as_tuple(backward(dy, cache)), strict=True):
        same = dx is None or dx.tobytes() == again.tobytes()
        assert same, f"the second backward differs: first {dx}, then {again}"


def assert_layout_does_not_matter(forward: Forward, backward: Backward, call: Call) -> None:
    """Transposed, strided and reversed views give what contiguous copies give."""
    y, cache = call.run(forward)
    dy = cotangent(y)
    gradients = as_tuple(backward(dy, cache))
    for layout in LAYOUTS:
        laid_out = call.map_floats(partial(lay_out, layout=layout))
        y_again, cache = laid_out.run(forward)
        assert_close(y_again, y, what=f"y of {layout} inputs")
        for dx, dx_again in zip(
            gradients, as_tuple(backward(lay_out(dy, layout), cache)), strict=True
        ):
            if dx is not None:
                assert_close(dx_again, dx, what=f"gradient from {layout} inputs and dy")


def assert_complex_carried(forward: Forward, backward: Backward, call: Call) -> None:
    """The imaginary part of y is the derivative along the imaginary part of all inputs at once."""
    rng = np.random.default_rng(3)
    y, cache = call.run(forward)
    dy = cotangent(y)
    slope = 0.0
    directions = [None if x is None else rng.normal(size=x.shape) for x in call.float_inputs()]
    for dx, direction in zip(as_tuple(backward(dy, cache)), directions, strict=True):
        if direction is not None:
            slope += float(np.sum(dx * direction))
    steps = iter(directions)
    y_complex, _ = call.map_floats(lambda x: x + 1j * STEP * next_direction(steps)).run(forward)
    assert y_complex.dtype == np.complex128, f"expected complex128, got {y_complex.dtype}"
    assert_close(y_complex.real, y, what="the real part of y")
    assert_close(
        np.sum(dy * y_complex.imag) / STEP, slope, rtol=1e-9, what="slope by the imaginary part"
    )


def next_direction(directions: Any) -> Array:
    """The next that is not None: inputs that are None have no direction."""
    return next(direction for direction in directions if direction is not None)


def assert_close(
    came: Any, expected: Any, rtol: float = 1e-11, atol: float | None = None, what: str = ""
) -> None:
    """|came - expected| <= rtol |expected| + atol; atol None: rtol of the largest |expected|."""
    expected = np.asarray(expected)
    came = np.asarray(came)
    assert came.shape == expected.shape, f"{what}: expected {expected.shape}, got {came.shape}"
    if atol is None:
        atol = rtol * float(np.abs(expected).max(initial=0.0)) + 1e-15
    np.testing.assert_allclose(came, expected, rtol=rtol, atol=atol, err_msg=what)


def cotangent(y: Array, seed: int = 7) -> Array:
    """A random dy of y's shape and dtype, never ones: see tests/mutants/test_sum_loss.py."""
    return np.asarray(np.random.default_rng(seed).normal(size=y.shape), dtype=y.dtype)


def as_tuple(gradients: Any) -> tuple[Any, ...]:
    """What a backward returns: a bare array where there is one gradient."""
    return gradients if isinstance(gradients, tuple) else (gradients,)

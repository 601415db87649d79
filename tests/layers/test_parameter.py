"""Parameters by name, and all of them as one flat vector."""

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.ops.claims import claim
from tests.ops.strategies import seeds, shapes


def make_layer(module: ModuleType, **attributes: Any) -> Any:
    """A Layer with these attributes, in this order."""
    layer = module.Layer()
    vars(layer).update(attributes)
    return layer


def make_parameters(module: ModuleType, shapes: list[tuple[int, ...]], dtype: Any) -> Any:
    """One parameter of random numbers for each shape, with random gradients."""
    rng = np.random.default_rng(0)
    parameters = {}
    for i, shape in enumerate(shapes):
        parameters[f"p{i}"] = module.Parameter(np.asarray(rng.normal(size=shape), dtype))
        parameters[f"p{i}"].grad += np.asarray(rng.normal(size=shape), dtype)
    return parameters


def test_grad_starts_at_zero_with_the_shape_and_dtype_of_value(module: ModuleType) -> None:
    value = np.full((2, 3), 5, np.float32)
    parameter = module.Parameter(value)
    assert parameter.value is value
    assert parameter.grad.dtype == np.float32
    np.testing.assert_array_equal(parameter.grad, np.zeros((2, 3)))
    assert repr(parameter) == "Parameter(shape=(2, 3), dtype=float32)"


def test_add_grad_adds_in_place_and_leaves_the_value(module: ModuleType) -> None:
    parameter = module.Parameter(np.array([1.0, 2.0]))
    grad, contribution = parameter.grad, np.array([10.0, 20.0])
    module.add_grad(parameter, contribution)
    module.add_grad(parameter, contribution)
    assert parameter.grad is grad, "grad is a view into the flat gradient and must stay it"
    np.testing.assert_array_equal(grad, [20, 40])
    np.testing.assert_array_equal(contribution, [10, 20])
    np.testing.assert_array_equal(parameter.value, [1, 2])
    module.add_grad(None, contribution)
    module.add_grad(parameter, None)
    np.testing.assert_array_equal(grad, [20, 40])


def test_names_are_the_attributes_on_the_way(module: ModuleType) -> None:
    a, b, c, d, e = (module.Parameter(np.zeros(1)) for _ in "abcde")
    inner = make_layer(module, gamma=a, beta=None, eps=1e-5, size=3)
    outer = make_layer(
        module,
        weight=b,
        norm=inner,
        layers=[make_layer(module, q=make_layer(module, weight=c)), make_layer(module, w_in=d)],
        head=e,
    )
    expected = {
        "weight": b,
        "norm.gamma": a,
        "layers.0.q.weight": c,
        "layers.1.w_in": d,
        "head": e,
    }
    assert outer.parameters() == expected
    assert list(outer.parameters()) == list(expected), "in the order in which they were set"
    assert make_layer(module).parameters() == {}


def test_a_tied_parameter_appears_once_under_its_first_name(module: ModuleType) -> None:
    table, other = (module.Parameter(np.zeros((2, 2))) for _ in "ab")
    layer = make_layer(
        module,
        embed=make_layer(module, weight=table),
        other=other,
        layers=[make_layer(module, weight=table)],
        head=table,
    )
    assert layer.parameters() == {"embed.weight": table, "other": other}


def test_equal_parameters_that_are_not_tied_both_appear(module: ModuleType) -> None:
    value = np.ones(2)
    layer = make_layer(module, a=module.Parameter(value.copy()), b=module.Parameter(value.copy()))
    assert list(layer.parameters()) == ["a", "b"]


@claim(
    drawn=st.lists(shapes(min_dims=0, max_dims=3), min_size=1, max_size=6),
    dtype=st.sampled_from([np.float32, np.float64]),
    seed=seeds,
)
def test_flat_parameters(
    module: ModuleType, drawn: list[tuple[int, ...]], dtype: Any, seed: int
) -> None:
    parameters = make_parameters(module, drawn, dtype)
    before = {n: (p.value.copy(), p.grad.copy()) for n, p in parameters.items()}
    flat = module.FlatParameters(parameters)

    matrices = [n for n, (value, _) in before.items() if value.ndim >= 2]
    vectors = [n for n, (value, _) in before.items() if value.ndim < 2]
    assert flat.names == matrices + vectors, "matrices first, else in the order given"
    assert flat.n_decayed == sum(before[n][0].size for n in matrices)
    assert flat.value.dtype == flat.grad.dtype == dtype
    for i, vector in enumerate((flat.value, flat.grad)):
        expected = np.concatenate([before[n][i].reshape(-1) for n in flat.names])
        np.testing.assert_array_equal(vector, expected)

    # Views both ways: what is written to one is read from the other.
    rng = np.random.default_rng(seed)
    flat.value[...], flat.grad[...] = rng.normal(size=(2, flat.value.size))
    start = 0
    for name in flat.names:
        parameter, shape = parameters[name], before[name][0].shape
        end = start + parameter.value.size
        assert parameter.value.shape == parameter.grad.shape == shape
        np.testing.assert_array_equal(parameter.value.reshape(-1), flat.value[start:end])
        np.testing.assert_array_equal(parameter.grad.reshape(-1), flat.grad[start:end])
        parameter.value[...], parameter.grad[...] = 7, 8
        assert (flat.value[start:end] == 7).all()
        assert (flat.grad[start:end] == 8).all()
        assert np.count_nonzero(flat.value == 7) == end, "and it writes nowhere else"
        start = end
    assert start == flat.value.size == flat.grad.size


def test_a_tied_parameter_is_in_the_flat_vector_once(module: ModuleType) -> None:
    table = module.Parameter(np.ones((2, 3)))
    layer = make_layer(module, embed=table, head=table, bias=module.Parameter(np.zeros(3)))
    flat = module.FlatParameters(layer.parameters())
    assert flat.value.size == 9
    flat.value[...] = 4
    assert (layer.head.value == 4).all()


def test_values_that_are_not_contiguous_keep_their_numbers(module: ModuleType) -> None:
    value = np.arange(6.0).reshape(2, 3)
    parameter = module.Parameter(value.T)
    module.FlatParameters({"weight": parameter})
    np.testing.assert_array_equal(parameter.value, value.T)


def test_the_original_arrays_are_left_alone(module: ModuleType) -> None:
    value = np.ones((2, 2))
    flat = module.FlatParameters({"weight": module.Parameter(value)})
    flat.value[...] = 3
    assert (value == 1).all()


def test_a_backward_after_flattening_lands_in_the_flat_gradient(module: ModuleType) -> None:
    parameter = module.Parameter(np.zeros(3))
    flat = module.FlatParameters({"b": parameter})
    module.add_grad(parameter, np.array([1.0, 2.0, 3.0]))
    np.testing.assert_array_equal(flat.grad, [1, 2, 3])


def test_no_parameters_is_an_error(module: ModuleType) -> None:
    with pytest.raises(ValueError, match="at least one"):
        module.FlatParameters({})


def test_lists_tuples_and_dicts_of_layers_and_parameters_are_walked(module: ModuleType) -> None:
    class Inner(module.Layer):  # type: ignore[name-defined, misc]
        def __init__(self) -> None:
            self.w = module.Parameter(np.ones(1))

    class Outer(module.Layer):  # type: ignore[name-defined, misc]
        def __init__(self) -> None:
            self.pair = (Inner(), Inner())
            self.named = {"one": Inner(), "two": module.Parameter(np.ones(2))}
            self.plain = [module.Parameter(np.ones(3))]
            self.sizes = [3, 4]

    assert list(Outer().parameters()) == [
        "pair.0.w",
        "pair.1.w",
        "named.one.w",
        "named.two",
        "plain.0",
    ]


def test_a_flat_vector_that_lost_its_parameters_says_so(module: ModuleType) -> None:
    parameters = {"w": module.Parameter(np.ones(2))}
    first = module.FlatParameters(parameters)
    first.require_in_use()
    module.FlatParameters(parameters).require_in_use()
    with pytest.raises(RuntimeError, match="parameters have been moved"):
        first.require_in_use()

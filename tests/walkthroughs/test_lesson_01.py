"""Lesson 1: its claims hold when computed another way."""

import numpy as np

from .golden_text import finished
from .numeric import slope, softmax


def test_softmax() -> None:
    variables = finished("01_softmax_and_its_jacobian")[0]
    x, dy, jacobian = variables["x"], variables["dy"], variables["jacobian"]
    assert np.allclose(variables["y"], softmax(x))
    for i in range(4):
        assert np.allclose(jacobian[i], slope(lambda x, i=i: softmax(x)[i], x), atol=1e-9)
    dx = slope(lambda x: dy @ softmax(x), x)
    assert np.allclose(variables["dx"], dx, atol=1e-9)
    assert np.allclose(variables["numeric"], dx, atol=1e-9)
    assert np.allclose(slope(lambda x: softmax(x).sum(), x), 0, atol=1e-9)
    errors = variables["errors"]  # rows: right, three wrong; columns: dy = 1, random dy
    assert (errors[:, 0] < 1e-15).all()
    assert errors[0, 1] < 1e-15 < 0.05 < errors[1:, 1].min()

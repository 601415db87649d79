"""Lesson 10: its claims hold when computed another way."""

import numpy as np

from .golden_text import finished
from .numeric import slope, softmax


def test_cross_attention() -> None:
    variables = finished("10_cross_attention")[0]
    w, q, k = variables["w"], variables["q"][0], variables["k"][0]
    v, dout = variables["v"][0], variables["dout"][0]
    assert variables["pattern"].shape == (6, 4)
    assert np.allclose(variables["pattern"], softmax(q @ k.T / 6**0.5))

    def loss(q, k, v):
        z = softmax(q @ k.T / 6**0.5) @ v
        return (dout * (z @ w["out.weight"] + w["out.bias"])).sum()

    through_k = slope(lambda k: loss(q, k, v), k) @ w["k.weight"].T
    through_v = slope(lambda v: loss(q, k, v), v) @ w["v.weight"].T
    assert np.allclose(variables["dmemory_k"][0], through_k, atol=1e-8)
    assert np.allclose(variables["dmemory_v"][0], through_v, atol=1e-8)
    assert np.allclose(variables["dx"][0], slope(lambda q: loss(q, k, v), q) @ w["q.weight"].T)
    shares, measured = variables["shares"], variables["measured"]
    assert np.allclose(shares[0] + shares[1], measured, atol=1e-13)
    assert min(abs(shares[i] - measured).max() for i in (0, 1)) > 0.1
    assert len(variables["wrong"]) == len(variables["encoder_names"]) - 2 == 31
    assert not set(variables["train"]) & set(variables["test"])
    readable, other = variables["maps"]
    assert readable[[1, 2, 3, 4], [1, 4, 2, 3]].min() > 0.9
    assert other[2, 2] > 0.9
    assert other[3, 4] > 0.5

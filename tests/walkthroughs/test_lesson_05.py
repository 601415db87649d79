"""Lesson 5: its claims hold when computed another way."""

import numpy as np

from .golden_text import finished
from .numeric import slope, softmax


def test_attention() -> None:
    variables = finished("05_attention_forward_and_backward")[0]
    q, k, v, dz = (variables[name] for name in ("q", "k", "v", "dz"))

    def attend(q, k, v):
        scores = q @ k.T / 3**0.5
        return softmax(np.where(np.tri(4, dtype=bool), scores, -np.inf)) @ v

    assert np.allclose(variables["z"], attend(q, k, v))
    for name, loss, array in (
        ("dq", lambda q: (dz * attend(q, k, v)).sum(), q),
        ("dk", lambda k: (dz * attend(q, k, v)).sum(), k),
        ("dv", lambda v: (dz * attend(q, k, v)).sum(), v),
    ):
        assert np.allclose(variables[name], slope(loss, array), atol=1e-8), name
    below = np.tri(4, dtype=bool)
    below[0] = False
    assert np.array_equal(variables["dscores"] != 0, below)
    assert variables["dpattern"].all()
    assert not variables["dq"][0].any()
    assert variables["z2"].shape == (1, 2, 4, 3)
    assert variables["dq2"].shape == (1, 4, 6)

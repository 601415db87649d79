"""Lesson 9: its claims hold when computed another way."""

import numpy as np

from .golden_text import finished
from .numeric import softmax


def test_next_token() -> None:
    variables = finished("09_decoder_next_token")[0]
    ids, targets = variables["ids"], variables["targets"]
    assert np.array_equal(ids[0, 1:], targets[0, :-1])
    logits = variables["new_model"]().forward(ids)[0][0]  # (T, V)
    assert np.allclose(
        softmax(logits)[np.arange(6), targets[0]], np.exp(-np.array(variables["losses"]))
    )
    assert np.isclose(np.mean(variables["losses"]), variables["loss"])
    upper = np.tri(6, dtype=bool).T
    assert np.array_equal(variables["causal_moves"] != 0, upper)
    assert np.array_equal(variables["reached"] != 0, upper.T)
    assert variables["leaky_moves"].all()
    chance = np.log(6)
    causal, no_mask = variables["ends"]
    assert np.allclose(causal, chance, atol=0.05)
    assert max(no_mask[:5]) < 0.1
    assert no_mask[5] > chance - 0.05

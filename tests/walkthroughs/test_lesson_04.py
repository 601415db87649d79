"""Lesson 4: its claims hold when computed another way."""

import numpy as np

from .golden_text import finished
from .numeric import slope, softmax

STEM = "04_embeddings_and_positions"


def test_embedding() -> None:
    variables = finished(STEM)[0]
    ids, weight, dy = (variables[name] for name in ("ids", "weight", "dy"))
    assert np.array_equal(variables["y"], np.stack([weight[i] for i in ids]))
    dweight = slope(lambda weight: sum(dy[t] @ weight[i] for t, i in enumerate(ids)), weight)
    assert np.allclose(variables["dweight"], dweight, atol=1e-8)
    vocabulary = variables["vocabulary"]
    changed = abs(variables["by_indices"] - dweight).max(axis=1) > 1e-6
    assert [vocabulary[i] for i in np.flatnonzero(changed)] == ["the"]
    changed = abs(variables["by_rule"] - dweight).max(axis=1) > 1e-6
    assert [vocabulary[i] for i in np.flatnonzero(changed)] == ["[PAD]"]


def test_order_without_positions() -> None:
    """Layers written anew; what the lesson says of one and two, with and without mask."""
    variables = finished(STEM)[0]
    w_q, w_k, w_v = (variables[name] for name in ("w_q", "w_k", "w_v"))

    def layer(x, mask):
        scores = np.where(mask, x @ w_q @ (x @ w_k).T / 2, -np.inf)  # sqrt(D) = 2
        return x + softmax(scores) @ x @ w_v

    everything = np.ones((3, 3), dtype=bool)
    x = variables["embed"](["dog", "bites", "man"])
    assert np.allclose(variables["out"], layer(x, everything))
    assert np.allclose(variables["out_swapped"], layer(x, everything)[::-1])
    for row, mask in enumerate((everything, np.tri(3, dtype=bool))):
        states = [x, x[[1, 0, 2]]]
        for n_layers in range(2):
            states = [layer(state, mask) for state in states]
            differs = not np.allclose(states[0][2], states[1][2], atol=1e-12)
            assert differs == variables["notices"][row, n_layers]


def test_sinusoidal_positions() -> None:
    variables = finished(STEM)[0]
    dots = variables["dots"]
    frequencies = [1, 0.1, 0.01, 0.001]  # 10000^(-2i/8)
    for a, b in np.ndindex(dots.shape):
        assert np.isclose(dots[a, b], sum(np.cos((a - b) * f) for f in frequencies))
    hands = variables["positions"].reshape(20, 4, 2) @ [1j, 1]  # the tip as a complex number
    assert np.allclose(hands, np.exp(1j * np.outer(np.arange(20), frequencies)))


def test_learned_positions() -> None:
    variables = finished(STEM)[0]
    dout, table, real = (variables[name] for name in ("dout", "table", "real"))
    loss = slope(lambda table: sum((dout[b, t] @ table[t]) for b, t in np.argwhere(real)), table)
    assert np.allclose(variables["dtable"], loss, atol=1e-8)
    assert real.sum(axis=0).tolist() == [2, 2, 2, 1, 1]

"""Lesson 17: its claims hold when computed another way."""

import numpy as np
import pytest

from tinytf import DecoderLM
from tinytf.layers import FlatParameters
from tinytf.ops import cross_entropy_backward, cross_entropy_forward

from .golden_text import finished
from .numeric import slope, softmax

LESSON = "17_llama_and_mpt"


def turn(angles) -> np.ndarray:
    """The rotation of one position as a matrix (4, 4): features 0 and 2 are a pair, 1 and 3."""
    matrix = np.zeros((4, 4))
    for i, angle in enumerate(angles):
        matrix[i, i] = matrix[i + 2, i + 2] = np.cos(angle)
        matrix[i, i + 2], matrix[i + 2, i] = -np.sin(angle), np.sin(angle)
    return matrix


def test_rope() -> None:
    variables = finished(LESSON)[0]
    dx, dy = variables["dx"], variables["dy"]
    rows = variables["positions"][:, None] * [1.0, 0.01]
    assert np.allclose(variables["angles"], rows)
    turns = [turn(angles) for angles in rows]
    for t, matrix in enumerate(turns):
        assert np.allclose(matrix @ matrix.T, np.eye(4))
        assert np.allclose(dx[t], slope(lambda x, m=matrix, t=t: dy[t] @ m @ x, np.zeros(4)))
    rng = np.random.default_rng(0)
    q, k = rng.normal(size=(2, 4))
    scores = [[(a @ q) @ (b @ k) for b in turns] for a in turns]
    for query, key in np.ndindex(6, 6):
        between = turn(np.array([1.0, 0.01]) * (key - query))
        assert np.isclose(scores[query][key], q @ between @ k)


def test_gate() -> None:
    variables = finished(LESSON)[0]
    x, w_gate, w_up, w_down = variables["inputs"]

    def loss(x, w_gate, w_up, w_down):
        pre = x @ w_gate
        return (variables["dout"] * ((pre / (1 + np.exp(-pre)) * (x @ w_up)) @ w_down)).sum()

    for name, f, array in (
        ("dw_gate", lambda w: loss(x, w, w_up, w_down), w_gate),
        ("dw_up", lambda w: loss(x, w_gate, w, w_down), w_up),
        ("dw_down", lambda w: loss(x, w_gate, w_up, w), w_down),
    ):
        assert np.allclose(variables[name], slope(f, array), atol=1e-7), name


def test_grouped_heads() -> None:
    variables = finished(LESSON)[0]
    q, k, v, dz = (variables[name][0] for name in ("q", "k", "v", "dz"))

    def loss(k, heads=range(4)):
        z = 0.0
        for head in heads:
            scores = np.where(np.tri(5, dtype=bool), q[head] @ k[head // 2].T / 2, -np.inf)
            z += (dz[head] * (softmax(scores) @ v[head // 2])).sum()
        return z

    assert np.allclose(variables["dk"][0], slope(loss, k), atol=1e-8)
    for head, part in enumerate(variables["parts"]):
        assert np.allclose(part, slope(lambda k, head=head: loss(k, [head]), k), atol=1e-8)


def test_alibi() -> None:
    variables = finished(LESSON)[0]
    last = variables["pattern"][:, -1]
    for head, row in enumerate(last):
        powers = np.exp(-np.arange(8)[::-1] / 2.0 ** (head + 1))
        assert np.allclose(row, powers / powers.sum())
    # Shorter texts look the same from their last token: the ratios of neighbours stay.
    for query in range(1, 8):
        pattern = variables["pattern"][0, query]
        assert np.allclose(pattern[:query] / pattern[1 : query + 1], last[0, 0] / last[0, 1])


@pytest.mark.parametrize("row", range(8))
def test_gradients_of_each_config(row: int) -> None:
    """Each model of the table: the loss along a random direction changes as its gradient says."""
    variables = finished(LESSON)[0]
    config = variables["models"][row].config
    rng = np.random.default_rng(row)
    model = DecoderLM(config, rng, np.float64)
    flat = FlatParameters(model.parameters())
    assert flat.value.size == variables["table"][row, 0]
    flat.value += rng.normal(0, 0.1, flat.value.size)
    tokens = rng.integers(0, config.vocab_size, (2, 7))

    def loss_and_backward(ids, targets):
        logits, cache = model.forward(ids)
        loss, loss_cache = cross_entropy_forward(logits, targets)
        model.backward(cross_entropy_backward(1.0, loss_cache), cache)
        return loss

    loss_and_backward(tokens[:, :-1], tokens[:, 1:])
    direction = rng.normal(size=flat.value.size)
    expected = flat.grad @ direction
    flat.value += 1e-6 * direction
    above = loss_and_backward(tokens[:, :-1], tokens[:, 1:])
    flat.value -= 2e-6 * direction
    below = loss_and_backward(tokens[:, :-1], tokens[:, 1:])
    assert np.isclose((above - below) / 2e-6, expected, rtol=1e-5)
    kv_cache = model.new_kv_caches(1)[0]
    keys, values = kv_cache.append(*np.zeros((2, 1, config.kv_heads, 1, config.d_head)))
    assert config.n_layers * (keys.size + values.size) == variables["table"][row, 2]

"""Lesson 6: its claims hold when computed another way."""

import numpy as np
import pytest

from tinytf import Config
from tinytf.layers.attention import SelfAttention

from .golden_text import finished
from .numeric import slope


@pytest.fixture(scope="module")
def variables() -> dict:
    return finished("06_heads_and_masks")[0]


def attend(q, k, v, allowed):
    """Attention in loops over the keys that each query may see; nothing to see gives 0."""
    z = np.zeros((len(q), v.shape[1]))
    for query, row in enumerate(allowed):
        keys = [key for key in range(len(k)) if row[key]]
        weights = [np.exp(q[query] @ k[key] / q.shape[1] ** 0.5) for key in keys]
        for weight, key in zip(weights, keys, strict=True):
            z[query] += weight / sum(weights) * v[key]
    return z


def test_masks_are_what_the_words_say(variables: dict) -> None:
    words = variables["words"]
    for sentence, query, key in np.ndindex(2, 4, 4):
        real = words[sentence][key] != "[PAD]"
        assert variables["padding"][sentence, 0, 0, key] == real
        assert variables["both"][sentence, 0, query, key] == (real and key <= query)
    assert np.allclose(variables["cross"], [[0.5, 0.5, 0, 0]] * 3)


def test_the_last_query_stands_at_the_last_key(variables: dict) -> None:
    # k and v of section 2 are overwritten later on; the masks are not.
    assert variables["right"].sum(axis=1).tolist() == [4, 5]
    assert variables["wrong"].sum(axis=1).tolist() == [1, 2]
    assert np.allclose(variables["outs"][0], variables["whole"][0, 0, 3:])
    assert abs(variables["outs"][1] - variables["whole"][0, 0, 3:]).max() > 0.1


def test_an_empty_row(variables: dict) -> None:
    q, k, dz, mask = (variables[name] for name in ("q", "k", "dz", "mask"))
    v = variables["cache"][2][0, 0]  # the name v is taken again later on
    assert mask.any(axis=1).tolist() == [False, False, True, True]
    assert np.array_equal(np.isnan(attend(q, k, v, mask)), np.zeros((4, 3), bool))
    dq, dk, dv = variables["by_hand"]["the op"]
    assert np.allclose(dq, slope(lambda q: (dz * attend(q, k, v, mask)).sum(), q), atol=1e-8)
    assert np.allclose(dk, slope(lambda k: (dz * attend(q, k, v, mask)).sum(), k), atol=1e-8)
    assert np.allclose(dv, slope(lambda v: (dz * attend(q, k, v, mask)).sum(), v), atol=1e-8)
    assert not dq[:2].any()
    assert not dk[:2].any()
    assert not dv[:2].any()
    minus_1e9 = variables["patterns"]["-1e9"]
    scores = q @ k.T / 3**0.5
    assert np.allclose(minus_1e9[0], np.exp(scores[0]) / np.exp(scores[0]).sum(), atol=1e-6)


def test_wrong_masks(variables: dict) -> None:
    right, turned, integers, added = variables["shares"]
    assert right.tolist() == [0.5, 0.5, 0, 0]
    assert turned.tolist() == [0, 0, 0.5, 0.5]
    assert integers.tolist() == [0.25] * 4
    assert np.allclose(added, np.array([np.e, np.e, 1, 1]) / (2 * np.e + 2))


def test_several_heads(variables: dict) -> None:
    v, wanted = variables["v"], variables["wanted"]
    shares = np.linspace(-1, 2, 3001)[:, None]
    reached = shares * v[0] + (1 - shares) * v[1]
    assert np.isclose(np.linalg.norm(reached - wanted, axis=1).min(), 4)
    sizes = {"vocab_size": 9, "d_model": 12, "max_len": 9, "d_ff": 9, "n_layers": 1}
    for n_heads in (1, 2, 3, 6):
        config = Config(**sizes, n_heads=n_heads, bias=False)
        layer = SelfAttention(config, np.random.default_rng(0))
        assert sum(p.value.size for p in layer.parameters().values()) == 4 * 12**2

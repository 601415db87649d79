"""Lesson 14: its claims hold when computed another way."""

import numpy as np

from tinytf import DecoderLM
from tinytf.generation import Sampling, next_token
from tinytf.layers import KVCache

from .golden_text import finished
from .numeric import softmax

PARTS = slice(0, 5), slice(5, 6), slice(6, 32)  # of the 32 tokens


def test_sampling() -> None:
    variables = finished("14_sampling_and_kv_cache")[0]
    logits, taus = variables["logits"], variables["taus"]
    assert np.allclose(softmax(logits), variables["probs"])
    assert np.allclose(variables["table"], [softmax(logits / tau) for tau in taus])
    rng = np.random.default_rng(0)
    for settings, expected in (
        (Sampling(temperature=2.0), variables["table"][2]),
        (Sampling(top_k=3), variables["cut"][0]),
        (Sampling(top_p=0.9), variables["cut"][1]),
    ):
        drawn = [next_token(logits, settings, rng) for _ in range(2000)]
        share = np.bincount(drawn, minlength=8) / 2000
        assert abs(share - expected).max() < 0.04
        assert np.array_equal(share[expected == 0], expected[expected == 0])


def test_kv_cache() -> None:
    variables = finished("14_sampling_and_kv_cache")[0]
    q, k, v = variables["q"], variables["k"], variables["v"]
    pattern = softmax(np.where(np.tri(4, dtype=bool), q @ k.T / 2**0.5, -np.inf))
    assert np.allclose(variables["pattern"], pattern)
    assert np.allclose(variables["z"], pattern @ v)
    # 4 matrices D x D and 2 D x F for each token and layer, the head, and two for each pair.
    D, F, V = 16, 64, 8
    for t, (again, cached) in enumerate(variables["counts"], start=1):
        assert cached == 3 * (4 * D**2 + 2 * D * F) + V * D + 3 * 2 * D * t
        assert again == t * cached
    # The same model in float32, several tokens at once behind a cache.
    model = DecoderLM(variables["config"], np.random.default_rng(7))
    ids, kv_caches = variables["ids"], model.new_kv_caches(1)
    parts = [model.forward(ids[:, part], kv_caches=kv_caches)[0] for part in PARTS]
    assert np.allclose(np.concatenate(parts, axis=1), model.forward(ids)[0], atol=1e-4)
    gpt2 = KVCache(1, n_kv_heads=12, max_len=1024, d_head=64, dtype=np.float32)
    k = np.zeros((1, 12, 1024, 64), np.float32)
    assert 12 * sum(x.size for x in gpt2.append(k, k)) == variables["kept"]


def test_keys_of_old_tokens() -> None:
    """A token that is appended, not replaced, leaves the old keys of the causal model alone."""
    variables = finished("14_sampling_and_kv_cache")[0]
    changed = {}
    for causal in (True, False):
        model, keys_of_layers = variables["new_model"](causal), variables["keys_of_layers"]
        text = np.array([[0, 1, 2, 3, 4, 5]])
        pairs = zip(keys_of_layers(model, text), keys_of_layers(model, text[:, :5]), strict=True)
        changed[causal] = [bool(abs(k[:, :5] - short).max() > 1e-12) for k, short in pairs]
    assert changed == {True: [False] * 3, False: [False, True, True]}

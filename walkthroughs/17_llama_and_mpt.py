# %% [markdown]
# # 17. What Llama and MPT changed
#
# **Question:** Llama and MPT are GPTs with a few parts exchanged. What does each new part do, what
# becomes of its gradient, and what does it save?
#
# **Shapes:** T tokens; D = H K features, H heads; Hkv <= H key heads; F, the inner size of the FFN.
# `q`, `k` (T, K) of one head; `bias` (H, T, T), what ALiBi adds to the scores.
#
# **Source:** `tinytf/ops/rope.py` (Su et al. 2021, "RoFormer", equation 34),
# `tinytf/ops/swiglu_ffn.py` (Shazeer 2020, equation 6), `tinytf/ops/attention.py` (grouped heads:
# Ainslie et al. 2023, "GQA"), `tinytf/ops/positions.py` (ALiBi: Press et al. 2022, section 3),
# `tinytf/models/presets.py` (Touvron et al. 2023, "LLaMA", section 2.2). RMSNorm is in lesson 2.

# %%
from functools import partial

import numpy as np
from numpy.linalg import norm

from tinytf import Config, DecoderLM, ops
from tinytf.layers import FlatParameters
from tinytf.models import PRESETS
from tinytf.show import show
from tinytf.stepping import assert_gradient, complex_step, pause, report_exercise

rng = np.random.default_rng(18)

# %% [markdown]
# ## RoPE: positions as rotations
#
# Nothing is added to the embeddings. Queries and keys are rotated: features i and i + K/2 are a
# point of the plane, and turn by the angle `position * base^(-2i/K)`. As one complex number x, the
# point becomes `x exp(i angle)`. They turn like the hands of a clock, the first pair fastest.

# %%
print("--- 1. RoPE: positions as rotations ---\n")
T, K = 6, 4
positions = np.arange(T)
angles = positions[:, None] * 10000.0 ** (-2 * np.arange(K // 2) / K)  # (T, K/2)
at = [f"at {t}" for t in positions]
show(np.degrees(angles.T), ["pair 0", "pair 1"], at, title="angle in degrees", digits=1)


def rotated(x, angles):
    """x (T, K), its pairs turned by angles (T, K/2)."""
    points = (x[:, : K // 2] + 1j * x[:, K // 2 :]) * np.exp(1j * angles)
    return np.concatenate([points.real, points.imag], axis=1)


q, k = (np.tile(row, (T, 1)) for row in rng.normal(size=(2, K)))
pause("The same q and the same k stand at all 6 positions. Which of the 36 scores are equal?")
scores = rotated(q, angles) @ rotated(k, angles).T / K**0.5
show(scores, [f"q {p}" for p in at], [f"k {p}" for p in at], title="scores[query, key]")
print("Those on one diagonal, and no others. q turned by a and k turned by b have the dot product")
print("of q and k turned by b - a: how far apart they are counts, not where they stand.\n")
for x in (q, k):
    assert np.allclose(rotated(x, angles), ops.rope_forward(x, positions)[0], rtol=0, atol=1e-14)
assert np.allclose(scores[1:, 1:], scores[:-1, :-1], rtol=0, atol=1e-14)
assert len(np.unique(scores.round(9))) == 2 * T - 1

# %%
pause("y is x rotated. What is the backward, from dy to dx? Which of the two is longer?")
dy = rng.normal(size=(T, K))
dx = rotated(dy, -angles)
show([norm(dy, axis=1), norm(dx, axis=1)], ["dy", "dx"], at, title="length")
print("The rotation back: y = R x, so dx = R^T dy, and R^T turns by -angle. No length changes.\n")
_, rope_cache = ops.rope_forward(q, positions)
by_step = complex_step(lambda x: (dy * ops.rope_forward(x, positions)[0]).sum(), q)
assert np.allclose(dx, ops.rope_backward(dy, rope_cache), rtol=0, atol=1e-14)
assert np.allclose(dx, by_step, rtol=0, atol=1e-14)

# %% [markdown]
# ## SwiGLU: an FFN with a gate
#
# `pre = x @ w_gate`, `post = silu(pre) * (x @ w_up)`, `out = post @ w_down`, where `silu(pre) = pre
# sigmoid(pre)`. The gradient of a product goes to each factor times the other one.

# %%
print("--- 2. SwiGLU: out = (silu(x @ w_gate) * (x @ w_up)) @ w_down ---\n")
D, F = 3, 4
x, dout = rng.normal(size=(2, 5, D))
(w_gate, w_up), w_down = rng.normal(size=(2, D, F)), rng.normal(size=(F, D))
w_gate[:, 2] = 0
pre, up = x @ w_gate, x @ w_up
sigmoid = 1 / (1 + np.exp(-pre))
gate, dpost = pre * sigmoid, dout @ w_down.T
dgate, dup = dpost * up, dpost * gate
dpre = dgate * sigmoid * (1 + pre * (1 - sigmoid))
dw_gate, dw_up, dw_down = x.T @ dpre, x.T @ dup, (gate * up).T @ dout

pause("Column 2 of w_gate is 0: the gate of unit 2 is silu(0) = 0. Which matrices learn there?")
lengths = [norm(dw_gate, axis=0), norm(dw_up, axis=0), norm(dw_down, axis=1)]
rows, cols = ["dw_gate", "dw_up", "dw_down"], [f"unit {i}" for i in range(F)]
show(lengths, rows, cols, title="length of each unit's gradient")
print("Only w_gate: silu has slope 1/2 at 0, so the gate can open. As long as it is shut, nothing")
print("passes, neither forward to w_down nor back to w_up.")
inputs = [x, w_gate, w_up, w_down]


def loss(i, moved):
    """sum(dout * out), with another input number i."""
    return (dout * ops.swiglu_ffn_forward(*inputs[:i], moved, *inputs[i + 1 :])[0]).sum()


by_op = ops.swiglu_ffn_backward(dout, ops.swiglu_ffn_forward(*inputs)[1])
for i, d in enumerate((dpre @ w_gate.T + dup @ w_up.T, dw_gate, dw_up, dw_down)):
    assert np.allclose(d, by_op[i], rtol=0, atol=1e-13)
    assert np.allclose(d, complex_step(partial(loss, i), inputs[i]), rtol=0, atol=1e-13)
assert np.array_equal(np.array(lengths)[:, 2] == 0, [False, True, True])

print("Three matrices D x F need as many parameters as two of GPT, D x 4 D, when 3 D F = 8 D^2:")
print(f"F = 8/3 D. For D = 4096: {8 / 3 * 4096:.1f}. Llama 7B has 11008, a multiple of 256.\n")
assert 11008 - 256 < 8 / 3 * 4096 < 11008 == 43 * 256

# %% [markdown]
# ## Grouped heads
#
# H query heads, but only Hkv heads of keys and values. Each serves a group of H / Hkv query heads.

# %%
print("--- 3. Grouped heads: 4 of queries, 2 of keys and values ---\n")
H, Hkv = 4, 2
(q, dz), (k, v) = rng.normal(size=(2, 1, H, 5, K)), rng.normal(size=(2, 1, Hkv, 5, K))
_, attention_cache = ops.attention_forward(q, k, v, causal=True)
parts = []  # dk when only one query head has a dz
for h in range(H):
    only = np.where(np.arange(H)[:, None, None] == h, dz, 0)  # (1, H, T, K)
    parts.append(ops.attention_backward(only, attention_cache)[1][0])  # (Hkv, T, K)
pause("Which query heads teach key head 0? What is its gradient when all four have one?")
rows, cols = [f"query head {h}" for h in range(H)], ["key head 0", "key head 1"]
show(norm(parts, axis=(2, 3)), rows, cols, title="length of what it sends to dk")
print("Its own group, 0 and 1. It gets the sum of what they send, like all that is used twice.")
print("Llama 2 70B has 64 query heads and 8 of keys: a KV cache (lesson 14) of an eighth.\n")
_, dk, _ = ops.attention_backward(dz, attention_cache)
by_step = complex_step(lambda k: (dz * ops.attention_forward(q, k, v, causal=True)[0]).sum(), k)
assert np.allclose(sum(parts), dk[0], rtol=0, atol=1e-14)
assert np.allclose(by_step, dk, rtol=0, atol=1e-14)
assert np.array_equal(norm(parts, axis=(2, 3)) > 0, [[1, 0], [1, 0], [0, 1], [0, 1]])

# %% [markdown]
# ## ALiBi: distance as a penalty
#
# MPT adds to each score `-slope (position of the query - position of the key)`. Each head has a
# slope of its own, 2^(-8/H), 2^(-16/H) and so on: a constant, nothing is learned.

# %%
print("--- 4. ALiBi: distance as a penalty ---\n")
T, H = 8, 8
slopes, distance = 2.0 ** -np.arange(1, H + 1), np.arange(T)[:, None] - np.arange(T)
bias, mask = -slopes[:, None, None] * distance, ops.causal_mask(T, T)  # (H, T, T), (T, T)
title = "bias[0][query, key], slope 1/2, with the causal mask"
show(np.where(mask, bias[0], -np.inf), title=title, digits=1)
pause("Let all q and k be 0. Where does the last query look, in the head of slope 1/2, of 1/256?")
pattern, _ = ops.softmax_forward(np.where(mask, bias, -np.inf))
rows, cols = [f"slope 1/{2**h}" for h in range(1, H + 1)], [f"{d} back" for d in distance[-1]]
show(pattern[:, -1], rows, cols, title="pattern of the last query, a row for each head")
print("With 1/2 each step back counts exp(-1/2) = 0.61 times as much, with 1/256 nearly as much:")
print("near-sighted and far-sighted heads, the same at every place. There is no table that ends.\n")
assert np.allclose(bias, ops.alibi_bias(H, T, T), rtol=0, atol=1e-15)
assert np.allclose(pattern[0, -1, :-1] / pattern[0, -1, 1:], np.exp(-0.5))

# %% [markdown]
# ## Each change is a switch of Config

# %%
print("--- 5. Each change is a switch of Config ---\n")
V, D, F, T, H, K, n = 1000, 48, 192, 64, 4, 12, 2
settings = {"vocab_size": V, "d_model": D, "max_len": T, "n_heads": H, "d_ff": F, "n_layers": n}
mpt = Config(**settings, **PRESETS["mpt"])
changes = {
    "GPT-2": PRESETS["gpt"],
    "norm='rmsnorm'": {"norm": "rmsnorm", "norm_eps": 1e-6},
    "bias=False": {"bias": False},
    "positions='rope'": {"positions": "rope"},
    "activation='swiglu', d_ff=128": {"activation": "swiglu", "d_ff": 8 * D // 3},
    "tie_embeddings=False: Llama": {"tie_embeddings": False},
    "n_kv_heads=1": {"n_kv_heads": 1},
}
configs = []
for change in changes.values():
    settings |= change
    configs.append(Config(**settings))

pause("From GPT-2 to Llama, one switch after the other. Which one makes the model larger?")
models = [DecoderLM(config, rng) for config in (*configs, mpt)]
sizes = np.array([FlatParameters(model.parameters()).value.size for model in models])
kept = [2 * n * model.config.kv_heads * K for model in models]  # numbers, of all layers
steps = np.diff(sizes[:-1], prepend=sizes[0])
table = np.column_stack([sizes, [*steps, sizes[-1] - sizes[0]], kept])
title = f"V = {V}, D = {D}, max_len = {T}, H = {H}, n = {n} layers"
show(table, [*changes, "MPT, from GPT-2"], ["parameters", "change", "KV cache, a token"], title)
print("Only the output head of its own, V D. RMSNorm has no beta, D in each of 2 n + 1 norms. RoPE")
print("and ALiBi have no table of max_len rows. SwiGLU with F = 8/3 D costs nothing. A single head")
print("of keys and values makes the KV cache H times smaller.\n")
shared = -n * 2 * D * (D - K)  # one head of keys and of values in place of H
assert steps.tolist() == [0, -(2 * n + 1) * D, -n * (5 * D + F), -T * D, 0, V * D, shared]
assert configs[5] == Config(**{**settings, **PRESETS["llama"], "n_kv_heads": None})

# %% [markdown]
# ## Exercises: replace `return None` and run the file again


# %%
def rope_of_neighbours_yours(x, positions, base):
    """Exercise 1: RoPE as in the paper, where features 2i and 2i + 1 are a pair, not i and i + K/2.

    x (T, K), positions (T,). Pair i turns by position * base^(-2i/K). Return y (T, K).
    """
    return None


def dslope_yours(dscores):
    """Exercise 2: let ALiBi learn its slopes (H,). dscores (H, T, T) is 0 where masked."""
    return None


def check_rope(answer):
    for K, base in ((6, 50.0), (4, 300.0)):
        x, positions = np.random.default_rng(K).normal(size=(5, K)), np.array([0, 1, 2, 5, 9])
        order = np.concatenate([np.arange(0, K, 2), np.arange(1, K, 2)])
        expected = np.empty((5, K))
        expected[:, order] = ops.rope_forward(x[:, order], positions, base)[0]
        assert_gradient("y", answer(x.copy(), positions, base), expected)


def check_dslope(answer):
    for H, T in ((3, 4), (2, 6)):
        rng = np.random.default_rng(H)
        scores, dpattern = rng.normal(size=(2, H, T, T))
        distance, mask = np.arange(T)[:, None] - np.arange(T), np.tri(T, dtype=bool)

        def pattern(slope, scores=scores, distance=distance, mask=mask):
            biased = scores - slope[:, None, None] * distance
            return ops.softmax_forward(np.where(mask, biased, -np.inf))

        def loss(slope, dpattern=dpattern, pattern=pattern):
            return (dpattern * pattern(slope)[0]).sum()

        slope = 0.5 ** np.arange(1, H + 1)
        dscores = ops.softmax_backward(dpattern, pattern(slope)[1])
        assert_gradient("dslope", answer(dscores), complex_step(loss, slope))


print("--- Exercises ---\n")
report_exercise("Exercise 1", check_rope, rope_of_neighbours_yours)
report_exercise("Exercise 2", check_dslope, dslope_yours)

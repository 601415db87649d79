# %% [markdown]
# # 5. Attention, forward and backward
#
# **Question:** how does one token's vector become a mixture of others, and which way does each
# query, key and value have to move to lower the loss?
#
# **Shapes:** T = 4 tokens, head size K = 3, first one head: `q`, `k`, `v`, `z` are (T, K);
# `scores` and `pattern` (T, T), row = the token that looks (query), column = the token looked at
# (key). Gradients have the same shapes. The op takes (B, H, T, K); `q[None, None]` adds B = H = 1.
#
# **Source:** `tinytf/ops/attention.py`. Vaswani et al. 2017, "Attention Is All You Need": equation
# 1 (scaled dot-product attention) and section 3.2.2 (heads). Softmax's backward is lesson 1.

# %%
import math

import numpy as np

from tinytf.ops import attention_backward, attention_forward, causal_mask, softmax_forward
from tinytf.ops.heads import merge_heads, split_heads
from tinytf.show import show
from tinytf.stepping import assert_gradient, complex_step, pause, report_exercise, take_results

words = ["the", "cat", "sat", "down"]
T, K = 4, 3
rng = np.random.default_rng(1126)
q, k, v = rng.normal(size=(3, T, K)).round(1)
features = [f"[{i}]" for i in range(K)]

print("--- 1. Forward ---\n")
show(q, rows=words, cols=features, title="q, what each token looks for", digits=1)
show(k, rows=words, cols=features, title="k, what each token offers to be found by", digits=1)
show(v, rows=words, cols=features, title="v, what each token hands over", digits=1)

# %% [markdown]
# ## Scores
#
# How well does each query fit each key? The dot product, times 1 / sqrt(K): the dot product of two
# random vectors of K numbers with variance 1 has variance K, and large scores would let softmax put
# nearly everything on one key, where its gradient vanishes.

# %%
scale = 1 / math.sqrt(K)
scores = scale * q @ k.T  # (T, T)
show(scores, rows=words, cols=words, title="scores[query, key]")

print("A random query, 100 random keys, K = 256: softmax of the unscaled row of scores.")
pause("How large is its largest entry, on average?")
wide_q, wide_k = rng.normal(size=(2, 100, 256))
largest = [softmax_forward(s * wide_q @ wide_k.T)[0].max(axis=1).mean() for s in (1, 1 / 16)]
print(f"{largest[0]:.2f}: nearly all goes to one key. Scaled, it is {largest[1]:.2f}.\n")
assert largest[0] > 0.7 > 0.2 > largest[1]

# %% [markdown]
# ## Mask, pattern, mixture
#
# Causal: no token sees a later one. Forbidden scores become -inf, so their share is exactly 0.

# %%
mask = causal_mask(T, T)
show(mask, rows=words, cols=words, title="mask[query, key], yes = may attend")
masked_scores = np.where(mask, scores, -np.inf)
show(masked_scores, rows=words, cols=words, title="masked_scores[query, key]")

pause("What is the first row of the pattern, whatever q and k are?")
pattern, _ = softmax_forward(masked_scores)
show(pattern, rows=words, cols=words, title="pattern[query, key]")
z = pattern @ v
show(z, rows=words, cols=features, title="z = pattern @ v")
print("'the' can only look at itself: its share is 1, and its z is its own v.\n")
assert pattern[0, 0] == 1
assert np.array_equal(z[0], v[0])
assert (pattern[~mask] == 0).all()

z_op, cache = attention_forward(q[None, None], k[None, None], v[None, None], causal=True)
assert np.allclose(z, z_op[0, 0], rtol=0, atol=1e-14)

# %% [markdown]
# ## Backward: every step undone, the last one first
#
# `dz` comes from the layers above; here it is random. For a product C = A @ B the chain rule gives
# `dA = dC @ B^T` and `dB = A^T @ dC`: of all arrangements, the only one in which the shapes fit and
# each entry meets what it was multiplied with. So `z = pattern @ v` gives two gradients.

# %%
print("--- 2. Backward ---\n")
dz = rng.normal(size=(T, K)).round(1)
show(dz, rows=words, cols=features, title="dz, random", digits=1)

pause("Who can send a gradient to the value of 'down', the last token?")
dv = pattern.T @ dz
show(dv, rows=words, cols=features, title="dv = pattern^T @ dz")
print("Only 'down' itself, with its share; 'the' was looked at by all four.\n")
assert np.allclose(dv[3], pattern[3, 3] * dz[3])

dpattern = dz @ v.T
show(dpattern, rows=words, cols=words, title="dpattern[query, key] = dz @ v^T")
print("Not 0 above the diagonal: looking ahead would change the loss. The mask acts next.\n")
assert (dpattern[~mask] != 0).all()

# %% [markdown]
# Softmax's backward (lesson 1), one row at a time: `dscores = pattern * (dpattern - mean)`, where
# `mean` is the row's mean of dpattern weighted with pattern.

# %%
pause("Which entries of dscores are exactly 0? Why?")
mean = (dpattern * pattern).sum(axis=1, keepdims=True)  # (T, 1)
dscores = pattern * (dpattern - mean)
show(dscores, rows=words, cols=words, title="dscores[query, key]")
print("Above the diagonal: pattern is 0 there. And the whole first row: with one key to look at,")
print("the share is 1 whatever the score is. Every row adds up to 0, as in lesson 1.\n")
zero = ~mask | (np.arange(T) == 0)[:, None]  # (T, T)
assert np.array_equal(dscores == 0, zero)
assert np.allclose(dscores.sum(axis=1), 0, atol=1e-14)
# The op takes the mean from z, over K features instead of T keys: the same, as z = pattern @ v.
assert np.allclose(mean, (dz * z).sum(axis=1, keepdims=True), rtol=0, atol=1e-14)

# %%
pause("One of the four rows of dq is exactly 0. Which? And is there such a row in dk?")
dq = scale * dscores @ k
dk = scale * dscores.T @ q
show(dq, rows=words, cols=features, title="dq = scale * dscores @ k")
show(dk, rows=words, cols=features, title="dk = scale * dscores^T @ q")
print("The query of 'the' had no choice, so no gradient. Its key was a choice for others.\n")
assert (dq[0] == 0).all()
assert (dk != 0).all()

by_op = attention_backward(dz[None, None], cache)
for d, d_op in zip((dq, dk, dv), by_op, strict=True):
    assert np.allclose(d, d_op[0, 0], rtol=0, atol=1e-14)

# %% [markdown]
# ## An independent check: complex-step
#
# As in lesson 1: move one entry by 1e-20 i, look at the imaginary part of the loss `sum(dz * z)`.


# %%
def loss(q, k, v):
    z, _ = attention_forward(q[None, None], k[None, None], v[None, None], causal=True)
    return (dz * z[0, 0]).sum()


print("--- 3. Checked with complex-step ---\n")
checks = {  # by hand, the loss as a function of one array, that array
    "dv": (dv, lambda v: loss(q, k, v), v),
    "dpattern": (dpattern, lambda pattern: (dz * (pattern @ v)).sum(), pattern),
    "dscores": (dscores, lambda s: (dz * (softmax_forward(s)[0] @ v)).sum(), masked_scores),
    "dq": (dq, lambda q: loss(q, k, v), q),
    "dk": (dk, lambda k: loss(q, k, v), k),
}
errors = np.array([abs(d - complex_step(f, a)).max() for d, f, a in checks.values()])
show(errors, cols=list(checks), title="largest difference between by hand and measured")
assert errors.max() < 1e-14

# %% [markdown]
# ## Two heads
#
# A layer has D = H K features per token. Head h owns features h K to (h + 1) K, and each head
# attends on its own. Splitting is a reshape and a transpose: no number changes, so its backward is
# the way back, merging. With H = 2, K = 3 the features of x are 0 1 2 | 3 4 5.

# %%
print("--- 4. Two heads ---\n")
H = 2
x = np.arange(T * H * K).reshape(1, T, H * K)  # (B, T, D), numbered to be recognised
show(x[0], rows=words, title="x, one row per token")
pause("x.reshape(1, H, T, K) has the right shape too. Whose numbers does it give to head 0?")
show(split_heads(x, H)[0, 0], rows=words, title="head 0: split_heads(x, 2)[0, 0]")
show(x.reshape(1, H, T, K)[0, 0], rows=words, title="wrong: x.reshape(1, H, T, K)[0, 0]")
print("Without the transpose it would be the first two tokens, cut into four.\n")
assert np.array_equal(split_heads(x, H), x.reshape(1, T, H, K).transpose(0, 2, 1, 3))
assert np.array_equal(merge_heads(split_heads(x, H)), x)

q2, k2, v2, dz2 = rng.normal(size=(4, 1, T, H * K))  # (B, T, D)
z2, cache2 = attention_forward(*(split_heads(a, H) for a in (q2, k2, v2)), causal=True)
dq2, dk2, dv2 = (merge_heads(d) for d in attention_backward(split_heads(dz2, H), cache2))
show(dq2[0], rows=words, title="dq of two heads, merged: columns 0 to 2 are head 0")
for h in range(H):
    own = slice(h * K, (h + 1) * K)
    alone = [a[:, None, :, own] for a in (q2, k2, v2, dz2)]
    z_alone, cache_alone = attention_forward(*alone[:3], causal=True)
    dq_alone, _, _ = attention_backward(alone[3], cache_alone)
    assert np.allclose(z2[:, h], z_alone[:, 0], rtol=0, atol=1e-14)
    assert np.allclose(dq2[..., own], dq_alone[:, 0], rtol=0, atol=1e-14)
print("Each head alone gives the same numbers: heads do not mix before the output projection.")
print("In section 2 the row of 'the' was exactly 0, here it is 0 but for rounding: the op takes")
print("the mean of dpattern from z, as sum(dz * z): the same number, other roundings.\n")
assert np.allclose(dq2[0, 0], 0, atol=1e-14)

# %% [markdown]
# ## Exercises
#
# Replace `return None` and run the file again. The checks use complex-step on inputs of their own.


# %%
def dscale_yours(q, k, dscores):
    """Exercise 1: scores = scale * q @ k^T, the scale a parameter. Return its gradient, a number.

    q, k (T, K); dscores (T, T).
    """
    return None


def shared_keys_backward_yours(q, k, v, pattern, dz):
    """Exercise 2: multi-query attention. All heads share one k and one v. Return dk, dv.

    q, dz (H, T, K); pattern (H, T, T); k, v (T, K); the scale is 1 / sqrt(K).
    """
    return None


# %%
def check_dscale(answer):
    rng = np.random.default_rng(1)
    for T, K in ((5, 3), (2, 4)):
        (q, k), dscores = rng.normal(size=(2, T, K)), rng.normal(size=(T, T))
        products = q @ k.T
        expected = complex_step(lambda s, d=dscores, p=products: (d * s * p).sum(), 0.6)
        assert_gradient("dscale", answer(q, k, dscores), expected)


def check_shared_keys(answer):
    rng = np.random.default_rng(2)
    for H, T, K in ((3, 5, 2), (2, 3, 4)):
        q, dz = rng.normal(size=(2, H, T, K))
        k, v = rng.normal(size=(2, T, K))

        def loss(k, v, q=q, dz=dz):
            z, _ = attention_forward(q[None], k[None, None], v[None, None], causal=True)
            return (dz * z).sum()

        scores = np.where(causal_mask(T, T), q @ k.T / math.sqrt(K), -np.inf)
        dk, dv = take_results(answer(q, k, v, softmax_forward(scores)[0], dz), "dk", "dv")
        assert_gradient("dk", dk, complex_step(lambda k, v=v: loss(k, v), k))
        assert_gradient("dv", dv, complex_step(lambda v, k=k: loss(k, v), v))


print("--- Exercises ---\n")
report_exercise("Exercise 1", check_dscale, dscale_yours)
report_exercise("Exercise 2", check_shared_keys, shared_keys_backward_yours)

# %% [markdown]
# # 8. An encoder block, forward and backward
#
# **Question:** sentences of different length share one array, so the short one ends in padding.
# How does it go through an encoder block, and does anything, number or gradient, come out of it?
#
# **Shapes:** B = 2 sentences, S = 5 positions, D = 6, H = 2 heads, K = 3, F = 8, V = 6 tokens.
# `resid` (B, S, D) is the residual stream: the vectors that every sub-layer adds to.
#
# **Source:** the ops in `tinytf/ops`, put together as in `tinytf/layers/transformer_layer.py`.
# Vaswani et al. 2017, section 3.1 (residual, norm) and equation 2 (FFN); attention is lesson 5.

# %%
import re
from dataclasses import replace

import numpy as np

from tinytf import Config, ops
from tinytf.layers import TransformerLayer
from tinytf.models import Encoder
from tinytf.ops import merge_heads, split_heads
from tinytf.show import show
from tinytf.stepping import assert_gradient, complex_step, pause, report_exercise

vocabulary = ["[PAD]", "the", "cat", "sees", "a", "dog"]
sentences = [["the", "cat", "sees", "a", "dog"], ["a", "dog", "sees", "[PAD]", "[PAD]"]]
ids = np.array([[vocabulary.index(word) for word in words] for words in sentences])
B, S = ids.shape
D, H, V = 6, 2, len(vocabulary)
sizes = {"vocab_size": V, "d_model": D, "max_len": S, "n_heads": H, "d_ff": 8, "n_layers": 1}
config = Config(**sizes, norm_position="post", activation="relu")


def new_encoder(config):
    """An encoder none of whose numbers is 0 or 1, and its parameters by short names."""
    rng = np.random.default_rng(8)
    model, parameters = Encoder(config, rng, dtype=np.float64), {}
    for name, parameter in model.parameters().items():
        parameter.value += rng.normal(0, 0.4, parameter.value.shape)
        short_name = re.sub(r"^(layers\.0\.|embed\.)(self_attn\.)?", "", name)
        parameters[short_name] = parameter
    return model, parameters


model, parameters = new_encoder(config)
w = {name: parameter.value for name, parameter in parameters.items()}

# %% [markdown]
# ## The mask
#
# Padding is hidden as a key: no query may look at it. A padded position still asks, as a query:
# its row is computed like any other, and nobody reads the result.

# %%
print("--- 1. The mask ---\n")
lengths = (ids != 0).sum(axis=1)  # (B,)
mask = ops.padding_mask(lengths, S)  # (B, 1, 1, S), the same for all heads and queries
short = sentences[1]
pause("mask[query, key] of the second sentence: are the padding's rows forbidden, or columns?")
shown_mask = np.broadcast_to(mask[1, 0], (S, S))
show(shown_mask, rows=short, cols=short, title="mask[1][query, key], yes = may attend")
print("Columns. A forbidden row would leave softmax nothing to share out.\n")
assert (shown_mask == [True, True, True, False, False]).all()

# %% [markdown]
# ## Forward
#
# The block of the paper: attend, add, normalise; FFN, add, normalise. The norm comes after the
# sum: post-norm (lesson 7).

# %%
print("--- 2. Forward ---\n")
tok, tok_cache = ops.embedding_forward(ids, w["tok.weight"])  # (B, S, D)
pos, pos_cache = ops.embedding_forward(np.arange(S), w["pos.weight"])  # (S, D)
resid_pre = tok + pos

q, q_cache = ops.linear_forward(resid_pre, w["q.weight"], w["q.bias"])
k, k_cache = ops.linear_forward(resid_pre, w["k.weight"], w["k.bias"])
v, v_cache = ops.linear_forward(resid_pre, w["v.weight"], w["v.bias"])
z, attn_cache = ops.attention_forward(*(split_heads(x, H) for x in (q, k, v)), mask)
attn_out, out_cache = ops.linear_forward(merge_heads(z), w["out.weight"], w["out.bias"])
sum1 = resid_pre + attn_out
resid_mid, norm1_cache = ops.layernorm_forward(sum1, w["norm1.gamma"], w["norm1.beta"])

ffn_out, ffn_cache = ops.ffn_forward(
    resid_mid, w["ffn.w_in"], w["ffn.b_in"], w["ffn.w_out"], w["ffn.b_out"], activation="relu"
)
sum2 = resid_mid + ffn_out
resid_post, norm2_cache = ops.layernorm_forward(sum2, w["norm2.gamma"], w["norm2.beta"])

pattern = attn_cache[3]  # (B, H, S, S)
show(pattern[1, 0], rows=short, cols=short, title="pattern[1, 0][query, key], the first head")
print("Two columns of exact zeros, and every row still adds up to 1. No triangle: an encoder looks")
print("both ways.\n")
assert (pattern[1, :, :, 3:] == 0).all()
assert np.allclose(pattern.sum(axis=-1), 1)

out, cache = model.forward(ids, mask)
assert np.allclose(resid_post, out, rtol=0, atol=1e-14)

# %%
pause("Another word in place of the first [PAD], same mask: which rows of the output change?")
other_ids = ids.copy()
other_ids[1, 3] = vocabulary.index("cat")
change = abs(model.forward(other_ids, mask)[0] - out)  # (B, S, D)
show(change.max(axis=-1), rows=["sentence 0", "sentence 1"], title="largest change by position")
print("Only its own row, which nobody reads. The real positions do not know that it is there.\n")
assert (change[1, 3] > 0).any()
change[1, 3] = 0
assert (change == 0).all()

# %% [markdown]
# ## Backward
#
# The same lines from the last to the first. What was used in several places receives the sum of
# what comes back: the stream went into the sub-layer and past it, and into q, k and v.


# %%
def backward(dresid_post):
    """The gradients of all parameters by name, and those on the way by the names used above."""
    g, d = {}, {}
    dsum2, g["norm2.gamma"], g["norm2.beta"] = ops.layernorm_backward(dresid_post, norm2_cache)
    dx_ffn, g["ffn.w_in"], g["ffn.b_in"], g["ffn.w_out"], g["ffn.b_out"] = ops.ffn_backward(
        dsum2, ffn_cache
    )
    dresid_mid = dsum2 + dx_ffn  # past the sub-layer, and through it

    dsum1, g["norm1.gamma"], g["norm1.beta"] = ops.layernorm_backward(dresid_mid, norm1_cache)
    dmerged, g["out.weight"], g["out.bias"] = ops.linear_backward(dsum1, out_cache)
    dheads = ops.attention_backward(split_heads(dmerged, H), attn_cache)  # each (B, H, S, K)
    d["dq"], d["dk"], d["dv"] = (merge_heads(dx) for dx in dheads)  # each (B, S, D)
    dx_q, g["q.weight"], g["q.bias"] = ops.linear_backward(d["dq"], q_cache)
    dx_k, g["k.weight"], g["k.bias"] = ops.linear_backward(d["dk"], k_cache)
    dx_v, g["v.weight"], g["v.bias"] = ops.linear_backward(d["dv"], v_cache)
    dresid_pre = dsum1 + dx_q + dx_k + dx_v

    g["pos.weight"] = ops.embedding_backward(dresid_pre.sum(axis=0), pos_cache)
    g["tok.weight"] = ops.embedding_backward(dresid_pre, tok_cache)
    return g, d | {"dsum2": dsum2, "dresid_pre": dresid_pre}


print("--- 3. Backward ---\n")
dout = np.random.default_rng(9).normal(size=(B, S, D))  # a loss that reads every position
pause("What does each row of dsum2, what the norm's backward returns, add up to?")
g, d = backward(dout)
show(d["dsum2"][1], rows=short, title="dsum2[1]")
print("Each adds up to 0: the norm takes away what is added to all features of a position.\n")
assert np.allclose(d["dsum2"].sum(axis=-1), 0, atol=1e-14)

# %%
pause("dout is random on the padding too. Which of dq, dk, dv are 0 there?")
table = np.linalg.norm([d[name][1] for name in ("dq", "dk", "dv")], axis=-1)  # (3, S)
show(table, ["dq[1]", "dk[1]", "dv[1]"], short, title="length of each position's gradient")
print("dk and dv. dv = pattern^T @ dz: a column of zeros in the pattern makes a row of zeros in")
print("dv. dscores has the same zeros, so dk too. dq is not 0: the padding did ask.\n")
assert (d["dk"][1, 3:] == 0).all()
assert (d["dv"][1, 3:] == 0).all()
assert (d["dq"][1, 3:] != 0).all()

# %%
pause("A real loss ignores the padding: dout is 0 there. Which token's vector does not move?")
real = (ids != 0)[:, :, None]  # (B, S, 1)
g, d = backward(dout * real)
show(g["tok.weight"], rows=vocabulary, title="gradient of the token table")
print("[PAD]: nobody looked at it, and nobody asks what it found.\n")
assert (g["tok.weight"][0] == 0).all()
assert (d["dresid_pre"][1, 3:] == 0).all()
assert (g["tok.weight"][1:] != 0).all()

model.backward(dout * real, cache)
assert g.keys() == parameters.keys()
difference = max(abs(g[name] - p.grad).max() for name, p in parameters.items())
print(f"{len(g)} gradients, by hand and Encoder.backward: largest difference {difference:.0e}.\n")
assert difference < 1e-13

# %% [markdown]
# ## What comes past a silent layer
#
# What counts is what goes past a sub-layer (lesson 7). Make both silent (their last matrix 0, no
# biases), and only the way past them is left.

# %%
print("--- 4. What comes past a silent layer ---\n")
pause("Silent sub-layers: what comes to the bottom of dout with pre-norm? With post-norm?")
through = {}
for norm_position in ("pre", "post"):
    switched = replace(config, norm_position=norm_position, bias=False)
    layer = TransformerLayer(switched, np.random.default_rng(11), causal=False, dtype=np.float64)
    layer.self_attn.out.weight.value[...] = 0
    layer.ffn.w_out.value[...] = 0
    layer_out, layer_cache = layer.forward(resid_pre, mask)
    through[norm_position] = layer.backward(dout, layer_cache)
rows = ["resid_pre", "dout", "dresid_pre, pre-norm", "dresid_pre, post-norm"]
show(np.stack([x[1, 2] for x in (resid_pre, dout, *through.values())]), rows, title="at 'sees'")
print("With pre-norm dout arrives as it is, to the last digit, through any number of layers.")
print("Post-norm divides by the stream's size and takes two directions out: the constant one, and")
print("the stream's own (longer or shorter, its norm is the same but for eps).\n")
assert np.array_equal(through["pre"], dout)
assert np.allclose(through["post"].sum(axis=-1), 0, atol=1e-14)
assert abs((through["post"] * layer_out).sum(axis=-1)).max() < 1e-4  # not 0: eps

# %% [markdown]
# ## Exercises: replace `return None` and run the file again


# %%
def mean_pooling_backward_yours(dpooled, lengths, S):
    """Exercise 1: pooled (B, D) is the mean of each sentence's real positions. Return dout.

    dpooled (B, D); lengths (B,) real positions out of S; dout (B, S, D).
    """
    return None


def parallel_backward_yours(dy, norm_backward, attention_backward, ffn_backward):
    """Exercise 2: y = x + attention(n) + ffn(n) with n = norm(x), both at once. Return dx.

    Each function takes the gradient of its output and returns that of its input.
    """
    return None


def check_mean_pooling(answer):
    rng = np.random.default_rng(1)
    for lengths, S, D in ((np.array([4, 1, 2]), 4, 5), (np.array([3, 5]), 6, 2)):
        dpooled = rng.normal(size=(len(lengths), D))

        def loss(out, lengths=lengths, dpooled=dpooled):
            pooled = [row[:length].mean(axis=0) for row, length in zip(out, lengths, strict=True)]
            return (dpooled * pooled).sum()

        expected = complex_step(loss, np.zeros((len(lengths), S, D)))
        assert_gradient("dout", answer(dpooled, lengths, S), expected)


def check_parallel(answer):
    rng = np.random.default_rng(2)
    norm, attention, ffn = rng.normal(size=(3, 5, 5))  # any linear maps: y = n @ matrix
    dy = rng.normal(size=(2, 5))
    expected = dy @ (np.eye(5) + norm @ attention + norm @ ffn).T
    result = answer(dy, lambda d: d @ norm.T, lambda d: d @ attention.T, lambda d: d @ ffn.T)
    assert_gradient("dx", result, expected)


print("--- Exercises ---\n")
report_exercise("Exercise 1", check_mean_pooling, mean_pooling_backward_yours)
report_exercise("Exercise 2", check_parallel, parallel_backward_yours)

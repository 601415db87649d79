# %% [markdown]
# # 12. One SGD step by hand
#
# **Question:** what exactly happens in one training step of a GPT, and how much does the loss fall?
#
# **Shapes:** B = 4 sequences, T = 10 characters, V = 12, D = 8, H = 2, K = 4, F = 16, one layer.
#
# **Source:** the ops in `tinytf/ops`, put together as in `tinytf/models/decoder.py`. Vaswani et al.
# 2017, section 3.1 and equation 2; norms in front, tied head: Radford et al. 2019 (GPT-2).

# %%
from textwrap import fill

import numpy as np

from tinytf import Config, DecoderLM, ops
from tinytf.layers import FlatParameters
from tinytf.ops import merge_heads, split_heads
from tinytf.show import show
from tinytf.stepping import assert_gradient, pause, report_exercise
from tinytf.text import CharTokenizer

text = "the cat sat on a mat the rat sat on them."
tokenizer = CharTokenizer.train(text)
chars = [repr(char) for char in tokenizer.chars]
B, T, H, V = 4, 10, 2, len(chars)
tokens = np.array(tokenizer.encode(text))  # (B T + 1,)
ids, targets = tokens[:-1].reshape(B, T), tokens[1:].reshape(B, T)  # targets: the next character
config = Config(vocab_size=V, d_model=8, max_len=T, n_heads=H, d_ff=16, n_layers=1, batch_size=B)


def new_model():
    """The same model every time, none of its numbers 0 or 1, and its parameters by short names."""
    rng = np.random.default_rng(2)
    model, parameters = DecoderLM(config, rng, dtype=np.float64), {}
    for name, parameter in model.parameters().items():
        parameter.value += rng.normal(0, 0.2, parameter.value.shape)
        parameters[name.removeprefix("decoder.").removeprefix("layers.0.")] = parameter
    return model, parameters


model, parameters = new_model()
w = {name: parameter.value for name, parameter in parameters.items()}

# %% [markdown]
# ## Forward
#
# Embed, then twice "normalise, compute, add to the residual stream" (attention, FFN), normalise,
# and compare with every row of the embedding table, which serves as output head (tied embeddings).

# %%
print("--- 1. Forward ---\n")
show(ids, rows=[repr(text[b * T : b * T + T]) for b in range(B)], title="ids")
tok, tok_cache = ops.embedding_forward(ids, w["embed.tok.weight"])  # (B, T, D)
pos, pos_cache = ops.embedding_forward(np.arange(T), w["embed.pos.weight"])  # (T, D)
resid_pre = tok + pos  # (B, T, D), the same pos for each sequence

norm1, norm1_cache = ops.layernorm_forward(resid_pre, w["norm1.gamma"], w["norm1.beta"])
q, q_cache = ops.linear_forward(norm1, w["self_attn.q.weight"], w["self_attn.q.bias"])  # (B, T, D)
k, k_cache = ops.linear_forward(norm1, w["self_attn.k.weight"], w["self_attn.k.bias"])
v, v_cache = ops.linear_forward(norm1, w["self_attn.v.weight"], w["self_attn.v.bias"])
z, attn_cache = ops.attention_forward(*(split_heads(x, H) for x in (q, k, v)), causal=True)
merged = merge_heads(z)  # (B, T, D)
attn_out, out_cache = ops.linear_forward(merged, w["self_attn.out.weight"], w["self_attn.out.bias"])
resid_mid = resid_pre + attn_out
norm2, norm2_cache = ops.layernorm_forward(resid_mid, w["norm2.gamma"], w["norm2.beta"])
ffn_out, ffn_cache = ops.ffn_forward(
    norm2, w["ffn.w_in"], w["ffn.b_in"], w["ffn.w_out"], w["ffn.b_out"], activation="gelu_tanh"
)
resid_post = resid_mid + ffn_out
out, final_cache = ops.layernorm_forward(resid_post, w["final_norm.gamma"], w["final_norm.beta"])
logits, head_cache = ops.linear_forward(out, w["embed.tok.weight"].T)  # (B, T, V)
pause(f"{V} different characters: what loss would a guess at random have?")
loss, loss_cache = ops.cross_entropy_forward(logits, targets)
print(f"log({V}) = {np.log(V):.3f}; this untrained model has {loss:.3f}.\n")
model_logits, model_cache = model.forward(ids)
assert np.allclose(logits, model_logits, rtol=0, atol=1e-14)

# %% [markdown]
# ## Backward
#
# The same lines from the last to the first. What was used in several places receives the sum of
# what comes back: each residual stream, norm1 (q, k and v), the token table (head and look-up).

# %%
print("--- 2. Backward ---\n")
pause("Which entries of dlogits are negative? What does each row add up to?")
dlogits = ops.cross_entropy_backward(1.0, loss_cache)  # (B, T, V)
pairs = [f"{text[t]!r} then {text[t + 1]!r}" for t in range(T)]
show(B * T * dlogits[0], rows=pairs, cols=chars, title="B T dlogits[0]", digits=2)
print("Each entry is a probability, minus 1 at the right character: only that one is negative,")
print("and a row adds up to 0. The mean over B T tokens divides all of them by B T.\n")
assert np.array_equal(dlogits < 0, np.eye(V, dtype=bool)[targets])
assert np.allclose(dlogits.sum(axis=-1), 0, atol=1e-15)

g = {}  # the gradients, by the names of the parameters
dout, dhead, _ = ops.linear_backward(dlogits, head_cache)
dresid_post, g["final_norm.gamma"], g["final_norm.beta"] = ops.layernorm_backward(dout, final_cache)
dnorm2, g["ffn.w_in"], g["ffn.b_in"], g["ffn.w_out"], g["ffn.b_out"] = ops.ffn_backward(
    dresid_post, ffn_cache
)
dx_ffn, g["norm2.gamma"], g["norm2.beta"] = ops.layernorm_backward(dnorm2, norm2_cache)
dresid_mid = dresid_post + dx_ffn

dmerged, g["self_attn.out.weight"], g["self_attn.out.bias"] = ops.linear_backward(
    dresid_mid, out_cache
)
dheads = ops.attention_backward(split_heads(dmerged, H), attn_cache)  # each (B, H, T, K)
dq, dk, dv = (merge_heads(dx) for dx in dheads)  # each (B, T, D)
dx_v, g["self_attn.v.weight"], g["self_attn.v.bias"] = ops.linear_backward(dv, v_cache)
dx_k, g["self_attn.k.weight"], g["self_attn.k.bias"] = ops.linear_backward(dk, k_cache)
dx_q, g["self_attn.q.weight"], g["self_attn.q.bias"] = ops.linear_backward(dq, q_cache)
dnorm1 = dx_q + dx_k + dx_v
dx_attn, g["norm1.gamma"], g["norm1.beta"] = ops.layernorm_backward(dnorm1, norm1_cache)
dresid_pre = dresid_mid + dx_attn

g["embed.pos.weight"] = ops.embedding_backward(dresid_pre.sum(axis=0), pos_cache)
dlookup = ops.embedding_backward(dresid_pre, tok_cache)  # (V, D)
g["embed.tok.weight"] = dlookup + dhead.T

# %%
pause("The token table is used twice, for the look-up and as head. '.' is only ever a target. So?")
parts = np.linalg.norm([dlookup, dhead.T], axis=-1)  # (2, V)
title = "length of each row of the table's gradient, in its two parts"
show(parts, ["from the look-up", "from the head"], chars, title, digits=2)
print("'.' gets nothing from the look-up, only from the head: it was never an input.\n")
assert list(np.flatnonzero(parts[0] == 0)) == tokenizer.encode(".")

# %%
print(fill(f"The parameters: {', '.join(parameters)}.", 100) + "\n")
pause("One of them has gradient 0 on any text. Which? (A constant added to a row of scores ...)")
model.backward(ops.cross_entropy_backward(1.0, loss_cache), model_cache)
difference = {name: abs(g[name] - p.grad).max() for name, p in parameters.items()}
rows = [f"{name} {p.value.shape}" for name, p in parameters.items()]
table = np.array([[np.linalg.norm(p.grad), difference[name]] for name, p in parameters.items()])
show(table, rows=rows, cols=["length of .grad", "by hand - .grad"])
print("self_attn.k.bias: it adds q . bias to all scores of a query, and softmax does not notice.")
print("What is left of its gradient is rounding. By hand and DecoderLM agree everywhere.\n")
assert g.keys() == parameters.keys()
assert max(difference.values()) < 1e-14
assert [name for name, p in parameters.items() if abs(p.grad).max() < 1e-15] == ["self_attn.k.bias"]

# %% [markdown]
# ## Update
#
# SGD: `value -= lr * grad`. First order says that the loss falls by the sum of gradient times
# movement, `lr |grad|^2`, exact for lr -> 0: one number that checks the size of every gradient.


# %%
def fall_of_loss(lr, factor=1):
    """The fall predicted, the fall that came, came / predicted, and the loss after the update."""
    moved, parameters = new_model()
    for name, parameter in parameters.items():
        parameter.value -= lr * factor * g[name]
    predicted = lr * sum(((factor * grad) ** 2).sum() for grad in g.values())
    after, _ = ops.cross_entropy_forward(moved.forward(ids)[0], targets)
    return predicted, loss - after, (loss - after) / predicted, after


print("--- 3. Update ---\n")
print("The loss should fall by lr |grad|^2 (predicted). How much of it comes, came / predicted?")
pause(f"What is this ratio at lr 1? And with a gradient {B} times too large, at lr 0.001?")
falls = {f"lr {lr}": fall_of_loss(lr) for lr in (0.001, 0.01, 0.1, 1.0)}
falls[f"lr 0.001, gradient x {B}"] = fall_of_loss(0.001, factor=B)
cols = ["predicted", "came", "ratio", "loss after"]
show(np.array([*falls.values()]), [*falls], cols, title="fall of the loss in one step", digits=5)
print("Large steps leave the straight line. A gradient B times too large promises B^2 of the fall,")
print("and B of it comes: 1 / B of the promise is kept, however small lr is.\n")
ratios = [falls[row][2] for row in ("lr 0.001", f"lr 0.001, gradient x {B}")]
assert np.allclose(ratios, [1, 1 / B], rtol=0, atol=1e-3)

# %% [markdown]
# ## Fifty steps, and why plain SGD
#
# `factor = B` is the mistake of a mean over B T tokens whose backward divides by T only. Adam
# divides each gradient by its running size (Kingma, Ba 2015, algorithm 1): a factor cancels.


# %%
def train(adam, factor):
    model, _ = new_model()
    flat = FlatParameters(model.parameters())  # all values as one vector, all gradients as another
    m, s, losses = 0.0, 0.0, []
    for step in range(1, 51):
        logits, cache = model.forward(ids)
        loss, loss_cache = ops.cross_entropy_forward(logits, targets)
        model.backward(ops.cross_entropy_backward(factor, loss_cache), cache)
        m, s = 0.9 * m + 0.1 * flat.grad, 0.999 * s + 0.001 * flat.grad**2
        adam_step = m / (1 - 0.9**step) / (np.sqrt(s / (1 - 0.999**step)) + 1e-8)
        flat.value -= 0.01 * adam_step if adam else 0.1 * flat.grad
        flat.grad[...] = 0
        losses.append(loss)
    return losses


print("--- 4. Fifty steps ---\n")
pause(f"A gradient {B} times too large: does Adam's loss curve show it? Does SGD's?")
curves = np.array([train(adam, factor) for adam in (False, True) for factor in (1, B)])
rows = ["SGD", f"SGD, gradient x {B}", "Adam", f"Adam, gradient x {B}"]
steps = [0, 1, 2, 5, 10, 20, 30, 40, 49]
rise = np.diff(curves).max(axis=1)
print("Loss after so many steps; and the largest rise from one step to the next:")
show(np.column_stack([curves[:, steps], rise]), rows=rows, cols=[*map(str, steps), "rise"])
print("Adam hides it. SGD shows it: the loss jumps, as with lr too large. It ends lower all the")
print("same: a falling loss proves nothing about a gradient. The ratio of section 3 does.\n")
assert rise[0] < 0 < 0.1 < rise[1]  # falls with each step; jumps
assert abs(curves[3] - curves[2]).max() < 1e-4

# %% [markdown]
# ## Exercises: replace `return None` and run the file again


# %%
def count_parameters_yours(V, D, T, F, n_layers):
    """Exercise 1: how many numbers does such a model learn (T = max_len)? A formula, no model."""
    return None


def dloss_yours(n_part, n_all):
    """Exercise 2: a batch of n_all targets comes in parts, each with loss and backward of its own.

    A loss is the mean over n_part targets. Which dloss makes .grad that of the mean over n_all?
    """
    return None


def check_count(answer):
    for V, D, T, F, n in ((12, 8, 10, 16, 1), (5, 6, 3, 7, 4)):
        sizes = Config(vocab_size=V, d_model=D, max_len=T, n_heads=2, d_ff=F, n_layers=n)
        size = FlatParameters(DecoderLM(sizes, np.random.default_rng(0)).parameters()).value.size
        assert answer(V, D, T, F, n) == size, f"Wrong for {V=}, {D=}, {T=}, {F=}, n_layers={n}."


def check_dloss(answer):
    model, parameters = new_model()
    for part in (slice(0, 1), slice(1, B)):
        logits, cache = model.forward(ids[part])
        _, loss_cache = ops.cross_entropy_forward(logits, targets[part])
        dloss = answer(targets[part].size, targets.size)
        model.backward(ops.cross_entropy_backward(dloss, loss_cache), cache)
    for name, parameter in parameters.items():
        assert_gradient(name, parameter.grad, g[name])
    shares = [answer(n, 12) * np.full(n, 1 / n) for n in (5, 7)]  # of each target in the gradient
    assert_gradient("each target's share", np.concatenate(shares), np.full(12, 1 / 12))


print("--- Exercises ---\n")
report_exercise("Exercise 1", check_count, count_parameters_yours)
report_exercise("Exercise 2", check_dloss, dloss_yours)

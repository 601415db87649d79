# %% [markdown]
# # 3. Linear layers, activations and the feed-forward network
#
# **Question:** a feed-forward network (FFN) is two linear layers with an activation between them.
# What is the activation good for, what comes back through it, and how much of a model is FFN?
#
# **Shapes:** B = 2 sentences of T = 3 tokens. Linear: `x` (B, T, d_in), `weight` (d_in, d_out),
# `y` (B, T, d_out). FFN: `x`, `out` (B, T, D); `pre`, `post` (B, T, F): around the activation.
#
# **Source:** `tinytf/ops/linear.py`, `tinytf/ops/relu.py`, `tinytf/ops/gelu.py`,
# `tinytf/ops/silu.py`, `tinytf/ops/ffn.py`. The FFN is equation 2 of Vaswani et al. 2017.

# %%
import numpy as np

from tinytf import ops
from tinytf.show import show
from tinytf.stepping import assert_gradient, complex_step, pause, report_exercise, take_results

words = ["the", "cat", "sat", "a", "dog", "ran"]  # two sentences
B, T = 2, 3
rng = np.random.default_rng(3)

# %% [markdown]
# ## Linear, with three axes
#
# `y = x @ weight + bias`: each token's vector times the same weight. For the layer, B sentences of
# T tokens are N = B T rows. In the backward every row brings a gradient for the one weight, and
# they are added up, never averaged: `dweight = x_rows^T @ dy_rows` sums N outer products.

# %%
print("--- 1. Linear ---\n")
x = rng.integers(-3, 4, (B, T, 3)) * np.array([1.0, 1.0, 0.0])
weight, dy = rng.normal(size=(3, 2)).round(1), rng.normal(size=(B, T, 2)).round(1)
bias = np.array([0.5, -0.5])
x_rows, dy_rows = x.reshape(B * T, 3), dy.reshape(B * T, 2)
both = np.hstack([x_rows, dy_rows])
columns = ["x[0]", "x[1]", "x[2]", "dy[0]", "dy[1]"]
show(both, rows=words, cols=columns, title="the rows of x, and of dy, random", digits=1)
show(weight, title="weight, random, a row for each feature of x", digits=1)

pause("Feature 2 of x is 0 in all tokens. What does that say about dweight? About dx?")
dweight = x_rows.T @ dy_rows  # (d_in, d_out)
dx = dy @ weight.T  # (B, T, d_in)
show(dweight, title="dweight, a row for each feature of x")
show(dx.reshape(B * T, 3), rows=words, title="the rows of dx = dy @ weight^T")
print("Row 2 of dweight is 0: times 0, any weight gives the same. But dx there is not 0: if the")
print("feature were different, the loss would be. dx has no x in it, and dweight no weight.\n")
assert (dweight[2] == 0).all()
assert (dx[..., 2] != 0).all()
outer = [np.outer(x[b, t], dy[b, t]) for b in range(B) for t in range(T)]
assert np.allclose(dweight, np.sum(outer, axis=0), rtol=0, atol=1e-14)

y, cache = ops.linear_forward(x, weight, bias)
assert np.allclose(y, x @ weight + bias, rtol=0, atol=1e-14)
by_hand, by_op = (dx, dweight, dy_rows.sum(axis=0)), ops.linear_backward(dy, cache)
assert all(np.allclose(*pair, rtol=0, atol=1e-14) for pair in zip(by_hand, by_op, strict=True))

# %% [markdown]
# ## Three activations and their slopes
#
# relu(x) = max(x, 0); gelu(x) = x cdf(x), cdf that of the normal distribution; silu(x) =
# x sigmoid(x). Each works on every number by itself, so its backward is `dx = slope(x) * dy`.

# %%
print("--- 2. Three activations and their slopes ---\n")
activations = {
    "relu": (ops.relu_forward, ops.relu_backward),
    "gelu": (ops.gelu_forward, ops.gelu_backward),
    "silu": (ops.silu_forward, ops.silu_backward),
}


def slopes(points):
    return np.stack([b(np.ones_like(points), f(points)[1]) for f, b in activations.values()])


points = np.array([-4.0, -2, -1, -0.5, -0.1, 0.1, 0.5, 1, 2, 4])
values = [f(points)[0] for f, _ in activations.values()]
show(values, rows=list(activations), cols=[f"x={p:g}" for p in points], title="y")
pause("Can a slope be larger than 1? Look at how y moves from one x to the next.")
show(slopes(points), rows=list(activations), cols=[f"x={p:g}" for p in points], title="slope")
print("Not ReLU's. But GELU and SiLU fall before they rise (a negative slope), so they are below x")
print("and have to catch up with it: for a while they rise faster than x itself.\n")
for slope, (forward, _) in zip(slopes(points), activations.values(), strict=True):
    measured = complex_step(lambda x, forward=forward: forward(x)[0].sum(), points)
    assert np.allclose(slope, measured, rtol=0, atol=1e-14)
    assert set(slope) == {0, 1} or slope.min() < 0 < 1 < slope.max()

# %%
pause("The slope of relu at exactly 0: what does (relu(h) - relu(-h)) / 2h say? Is it right?")
kink, above, below = np.zeros(1), np.full(1, 1e-5), np.full(1, -1e-5)
central = (ops.relu_forward(above)[0] - ops.relu_forward(below)[0]) / (above - below)
answers = [central, complex_step(lambda x: ops.relu_forward(x)[0].sum(), kink), slopes(kink)[0]]
show(np.concatenate(answers), cols=["central difference", "complex-step", "relu_backward"])
print("A kink has no derivative; from 0 to 1 all answers are defensible. (Complex-step says 1, as")
print("NumPy takes 1e-20 i for more than 0.) So a gradient check must stay away from it; with")
print("central differences, by more than h.\n")
assert [float(answer[0]) for answer in answers] == [0.5, 1, 0]

# %% [markdown]
# ## The FFN
#
# `out = relu(x @ w_in + b_in) @ w_out + b_out`, for each token alone. Without the activation the
# two matrices would be one, `w_in @ w_out`, however large F is. With it, two hidden units already
# do what no linear layer can: they measure the distance |x[0] - x[1]|.

# %%
print("--- 3. The FFN ---\n")
tokens = np.array([[1.0, 3.0], [3.0, 1.0], [-2.0, 2.0], [2.0, 2.0]])
w_in, w_out = np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([[1.0], [1.0]])
post = np.maximum(tokens @ w_in, 0)
table = np.hstack([tokens, tokens @ w_in, post, post @ w_out]).astype(int)
columns = ["x[0]", "x[1]", "pre[0]", "pre[1]", "post[0]", "post[1]", "out"]
show(table, cols=columns, title="an FFN that measures the distance, one token per row")
out, _ = ops.ffn_forward(tokens, w_in, None, w_out, None)
assert np.array_equal(out[:, 0], abs(tokens[:, 0] - tokens[:, 1]))

# %% [markdown]
# Each hidden unit asks with its column of w_in and, if the answer is yes, adds its row of w_out.
# The backward is that of a linear layer, an activation, a linear layer. Below, unit 3 has a bias
# of -4: its pre is negative for all tokens, so its post is 0.

# %%
F = 4
x, dout = rng.normal(size=(2, B, T, 3))  # D = 3
w_in, w_out = rng.normal(size=(3, F)), rng.normal(size=(F, 3))
b_in, b_out = np.array([0.3, -0.2, 0.5, -4.0]), np.array([0.1, -0.1, 0.2])
pre = x @ w_in + b_in
post = np.maximum(pre, 0)
units = [f"unit {i}" for i in range(F)]
show(post.reshape(B * T, F), rows=words, cols=units, title="post")
pause("Unit 3 is off for all tokens. What are its column of dw_in, its db_in, its row of dw_out?")
dpost = dout @ w_out.T  # (B, T, F)
dpre = dpost * (pre > 0)
dw_in, db_in = np.einsum("bti,btj->ij", x, dpre), dpre.sum(axis=(0, 1))
dw_out, db_out = np.einsum("bti,btj->ij", post, dout), dout.sum(axis=(0, 1))
by_hand = (dpre @ w_in.T, dw_in, db_in, dw_out, db_out)

arrays, lengths = [x, w_in, b_in, w_out, b_out], []
for name in activations:
    by_op = ops.ffn_backward(dout, ops.ffn_forward(*arrays, name)[1])
    lengths.append(np.linalg.norm(by_op[1], axis=0))
    for i, d_op in enumerate(by_op):

        def loss(moved, i=i, name=name):
            return (dout * ops.ffn_forward(*arrays[:i], moved, *arrays[i + 1 :], name)[0]).sum()

        assert np.allclose(d_op, complex_step(loss, arrays[i]), rtol=0, atol=1e-13)
        assert name != "relu" or np.allclose(d_op, by_hand[i], rtol=0, atol=1e-13)
show(lengths, list(activations), units, title="length of each column of dw_in, by activation")
print("All 0 with ReLU: none of these tokens changes the unit. If no token of the training text")
print("does, it is called dead. GELU's and SiLU's slopes are small out there, but not 0.\n")
assert (np.concatenate([dw_in[:, 3], db_in[3:], dw_out[3]]) == 0).all()
assert (np.array(lengths) == 0).tolist() == [[False] * 3 + [True], [False] * 4, [False] * 4]

# %% [markdown]
# ## Two thirds, and when not
#
# Attention has four D x D matrices (q, k, v, out): 4 D^2 numbers. With F = 4 D the FFN has two
# D x F: 8 D^2, two thirds of the layer. (Biases and norms are too few to count.) Newer models
# have three matrices in the FFN, and fewer heads for k and v than for q: lesson 17.


# %%
def sizes_of(D, F, H, kv_heads, n_matrices, n_attentions=1):
    """How many numbers the attention and the FFN of one layer hold."""
    return n_attentions * (2 * D * D + 2 * D * (D // H) * kv_heads), n_matrices * D * F


print("--- 4. Two thirds, and when not ---\n")
print("Attention has 4 D^2 numbers, the FFN 8 D^2. The first Transformer's decoder layers have two")
print("attentions: to themselves, and to the source.\n")
pause("What is the FFN's share of such a decoder layer?")
print("Half: 8 D^2 against two attentions, 2 * 4 D^2.\n")
assert sizes_of(512, 2048, 8, 8, 2, n_attentions=2) == (8 * 512**2, 8 * 512**2)

models = {  # arguments of sizes_of; layers; numbers in tables and head; 1.5: a mean of 1 and 2
    "Transformer base": ((512, 2048, 8, 8, 2, 1.5), 6 + 6, 37000 * 512),
    "GPT-2 small": ((768, 3072, 12, 12, 2), 12, (50257 + 1024) * 768),
    "Llama 2 7B": ((4096, 11008, 32, 32, 3), 32, 2 * 32000 * 4096),
    "Llama 2 70B": ((8192, 28672, 64, 8, 3), 80, 2 * 32000 * 8192),
    "Gemma 2B": ((2048, 16384, 8, 1, 3), 18, 256000 * 2048),
}
pause("GPT-2 small: D = 768, F = 4 D, 12 layers, a vocabulary of 50257. FFN's share of it all?")
table = []
for sizes, n_layers, tables in models.values():
    attention, ffn = (n_layers * n for n in sizes_of(*sizes))
    shares = [100 * ffn / (attention + ffn), 100 * ffn / (attention + ffn + tables)]
    table.append([attention / 1e6, ffn / 1e6, tables / 1e6, *shares])
columns = ["attention", "FFN", "tables, head", "% of layers", "% of model"]
show(table, list(models), columns, title="millions of numbers, and the FFN's share", digits=1)
print("Less than half: a small model's tables weigh much. Llama 2 70B and Gemma have few heads for")
print("k and v, and Gemma has F = 8 D: of their layers more than two thirds is FFN.\n")
assert np.isclose(table[1][3], 200 / 3)
assert table[1][4] < 50 < 80 < table[3][3] < table[4][3]

# %% [markdown]
# ## Exercises: replace `return None` and run the file again


def sort_two_yours():
    """Exercise 1: a ReLU FFN that sorts two numbers: x = (a, b) becomes (min(a, b), max(a, b)).

    Return w_in (2, F), b_in (F,), w_out (F, 2), b_out (2,), with an F of your choice. Hint:
    max(a, b) = b + relu(a - b). But b itself has to get through a ReLU, whatever its sign.
    """
    return None


def tied_backward_yours(dout, x, weight):
    """Exercise 2: out = relu(x @ weight) @ weight^T. Return dx (B, T, D) and dweight (D, F)."""
    return None


def check_sort_two(answer):
    result = take_results(answer(), "w_in", "b_in", "w_out", "b_out")
    x = np.random.default_rng(1).normal(size=(4, 6, 2))
    arrays = [np.asarray(array, dtype=float) for array in result]
    F, got = arrays[1].size, [array.shape for array in arrays]
    expected = [(2, F), (F,), (F, 2), (2,)]
    assert got == expected, f"Expected the shapes {expected}, as b_in has {F=}, got {got}."
    assert_gradient("out", ops.ffn_forward(x, *arrays)[0], np.sort(x, axis=-1))


def check_tied(answer):
    rng = np.random.default_rng(2)
    for B, T, D, F in ((3, 4, 2, 5), (1, 5, 3, 2)):
        x, dout = rng.normal(size=(2, B, T, D))
        weight = rng.normal(size=(D, F))

        def loss(x, weight, dout=dout):
            return (dout * ops.ffn_forward(x, weight, None, weight.T, None)[0]).sum()

        dx, dweight = take_results(answer(dout, x, weight), "dx", "dweight")
        assert_gradient("dx", dx, complex_step(lambda x, w=weight: loss(x, w), x))
        assert_gradient("dweight", dweight, complex_step(lambda w, x=x: loss(x, w), weight))


print("--- Exercises ---\n")
report_exercise("Exercise 1", check_sort_two, sort_two_yours)
report_exercise("Exercise 2", check_tied, tied_backward_yours)

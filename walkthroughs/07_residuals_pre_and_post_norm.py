# %% [markdown]
# # 7. Residuals, pre-norm and post-norm
#
# **Question:** on its way back a gradient is multiplied by one Jacobian per layer. Why does
# anything of it arrive below many layers, and why does it matter where the norm is?
#
# **Shapes:** `x` (T, D), the residual stream: the vectors, one for each token, that run through the
# model and that every sub-layer f, of (T, D) to (T, D), adds to. L layers.
#
# **Source:** `tinytf/layers/residual.py`, `tinytf/ops/layernorm.py`. He et al. 2016, "Identity
# Mappings in Deep Residual Networks", equation 5. Vaswani et al. 2017, section 3.1. Xiong et al.
# 2020, "On Layer Normalization in the Transformer Architecture", theorem 1.

# %%
import math
from functools import partial

import numpy as np

from tinytf import Config
from tinytf.layers import TransformerLayer
from tinytf.ops import layernorm_backward, layernorm_forward
from tinytf.show import show
from tinytf.stepping import assert_gradient, complex_step, pause, report_exercise, take_results


def f(x, weight):
    """The sub-layer here, as small as can be."""
    return np.tanh(x @ weight)


def f_backward(dout, out, weight):
    return dout * (1 - out**2) @ weight.T  # tanh' = 1 - tanh^2


# %% [markdown]
# ## One layer
#
# Without residual a layer is y = f(x). With it, y = x + f(x): the stream passes by, f adds to it.

# %%
print("--- 1. One layer ---\n")
rng = np.random.default_rng(7)
x, weight = rng.normal(size=4), rng.normal(0, 0.2, (4, 4))
pause("The Jacobians of y = f(x) and of y = x + f(x): where do they differ, and by how much?")
moved = x + 1e-20j * np.eye(4)  # row j: x with x[j] moved
jacobian_f = f(moved, weight).imag.T / 1e-20
jacobian = (moved + f(moved, weight)).imag.T / 1e-20
rows, cols = [f"y[{i}]" for i in range(4)], [f"x[{i}]" for i in range(4)]
show(jacobian_f, rows, cols, title="Jacobian of f(x): how y[i] moves when x[j] grows")
show(jacobian, rows, cols, title="Jacobian of x + f(x)")
print("On the diagonal, by exactly 1: the identity. So dx is dy plus what comes back through f.")
print("Whatever f does, dy itself arrives.\n")
assert np.allclose(jacobian - jacobian_f, np.eye(4), rtol=0, atol=1e-15)

# %% [markdown]
# ## Many layers
#
# 24 of them, D = 32, weights of standard deviation 0.5 / sqrt(D) ("small") or 3 / sqrt(D).

# %%
print("--- 2. Many layers ---\n")
T, D, L = 3, 32, 24
x, dy = rng.normal(size=(2, T, D))
weights = rng.normal(0, 1 / math.sqrt(D), (L, D, D))  # to be multiplied by 0.5 or 3


def stack_forward(x, weights, residual):
    cache = []
    for weight in weights:
        out = f(x, weight)
        x = x + out if residual else out
        cache.append((out, weight))
    return x, cache


def stack_backward(dy, cache, residual):
    """dy, then the gradient of each layer's input, the last layer first."""
    on_the_way = [dy]
    for out, weight in reversed(cache):
        dy = dy * residual + f_backward(dy, out, weight)
        on_the_way.append(dy)
    return on_the_way


pause("A plain layer with small weights halves a gradient. What is left of it after all 24?")
lengths = {}
for residual, name in ((False, "f(x)"), (True, "x + f(x)")):
    for factor, size in ((0.5, "small"), (3.0, "large")):
        _, cache = stack_forward(x, factor * weights, residual)
        on_the_way = stack_backward(dy, cache, residual)
        lengths[f"{name}, {size}"] = np.linalg.norm(on_the_way, axis=(1, 2))[::6]
cols = ["dy", "6 down", "12 down", "18 down", "24 down"]
show(np.array([*lengths.values()]), [*lengths], cols, title="length of the gradient, by weights")
print(f"Hardly anything: 0.5^24 is {0.5**24:.0e}. Large weights make it explode. With the residual")
print("small ones do no harm any more: dy passes by them all. (It can still grow.)\n")
end = {name: by_layer[-1] / by_layer[0] for name, by_layer in lengths.items()}
assert end["f(x), small"] < 1e-6 < 1 < end["x + f(x), small"] < 10 < end["f(x), large"]
measured = complex_step(lambda x: (dy * stack_forward(x, 3 * weights, True)[0]).sum(), x)
assert np.allclose(on_the_way[-1], measured, rtol=0, atol=1e-9)  # that of the last round

# %% [markdown]
# ## The sum over paths
#
# Equation 5 of He et al.: dx is dy plus what the layers send back, a sum where a plain network has
# a product. Multiplied out, the product of (identity + Jacobian) over L layers is 2^L terms, each a
# path through some of the sub-layers and past the others. `parts[n]`: the sum over all paths
# through n sub-layers. At each layer a path goes past, and keeps its n, or through, and gets n + 1.

# %%
print("--- 3. The sum over paths ---\n")
pause("Which of the 2^24 paths bring the most: those through 0 sub-layers, through 3, through 24?")
_, cache = stack_forward(x, 0.5 * weights, residual=True)
parts = [dy] + [np.zeros_like(dy)] * L  # above all layers: one path, through none
for out, weight in reversed(cache):
    through = [np.zeros_like(dy), *(f_backward(part, out, weight) for part in parts[:-1])]
    parts = [past + more for past, more in zip(parts, through, strict=True)]
assert np.allclose(sum(parts), stack_backward(dy, cache, residual=True)[-1], rtol=0, atol=1e-12)
brought = np.linalg.norm(parts, axis=(1, 2))
shown = [0, 1, 2, 3, 4, 6, 8, 12, 24]
cols = [f"n = {n}" for n in shown]
show(np.array([[math.comb(L, n) for n in shown]]), ["paths"], cols, title="paths through n of 24")
show(brought[None, shown], ["length"], cols, title="what they bring: the length of their sum")
print("A path's share shrinks with each sub-layer on it; the number of paths grows, up to n = 12.")
print("Most comes through 1 to 4. Through all 24, the only kind of path a plain network has, comes")
print("4e-11: less than in section 2, as the stream is larger here, so each tanh is flatter. So a")
print("deep residual network learns through its short paths (Veit et al. 2016).\n")
assert brought[24] < lengths["f(x), small"][-1] / 1000
assert brought[24] < 1e-9 < max(brought[0], *brought[5:]) < brought[1:5].min()

# %% [markdown]
# ## Where the norm is: three spellings
#
# Vaswani et al. 2017 write `LayerNorm(x + Sublayer(x))`, post-norm. Their code (tensor2tensor) soon
# preferred `x + Sublayer(LayerNorm(x))`, pre-norm, as better for models that are hard to train,
# with one more norm at the end. The paper stayed as it was. The third spelling mixes the two.


# %%
def norm(x):
    return layernorm_forward(x, np.ones(D), None)[0]


def through_all(layer, x):
    for weight in weights:
        x = layer(x, weight)
    return x


print("--- 4. Where the norm is ---\n")
post_norm = partial(through_all, lambda x, weight: norm(x + f(x, weight)))
pre_norm = partial(through_all, lambda x, weight: x + f(norm(x), weight))
mixture = partial(through_all, lambda x, weight: norm(x) + f(norm(x), weight))
print("post-norm: norm(x + f(x))    pre-norm: x + f(norm(x))    mixture: norm(x) + f(norm(x))\n")
pause("The mixture normalises in front of f, as pre-norm does. Is it pre-norm?")
outs = np.stack([norm(pre_norm(x)), norm(mixture(x)), post_norm(x), post_norm(norm(x))])
rows = ["norm(pre_norm(x))", "norm(mixture(x))", "post_norm(x)", "post_norm(norm(x))"]
show(outs[:, 0, :6], rows, title="six features after 24 layers")
print("It is post-norm, with one norm more at the start. They all do f, add, norm, f, add, norm;")
print("what counts is what goes past f: the sum as it is (pre-norm), or the sum normalised.\n")
assert np.array_equal(outs[1], outs[3])
assert abs(outs[0] - outs[1]).max() > 0.1

# %% [markdown]
# ## At the start of training
#
# Transformer layers with fresh weights: random, of variance 2 / (inputs + outputs) (Glorot, Bengio
# 2010). With pre-norm no norm touches the stream until the one at its end, which divides it by its
# size, and so the gradient too (lesson 2).


# %%
def fresh_stack(norm_position, n_layers):
    """Size of the stream after each layer; length of the gradient of the last layer's w_out."""
    rng = np.random.default_rng(7)
    sizes = {"vocab_size": 1, "d_model": D, "max_len": 8, "n_heads": 4, "d_ff": 4 * D}
    config = Config(**sizes, n_layers=n_layers, norm_position=norm_position, init_std=None)
    layers = [TransformerLayer(config, rng, dtype=np.float64) for _ in range(n_layers)]
    (x, dy), stream, cache = rng.normal(size=(2, 8, 8, D)), [], None
    for layer in layers:
        x, cache = layer.forward(x)
        stream.append(math.sqrt((x**2).mean()))
    if norm_position == "pre":  # the norm at the end
        dy, _, _ = layernorm_backward(dy, layernorm_forward(x, np.ones(D), None)[1])
    layers[-1].backward(dy, cache)
    return stream, np.linalg.norm(layers[-1].ffn.w_out.grad)


print("--- 5. At the start of training ---\n")
depths, kinds = [1, 4, 16, 64], ["post-norm", "pre-norm"]
pause("Fresh layers all add about as much, in unrelated directions. How does the stream grow?")
results = [[fresh_stack(kind.removesuffix("-norm"), n) for n in depths] for kind in kinds]
stream = np.array([by_depth[-1][0] for by_depth in results])[:, np.array(depths) - 1]
show(stream, kinds, [f"layer {n}" for n in depths], title="size (root mean square) of the stream")
print("Squares of unrelated things add up: 4 times the layers, twice the size.\n")
pause("The gradient of the last layer's w_out: what does pre-norm make of it in a deeper stack?")
last = np.array([[grad for _, grad in by_depth] for by_depth in results])
show(last, kinds, [f"depth {n}" for n in depths], title="length of the last layer's gradient")
print("4 times the depth, half of it. With post-norm it is large at every depth (theorem 1 of")
print("Xiong et al.), so the first steps must be small: their reason for a warm-up.\n")
assert np.allclose(stream[0], 1, atol=1e-4)
assert (abs(stream[1, 2:] / stream[1, 1:-1] - 2) < 0.2).all()
assert (abs(last[1, 1:-1] / last[1, 2:] - 2) < 0.4).all()
assert last[0].max() < 1.3 * last[0].min()

# %% [markdown]
# ## Exercises: replace `return None` and run the file again


# %%
def rezero_backward_yours(dy, out, alpha, f_backward):
    """Exercise 1: y = x + alpha * out with out = f(x), alpha a number (ReZero). Return dx, dalpha.

    f_backward(dout) returns what comes back through f.
    """
    return None


def sandwich_backward_yours(dy, norm1_backward, f_backward, norm2_backward):
    """Exercise 2: y = x + norm2(f(norm1(x))), as in Gemma 2. Return dx."""
    return None


def check_rezero(answer):
    rng = np.random.default_rng(1)
    for T, D, alpha in ((3, 4, 0.7), (2, 5, -0.2)):
        (x, dy), weight = rng.normal(size=(2, T, D)), rng.normal(size=(D, D))

        def loss(x, alpha, dy=dy, weight=weight):
            return (dy * (x + alpha * f(x, weight))).sum()

        out = f(x, weight)
        through_f = partial(f_backward, out=out, weight=weight)
        dx, dalpha = take_results(answer(dy, out, alpha, through_f), "dx", "dalpha")
        assert_gradient("dx", dx, complex_step(lambda x, alpha=alpha: loss(x, alpha), x))
        assert_gradient("dalpha", dalpha, complex_step(lambda alpha, x=x: loss(x, alpha), alpha))


def check_sandwich(answer):
    rng = np.random.default_rng(2)
    (a, b, c), dy = rng.normal(size=(3, 4, 4)), rng.normal(size=(2, 4))  # norm1 is x @ a, ...
    result = answer(dy, lambda d: d @ a.T, lambda d: d @ b.T, lambda d: d @ c.T)
    assert_gradient("dx", result, dy @ (np.eye(4) + a @ b @ c).T)


print("--- Exercises ---\n")
report_exercise("Exercise 1", check_rezero, rezero_backward_yours)
report_exercise("Exercise 2", check_sandwich, sandwich_backward_yours)

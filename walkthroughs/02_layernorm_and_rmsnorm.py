# %% [markdown]
# # 2. Layernorm and RMSNorm
#
# **Question:** a norm gives every token's features mean 0 and variance 1. What of the token does
# that throw away, and what does the gradient then not ask for?
#
# **Shapes:** T = 5 tokens, D = 6 features. `x`, `normed`, `y` and their gradients are (T, D);
# `mean`, `variance`, `rstd` (T, 1), one number for each token; `gamma`, `beta` (D,), shared by all.
#
# **Source:** `tinytf/ops/layernorm.py`: Ba, Kiros, Hinton 2016, "Layer Normalization", equation 3.
# `tinytf/ops/rmsnorm.py`: Zhang, Sennrich 2019, equation 4.

# %%
import numpy as np

from tinytf.ops import layernorm_backward, layernorm_forward, rmsnorm_backward, rmsnorm_forward
from tinytf.show import show
from tinytf.stepping import assert_gradient, complex_step, pause, report_exercise, take_results

D, eps = 6, 1e-5
a = np.array([6.0, -3.0, 4.0, 1.0, 4.0, 0.0])
x = np.stack([a, a + 5, 3 * a, -a, np.full(D, 2.0)])  # (T, D)
tokens = ["a", "a + 5", "3 a", "-a", "all 2"]
rng = np.random.default_rng(127)
gamma, beta, dy_row = rng.normal(size=(3, D)).round(1)

# %% [markdown]
# ## Forward
#
# Each row by itself: subtract its mean, divide by the root of its variance. `rstd` is the factor,
# "reciprocal standard deviation". No row looks at another one (in batch normalisation all do).

# %%
print("--- 1. Forward ---\n")
show(x.astype(int), rows=tokens, title="x: a vector a, three made from it, and one more")
mean = x.mean(axis=1, keepdims=True)  # (T, 1)
centered = x - mean
variance = (centered**2).mean(axis=1, keepdims=True)  # (T, 1)
rstd = 1 / np.sqrt(variance + eps)  # (T, 1)
normed = centered * rstd

pause("Which rows of normed are equal? What becomes of a row whose features are all the same?")
show(np.hstack([mean, variance, rstd]), rows=tokens, cols=["mean", "variance", "rstd"])
show(normed, rows=tokens, title="normed = (x - mean) * rstd")
print("a, a + 5 and 3 a: mean and spread of the features are lost. The sign is kept: see -a.")
print("Equal features have variance 0, and 0 / 0 would be nan; eps under the root makes it 0.\n")
assert np.array_equal(normed[0], normed[1])
assert np.allclose(normed[0], normed[2], rtol=0, atol=1e-5)  # eps counts less beside 81 than 9
assert np.array_equal(normed[3], -normed[0])
assert (normed[4] == 0).all()

y = gamma * normed + beta
y_op, cache = layernorm_forward(x, gamma, beta, eps)
assert np.allclose(y, y_op, rtol=0, atol=1e-14)

# %% [markdown]
# ## What is left is a direction
#
# But for eps, normed has sum 0 and, as its variance is 1, squared length D. These two conditions
# leave D - 2 of a token's D numbers free. So what if D is 2?

# %%
print("--- 2. What is left is a direction ---\n")
pairs = np.array([[1.0, 2.0], [1.0, 50.0], [-7.0, -3.0], [2.0, 1.0], [0.1, -0.3]])
pause("Tokens of D = 2 features: what can layernorm (gamma 1, beta 0) tell the next layer?")
normed_pairs, _ = layernorm_forward(pairs, np.ones(2), np.zeros(2), eps)
titles = ["x[0]", "x[1]", "normed[0]", "normed[1]"]
show(np.hstack([pairs, normed_pairs]), cols=titles, title="five tokens, one per row", digits=2)
print("Which of the two is the larger one, and nothing else.\n")
assert np.allclose(normed_pairs, np.where(pairs > pairs[:, ::-1], 1, -1), rtol=0, atol=1e-3)

# %% [markdown]
# ## Backward: three paths
#
# `dnormed = gamma * dy`. An entry of x reaches its row's normed directly, through the mean, and
# through rstd. The source derives what comes back on each path; with means over the row, the sum is
#
#     dx = rstd * (dnormed - mean(dnormed) - normed * mean(dnormed * normed))
#
# All tokens get the same dy here, so whatever differs between the rows of dx is the norm's doing.

# %%
print("--- 3. Backward ---\n")
dy = np.tile(dy_row, (len(x), 1))  # (T, D)
show(np.stack([gamma, beta]), rows=["gamma", "beta"], title="random, shared by all", digits=1)
dnormed = gamma * dy
through_mean = np.broadcast_to(-dnormed.mean(axis=1, keepdims=True), x.shape)
through_rstd = -normed * (dnormed * normed).mean(axis=1, keepdims=True)
dx = rstd * (dnormed + through_mean + through_rstd)
paths = np.stack([dy, dnormed, rstd * dnormed, rstd * through_mean, rstd * through_rstd, dx])[:, 0]
names = ["dy, random", "dnormed", "directly", "through the mean", "through rstd", "dx, their sum"]
show(paths, rows=names, title="token a: what comes back on each path")

pause("The same dy for each token. Whose dx is the largest by far?")
columns = [*map(str, range(D)), "length"]
dx_and_length = np.column_stack([dx, np.linalg.norm(dx, axis=1)])
show(dx_and_length, rows=tokens, cols=columns, title="dx of each token, and its length")
print("That of all 2, which has no direction yet: rstd is 1 / sqrt(eps) = 316. Equal to a's: those")
print("of a + 5, and of -a, as normed changed its sign together with x. A third: that of 3 a, as a")
print("longer vector turns more slowly.\n")
assert np.allclose(dx[[1, 3]], dx[0], rtol=0, atol=1e-14)
assert np.allclose(3 * dx[2], dx[0], rtol=0, atol=1e-5)
assert np.allclose(dx[4], (dnormed[4] - dnormed[4].mean()) / np.sqrt(eps), rtol=0, atol=1e-9)

dx_op, dgamma, dbeta = layernorm_backward(dy, cache)
assert np.allclose(dx, dx_op, rtol=0, atol=1e-12)
# gamma and beta serve every token, so their gradients are sums over all tokens.
assert np.allclose(dgamma, (dy * normed).sum(axis=0), rtol=0, atol=1e-14)
assert np.allclose(dbeta, dy.sum(axis=0), rtol=0, atol=1e-14)
# What a norm throws away cannot change the loss, so dx has no part along (1, 1, ...), which would
# shift the row, nor (but for eps) along x - mean, which would stretch it.
assert np.allclose(dx.sum(axis=1), 0, rtol=0, atol=1e-11)
assert np.allclose((dx * centered).sum(axis=1), 0, rtol=0, atol=1e-5)

# %% [markdown]
# ## RMSNorm
#
# The mean stays where it is: `y = gamma * x / sqrt(mean(x^2) + eps)`, and there is no beta. In the
# backward the path through the mean is gone. Fewer sums, fewer parameters: T5 and Llama use it.

# %%
print("--- 4. RMSNorm ---\n")
pause("Nothing is subtracted from x. Which rows are equal now?")
rms_rstd = 1 / np.sqrt((x**2).mean(axis=1, keepdims=True) + eps)  # (T, 1)
rms_normed = x * rms_rstd
show(rms_normed, rows=tokens, title="normed by RMSNorm")
print("a and 3 a. A shift is seen now: a + 5 is another direction, and all 2 is a direction too.")
print("Where the mean is 0 there is nothing to subtract, and both norms agree:\n")
rms_dx = rms_rstd * (dnormed - rms_normed * (dnormed * rms_normed).mean(axis=1, keepdims=True))
rms_y, rms_cache = rmsnorm_forward(x, gamma, eps)
rms_dx_op, rms_dgamma = rmsnorm_backward(dy, rms_cache)
assert np.allclose(gamma * rms_normed, rms_y, rtol=0, atol=1e-14)
assert np.allclose(rms_dx, rms_dx_op, rtol=0, atol=1e-14)
assert np.allclose((rms_dx * x).sum(axis=1), 0, rtol=0, atol=1e-5)
assert (abs(rms_dx[:4].sum(axis=1)) > 0.01).all()

by_layernorm, _ = layernorm_forward(x, gamma, None, eps)
by_rmsnorm, _ = rmsnorm_forward(centered, gamma, eps)
both = np.stack([by_layernorm[0], by_rmsnorm[0]])
show(both, rows=["layernorm of a, no beta", "rmsnorm of a - mean"], title="y")
assert np.allclose(by_layernorm, by_rmsnorm, rtol=0, atol=1e-14)

# %% [markdown]
# ## An independent check, and what a fresh layer hides
#
# Complex-step, as in lesson 1, measures the slope of the forward. Then three wrong backwards of
# layernorm, each with one thing left out. Every layer starts with gamma = 1.


# %%
def backward_without(left_out, dy, gamma):
    dnormed = dy if left_out == "gamma" else gamma * dy
    mean = 0 if left_out == "the mean's path" else dnormed.mean(axis=1, keepdims=True)
    weighted = 0 if left_out == "rstd's path" else (dnormed * normed).mean(axis=1, keepdims=True)
    return rstd * (dnormed - mean - normed * weighted)


print("--- 5. Checked, and what a fresh layer hides ---\n")
dy = rng.normal(size=x.shape)  # another one for each token
dx, dgamma, dbeta = layernorm_backward(dy, cache)
rms_dx, rms_dgamma = rmsnorm_backward(dy, rms_cache)
checks = {  # by the op, the loss as a function of one array, that array
    "dx": (dx, lambda x: (dy * layernorm_forward(x, gamma, beta, eps)[0]).sum(), x),
    "dgamma": (dgamma, lambda g: (dy * layernorm_forward(x, g, beta, eps)[0]).sum(), gamma),
    "dbeta": (dbeta, lambda b: (dy * layernorm_forward(x, gamma, b, eps)[0]).sum(), beta),
    "rms dx": (rms_dx, lambda x: (dy * rmsnorm_forward(x, gamma, eps)[0]).sum(), x),
    "rms dgamma": (rms_dgamma, lambda g: (dy * rmsnorm_forward(x, g, eps)[0]).sum(), gamma),
}
errors = np.array([abs(d - complex_step(f, at)).max() for d, f, at in checks.values()])
show(errors, cols=list(checks), title="largest difference between the op and complex-step")
assert errors.max() < 1e-11  # rounding, times the 316 of all 2

trials = {
    "gamma 1, dy 1": (np.ones(D), np.ones_like(dy)),
    "gamma 1, dy random": (np.ones(D), dy),
    "gamma random, dy 1": (gamma, np.ones_like(dy)),
    "both random": (gamma, dy),
}
pause("Left out: gamma, the mean's path, rstd's path. Which mistake is missed with gamma = 1?")
left_out = ["nothing", "gamma", "the mean's path", "rstd's path"]
found = np.zeros((len(left_out), len(trials)), dtype=bool)
for j, (some_gamma, some_dy) in enumerate(trials.values()):
    right = layernorm_backward(some_dy, layernorm_forward(x, some_gamma, beta, eps)[1])[0]
    for i, name in enumerate(left_out):
        found[i, j] = abs(backward_without(name, some_dy, some_gamma) - right).max() > 1e-9
show(found, rows=left_out, cols=list(trials), title="left out: is it found?")
print("A missing gamma, whatever dy is. With dy = 1 also rstd's path: it carries the mean of")
print("dnormed * normed, here that of normed, which is 0. A check needs a random gamma too.\n")
assert found.tolist() == [[False] * 4, [False, False, True, True], [True] * 4, [False] + [True] * 3]

# %% [markdown]
# ## Exercises
#
# Replace `return None` and run the file again. The checks use inputs of their own.


# %%
def fold_yours(gamma, beta, weight, bias):
    """Exercise 1: after a layernorm comes a linear layer, weight (D, D) and bias (D,).

    Get rid of gamma and beta: return the weight and the bias that do the same to normed itself.
    """
    return None


def unit_length_backward_yours(dy, x):
    """Exercise 2: y = x / |x|, each row divided by its length (no eps). Return dx.

    x, dy (T, D). Hint: y does not change when x is stretched, so which way can dx not point?
    """
    return None


# %%
def check_fold(answer):
    rng = np.random.default_rng(1)
    for D in (5, 3):
        gamma, beta, bias = rng.normal(size=(3, D))
        weight, x = rng.normal(size=(D, D)), rng.normal(size=(8, D))
        folded = take_results(answer(gamma, beta, weight, bias), "a weight", "a bias")
        before = layernorm_forward(x, gamma, beta)[0] @ weight + bias
        normed = layernorm_forward(x, np.ones(D), None)[0]
        assert np.shape(folded[0]) == (D, D), f"Expected a weight {(D, D)} for {D=}."
        assert_gradient("normed @ weight + bias", normed @ folded[0] + folded[1], before)


def check_unit_length(answer):
    rng = np.random.default_rng(2)
    for shape in ((4, 3), (2, 5)):
        x, dy = 3 * rng.normal(size=(2, *shape))

        def loss(x, dy=dy):
            return (dy * x / np.sqrt((x**2).sum(axis=1, keepdims=True))).sum()

        assert_gradient("dx", answer(dy, x), complex_step(loss, x))


print("--- Exercises ---\n")
report_exercise("Exercise 1", check_fold, fold_yours)
report_exercise("Exercise 2", check_unit_length, unit_length_backward_yours)

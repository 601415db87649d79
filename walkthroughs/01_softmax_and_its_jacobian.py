# %% [markdown]
# # 1. Softmax and its Jacobian
#
# **Question:** softmax turns scores into probabilities that share one total. If one score changes,
# every probability changes. How does a gradient come back through that?
#
# **Shapes:** V = 4 words compete. `x` (V,) scores, `y` (V,) probabilities, `dy` (V,) the gradient
# of the loss with respect to y, `dx` (V,) the gradient with respect to x, `jacobian` (V, V).
#
# **Source:** `tinytf/ops/softmax.py`. Softmax is in equation 1 of Vaswani et al. 2017, "Attention
# Is All You Need"; the name comes from Bridle 1990.

# %%
import numpy as np

from tinytf.ops import log_softmax_forward, softmax_backward, softmax_forward
from tinytf.show import show
from tinytf.stepping import assert_gradient, complex_step, pause, report_exercise, take_results

words = ["cat", "dog", "mat", "moon"]
x = np.array([2.0, 1.0, 3.0, -1.0])  # how well each word fits as the next one

# %% [markdown]
# ## The forward, with the shift
#
# `y[i] = exp(x[i]) / sum_j exp(x[j])`. The maximum is subtracted first: numerator and denominator
# shrink by the same factor exp(max), so y stays as it is, and no exp is larger than exp(0) = 1.

# %%
print("--- 1. The forward, with the shift ---\n")
shifted = x - x.max()
exponentials = np.exp(shifted)
total = exponentials.sum()
y = exponentials / total
show(
    np.stack([x, shifted, exponentials, y]),
    rows=["x", "shifted", "exponentials", "y"],
    cols=words,
)
assert np.isclose(y.sum(), 1)

y_op, cache = softmax_forward(x)
assert np.allclose(y, y_op, rtol=0, atol=1e-15)

# %%
pause("Add 1000 to every score. What happens to y? And what without the shift?")
with np.errstate(over="ignore", invalid="ignore"):
    unshifted = np.exp(x + 1000) / np.exp(x + 1000).sum()
y_moved, _ = softmax_forward(x + 1000)
show(
    np.stack([y, y_moved, unshifted]),
    rows=["softmax(x)", "softmax(x + 1000)", "the same, no shift"],
    cols=words,
)
print("Only differences of scores matter. exp(1003) is too large for a float: inf / inf = nan.\n")
assert np.allclose(y_moved, y, rtol=0, atol=1e-12)
assert np.isnan(unshifted).all()

# %% [markdown]
# ## The full Jacobian
#
# The derivative of y[i] with respect to x[j], by the quotient rule:
# `jacobian[i, j] = y[i] (1[i = j] - y[j])`, as a matrix `diag(y) - y y^T`.

# %%
print("--- 2. The full Jacobian ---\n")
pause("Which entries of the Jacobian are negative? What does every row add up to?")
jacobian = np.diag(y) - np.outer(y, y)
show(
    jacobian,
    rows=[f"y[{word}]" for word in words],
    cols=[f"x[{word}]" for word in words],
    title="jacobian[i, j] = how y[i] moves when x[j] grows",
)
print("A word's own score raises it (diagonal); any other score lowers it (the rest).")
print("Rows add up to 0: adding the same to all scores changes nothing, as seen above.")
print("Columns add up to 0: the probabilities always sum to 1, so what one gains, others lose.\n")
assert (np.diag(jacobian) > 0).all()
assert (jacobian[~np.eye(4, dtype=bool)] < 0).all()
assert np.allclose(jacobian.sum(axis=1), 0, atol=1e-15)
assert np.array_equal(jacobian, jacobian.T)

# %% [markdown]
# ## The backward, without the matrix
#
# The chain rule: `dx[j] = sum_i dy[i] jacobian[i, j]`. Put the formula of the Jacobian in:
#
#     dx[j] = sum_i dy[i] y[i] (1[i = j] - y[j])
#           = y[j] dy[j] - y[j] sum_i dy[i] y[i]
#           = y[j] (dy[j] - mean)         with mean = sum_i y[i] dy[i]
#
# So dx is positive, and a step against it lowers the score, where dy is above the weighted mean.
# With a vocabulary of V = 50257 (GPT-2) the matrix would have V^2 entries, 20 GB for one position.

# %%
print("--- 3. The backward, without the matrix ---\n")
dy = np.array([0.5, -1.0, 2.0, 0.3])
mean = (y * dy).sum()
dx = y * (dy - mean)
show(np.stack([y, dy]), rows=["y", "dy"], cols=words, title="y, and dy, the loss's gradient")
print(f"The mean of dy, weighted with y, is {mean:.3f}; dx = y * (dy - mean).")
pause("Which word's dx is smallest in size? What do all four dx add up to?")
show(np.stack([y, dy - mean, dx]), rows=["y", "dy - mean", "dx"], cols=words)
print("They add up to 0: moving all scores together changes nothing, so no loss can ask for it.")
print("moon's dx is smallest: it has a large dy - mean, but hardly any probability to move.\n")
assert np.allclose(dx, dy @ jacobian, rtol=0, atol=1e-15)
assert np.allclose(dx, softmax_backward(dy, cache), rtol=0, atol=1e-15)
assert np.isclose(dx.sum(), 0, atol=1e-15)
assert abs(dx).argmin() == words.index("moon")

# %% [markdown]
# ## An independent check: complex-step
#
# Formula and code could share a mistake, so measure the slope of the forward alone. For a smooth f,
# `f(x + ih) = f(x) + ih f'(x) - ...`: the imaginary part divided by h is the derivative. Unlike
# (f(x + h) - f(x)) / h nothing is subtracted, so h = 1e-20 costs no digits. `complex_step` in
# `tinytf/stepping.py` does so for all entries of an array; all lessons check their gradients with
# it.

# %%
print("--- 4. Checked with complex-step ---\n")
numeric = np.zeros(4)
for j in range(4):
    numeric[j] = (dy @ softmax_forward(x + 1e-20j * np.eye(4)[j])[0]).imag / 1e-20
assert np.array_equal(numeric, complex_step(lambda x: dy @ softmax_forward(x)[0], x))
show(np.stack([dx, numeric]), rows=["dx by formula", "dx by complex-step"], cols=words, digits=9)
assert np.allclose(dx, numeric, rtol=0, atol=1e-15)

# %% [markdown]
# ## What a sum-loss cannot see
#
# Many gradient checks use `loss = y.sum()`, so dy = 1 everywhere. Below are three wrong backwards.
# One is 3 times too large, one takes the plain mean in place of the weighted one, and one returns
# nothing but zeros. The error is the largest difference from `dy @ jacobian`.


# %%
def three_times_too_large(dy, y):
    return 3 * y * (dy - (dy * y).sum())


def plain_mean(dy, y):
    return y * (dy - dy.mean())


def only_zeros(dy, y):
    return np.zeros_like(y)


def right(dy, y):
    return y * (dy - (dy * y).sum())


print("--- 5. What a sum-loss cannot see ---\n")
pause("Which of the three wrong backwards are found by a check with dy = 1?")
backwards = [right, three_times_too_large, plain_mean, only_zeros]
ones = np.ones(4)
errors = np.array([[abs(f(d, y) - d @ jacobian).max() for d in (ones, dy)] for f in backwards])
show(
    errors,
    rows=[f.__name__ for f in backwards],
    cols=["dy = 1", "dy as above"],
    title="error of each backward",
)
print("None. y.sum() is 1 whatever x is, so the right answer is dx = 0, and all give that (up to")
print("rounding, 1e-16). A gradient check needs a dy of random numbers.\n")
assert (errors[:, 0] < 1e-15).all()
assert errors[0, 1] < 1e-15
assert (errors[1:, 1] > 0.05).all()

# %% [markdown]
# ## A score of -inf
#
# A mask forbids a word by setting its score to -inf. Its probability is then exactly 0, and with
# it its row and its column of the Jacobian: no gradient passes. Lessons 5 and 6 need this.

# %%
print("--- 6. A score of -inf ---\n")
masked_x = np.where([True, True, False, True], x, -np.inf)
masked_y, masked_cache = softmax_forward(masked_x)
masked_dx = softmax_backward(dy, masked_cache)
print("mat is forbidden:")
show(np.stack([masked_x, masked_y, dy, masked_dx]), rows=["x", "y", "dy", "dx"], cols=words)
print("mat gets no share, so it gets no gradient either; the others share what it had.\n")
assert masked_y[2] == 0
assert masked_dx[2] == 0

# %% [markdown]
# ## Exercises
#
# Replace `return None` and run the file again. The checks use complex-step on inputs of their own.


# %%
def log_softmax_backward_yours(dy, y):
    """Exercise 1: y = x - log(sum_j exp(x[j])), all of shape (V,). Return dx.

    Hint: the probabilities are exp(y). For which dy is dx = 0 now?
    """
    return None


def temperature_backward_yours(dy, x, tau):
    """Exercise 2: y = softmax(x / tau) with a temperature tau, a number. Return dx and dtau.

    Hint: name the step in between, u = x / tau. Which way does each u[i] move when tau grows?
    """
    return None


# %%
def check_log_softmax(answer):
    rng = np.random.default_rng(1)
    for V in (5, 3):
        x, dy = rng.normal(size=(2, V))
        expected = complex_step(lambda x, dy=dy: dy @ log_softmax_forward(x)[0], x)
        assert_gradient("dx", answer(dy, log_softmax_forward(x)[0]), expected)


def check_temperature(answer):
    rng = np.random.default_rng(2)
    for V, tau in ((5, 0.7), (3, 2.0)):
        x, dy = rng.normal(size=(2, V))

        def loss(x, tau, dy=dy):
            return dy @ softmax_forward(x / tau)[0]

        dx, dtau = take_results(answer(dy, x, tau), "dx", "dtau")
        assert_gradient("dx", dx, complex_step(lambda x, tau=tau: loss(x, tau), x))
        assert_gradient("dtau", dtau, complex_step(lambda tau, x=x: loss(x, tau), tau))


print("--- Exercises ---\n")
report_exercise("Exercise 1", check_log_softmax, log_softmax_backward_yours)
report_exercise("Exercise 2", check_temperature, temperature_backward_yours)

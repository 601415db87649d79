# %% [markdown]
# # 13. Gradient checking
#
# **Question:** how does one know that a backward is right, and which checks call a wrong one right?
#
# **Shapes:** x and `dx` have any shape; `dy`, the gradient that comes from above, has that of y. A
# check measures slopes of `loss = sum(dy * y)`. Attention: (B, H, T, K).
#
# **Source:** `tinytf/gradcheck/numeric.py` and `tinytf/gradcheck/check.py`, tried here on
# `tinytf/ops/rmsnorm.py` (Zhang and Sennrich 2019, equation 4), attention, ReLU and embedding.
# Complex-step: Squire and Trapp 1998, "Using complex variables to estimate derivatives of real
# functions".

# %%
import math

import numpy as np

from tinytf import ops
from tinytf.gradcheck import check_gradients
from tinytf.ops import merge_heads, split_heads
from tinytf.show import show
from tinytf.stepping import assert_gradient, pause, report_exercise

# %% [markdown]
# ## Which step?
#
# Three ways to measure a slope, here that of RMSNorm with one feature and eps = 1, which is
# y = x / sqrt(x^2 + 1). The errors are up to factors that are not far from 1.
#
#     one-sided     (f(x + h) - f(x)) / h             error: h (the curve) + 1e-16 / h (rounding)
#     central       (f(x + h) - f(x - h)) / (2 h)     error: h^2 + 1e-16 / h
#     complex-step  imaginary part of f(x + i h) / h  error: h^2, as nothing is subtracted

# %%
print("--- 1. Which step? ---\n")
one = np.array([1.0])


def f(x):
    return ops.rmsnorm_forward(np.array([x]), one, eps=1.0)[0][0]


def right_digits(slope):
    error = abs(slope / derivative - 1)
    return 14 if error < 1e-14 else max(0, math.floor(-math.log10(error)))


x = 0.7
derivative = ops.rmsnorm_backward(one, ops.rmsnorm_forward(np.array([x]), one, eps=1.0)[1])[0][0]
assert math.isclose(derivative, (x**2 + 1) ** -1.5, rel_tol=1e-15)
pause("The smaller h, the better? Which h is best for one-sided, which for central differences?")
steps = [*range(1, 17), 100]
digits = []
print("One # for each right digit of the slope, 14 are shown at most:\n")
print("     h  one-sided       central         complex-step")
for n in steps:
    h = float(f"1e-{n}")
    slopes = (f(x + h) - f(x)) / h, (f(x + h) - f(x - h)) / (2 * h), f(x + 1j * h).imag / h
    digits.append([right_digits(slope) for slope in slopes])
    print(f"{f'1e-{n}':>6}  {'  '.join(('#' * d).ljust(14) for d in digits[-1])}".rstrip())
print("\nOne-sided: 1e-8, where h = 1e-16 / h. Central: about 1e-5, where h^2 = 1e-16 / h. Below,")
print("rounding takes over, until x + h is x. Complex-step has no such end.\n")
best = np.array(digits).argmax(axis=0)
assert [steps[i] for i in best[:2]] == [8, 5]
assert np.array(digits)[best, [0, 1, 2]].tolist() == [8, 10, 14]
assert all(row[2] == 14 for n, row in zip(steps, digits, strict=True) if n >= 8)

# %% [markdown]
# ## Which dy?
#
# Many checks use `loss = y.sum()`, so dy is 1 everywhere. Here is attention with two heads, and one
# thing wrong at a time. error = the largest difference of dq, dk, dv / their largest entry.

# %%
print("--- 2. Which dy? ---\n")
rng = np.random.default_rng(13)
B, T, H, K = 2, 5, 2, 3
q, k, v, dy = rng.normal(size=(4, B, T, H * K))  # (B, T, D)
_, cache = ops.attention_forward(*(split_heads(a, H) for a in (q, k, v)), causal=True)


def backward(dz, wrong_scale=1):
    """dq, dk, dv (B, T, D) of a dz (B, H, T, K)."""
    dq, dk, dv = (merge_heads(d) for d in ops.attention_backward(dz, cache))
    return np.stack([dq * wrong_scale, dk * wrong_scale, dv])


backwards = {
    "heads cut by reshape": lambda dy: backward(dy.reshape(B, H, T, K)),
    "heads swapped": lambda dy: backward(split_heads(dy, H)[:, ::-1]),
    "time reversed": lambda dy: backward(split_heads(dy, H)[:, :, ::-1]),
    "batch swapped": lambda dy: backward(split_heads(dy, H)[::-1]),
    "scale forgotten": lambda dy: backward(split_heads(dy, H), wrong_scale=math.sqrt(K)),
}
print("Wrong in turn:", ", ".join(backwards) + ".\n")
pause("Which of these five does a check with dy = 1 find?")
errors = np.zeros((len(backwards), 2))
for i, wrong in enumerate(backwards.values()):
    for j, some_dy in enumerate((np.ones_like(dy), dy)):
        right = backward(split_heads(some_dy, H))
        errors[i, j] = abs(wrong(some_dy) - right).max() / abs(right).max()
show(errors, [*backwards], ["dy = 1", "random dy"], title="error")
print("The last. Ones look the same however they are mixed up: a sum-loss is blind to that,")
print("to a softmax backward 3 times too large (lesson 1), to a part of layernorm's (lesson 2).\n")
assert (errors[:4, 0] < 1e-14).all()
assert errors[4, 0] > 0.1
assert (errors[:, 1] > 0.1).all()

# %% [markdown]
# ## One direction for all entries
#
# Entry by entry, a check runs the forward once per number. Move all of them along a random u at
# once: the slope must be sum(dx * u). One run for all entries; it does not say which one is wrong.

# %%
print("--- 3. One direction for all entries ---\n")
u = rng.normal(size=q.shape)
moved = split_heads(q + 1e-20j * u, H)
z, _ = ops.attention_forward(moved, *(split_heads(a, H) for a in (k, v)), causal=True)
slope = (dy * merge_heads(z)).sum().imag / 1e-20
dq = backward(split_heads(dy, H))[0]
promised = (dq * u).sum()
dq[1, 2, 3] *= 1.01
print(f"The {q.size} entries of q: slope {slope:.9f}, sum(dq * u) {promised:.9f}.")
print(f"One entry of dq made 1 % larger:            sum(dq * u) {(dq * u).sum():.9f}.\n")
assert math.isclose(slope, promised, rel_tol=1e-12)
assert not math.isclose(slope, (dq * u).sum(), rel_tol=1e-4)

# %% [markdown]
# ## Kinks
#
# ReLU has no slope at 0: it is 0 on the left, 1 on the right. Each method gives a number.

# %%
print("--- 4. Kinks ---\n")
x = np.array([-1.0, 0.0, 3e-6, 1.0])


def relu(x):
    return ops.relu_forward(x)[0]


pause("Central differences with h = 1e-5: what do they give at 0? At 3e-6?")
central = (relu(x + 1e-5) - relu(x - 1e-5)) / 2e-5
by_op = ops.relu_backward(np.ones(4), ops.relu_forward(x)[1])
table = np.stack([by_op, central, relu(x + 1e-20j).imag / 1e-20])
show(table, ["relu_backward", "central", "complex-step"], x.tolist(), title="slope at", digits=2)
print("At 0: a choice; the mean of both sides; 1, as 1e-20 i counts as more than 0. At 3e-6 the")
print("step reaches over the kink. The checker tries smaller ones and skips what stays a kink:\n")
report = check_gradients(ops.relu_forward, ops.relu_backward, x)
print(report, end="\n\n")
assert np.allclose(table[:, 1:3], [[0, 1], [0.5, 0.65], [1, 1]])
assert report.ok
assert (report.results[0].checked, report.results[0].at_kink) == (3, 1)
print("Complex-step sees slope 0 where a forward drops the imaginary part (np.abs, .real). So the")
print("checker compares it with central differences, along one direction as in section 3.\n")
assert np.abs(2 + 1e-20j).imag == 0

# %% [markdown]
# ## The smallest counter-example
#
# A check tries the inputs that someone thought of. Below, the gradient of an embedding with the
# mistake of lesson 4; the ids 3 0 5 1 do not find it. The library hypothesis draws inputs until one
# fails, then shrinks it: shorter, smaller numbers, as long as it still fails.


# %%
def wrong_embedding_backward(dy, cache):
    ids, shape, _ = cache
    dweight = np.zeros(shape)
    dweight[ids] += dy
    return dweight


def check(ids):
    table = np.ones((6, 2))  # any numbers: the slopes are the same
    return check_gradients(ops.embedding_forward, wrong_embedding_backward, ids, table)


print("--- 5. The smallest counter-example ---\n")
print(f"ids 3 0 5 1: {'right' if check(np.array([3, 0, 5, 1])).ok else 'wrong'}\n")
pause("You met `dweight[ids] += dy` in lesson 4. What are the smallest ids on which it is wrong?")
assert check(np.array([3, 0, 5, 1])).ok
assert not check(np.array([0, 0])).ok
try:
    from hypothesis import find, settings

    from tinytf.gradcheck import strategies
except ImportError:
    print("To see it found, install the extra `test`: pip install -e '.[test]'\n")
else:
    smallest = find(
        strategies.shapes(max_side=6).flatmap(lambda shape: strategies.ids(shape, vocab_size=6)),
        lambda ids: not check(ids).ok,
        settings=settings(derandomize=True, database=None),
    )
    print(f"hypothesis: ids {smallest}. And what the checker says of them:\n")
    print(check(smallest), end="\n\n")
    assert np.array_equal(smallest, [0, 0])
print("An id that occurs twice: NumPy reads dweight[ids], adds, then writes; the last one stays.\n")

# %% [markdown]
# ## Exercises: replace `return None` and run the file again


# %%
def richardson_yours(f, x, h):
    """Exercise 1: central(h) = slope + c h^2 + d h^4 + ..., c and d unknown.

    Combine central differences of h and of h / 2 so that c drops out. Return the slope at x.
    f drops imaginary parts, so complex-step is no way out.
    """
    return None


def is_right_yours(forward, backward, x, rng):
    """Exercise 2: a checker. y, cache = forward(x), dx = backward(dy, cache). Return True or False.

    forward takes complex numbers; rng draws what you need.
    """
    return None


def check_richardson(answer):
    for a, b, x, h in ((1.0, -2.0, 0.8, 0.1), (0.3, 1.5, -1.1, 0.3)):
        slope = answer(lambda x, a=a, b=b: a * x.real**4 + b * x.real**3 + x.real, x, h)
        assert_gradient("slope", slope, 4 * a * x**3 + 3 * b * x**2 + 1)


def check_is_right(answer):
    forward, right = ops.softmax_forward, ops.softmax_backward
    x = np.random.default_rng(0).normal(size=(3, 4))
    one_entry = np.where(np.arange(12).reshape(3, 4) == 7, 1.01, 1)
    cases = {
        "the right one": right,
        "a third of it": lambda dy, cache: right(dy, cache) / 3,
        "zeros": lambda dy, cache: np.zeros_like(x),
        "the sign turned": lambda dy, cache: -right(dy, cache),
        "one of 12 entries 1 % too large": lambda dy, cache: right(dy, cache) * one_entry,
        "that of a mean": lambda dy, cache: cache[0] * (dy - dy.mean(axis=-1, keepdims=True)),
    }
    for name, backward in cases.items():
        verdict = answer(forward, backward, x, np.random.default_rng(1))
        assert verdict == (backward is right), f"It said {verdict} of {name}."


print("--- Exercises ---\n")
report_exercise("Exercise 1", check_richardson, richardson_yours)
report_exercise("Exercise 2", check_is_right, is_right_yours)

# %% [markdown]
# # 18. Find the bug
#
# **Question:** four students changed one thing each in a GPT. All four versions run, and all four
# losses fall. Each has a bug. How do you find its name and its line, with the trace alone?
#
# **Shapes:** B = 18 sentences, T = 6 words, V = 7, D = 16, H = 2 heads, K = 8, F = 32, 3 layers.
#
# **Source:** `tinytf/tracing/check.py` and `trace.py`; what the students rewrite stands right
# in `tinytf/layers/residual.py`, `tinytf/models/head.py`, `tinytf/ops/attention.py` (equation 1).

# %%
from inspect import getsource
from itertools import product
from textwrap import fill

import numpy as np
from numpy.linalg import norm

from tinytf import Config, DecoderLM, ops, trace
from tinytf.layers import Linear, SelfAttention, TransformerLayer
from tinytf.show import show
from tinytf.stepping import pause, report_exercise
from tinytf.training import Adam

words = [".", "the", "cat", "dog", "rat", "sees", "bites"]
text = np.array([[0, 1, a, c, 1, b, 0] for a, c, b in product((2, 3, 4), (5, 6), (2, 3, 4))])
ids, targets = text[:, :-1], text[:, 1:]  # (B, T): ". the cat sees the cat" and so on
T, D, V = ids.shape[1], 16, len(words)
config = Config(V, D, max_len=T, n_heads=2, d_ff=32, n_layers=3, init_std=None)


# %%
# The students' code. Can you see what is wrong, before the trace tells?
class Block(TransformerLayer):
    """Student 1 writes the two residuals of a layer out, with the norm in front."""

    def forward(self, resid_pre, *_):
        norm1, norm1_cache = self.norm1.forward(resid_pre)
        attn_out, attn_cache = self.self_attn.forward(norm1)
        resid_mid = resid_pre + attn_out
        norm2, norm2_cache = self.norm2.forward(resid_mid)
        ffn_out, ffn_cache = self.ffn.forward(norm2)
        resid_post = resid_mid + ffn_out
        return resid_post, (norm1_cache, attn_cache, norm2_cache, ffn_cache)

    def backward(self, dresid_post, cache):
        norm1_cache, attn_cache, norm2_cache, ffn_cache = cache
        dnorm2 = self.ffn.backward(dresid_post, ffn_cache)
        dresid_mid = self.norm2.backward(dnorm2, norm2_cache)
        dnorm1 = self.self_attn.backward(dresid_mid, attn_cache)
        dresid_pre = dresid_mid + self.norm1.backward(dnorm1, norm1_cache)
        return dresid_pre


class TiedLM(DecoderLM):
    """Student 2 writes the head out: the embedding table, transposed."""

    def forward(self, ids):
        resid, decoder_cache = self.decoder.forward(ids)
        logits = resid @ self.decoder.embed.tok.weight.value.T
        return logits, decoder_cache

    def backward(self, dlogits, cache):
        dresid = dlogits @ self.decoder.embed.tok.weight.value
        self.decoder.backward(dresid, cache)


class MaskedAttention(SelfAttention):
    """Student 3 makes the causal mask by hand."""

    def forward(self, x, *_):
        future = np.triu(np.ones((x.shape[1], x.shape[1]), bool), k=1)
        return super().forward(x, mask=future)


def new_model(student=0):
    """The right model (0), or a student's. Student 4 draws its own start for queries and keys."""
    rng = np.random.default_rng(16)
    model = (TiedLM if student == 2 else DecoderLM)(config, rng, np.float64)
    if student == 1:
        model.decoder.layers[1].__class__ = Block
    for layer in model.decoder.layers:
        if student == 3:
            layer.self_attn.causal, layer.self_attn.__class__ = False, MaskedAttention
        if student == 4:
            for linear in (layer.self_attn.q, layer.self_attn.k):
                linear.weight.value[...] = rng.normal(size=(D, D))
    return model


def forward_and_backward(model):
    logits, cache = model.forward(ids)
    loss, loss_cache = ops.cross_entropy_forward(logits, targets)
    model.backward(ops.cross_entropy_backward(1.0, loss_cache), cache)
    return loss


def traced(model):
    with trace(model) as t:
        forward_and_backward(model)
    return t


def train(model):
    adam = Adam(model)
    for _ in range(61):
        adam.zero_grad()
        yield forward_and_backward(model)
        adam.step(0.02)


# %% [markdown]
# ## The symptom
#
# A sentence is ". the cat sees the dog .": nobody can know its nouns and its verb before they come.
# So no language model gets below (log 3 + log 2 + log 3) / 6 for each word.

# %%
print("--- 1. The symptom ---\n")
best = np.log(18) / T
pause(f"Five models, trained. No loss below {best:.3f} is possible. Which of the five are wrong?")
print("(training five models ...)\n")
curves = np.array([list(train(new_model(student))) for student in range(5)])
rows, steps = ["right model", *(f"student {i}" for i in range(1, 5))], [0, 5, 10, 20, 30, 40, 60]
show(curves[:, steps], rows, cols=[str(step) for step in steps], title="loss after so many steps")
print("Students 1 and 4 get nearly where the right model does, only later; 2 is hardly worse.")
print("Student 3 is the best, better than possible: it must see the answers.\n")
assert curves[3, -1] < 0.01 < best < curves[[0, 1, 2, 4]].min()
assert np.ptp(curves[[0, 1, 4], -1]) < 0.005

# %%
# t.check() compares each gradient with the slope measured by complex-step (Squire, Trapp 1998).
right, *bugs = (traced(new_model(student)) for student in range(5))
learned = [name for name in right.names("*") if right[name].kind == "parameter"]
outs = {*right.names("*.out"), *right.names("*.resid_*")}  # of each part; the residual stream
errors = [bugs[0].check(names=outs), *(t.check(names=learned) for t in bugs[1:])]
wrong = [[name for name, error in e.items() if not error < 1e-8] for e in errors]
print("--- 2. Student 1 ---\n")
stream = ["embed.out", *(f"layers.{i}.{x}" for i in range(3) for x in ("resid_mid", "resid_post"))]
cols = [name.replace("layers.", "").replace("resid_", "") for name in stream]
pause(f"The gradient comes from {cols[-1]} and goes to {cols[0]}. Where does student 1 lose some?")
lengths = [[norm(t[f"decoder.{name}"].grad) for name in stream] for t in (right, bugs[0])]
show(np.array(lengths), rows[:2], cols, title="length of the gradient of the residual stream")
print("From 1.post to 1.mid it becomes shorter, and everything below gets less than it should.\n")
assert np.allclose(lengths[1][4:], lengths[0][4:])
assert max(np.divide(lengths[1], lengths[0])[:4]) < 0.5

print("Outputs and stream: those with a wrong gradient, in the order in which they were made:\n")
print(fill(", ".join(name.removeprefix("decoder.") for name in wrong[0]), 100) + "\n")
pause("One of them made the others wrong. Which one?")
culprit = bugs[0][wrong[0][-1]]
print("The backward goes the other way. So the culprit is the wrong tensor that was made last:\n")
print(f"{culprit.name}, line {culprit.source.line}:  {culprit.source.text}")
print(f"gradient from:  {', '.join(culprit.grad_parts)}\n")
print("Below that line resid_mid is used twice, by norm2 and in resid_post. Two uses, two parts:")
print("dresid_post is missing where Block.backward computes dresid_mid:\n")
print(getsource(Block.backward))
assert culprit.name == "decoder.layers.1.resid_mid"
assert [*culprit.grad_parts] == ["decoder.layers.1.norm2"]
missing = bugs[0]["decoder.layers.1.resid_post"].grad
assert np.allclose(culprit.grad + missing, right[culprit.name].grad, rtol=0, atol=1e-15)

# %%
print("--- 3. Student 2 ---\n")
pause(f"Of {len(learned)} parameters one has a wrong gradient. Which? (Which is used twice?)")
table = right["decoder.embed.tok.weight"]
for who, t in ((rows[0], right), (rows[2], bugs[1])):
    parts = {name: norm(part, axis=1) for name, part in t[table.name].grad_parts.items()}
    show([*parts.values()], [*parts], words, f"{who}: {table.name}, gradient's length by row")
print("The head's part is lost: TiedLM.backward passes dresid on, but adds nothing to the table:\n")
print(getsource(TiedLM.backward))
assert wrong[1:] == [[table.name], [], []]
assert list(bugs[1][table.name].grad_parts) == ["decoder.embed.tok"]

# %%
print("--- 4. Student 3 ---\n")
attn = "decoder.layers.0.self_attn"
pattern, words_0 = bugs[2][f"{attn}.pattern"].value, [words[i] for i in ids[0]]
pause("No gradient is wrong. A causal mask hides 15 of 36 scores, this one 21. Who sees whom?")
show(pattern[0, 0], words_0, words_0, title="pattern[0, 0][query, key]")
at = [norm(bugs[2][f"{attn}.{x}"].grad[0, 0], axis=-1) for x in "qkv"]
show(1000 * np.array(at), ["dq", "dk", "dv"], words_0, title="length of the gradients, times 1000")
print("Right gradients of a wrong model: everybody looks ahead, nobody back. The last query finds")
print("nothing, the one before has no choice: dq 0. Nobody reads the first key: dk and dv 0.")
print("In student 3's mask True hides, as in PyTorch's MultiheadAttention. Here True allows:\n")
print(getsource(MaskedAttention.forward))
assert np.array_equal(pattern != 0, np.broadcast_to(np.tri(T, k=-1).T, pattern.shape))
assert [list(np.flatnonzero(row == 0)) for row in at] == [[T - 2, T - 1], [0], [0]]

# %%
print("--- 5. Student 4: queries and keys from rng.normal(size=(D, D)) ---\n")
pause("No gradient is wrong, the formulas are right. Weights sqrt(D) times too large. And then?")
attns = [(t, f"decoder.layers.{i}.self_attn.") for t in (right, bugs[3]) for i in range(3)]
patterns = [t[n + "pattern"].value[:, :, 1:] for t, n in attns]  # the first query has one key only
largest = np.array([pattern.max(axis=-1).mean() for pattern in patterns])
passed = np.array([norm(t[n + "scores"].grad) / norm(t[n + "pattern"].grad) for t, n in attns])
labels = [f"{who}, layer {i}" for who in (rows[0], rows[4]) for i in range(3)]
show(np.stack([largest, passed], axis=1), labels, ["largest of a row", "dscores / dpattern"])
print("Large scores, so almost only 0 and 1: the softmax is saturated, and its Jacobian (lesson 1)")
print("lets less than a third as much gradient through. A forgotten 1 / sqrt(K) does the same.\n")
assert largest[3:].min() > 0.9
assert (passed[3:] < passed[:3] / 3).all()

# %% [markdown]
# ## Exercises: replace `return None` and run the file again
#
# The order that worked: `t.check()`, and of the wrong intermediates the one made last; only a
# parameter wrong: `.grad_parts`; nothing wrong: first the values, then the sizes. Where a gradient
# is the sum of several parts, one of them is wrong: layer n, with weight w = `t[n + ".weight"]`,
# must have sent `t[n + "_merged"].grad @ w.value.T`, as `linear_backward` does.


# %%
class SquareLinear(Linear):
    """By student 5. In each model of exercise 1 one of the nine layers q, k, v is of this class."""

    def backward(self, dy, cache):
        super().backward(dy, cache)
        return dy @ self.weight.value


def culprit_yours(t):
    """Exercise 1: the layer's name, such as "decoder.layers.0.self_attn.q"; t is its trace."""
    return None


def sees_the_future_yours(t):
    """Exercise 2: the names of all patterns in which a query looks at a later key, as a list."""
    return None


def check_culprit(answer):
    for number in np.random.default_rng(1).permutation(9)[:2]:  # do not print these
        model, i, x = new_model(), number // 3, "qkv"[number % 3]
        vars(model.decoder.layers[i].self_attn)[x].__class__ = SquareLinear
        name, guilty = answer(traced(model)), f"decoder.layers.{i}.self_attn.{x}"
        assert name == guilty, f"Not {name!r}. It is one of q, k, v in decoder.layers.0, 1 or 2."


def check_sees_the_future(answer):
    model, all_3 = new_model(), right.names("*.pattern")
    model.decoder.layers[1].self_attn.causal = False
    for t, expected in ((right, []), (bugs[2], all_3), (traced(model), all_3[1:2])):
        assert answer(t) == expected, f"Wrong for a model with {len(expected)} such patterns."


print("--- Exercises ---\n")
report_exercise("Exercise 1", check_culprit, culprit_yours)
report_exercise("Exercise 2", check_sees_the_future, sees_the_future_yours)

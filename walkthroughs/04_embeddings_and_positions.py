# %% [markdown]
# # 4. Embeddings and positions
#
# **Question:** how do token numbers become vectors that can learn, and, as attention only compares
# vectors, how does a model know which token is where?
#
# **Shapes:** T tokens, V = 6 words, D features (few, and not the same number in each section).
# `ids` (T,); the tables `weight` (V, D) and `positions` (T, D); `y` (T, D), a row for each id.
#
# **Source:** `tinytf/ops/embedding.py`, `tinytf/ops/positions.py`, `tinytf/models/embeddings.py`.
# Vaswani et al. 2017: sections 3.4 (embeddings) and 3.5 (positions, two formulas without a number);
# attention is equation 1.

# %%
import numpy as np

from tinytf.ops import attention_forward, embedding_backward, embedding_forward
from tinytf.ops.positions import sinusoidal_positions
from tinytf.show import show
from tinytf.stepping import assert_gradient, complex_step, pause, report_exercise

vocabulary = ["[PAD]", "the", "dog", "bites", "man", "cat"]
V = len(vocabulary)
rng = np.random.default_rng(4)

# %% [markdown]
# ## Looking up is a matrix product
#
# A token's number is only a name: word 4 is not twice word 2. Each id has a row of the table, and
# the look-up copies it. The same is a matrix product: a row of zeros with a single 1, times the
# table. So the backward is a linear layer's, with `onehot` as its input.

# %%
print("--- 1. Looking up is a matrix product ---\n")
text = ["the", "dog", "bites", "the", "man", "[PAD]"]
ids = np.array([vocabulary.index(word) for word in text])  # (T,)
onehot = np.eye(V, dtype=int)[ids]  # (T, V)
weight = rng.normal(size=(V, 3)).round(1)
show(onehot, rows=text, cols=vocabulary, title="onehot: which word is at each place")
show(weight, rows=vocabulary, title="weight, the token table", digits=1)
y, cache = embedding_forward(ids, weight)
show(y, rows=text, title="y = onehot @ weight", digits=1)
assert np.array_equal(y, onehot @ weight)

dy = rng.normal(size=y.shape).round(1)
show(dy, rows=text, title="dy, random", digits=1)
pause("Which row of dweight is 0? Which row is not simply a row of dy?")
dweight = onehot.T @ dy
show(dweight, rows=vocabulary, title="dweight = onehot^T @ dy", digits=1)
print("'cat' does not occur: 0. 'the' is in two places, and what they send adds up.\n")
assert (dweight[vocabulary.index("cat")] == 0).all()
assert np.allclose(dweight[vocabulary.index("the")], dy[0] + dy[3], rtol=0, atol=1e-15)
assert np.allclose(dweight, embedding_backward(dy, cache), rtol=0, atol=1e-15)
measured = complex_step(lambda weight: (dy * embedding_forward(ids, weight)[0]).sum(), weight)
assert np.allclose(dweight, measured, rtol=0, atol=1e-15)

# %% [markdown]
# Nearly all multiplications of that product are with 0, so programs copy rows and add rows instead.
# The adding has a trap. And `padding_idx` names a token that shall not learn: its row counts as a
# constant. That is a rule, not the derivative.

# %%
pause("dweight is 0; then dweight[ids] += dy in NumPy. What is in the row of 'the'?")
by_indices = np.zeros_like(weight)
by_indices[ids] += dy
by_rule = embedding_backward(dy, embedding_forward(ids, weight, padding_idx=0)[1])
show(by_indices, rows=vocabulary, title="after dweight[ids] += dy", digits=1)
print("Its last dy alone: the row is read for both places before it is written for either one.")
print("np.add.at adds all. With padding_idx = 0 the row of [PAD] would be 0, the others right.\n")
assert np.array_equal(by_indices[1], dy[3])
assert np.array_equal(by_rule, np.where(np.arange(V)[:, None] == 0, 0, dweight))

# %% [markdown]
# ## What attention alone cannot tell
#
# Attention (lesson 5) adds to each token's vector a mixture of what all tokens offer. Their shares
# come from comparing vectors, nothing else. Causal: a token sees only itself and those before it.

# %%
print("--- 2. What attention alone cannot tell ---\n")
D = 4
tokens = rng.normal(size=(V, D))
w_q, w_k, w_v = rng.normal(size=(3, D, D))


def attend(x, causal=False):
    """One layer: x (T, D) plus the attention of its tokens to each other."""
    q, k, v = ((x @ w)[None, None] for w in (w_q, w_k, w_v))
    return x + attention_forward(q, k, v, causal=causal)[0][0, 0]


def embed(words):
    return tokens[[vocabulary.index(word) for word in words]]


sentence, swapped = ["dog", "bites", "man"], ["man", "bites", "dog"]
pause("Dog bites man, or man bites dog: what differs in the three vectors that come out?")
out, out_swapped = attend(embed(sentence)), attend(embed(swapped))
show(out, rows=sentence, title="out, dog bites man")
show(out_swapped, rows=swapped, title="out, man bites dog")
print("Their order, nothing else: 'bites' has the same vector, whoever bites. Attention sees a")
print("set, not a sequence. Norm and FFN see one token at a time, so they cannot help.\n")
assert np.allclose(out_swapped, out[::-1], rtol=0, atol=1e-14)

# %%
pause("Now causal. 'dog bites man' or 'bites dog man': can man's vector differ? After two layers?")
notices = np.zeros((2, 2), dtype=bool)
for row, causal in enumerate((False, True)):
    x, x_swapped = embed(["dog", "bites", "man"]), embed(["bites", "dog", "man"])
    for layer in range(2):
        x, x_swapped = attend(x, causal), attend(x_swapped, causal)
        notices[row, layer] = not np.allclose(x[-1], x_swapped[-1], rtol=0, atol=1e-12)
columns = ["after 1 layer", "after 2 layers"]
show(notices, rows=["no mask", "causal"], cols=columns, title="does man notice the swap?")
print("Only with the mask, and from layer 2 on. In layer 1 'man' looks at the same set. But there")
print("the first token sees only itself, the second one both: from then on they differ by place.\n")
assert notices.tolist() == [[False, False], [False, True]]

# %% [markdown]
# ## Sinusoidal positions
#
# The first Transformer adds a fixed vector for each position t to the token's (which it multiplies
# by sqrt(D)). Features 2i and 2i + 1 are the tip of a clock hand, sin and cos of the angle
# `t / 10000^(2i/D)`. Hand 0 turns by one radian for each token, the others ever more slowly.

# %%
print("--- 3. Sinusoidal positions ---\n")
positions = sinusoidal_positions(8, 8)
hands = [f"{f} {i}" for i in range(4) for f in ("sin", "cos")]
rows = [f"t = {t}" for t in range(8)]
show(positions, rows=rows, cols=hands, title="positions, four hands", digits=2)
angles = np.arange(8)[:, None] / 10000 ** (np.arange(4) / 4)  # (T, D / 2), i / 4 = 2 i / D
assert np.allclose(positions[:, 0::2], np.sin(angles), rtol=0, atol=1e-14)
assert np.allclose(positions[:, 1::2], np.cos(angles), rtol=0, atol=1e-14)

pause("Dot products of positions: is that of 1 and 4 larger or smaller than that of 11 and 14?")
positions = sinusoidal_positions(20, 8)
dots = positions @ positions.T  # (T, T)
show(dots, heat=True, title="dot products of 20 positions")
show(dots[0, :8], cols=[f"{t} away" for t in range(8)], title="each diagonal is one number")
print("Equal: sin a sin b + cos a cos b = cos(a - b), so only the distance counts. 6 away is more")
print("alike than 3 away, as hand 0 has gone round once. Ahead is as alike as behind: to tell them")
print("apart is left to w_q and w_k (exercise 1).\n")
for away in range(20):
    assert np.allclose(np.diag(dots, away), dots[0, away], rtol=0, atol=1e-13)
assert np.allclose(dots, dots.T, rtol=0, atol=1e-13)
assert dots[0, 3] < dots[0, 6] < dots[0, 0]

x, x_swapped = (attend(embed(words) + sinusoidal_positions(3, D)) for words in (sentence, swapped))
change = abs(x[1] - x_swapped[1]).max()
print("Added to the tokens of section 2, they tell who bites: when dog and man swap, the vector of")
print(f"'bites' changes by up to {change:.2f}.\n")
assert change > 0.1

# %% [markdown]
# ## Learned positions
#
# BERT and GPT-2 look up a second table, (max_len, D), with the ids 0, 1, 2, ... The authors of the
# first Transformer found both kinds nearly equal (table 3, row E); Llama and MPT do without either
# (lesson 17). All sentences of a batch use the same rows, so the backward sums over the batch.

# %%
print("--- 4. Learned positions ---\n")
max_len = 6
lengths = np.array([5, 3])  # two sentences, the second one padded
real = np.arange(5) < lengths[:, None]  # (B, T)
dout = rng.normal(size=(2, 5, 3)).round(1) * real[..., None]  # padding sends nothing: lesson 8
table = rng.normal(size=(max_len, 3))
pause("Two sentences, of 5 and 3 tokens; a table of 6 rows. How many dys does each row add up?")
_, cache = embedding_forward(np.arange(5), table)
dtable = embedding_backward(dout.sum(axis=0), cache)
rows = [f"position {t}" for t in range(max_len)]
show(dtable, rows=rows, title="gradient of the position table", digits=1)
print("2, 2, 2, 1, 1, 0. Late positions learn from fewer sentences, and the last row stays random:")
print("a model knows only the lengths it was trained on. Beyond max_len there is no row at all.\n")
measured = complex_step(lambda t: (dout * embedding_forward(np.arange(5), t)[0]).sum(), table)
assert np.allclose(dtable, measured, rtol=0, atol=1e-14)
assert (dtable[5] == 0).all()
assert np.array_equal(dtable[3:5], dout[0, 3:])

# %% [markdown]
# ## Exercises: replace `return None` and run the file again


# %%
def shift_yours(k, d_model):
    """Exercise 1: the matrix that moves sinusoidal positions, for any k and an even d_model.

    Return shift (D, D) with positions[t] @ shift = positions[t + k] for every t: the paper's reason
    for sinusoids. As w_q it lets a query find the token k further on. Hint: by which angle does
    each hand turn, and what are sin(a + b) and cos(a + b)?
    """
    return None


def bag_backward_yours(dy, ids, V):
    """Exercise 2: y[b] is the mean of the table's rows ids[b], those of padding (id 0) left out.

    dy (B, D), ids (B, T), at least one real token each. Return dweight (V, D).
    """
    return None


# %%
def check_shift(answer):
    for k, d_model in ((3, 6), (-2, 4), (1, 10)):
        positions = sinusoidal_positions(12, d_model)
        shift = np.asarray(answer(k, d_model))
        assert shift.shape == (d_model, d_model), f"Got shape {shift.shape} for {d_model=}."
        t = np.arange(2, 9)
        assert_gradient(f"positions @ shift, {k=}", positions[t] @ shift, positions[t + k])


def check_bag(answer):
    rng = np.random.default_rng(2)
    long, short = [[1, 2, 1, 0], [3, 0, 0, 0], [4, 4, 4, 2]], [[2, 2], [3, 0]]
    for ids, V, D in ((np.array(long), 6, 2), (np.array(short), 4, 3)):
        dy, weight = rng.normal(size=(len(ids), D)), rng.normal(size=(V, D))

        def loss(weight, dy=dy, ids=ids):
            means = (weight[row[row != 0]].mean(axis=0) for row in ids)
            return sum((row * mean).sum() for row, mean in zip(dy, means, strict=True))

        assert_gradient("dweight", answer(dy, ids, V), complex_step(loss, weight))


print("--- Exercises ---\n")
report_exercise("Exercise 1", check_shift, shift_yours)
report_exercise("Exercise 2", check_bag, bag_backward_yours)

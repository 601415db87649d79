# %% [markdown]
# # 11. BERT: masking, segments and [SEP]
#
# **Question:** an encoder looks both ways, so it cannot learn to predict the next token (lesson 9:
# it would read it off). What can it predict instead, and what does it get for that?
#
# **Shapes:** B sequences of S = 10 positions, D features, V tokens. `ids`, `segments` and `labels`
# (B, S); `labels` holds -100 where there is nothing to predict. `logits` (B, S, V).
#
# **Source:** `tinytf/models/embeddings.py`, `tinytf/models/bert_heads.py`,
# `tinytf/training/masked_language_model.py`, `tinytf/ops/embedding.py`.
# Devlin et al. 2019, "BERT", section 3.1, figure 2, appendix A.1; they have no equation for it.

# %%
import numpy as np

from tinytf import Config, ops
from tinytf.models import Encoder
from tinytf.show import show
from tinytf.stepping import assert_gradient, complex_step, pause, report_exercise, take_results
from tinytf.training.optimizers import AdamW

specials = ["[PAD]", "[CLS]", "[SEP]", "[MASK]"]
PAD, CLS, SEP, MASK = range(4)
habits = ["cat drinks milk", "dog chews bones", "cow eats grass", "bee makes honey"]
words = ["the", "it", "again", *" ".join(habits).split()]
vocabulary = [*specials, *words]
number = {word: i for i, word in enumerate(vocabulary)}
V, S, D = len(vocabulary), 10, 16
rng = np.random.default_rng(11)

# %% [markdown]
# ## Two sentences in one sequence
#
# [CLS] stands in front: its vector is what a classifier will read. [SEP] ends each sentence, and
# the segment says which sentence a token belongs to. Three tables are looked up and added.

# %%
print("--- 1. Two sentences in one sequence ---\n")
text = ["[CLS]", "the", "cat", "drinks", "milk", "[SEP]", "it", "drinks", "again", "[SEP]"]
ids = np.array([[number[word] for word in text]])  # (B, S), B = 1
segments = np.array([[0] * 6 + [1] * 4])  # each [SEP] belongs to the sentence it ends
config = Config(
    vocab_size=V, d_model=D, max_len=S, n_heads=2, d_ff=32, n_layers=2, norm_position="post",
    activation="gelu", n_segments=2, embedding_norm=True, norm_eps=1e-12, init_std=0.1,
)  # fmt: skip
model = Encoder(config, np.random.default_rng(12), dtype=np.float64)
w = {name: parameter.value for name, parameter in model.parameters().items()}
tok, _ = ops.embedding_forward(ids, w["embed.tok.weight"])  # (B, S, D)
pos, _ = ops.embedding_forward(np.arange(S), w["embed.pos.weight"])  # (S, D)
segment, segment_cache = ops.embedding_forward(segments, w["embed.segment.weight"])  # (B, S, D)
total = tok + pos + segment
gamma, beta = w["embed.norm.gamma"], w["embed.norm.beta"]
resid, norm_cache = ops.layernorm_forward(total, gamma, beta, eps=1e-12)
show(np.stack([ids[0], segments[0]]), ["ids", "segments"], text)
pause("'drinks' stands in both sentences. In which of the three parts do its two vectors differ?")
first, second = np.flatnonzero(ids[0] == number["drinks"])
parts = [abs(part[first] - part[second]).max() for part in (tok[0], pos, segment[0])]
show(np.array(parts), cols=["token", "position", "segment"], title="largest difference")
print("The token's is the same.\n")
assert parts[0] == 0 < min(parts[1:])
assert np.allclose(resid, model.embed.forward(ids, segments=segments)[0], rtol=0, atol=1e-14)

# %%
pause("One table row serves all tokens of a segment. What is its gradient?")
dresid = rng.normal(size=resid.shape)
dtotal, _, _ = ops.layernorm_backward(dresid, norm_cache)
dsegment = ops.embedding_backward(dtotal, segment_cache)  # (2, D)
show(dsegment[:, :8], ["first", "second"], title="dsegment, 8 of its 16 features")
show(dtotal[0, 6:, :8], text[6:], title="dtotal of the second segment's tokens")
print("The sum over those tokens: 6 of the first segment, 4 of the second (add up a column).\n")
assert np.allclose(dsegment, [dtotal[0, :6].sum(axis=0), dtotal[0, 6:].sum(axis=0)], atol=1e-14)

# %% [markdown]
# ## Hide some tokens and ask for them
#
# 15 % of the tokens are chosen, never [CLS], [SEP] or [PAD]. Of the chosen 80 % become [MASK], 10 %
# another token at random, 10 % stay as they are. The label is the token that stood there.


# %%
def masked(ids, rng):
    """Inputs and labels, both (B, S)."""
    chosen = (rng.random(ids.shape) < 0.15) & (ids > SEP)
    kind = rng.random(ids.shape)
    random_ids = rng.integers(len(specials), V, ids.shape)
    inputs = np.where(chosen & (kind < 0.8), MASK, ids)
    inputs = np.where(chosen & (kind >= 0.8) & (kind < 0.9), random_ids, inputs)
    return inputs, np.where(chosen, ids, -100)


print("--- 2. Hide some tokens and ask for them ---\n")
many = np.repeat(ids, 20000, axis=0)
inputs, labels = masked(many, rng)
n_words, asked = (many > SEP).sum(), labels != -100
counts = [asked.sum() / n_words] + [
    (asked & how).sum() / asked.sum()
    for how in (inputs == MASK, (inputs != MASK) & (inputs != many), inputs == many)
]
cols = ["asked, of all words", "[MASK]", "another word", "unchanged"]
pause("80 % [MASK], 10 % a random word, 10 % unchanged, yet more than 10 % are unchanged. Why?")
show(100 * np.array(counts), cols=cols, title="per cent", digits=1)
print(
    "The token drawn at random is sometimes the same. Why not [MASK] always: it never stands in the"
)
print("text of a later task. So any token may be wrong, and the model must keep a view of each.\n")
assert np.allclose(counts, [0.15, 0.8, 0.1 - 0.1 / 15, 0.1 + 0.1 / 15], atol=0.01)
assert not asked[many <= SEP].any()

# %% [markdown]
# ## The loss reads the chosen positions only
#
# Label -100 takes no part in the cross-entropy. At the other positions the answer stands in the
# input: a loss there would teach to copy. (`bert_heads.py` picks the chosen rows out before the
# head, so the others are never computed; its head has one more layer.)

# %%
print("--- 3. The loss reads the chosen positions only ---\n")
inputs, labels = ids.copy(), np.full_like(ids, -100)
inputs[0, 2], labels[0, 2] = MASK, number["cat"]
shown = [vocabulary[i] for i in inputs[0]]


def mlm_forward(model, inputs, labels, segments, mask=None):
    """Encoder, head (the token table, as in lesson 12), cross-entropy. The loss, and caches."""
    out, cache = model.forward(inputs, mask, segments)
    logits, head_cache = ops.linear_forward(out, model.embed.tok.weight.value.T)
    loss, loss_cache = ops.cross_entropy_forward(logits, labels)
    return loss, (logits, cache, head_cache, loss_cache)


def mlm_backward(model, caches):
    """Adds to the gradients of all parameters; dlogits (B, S, V)."""
    _, cache, head_cache, loss_cache = caches
    dlogits = ops.cross_entropy_backward(1.0, loss_cache)
    dout, dhead, _ = ops.linear_backward(dlogits, head_cache)
    model.embed.tok.weight.grad += dhead.T
    model.backward(dout, cache)
    return dlogits


pause("Only 'cat' is asked for. Which rows of dlogits are 0? Which positions get a gradient?")
loss, caches = mlm_forward(model, inputs, labels, segments)
dlogits = mlm_backward(model, caches)
at_bottom = model.embed.pos.weight.grad  # (S, D): B = 1, so one row for each
lengths = [np.linalg.norm(dlogits[0], axis=-1), np.linalg.norm(at_bottom, axis=-1)]
show(np.array(lengths), ["dlogits", "at the bottom"], shown, title="length of the gradient")
print(
    "All rows but one are 0. Yet every position learns: [MASK] looked at all of them, so they are"
)
print(
    "taught to say what a neighbour needs. But 15 % of the tokens are asked for; by a GPT, all.\n"
)
assert np.flatnonzero(dlogits[0].any(axis=-1)).tolist() == [2]
assert (lengths[1] > 0).all()
picked, picked_labels = caches[0][labels != -100], labels[labels != -100]
assert np.isclose(loss, ops.cross_entropy_forward(picked, picked_labels)[0], rtol=1e-14)

# %% [markdown]
# ## Both sides of a gap
#
# Trained on four animals and their habits. The same training once more with a causal mask, as a GPT
# sees the text: it has to name the animal before it knows the habit.


# %%
def sequence(habit):
    animal, verb, thing = habit.split()
    words = f"[CLS] the {animal} {verb} {thing} [SEP] it {verb} again [SEP]".split()
    return [number[word] for word in words]


every = np.array([sequence(habit) for habit in habits])  # (4, S)
animals = every[:, 2]
questions = np.where(every == animals[:, None], MASK, every)  # (4, S)


def trained(mask):
    """What it answers to each question, (4, 4): the probability of each animal."""
    model, rng = (
        Encoder(config, np.random.default_rng(12), dtype=np.float64),
        np.random.default_rng(13),
    )
    optimizer = AdamW(model, weight_decay=0.0)
    for _ in range(100):
        inputs, labels = masked(every[rng.integers(0, 4, 32)], rng)
        _, caches = mlm_forward(model, inputs, labels, np.repeat(segments, 32, axis=0), mask)
        optimizer.zero_grad()
        mlm_backward(model, caches)
        optimizer.step(0.01)
    _, caches = mlm_forward(model, questions, every, np.repeat(segments, 4, axis=0), mask)
    return ops.softmax_forward(caches[0][:, 2])[0][:, animals]


print("--- 4. Both sides of a gap ---\n")
print("Two models were trained on four animals: one looks both ways, one is causal.")
pause("'the [MASK] drinks milk': what does each of them say at [MASK]?")
print("(training two models ...)\n")
rows = [f"the [MASK] {habit.partition(' ')[2]}" for habit in habits]
cols = [vocabulary[animal] for animal in animals]
both_ways, causal = trained(None), trained(ops.causal_mask(S, S))
show(both_ways, rows, cols, title="probability at [MASK], looking both ways", digits=2)
show(causal, rows, cols, title="probability at [MASK], causal", digits=2)
print("The causal one has to guess among four: what decides stands to the right.\n")
assert np.diag(both_ways).min() > 0.9
assert abs(causal - 0.25).max() < 0.15
assert np.allclose(causal, causal[0], atol=1e-12)  # it cannot tell the questions apart

# %% [markdown]
# ## Exercises: replace `return None` and run the file again


# %%
def segments_yours(ids, sep):
    """Exercise 1: the segments of ids (B, S): 0 up to the first `sep` and for it, 1 after it."""
    return None


def pooler_backward_yours(dpooled, out, w):
    """Exercise 2: BERT's pooler, which reads [CLS] only: pooled = tanh(out[:, 0] @ w).

    dpooled (B, D); out (B, S, D), the encoder's output; w (D, D). Return dout and dw.
    """
    return None


def check_segments(answer):
    ids = np.array([[1, 5, 2, 6, 7, 2], [1, 2, 5, 2, 0, 0], [1, 5, 5, 5, 2, 0]])
    expected = np.array([[0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 1, 1], [0, 0, 0, 0, 0, 1]])
    for sep, some_ids in ((SEP, ids), (9, np.where(ids == SEP, 9, ids)[:, :5])):
        right = expected[:, : some_ids.shape[1]]
        assert_gradient(f"segments for sep = {sep}", np.asarray(answer(some_ids, sep)), right)


def check_pooler(answer):
    for B, S, D in ((2, 4, 3), (3, 2, 5)):
        rng = np.random.default_rng(D)
        dpooled, out, w = (rng.normal(size=shape) for shape in ((B, D), (B, S, D), (D, D)))

        def loss(out, w, dpooled=dpooled):
            return (dpooled * np.tanh(out[:, 0] @ w)).sum()

        dout, dw = take_results(answer(dpooled, out, w), "dout", "dw")
        assert_gradient("dout", dout, complex_step(lambda out, w=w: loss(out, w), out))
        assert_gradient("dw", dw, complex_step(lambda w, out=out: loss(out, w), w))


print("--- Exercises ---\n")
report_exercise("Exercise 1", check_segments, segments_yours)
report_exercise("Exercise 2", check_pooler, pooler_backward_yours)

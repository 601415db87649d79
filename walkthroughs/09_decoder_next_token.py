# %% [markdown]
# # 9. The decoder and next-token prediction
#
# **Question:** a GPT predicts the next token. One forward pass over T tokens makes T predictions,
# and all T answers are in the input. Why can it not read them off?
#
# **Shapes:** T = 6 tokens, V = 6 words, D = 12, H = 2 heads. `ids` (B, T); `targets` (B, T), the
# same tokens one step later; `logits` (B, T, V), one row of scores for each position.
#
# **Source:** `tinytf/models/decoder.py`, `tinytf/ops/masks.py`, `tinytf/ops/cross_entropy.py`.
# Radford et al. 2018 (GPT), equation 1; the mask: Vaswani et al. 2017, section 3.2.3, third item.

# %%
import numpy as np

from tinytf import Config, DecoderLM
from tinytf.layers import FlatParameters
from tinytf.ops import cross_entropy_backward, cross_entropy_forward, softmax_forward
from tinytf.show import show
from tinytf.stepping import assert_gradient, pause, report_exercise, take_results

text = ["the", "cat", "sat", "on", "the", "mat", "."]
vocabulary = list(dict.fromkeys(text))
tokens = np.array([vocabulary.index(word) for word in text])
T, V = len(tokens) - 1, len(vocabulary)
config = Config(vocab_size=V, d_model=12, max_len=T, n_heads=2, d_ff=24, n_layers=2)


def new_model(causal=True):
    """The same model every time, none of its numbers 0 or 1; causal=False takes its mask away."""
    rng = np.random.default_rng(9)
    model = DecoderLM(config, rng, dtype=np.float64)
    for parameter in model.parameters().values():
        parameter.value += rng.normal(0, 0.3, parameter.value.shape)
    for layer in model.decoder.layers:
        layer.self_attn.causal = causal
    return model


model = new_model()

# %% [markdown]
# ## The targets are the inputs, shifted by one
#
# Position t reads token t and has to predict token t + 1. T + 1 tokens make T inputs and T targets.

# %%
print("--- 1. Inputs and targets ---\n")
ids, targets = tokens[None, :-1], tokens[None, 1:]  # (B, T), B = 1
for t in range(T):
    known = " ".join(text[: t + 1])
    print(f"position {t}: reads {text[t]!r:6} predicts {text[t + 1]!r:6} knowing: {known}")
print()
pause("Position 0 and position 4 both read 'the'. Do they get the same logits?")
logits, cache = model.forward(ids)  # (B, T, V)
reads = [f"{t} {word}" for t, word in enumerate(text[:-1])]
show(
    softmax_forward(logits[0])[0], rows=reads, cols=vocabulary, title="probability of the next word"
)
print("No: attention brings in what came before, and positions differ. (Untrained: a guess.)\n")
assert abs(logits[0, 4] - logits[0, 0]).max() > 0.1

# %% [markdown]
# ## One pass is T passes
#
# The loss is the mean over the positions. With the causal mask, row t of the logits is what the
# model says after the first t + 1 tokens alone: as if it had been run T times.

# %%
print("--- 2. One pass is T passes ---\n")
loss, loss_cache = cross_entropy_forward(logits, targets)
alone = np.array([model.forward(ids[:, : t + 1])[0][0, -1] for t in range(T)])  # (T, V)
losses = [cross_entropy_forward(alone[t : t + 1], targets[:, t])[0] for t in range(T)]
show(np.array(losses), cols=text[1:], title="loss of each prefix, run on its own, by its target")
print(f"Their mean is {np.mean(losses):.6f}; the loss of the one pass is {loss:.6f}.")
print(f"exp(loss) = {np.exp(loss):.2f} is the perplexity: as good as a guess among so many words.")
print(f"That is more than the {V} there are: untrained, it is sure of wrong things.\n")
assert np.allclose(alone, logits[0], rtol=0, atol=1e-13)
assert np.isclose(np.mean(losses), loss, rtol=1e-13)

# %% [markdown]
# ## No leak: change a later token
#
# Whatever is claimed of a mask, this test shows it without a look at the code: change one token,
# run again, see which rows of logits move.


# %%
def moved_by(model):
    """[s, t]: the largest change of the logits at position t when token s becomes another."""
    base, _ = model.forward(ids)
    moves = np.zeros((T, T))
    for s in range(T):
        changed = ids.copy()
        changed[0, s] = (ids[0, s] + 1) % V
        moves[s] = abs(model.forward(changed)[0] - base)[0].max(axis=-1)
    return moves


print("--- 3. No leak ---\n")
pause("Row: the token changed. Column: the position looked at. Where does the table hold exact 0?")
changed = [f"changed {word}" for word in reads]
causal_moves, leaky_moves = moved_by(model), moved_by(new_model(causal=False))
show(causal_moves, rows=changed, cols=reads, title="change of the logits, causal", digits=2)
show(leaky_moves, rows=changed, cols=reads, title="the same model without the mask", digits=2)
print("Below the diagonal: a token does not reach the positions before it, not in the last digit:")
print("the pattern is exactly 0 there. Without the mask all positions hear all tokens.\n")
assert np.array_equal(causal_moves != 0, np.triu(np.ones((T, T), dtype=bool)))
assert (leaky_moves != 0).all()

# %% [markdown]
# ## The same in the gradient
#
# What cannot be heard cannot be taught. The loss of one position alone: all rows of dlogits but one
# are 0. With B = 1 row s of the position table's gradient is what came back to position s.

# %%
print("--- 4. The same in the gradient ---\n")
dlogits = cross_entropy_backward(1.0, loss_cache)  # (B, T, V)
table = model.parameters()["decoder.embed.pos.weight"]
reached = np.zeros((T, T))
for t in range(T):
    table.grad[...] = 0
    one_row = np.where(np.arange(T)[:, None] == t, dlogits, 0)
    model.backward(one_row, cache)
    reached[t] = np.linalg.norm(table.grad, axis=-1)
pause("Only position 2 has a loss. Which positions get a gradient?")
rows = [f"loss at {t} only" for t in range(T)]
show(reached, rows=rows, cols=reads, title="length of the gradient at each position")
print("0, 1 and 2. It is the table of section 3, transposed: the gradient goes back along the")
print("same paths. Position 0 learns from every loss after it, through its keys and values.\n")
assert np.array_equal(reached != 0, causal_moves.T != 0)

# %% [markdown]
# ## What a leak looks like in training
#
# Random tokens, new ones for each batch: nothing can be learned, and no honest model gets below
# log(V), but for the luck of a batch. Without the mask, position t can copy its answer from
# position t + 1.


# %%
def train(causal):
    model, rng = new_model(causal), np.random.default_rng(1)
    flat = FlatParameters(model.parameters())  # all values as one vector, all gradients as another
    m, s, losses = 0.0, 0.0, []
    for step in range(1, 151):
        batch = rng.integers(0, V, (16, T + 1))
        logits, cache = model.forward(batch[:, :-1])
        loss, loss_cache = cross_entropy_forward(logits, batch[:, 1:])
        flat.grad[...] = 0
        model.backward(cross_entropy_backward(1.0, loss_cache), cache)
        m, s = 0.9 * m + 0.1 * flat.grad, 0.99 * s + 0.01 * flat.grad**2  # Adam, as in lesson 12
        flat.value -= 0.02 * m / (1 - 0.9**step) / (np.sqrt(s / (1 - 0.99**step)) + 1e-8)
        losses.append(loss)
    fresh = rng.integers(0, V, (500, T + 1))
    logits = model.forward(fresh[:, :-1])[0]  # (500, T, V)
    by_position = [cross_entropy_forward(logits[:, t], fresh[:, t + 1])[0] for t in range(T)]
    return losses, by_position


print("--- 5. What a leak looks like in training ---\n")
pause(
    f"log({V}) = {np.log(V):.2f}. One position cannot cheat even without the mask. Which, and why?"
)
print("(training two models, 150 steps each ...)\n")
curves, ends = zip(train(causal=True), train(causal=False), strict=True)
steps = [0, 25, 50, 100, 149]
kinds = ["causal", "no mask"]
show(np.array(curves)[:, steps], kinds, [f"step {s}" for s in steps], title="loss", digits=2)
show(np.array(ends), kinds, [f"position {t}" for t in range(T)], title="loss at the end", digits=2)
print("The last: its answer is not among the inputs. The others cheat. (1.78 is the luck of one")
print("batch.) So to find a leak, train on random tokens: whoever learns them has one.\n")
assert min(ends[0]) > np.log(V) - 0.1
assert max(ends[1][:-1]) < 0.5
assert ends[1][-1] > np.log(V) - 0.1

# %% [markdown]
# ## Exercises: replace `return None` and run the file again


# %%
def inputs_and_targets_yours(sequences, pad_id):
    """Exercise 1: token lists of different length (2 or more) become two arrays (B, T).

    T is the longest length - 1. inputs are padded with pad_id, targets with -100, which
    cross_entropy_forward leaves out. Return inputs and targets.
    """
    return None


def prefix_mask_yours(n_prefix, T):
    """Exercise 2: the mask of a prefix language model (Raffel et al. 2020, T5, figure 3).

    The first n_prefix tokens see each other both ways; the others see all before them and
    themselves. Return mask[query, key] (T, T), True = may attend.
    """
    return None


def check_inputs_and_targets(answer):
    three = [[5, 6, 7, 8], [3, 4], [2, 9, 2]]
    three_inputs = [[5, 6, 7], [3, 1, 1], [2, 9, 1]]
    three_targets = [[6, 7, 8], [4, -100, -100], [9, 2, -100]]
    two, two_inputs, two_targets = [[4, 1], [3, 6, 3]], [[4, 0], [3, 6]], [[1, -100], [6, 3]]
    for sequences, pad_id, right_inputs, right_targets in (
        (three, 1, three_inputs, three_targets),
        (two, 0, two_inputs, two_targets),
    ):
        inputs, targets = take_results(answer(sequences, pad_id), "inputs", "targets")
        assert_gradient("inputs", np.asarray(inputs), np.array(right_inputs))
        assert_gradient("targets", np.asarray(targets), np.array(right_targets))


def check_prefix_mask(answer):
    for n_prefix, length in ((2, 5), (0, 3), (4, 4)):
        mask = np.asarray(answer(n_prefix, length))
        assert mask.shape == (length, length), f"Expected shape {(length, length)}."
        assert mask.dtype == np.bool_, f"Expected booleans, got {mask.dtype}."
        for query, key in np.ndindex(length, length):
            sees = key <= query or key < n_prefix
            assert mask[query, key] == sees, f"Wrong at {query=}, {key=} with {n_prefix=}."


print("--- Exercises ---\n")
report_exercise("Exercise 1", check_inputs_and_targets, inputs_and_targets_yours)
report_exercise("Exercise 2", check_prefix_mask, prefix_mask_yours)

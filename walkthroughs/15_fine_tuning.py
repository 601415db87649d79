# %% [markdown]
# # 15. Fine-tuning
#
# **Question:** BERT has learned to fill gaps, without a single label. Now it gets a new task, with
# two labelled examples. What is new in the model, what is its gradient, and how far do two go?
#
# **Shapes:** N = 12 nouns, S = 4 tokens, D = 8, L = 2 labels. `ids` (N, S); `h` (N, D), what the
# encoder gives at each noun; the head's `weight` (D, L) and `bias` (L,); `logits` (N, L).
#
# **Source:** `tinytf/models/bert_fine_tuning.py`, `tinytf/training/fine_tuning.py`,
# `tinytf/ops/linear.py`. Devlin et al. 2019, "BERT": the head in section 4.1 (its loss stands in
# the text and has no equation number), a frozen body in section 5.3. Pretraining is lesson 11.

# %%
import numpy as np
from numpy.linalg import norm

from tinytf import Config, ops
from tinytf.models import BertPretraining, BertTagger, start_from_pretrained
from tinytf.show import show
from tinytf.stepping import assert_gradient, complex_step, pause, report_exercise
from tinytf.training.optimizers import Adam

nouns = ["cat", "dog", "cow", "hen", "fox", "owl", "cup", "pen", "hat", "car", "bed", "key"]
verbs = ["sleeps", "eats", "rusts", "breaks"]  # two of beings, two of things
vocabulary = ["[PAD]", "[CLS]", "[SEP]", "[MASK]", "the", *nouns, *verbs]
number = {word: i for i, word in enumerate(vocabulary)}
N, S, V, D, L, NOUN, MASK = len(nouns), 4, len(vocabulary), 8, 2, 2, number["[MASK]"]
kind = np.repeat([0, 1], N // 2)  # (N,): 0 for a being, 1 for a thing
ids = np.array([[number[word] for word in ("[CLS]", "the", noun, "[SEP]")] for noun in nouns])
config = Config(
    V, D, max_len=S + 1, n_heads=2, d_ff=16, n_layers=1, norm_position="post", activation="gelu",
    embedding_norm=True, norm_eps=1e-12, init_std=0.2,
)  # fmt: skip

# %% [markdown]
# ## Pretraining without labels
#
# In each text the noun or the verb is masked and asked for. Nobody says there are two kinds. (So
# small a model needs luck with its start: with other seeds 120 steps often find them less clearly.)


# %%
def gap_filling(model, rng):
    """One gap in a text of each noun: the loss, and what model.backward needs."""
    own_verbs = number["sleeps"] + 2 * kind + rng.integers(0, 2, N)
    texts = np.insert(ids, NOUN + 1, own_verbs, axis=1)  # (N, S + 1)
    asked = np.arange(S + 1) == rng.integers(NOUN, NOUN + 2, (N, 1))
    (logits, nsp_logits), cache = model.forward(np.where(asked, MASK, texts), asked)
    loss, loss_cache = ops.cross_entropy_forward(logits, texts[asked])
    return loss, (ops.cross_entropy_backward(1.0, loss_cache), np.zeros_like(nsp_logits)), cache


def pretrained(n_steps):
    model = BertPretraining(config, np.random.default_rng(2), np.float64)
    rng, adam = np.random.default_rng(1), Adam(model)
    for _ in range(n_steps):
        _, dlogits, cache = gap_filling(model, rng)
        adam.zero_grad()
        model.backward(dlogits, cache)
        adam.step(0.02)
    return model


def alike(model):
    """Cosines between the vectors of the nouns, (N, N), when their mean is taken away."""
    h = model.encoder.forward(ids)[0][:, NOUN]  # (N, D)
    own = h - h.mean(axis=0)
    return own @ own.T / np.outer(norm(own, axis=1), norm(own, axis=1))


print("--- 1. Pretraining without labels ---\n")
print("In the texts cat, dog ... owl sleep or eat, and cup, pen ... key rust or break. No labels.")
pause("Which nouns will have similar vectors, after training to fill gaps? Why?")
bert, some, same = pretrained(120), ["cat", "dog", "cup", "pen"], kind[:, None] == kind
for when, model in (("before pretraining", pretrained(0)), ("after pretraining", bert)):
    show(alike(model)[[0, 1, 6, 7]], some, nouns, f"{when}: cosines, mean taken away", digits=1)
print("Those with the same verbs: what asks for the same words needs no vector of its own.\n")
assert alike(bert)[same].min() > 0.5 > -0.5 > alike(bert)[~same].max()

# %% [markdown]
# ## A new head
#
# The new task: a being or a thing? The encoder, the body, is copied; the heads of pretraining are
# left out, and one linear layer is new: `logits = h @ weight + bias`.


# %%
def tagger(seed, copied=True):
    """A model for the new task; weight is random and small, as BERT's is, bias is 0."""
    model = BertTagger(config, L, rng := np.random.default_rng(seed), np.float64)
    if copied:
        start_from_pretrained(model, bert)
    model.head.weight.value[...] = rng.normal(0, 0.02, (D, L))
    return model


print("--- 2. A new head ---\n")
pause(f"How many parameters are new, with D = {D} and {L} labels? And in BERT base, with D = 768?")
parts, table = ["encoder", "pooler", "mlm", "nsp", "head"], np.zeros((2, 5), int)
for row, model in enumerate((bert, tagger(0))):
    for name, parameter in model.parameters().items():
        table[row, parts.index(name.split(".")[0])] += parameter.value.size
show(table, ["pretraining", "new task"], parts, "parameters of each part (nsp: next-sentence head)")
print(f"D L + L = {D * L + L} here; {768 * 2 + 2} in BERT base, next to about 110 million.\n")
assert table[1].tolist() == [table[0, 0], 0, 0, 0, D * L + L]

# %% [markdown]
# ## The gradient of a fresh head
#
# Labelled are a being, the cat, and a thing, the cup. A fresh head gives both labels nearly 1/2, so
# dlogits is (1/2 - 1, 1/2) / 2 for the cat and (1/2, 1/2 - 1) / 2 for the cup.


# %%
def loss_and_gradients(model, which, labels):
    """The task's loss for some of the nouns; only position NOUN has a label. Sets all .grad."""
    targets = np.where(np.arange(S) == NOUN, labels[which, None], -100)  # (B, S)
    logits, cache = model.forward(ids[which])  # (B, S, L)
    loss, loss_cache = ops.cross_entropy_forward(logits, targets)
    for parameter in model.parameters().values():
        parameter.grad[...] = 0
    model.backward(ops.cross_entropy_backward(1.0, loss_cache), cache)
    return loss


print("--- 3. The gradient of a fresh head ---\n")
print("The task: a being or a thing? Labelled are the cat and the cup.")
cat_and_cup, zero_head = np.array([0, 6]), tagger(0)
zero_head.head.weight.value[...] = 0
pause("A head of nothing but zeros: which parameters of the model get a gradient that is not 0?")
loss = loss_and_gradients(zero_head, cat_and_cup, kind)
reached = [name for name, p in zero_head.parameters().items() if abs(p.grad).max() > 1e-12]
print(f"Only {reached[0]}. The body would get dlogits @ weight^T, which is 0; in dbias -1/4 and")
print(f"1/4 cancel. The loss is log 2 = {loss:.3f}: a guess.\n")
assert reached == ["head.weight"]
h = bert.encoder.forward(ids)[0][:, NOUN]  # (N, D)
dweight = h[cat_and_cup].T @ np.array([[-1, 1], [1, -1]]) / 4  # (D, L): h^T @ dlogits
rows = ["h[cat]", "h[cup]", "h[cat] - h[cup]", "-4 dweight[:, 0]"]
show([h[0], h[6], h[0] - h[6], -4 * dweight[:, 0]], rows, digits=2)
show((h @ (h[0] - h[6]))[None], ["h @ (h[cat] - h[cup])"], nouns, digits=1)
print("A step against dweight adds some h[cat] - h[cup] to the weights of 'being', and takes it")
print("from those of 'thing'. One step, with two labels, puts all 12 nouns on the right side.\n")
assert np.allclose(dweight, zero_head.head.weight.grad, rtol=0, atol=1e-15)
assert np.array_equal(h @ (h[0] - h[6]) > 0, kind == 0)
pair, labels = h[cat_and_cup], kind[cat_and_cup]
numeric = complex_step(lambda w: ops.cross_entropy_forward(pair @ w, labels)[0], np.zeros((D, L)))
assert np.allclose(dweight, numeric, rtol=0, atol=1e-15)

pause("Six models, one body, but fresh heads. Are the heads' gradients alike? Those of the bodies?")
gradients = []  # of each model: of its head, of its body
for seed in range(6):
    loss_and_gradients(model := tagger(seed), cat_and_cup, kind)
    for part in (model.head, model.encoder):
        gradients.append(np.concatenate([p.grad.ravel() for p in part.parameters().values()]))
units = [gradient / norm(gradient) for gradient in gradients]
cosines = np.array([[units[i] @ unit for unit in units[i::2]] for i in (0, 1)])
show(cosines, ["head", "body"], title="cosine of each model's gradient with that of model 0")
print("The head knows at once where to go. The body is first pushed in a direction that the head's")
print("random numbers made up: hence small learning rates for it, or the head alone at first.\n")
assert cosines[0].min() > 0.95 > 0.8 > abs(cosines[1, 1:]).max()

# %% [markdown]
# ## Three ways to train
#
# From scratch: the body is random, too. Frozen body: the optimiser has `model.head` alone.


# %%
def right_after(model, part, lr):
    """For which nouns the model is right (N,), after 40 steps of Adam for that part of it."""
    adam = Adam(part)
    for _ in range(40):
        loss_and_gradients(model, cat_and_cup, kind)
        adam.step(lr)
    return model.forward(ids)[0][:, NOUN].argmax(axis=-1) == kind


def gap_loss(encoder):
    """How well a body still fills gaps, together with the head that it was pretrained with."""
    model, rng = pretrained(0), np.random.default_rng(3)
    model.encoder, model.mlm = encoder, bert.mlm
    return np.mean([gap_filling(model, rng)[0] for _ in range(20)])


print("--- 4. Three ways to train ---\n")
pause("Still two labels. Of the 10 other nouns, how many does each of the three ways get right?")
scratch, frozen, whole, hasty = tagger(5, copied=False), tagger(5), tagger(5), tagger(5)
trainings = (scratch, scratch, 0.01), (frozen, frozen.head, 0.05), (whole, whole, 0.01)
right = np.array([right_after(*training) for training in trainings])  # (3, N)
others = np.delete(np.arange(N), cat_and_cup)
counts = np.column_stack([right[:, which].sum(axis=1) for which in (cat_and_cup, others)])
show(counts, ["from scratch", "frozen body", "trained body"], ["of 2 labelled", "of 10 others"])
print("From scratch, two labels teach two nouns. But which nouns belong together was in the texts:")
print("the labels need only give the two kinds their names.\n")
assert counts[0, 1] < 8 < counts[1:, 1].min() == 10

pause("Which of the two bodies still fills gaps as before? And one trained at 20 times the rate?")
last = right_after(hasty, hasty, 0.2)
losses = np.array([gap_loss(model.encoder) for model in (bert, frozen, whole, hasty)])
show(losses, cols=["pretrained", "frozen", "trained", "20 x rate"], title="loss of filling gaps")
print("The frozen one, exactly; the trained one nearly. The last has forgotten what the texts")
print(f"said, of the other nouns as well: of the 10 it gets {last[others].sum()} right.\n")
assert losses[1] == losses[0] < losses[2] < losses[0] + 0.1 < losses[3] - 1
assert last[others].sum() < 8 < last[others].size

# %% [markdown]
# ## Exercises: replace `return None` and run the file again


# %%
def updates_yours(gradients, n_layers, lr, factor):
    """Exercise 1: SGD that moves a layer the less, the deeper it is (Howard and Ruder 2018).

    The head learns at rate lr, the top layer at factor * lr, and so on down to the embeddings.
    gradients: a dict, by name. Return what is added to each value, as such a dict.
    """
    return None


def names_to_train_yours(names, n_layers, n_top):
    """Exercise 2: freeze all but the head and the last n_top of n_layers layers.

    names: those of BertTagger.parameters(). Return those to train, in the same order.
    """
    return None


def check_updates(answer):
    rng = np.random.default_rng(1)
    for n_layers, lr, factor in ((12, 0.1, 0.5), (3, 0.2, 0.9)):
        layers = [f"encoder.layers.{i}.norm1.gamma" for i in range(n_layers)]
        names = ["encoder.embed.tok.weight", *layers, "head.weight"]
        updates = answer(gradients := {n: rng.normal(size=3) for n in names}, n_layers, lr, factor)
        assert updates.keys() == gradients.keys(), "Expected the same names."
        for i, name in enumerate(reversed(names)):  # from the head down
            assert_gradient(name, updates[name], -lr * factor**i * gradients[name])


def check_names_to_train(answer):
    for n_layers, n_top in ((12, 2), (12, 11), (3, 3), (2, 0)):
        layers = [f"encoder.layers.{i // 2}.norm{i % 2 + 1}.gamma" for i in range(2 * n_layers)]
        names = ["encoder.embed.tok.weight", *layers, "head.weight", "head.bias"]
        right = [*layers[2 * (n_layers - n_top) :], "head.weight", "head.bias"]
        assert list(answer(names, n_layers, n_top)) == right, f"Wrong for {n_layers=}, {n_top=}."


print("--- Exercises ---\n")
report_exercise("Exercise 1", check_updates, updates_yours)
report_exercise("Exercise 2", check_names_to_train, names_to_train_yours)

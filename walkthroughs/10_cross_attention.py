# %% [markdown]
# # 10. Cross-attention and the encoder-decoder
#
# **Question:** a translator reads S source words and writes T target words. How does a word that is
# being written look at the source, and how does the encoder learn from it?
#
# **Shapes:** S = 4 source words, T = 6 target tokens, D = 6. `x` (T, D) is the decoder's residual
# stream, `memory` (S, D) the encoder's output; q (T, D), k and v (S, D), `pattern` (T, S).
#
# **Source:** `tinytf/layers/cross_attention.py`, `tinytf/models/memory_decoder.py`; the op is that
# of lesson 5, `tinytf/ops/attention.py`. Vaswani et al. 2017, section 3.2.3 and equation 1.

# %%
from dataclasses import replace
from itertools import pairwise

import numpy as np

from tinytf import Config, ops
from tinytf.generation import cross_attention_patterns
from tinytf.layers import CrossAttention
from tinytf.models import EncoderDecoder
from tinytf.show import show
from tinytf.stepping import assert_gradient, complex_step, pause, report_exercise
from tinytf.training.optimizers import AdamW

source_words = ["weil", "Anna", "Hunde", "malt"]  # because, Anna, dogs, paints
target_words = ["<s>", "because", "Anna", "paints", "some", "dogs"]
S, T, D = len(source_words), len(target_words), 6
sizes = {"vocab_size": 30, "d_model": D, "max_len": 7, "n_heads": 1, "d_ff": 8, "n_layers": 2}
config = Config(**sizes, norm_position="post", positions="sinusoidal", activation="relu")
rng = np.random.default_rng(10)
layer = CrossAttention(config, rng, std_out=0.5, dtype=np.float64)
for parameter in layer.parameters().values():
    parameter.value += rng.normal(0, 0.5, parameter.value.shape)
w = {name: parameter.value for name, parameter in layer.parameters().items()}
x, memory = rng.normal(size=(1, T, D)), rng.normal(size=(1, S, D))

# %% [markdown]
# ## Who asks, who answers
#
# Each target position asks (q, from the decoder's stream); the source positions answer (k and v,
# from the memory). After that it is the attention of lesson 5.

# %%
print("--- 1. Who asks, who answers ---\n")
pause(f"S = {S}, T = {T}. Which shape has the pattern? Where are its zeros?")
q, q_cache = ops.linear_forward(x, w["q.weight"], w["q.bias"])  # (B, T, D)
k, k_cache = ops.linear_forward(memory, w["k.weight"], w["k.bias"])  # (B, S, D)
v, v_cache = ops.linear_forward(memory, w["v.weight"], w["v.bias"])  # (B, S, D)
z, attn_cache = ops.attention_forward(q[:, None], k[:, None], v[:, None])  # one head
out, out_cache = ops.linear_forward(z[:, 0], w["out.weight"], w["out.bias"])  # (B, T, D)
pattern = attn_cache[3][0, 0]  # (T, S)
show(pattern, rows=target_words, cols=source_words, title="pattern[target, source]")
print(
    "No zeros: the whole source is known before anything is written. A causal mask is wrong here:\n"
)
show(ops.causal_mask(T, S), target_words, source_words, title="causal_mask(T, S)")
print("Two words would see nothing. The only mask that belongs here hides the source's padding.\n")
layer_out, layer_cache = layer.forward(x, memory)
assert (pattern > 0).all()
assert np.allclose(out, layer_out, rtol=0, atol=1e-14)
padded = np.concatenate([memory, rng.normal(size=(1, 2, D))], axis=1)  # two of padding
mask = ops.padding_mask(np.array([S]), S + 2)
assert np.allclose(layer.forward(x, padded, mask)[0], out, rtol=0, atol=1e-14)

# %% [markdown]
# Backward: x fed q only, the memory fed k and v. So dx comes through q, dmemory is a sum of two.

# %%
print("Backward: x fed q only, the memory fed k and v.\n")
dout = rng.normal(size=(1, T, D))
dz, _, _ = ops.linear_backward(dout, out_cache)
dq, dk, dv = (d[:, 0] for d in ops.attention_backward(dz[:, None], attn_cache))
dx, _, _ = ops.linear_backward(dq, q_cache)  # (B, T, D)
dmemory_k, _, _ = ops.linear_backward(dk, k_cache)  # (B, S, D)
dmemory_v, _, _ = ops.linear_backward(dv, v_cache)  # (B, S, D)
dx_layer, dmemory_layer = layer.backward(dout, layer_cache)
assert np.allclose(dx, dx_layer, rtol=0, atol=1e-14)
assert np.allclose(dmemory_k + dmemory_v, dmemory_layer, rtol=0, atol=1e-14)
show(dx[0], target_words, title="dx, through q")
lines = np.stack([dmemory_k[0, 3], dmemory_v[0, 3], dmemory_layer[0, 3]])  # (3, D)
show(lines, ["through k", "through v", "sum"], title="dmemory of 'malt'")

# %% [markdown]
# ## Every decoder layer reads the same memory
#
# The encoder runs once, each layer of the decoder looks at what it gave. So its gradient is the
# sum over the layers; each layer's share is dmemory as above.

# %%
print("--- 2. The encoder's gradient is a sum over the decoder's layers ---\n")
model = EncoderDecoder(config, rng, dtype=np.float64)
for parameter in model.parameters().values():
    parameter.value += rng.normal(0, 0.3, parameter.value.shape)
source, target = np.array([[3, 4, 5, 6]]), np.array([[1, 7, 4, 8, 9, 10]])  # numbers for words
memory, encoder_cache = model.encoder.forward(source)  # (B, S, D)
resid, decoder_cache = model.decoder.forward(target, memory)  # (B, T, D)
dresid = rng.normal(size=resid.shape)

_, layer_caches, _ = decoder_cache
shares, dstream = {}, dresid
for i in (1, 0):  # the last layer first
    dstream, shares[i] = model.decoder.layers[i].backward(dstream, layer_caches[i])
dmemory = shares[0] + shares[1]

measured = complex_step(lambda m: (dresid * model.decoder.forward(target, m)[0]).sum(), memory)
lines = np.stack([shares[0][0, 3], shares[1][0, 3], dmemory[0, 3], measured[0, 3]])  # (4, D)
show(lines, ["layer 0", "layer 1", "sum", "measured"], title="dmemory of 'malt', two layers")
assert np.allclose(dmemory, measured, rtol=0, atol=1e-13)

# %%
pause("A bug keeps the share of layer 0 only (= in place of +=). Which gradients are wrong?")
named = model.parameters()


def encoder_gradients(dmemory):
    for parameter in named.values():
        parameter.grad[...] = 0
    model.encoder.backward(dmemory, encoder_cache)
    return {name: parameter.grad.copy() for name, parameter in named.items()}


right, bug = encoder_gradients(dmemory), encoder_gradients(shares[0])
wrong = {name for name in named if abs(right[name] - bug[name]).max() > 1e-12}
encoder_names = {name for name in named if name.startswith("encoder.")}
print(f"{len(wrong)} of the encoder's {len(encoder_names)}; the decoder's own stay right. (And two")
print("more: the biases of keys, always 0. They add the same to a row of scores, lesson 12.)\n")
assert wrong == {name for name in encoder_names if not name.endswith("k.bias")}

# %% [markdown]
# ## Teacher forcing, and a picture
#
# In training the decoder reads the right translation, not its own words: so all T positions are
# trained in one pass (lesson 9). German puts the verb of such a clause last. 1 layer, 1 head.

# %%
print("--- 3. Teacher forcing, and a picture ---\n")
names = ["Anna", "Paul", "Mia", "Tom"]
verbs = {"malt": "paints", "sieht": "sees", "ruft": "calls", "sucht": "seeks"}
things = {"Hunde": "dogs", "Katzen": "cats", "Kinder": "children", "Pferde": "horses"}
kinds = {"junge": "young", "alte": "old", "kleine": "small"}
pairs = [
    (["weil", name, kind, thing, verb],
     ["<s>", "because", name, verbs[verb], kinds[kind], things[thing], "</s>"])
    for name in names for kind in kinds for thing in things for verb in verbs
]  # fmt: skip
words = sorted({word for german, english in pairs for word in german + english})
number = {word: i for i, word in enumerate(words)}
source = np.array([[number[word] for word in german] for german, _ in pairs])  # (N, S)
target = np.array([[number[word] for word in english] for _, english in pairs])  # (N, T + 1)
order = rng.permutation(len(pairs))
train, test = order[:160], order[160:]


def trained(seed):
    """A model from a random start of that number, after 120 steps."""
    rng = np.random.default_rng(seed)
    small = replace(config, d_model=32, d_ff=64, n_layers=1, init_std=None)
    model = EncoderDecoder(small, rng, dtype=np.float64)
    optimizer = AdamW(model, betas=(0.9, 0.98), weight_decay=0.0)
    for _ in range(120):
        batch = rng.choice(train, 32)
        logits, cache = model.forward(source[batch], target[batch, :-1])
        _, loss_cache = ops.cross_entropy_forward(logits, target[batch, 1:])
        optimizer.zero_grad()
        model.backward(ops.cross_entropy_backward(1.0, loss_cache), cache)
        optimizer.step(0.008)
    written = target[test, :1]  # (B, 1), <s>: from here on it reads its own words
    for _ in range(6):
        logits, _ = model.forward(source[test], written)
        written = np.concatenate([written, logits[:, -1:].argmax(axis=-1)], axis=1)
    n_right = (written == target[test]).all(axis=1).sum()
    print(f"Random start {seed}: {n_right} of {len(test)} unseen sentences are right throughout.")
    assert n_right > 0.95 * len(test)
    return model


print("(training two models ...)\n")
models = [trained(seed) for seed in (10, 4)]
print()
german = ["weil", "Tom", "kleine", "Kinder", "ruft"]
n = [pair[0] for pair in pairs].index(german)
english = pairs[n][1][1:]
maps = [cross_attention_patterns(m, source[[n]], target[[n], :-1])[0][0, 0] for m in models]
rows = [f"reads {a}, writes {b}" for a, b in pairwise(pairs[n][1])]

# %%
pause("'weil Tom kleine Kinder ruft' becomes 'because Tom calls small children'. Draw the pattern.")
show(maps[0], rows, german, title="pattern[target, source], random start 10", digits=2)
print("The verb crosses over. ('because' and '</s>' need no source word.)\n")
assert [german[i] for i in maps[0][1:5].argmax(axis=1)] == ["Tom", "ruft", "kleine", "Kinder"]

# %%
pause("The other model is right as often. Does it look at the same words?")
show(maps[1], rows, german, title="pattern[target, source], random start 4", digits=2)
print("No: it writes 'calls' while it looks at 'kleine', 'small' at 'ruft'. The encoder's own")
print("attention mixes words, so any row may hold it. A map shows where one model looked; it does")
print("not explain what it wrote (Jain and Wallace 2019, 'Attention is not Explanation').\n")
assert german[maps[1][english.index("calls")].argmax()] == "kleine"
assert german[maps[1][english.index("small")].argmax()] == "ruft"

# %% [markdown]
# ## Exercises: replace `return None` and run the file again


# %%
def dmemory_yours(dz, q, v, pattern, w_k, w_v):
    """Exercise 1: k = memory @ w_k, v = memory @ w_v, one head, scale 1 / sqrt(K). Return dmemory.

    dz, q (T, K); v (S, K); pattern (T, S); w_k, w_v (D, K).
    """
    return None


def dmemory_of_several_yours(dmemory_each, n):
    """Exercise 2: each source has n translations, decoded with np.repeat(memory, n, axis=0).

    dmemory_each (B n, S, D). Return dmemory (B, S, D).
    """
    return None


def check_dmemory(answer):
    for T, S, D, K in ((5, 4, 6, 3), (2, 3, 4, 5)):
        rng = np.random.default_rng(K)
        (q, dz), (w_k, w_v) = rng.normal(size=(2, T, K)), rng.normal(size=(2, D, K))
        memory = rng.normal(size=(S, D))

        def attend(memory, q=q, w_k=w_k, w_v=w_v):
            k, v = memory @ w_k, memory @ w_v
            return ops.attention_forward(q[None, None], k[None, None], v[None, None])

        expected = complex_step(lambda m, a=attend, dz=dz: (dz * a(m)[0]).sum(), memory)
        pattern = attend(memory)[1][3][0, 0]
        assert_gradient("dmemory", answer(dz, q, memory @ w_v, pattern, w_k, w_v), expected)


def check_dmemory_of_several(answer):
    for B, n, S, D in ((2, 3, 2, 4), (3, 2, 4, 2)):
        dmemory_each = np.random.default_rng(2).normal(size=(B * n, S, D))
        expected = dmemory_each.reshape(B, n, S, D).sum(axis=1)
        assert_gradient(f"dmemory for n = {n}", answer(dmemory_each, n), expected)


print("--- Exercises ---\n")
report_exercise("Exercise 1", check_dmemory, dmemory_yours)
report_exercise("Exercise 2", check_dmemory_of_several, dmemory_of_several_yours)

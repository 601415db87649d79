# %% [markdown]
# # 14. Sampling and the KV cache
#
# **Question:** a GPT gives each word a probability to come next. Which word does one take? And when
# the next is asked for, must everything before it be computed again?
#
# **Shapes:** V = 8 words, `logits` and `probs` (V,). Then `ids` (B, T), B = 1; one head's `q`, `k`,
# `v` (T, K), with K = 2; a model with D = 16, F = 64 and three layers.
#
# **Source:** `tinytf/generation/sampling.py`, `tinytf/layers/kv_cache.py`,
# `tinytf/ops/attention.py`. Temperature: Hinton et al. 2015, "Distilling the Knowledge in a Neural
# Network", equation 1; top-p: Holtzman et al. 2020, section 3.1; attention is that of lesson 5.

# %%
import numpy as np

from tinytf import Config, DecoderLM
from tinytf.generation import Sampling, next_token
from tinytf.ops import attention_forward, softmax_forward
from tinytf.show import show
from tinytf.stepping import assert_gradient, pause, report_exercise, take_results

words = ["mat", "sofa", "bed", "chair", "roof", "moon", "idea", "of"]
V = len(words)
probs = 1 / np.array([2, 4, 8, 16, 32, 64, 128, 128])  # after "the cat sat on the"
logits = np.log(probs)  # softmax gives probs again, as they add up to 1


class Watch:
    """In place of a random generator: keeps the probabilities that next_token draws with."""

    def choice(self, n, p):
        self.p = p
        return 0


def drawn_with(logits, **settings):
    next_token(logits, Sampling(**settings), watch := Watch())
    return watch.p


# %% [markdown]
# ## Temperature
#
# The logits are divided by the temperature tau before the softmax. What is a difference of logits
# is a ratio of probabilities, so ratios are raised to the power 1 / tau.

# %%
print("--- 1. Temperature: softmax(logits / tau) ---\n")
show(probs, cols=words, title="probs: the cat sat on the ...")
pause("Each word (but the last) is twice as likely as the next. With tau = 1/2? With tau = 2?")
greedy = np.eye(V)[next_token(logits, Sampling(temperature=0), Watch())]
taus = np.array([0.5, 1, 2, 100])
powers = probs ** (1 / taus[:, None])
table = powers / powers.sum(axis=1, keepdims=True)  # a row for each tau
show([greedy, *table], ["greedy (tau = 0)", *(f"tau = {tau:g}" for tau in taus)], words)
print("Four times with 1/2, sqrt(2) = 1.41 times with 2. Towards 0 all goes to the likeliest word,")
print("which is greedy; with a large tau all words become alike.\n")
assert np.allclose(table[[0, 2], :6] / table[[0, 2], 1:7], [[4], [2**0.5]])
by_op = [drawn_with(logits, temperature=tau) for tau in (0.001, *taus)]
assert np.allclose([greedy, *table], by_op, rtol=0, atol=1e-15)

pause("Say these probabilities hold for each of 20 words. How often is a sample the greedy text?")
rng = np.random.default_rng(14)
samples = rng.choice(V, size=(10000, 20), p=probs)
print("Once in 2^20 times, a million. Of 10000 samples none is: half of their words are 'mat', but")
print("never all. The likeliest of all texts is one that is hardly ever written.\n")
assert not (samples == 0).all(axis=1).any()
assert abs((samples == 0).mean() - 0.5) < 0.01

# %% [markdown]
# ## Cutting off the tail
#
# A large vocabulary has a long tail: thousands of words, each nearly impossible, all together not.
# Top-k keeps the k likeliest. Top-p keeps the likeliest until their running total reaches p; the
# word that reaches it is the last one kept. What is left is divided by its total.

# %%
print("--- 2. Cutting off the tail ---\n")
running = np.cumsum(probs)  # they are in order already
top_k, top_p = np.arange(V) < 3, running - probs < 0.9
cut = [np.where(kept, probs, 0) / probs[kept].sum() for kept in (top_k, top_p)]
rows = ["probs", "running total", "top-k: the 3 likeliest", "top-p: until 0.9 is reached"]
show([probs, running, *cut], rows, words)
assert np.allclose(cut[0], drawn_with(logits, top_k=3), rtol=0, atol=1e-15)
assert np.allclose(cut[1], drawn_with(logits, top_p=0.9), rtol=0, atol=1e-15)

pause("A model that is sure (0.93, seven times 0.01), one with no idea (1/8 each): how many stay?")
cases, rules = (probs, [0.93] + 7 * [0.01], 8 * [1 / 8]), ({"top_k": 3}, {"top_p": 0.9})
n_kept = [[(drawn_with(np.log(p), **rule) > 0).sum() for p in cases] for rule in rules]
show(n_kept, ["top-k", "top-p"], ["these words", "sure", "no idea"], title="words kept")
print("Top-k keeps two bad ones of the sure model, and cuts five good ones of the other.")
print("Both come after the temperature, which makes the tail thinner or thicker.\n")
assert n_kept == [[3, 3, 3], [4, 1, 8]]

# %% [markdown]
# ## What a new token needs of the old ones
#
# The chosen word is read in, and the next one predicted. Tokens meet in attention only: there the
# new one brings its query, and needs the keys and values of the old ones. Are those still the same?

# %%
print("--- 3. What a new token needs of the old ones ---\n")
D, F, T = 16, 64, 32
config = Config(V, D, max_len=T, n_heads=2, d_ff=F, n_layers=3, init_std=0.3)


def new_model(causal=True):
    """The same model every time; causal=False takes its mask away."""
    model = DecoderLM(config, np.random.default_rng(7), dtype=np.float64)
    for layer in model.decoder.layers:
        layer.self_attn.causal = causal
    return model


def keys_of_layers(model, ids):
    """The keys that each layer computes, (B, T, D) each."""
    resid, _ = model.decoder.embed.forward(ids)
    for layer in model.decoder.layers:
        yield layer.self_attn.k.forward(layer.norm1.forward(resid)[0])[0]
        resid, _ = layer.forward(resid)


pause("The last of 6 tokens becomes another. In which layers do the keys of the first 5 change?")
moves = np.zeros((2, 3))
for row, model in enumerate((new_model(), new_model(causal=False))):
    texts = (np.array([[0, 1, 2, 3, 4, last]]) for last in (5, 6))
    pairs = zip(*(keys_of_layers(model, ids) for ids in texts), strict=True)
    moves[row] = [abs(k - k_other)[:, :5].max() for k, k_other in pairs]
rows, cols = ["causal", "looks both ways"], ["layer 0", "layer 1", "layer 2"]
show(moves, rows, cols, title="largest change of those keys")
print("Causal: in none, so they can be kept. A model that looks both ways has no KV cache: only in")
print("layer 0 are keys made of their own token alone; above it they have heard the new one.\n")
assert np.array_equal(moves != 0, [[False, False, False], [False, True, True]])

# %% [markdown]
# ## One row at a time
#
# So keep k and v: the KV cache. Each step computes one row of the pattern. The rows above it had
# their step, and nobody asks for them again, so old queries need not be kept.

# %%
print("--- 4. One row at a time ---\n")
q, k, v = rng.normal(size=(3, 4, 2)).round(1)  # 4 tokens, K = 2
keys, values = np.empty((2, 0, 2))  # the KV cache, empty
pattern, z = np.zeros((4, 4)), np.zeros((4, 2))
for t in range(4):
    keys, values = np.vstack([keys, k[t]]), np.vstack([values, v[t]])  # (t + 1, K)
    pattern[t, : t + 1], _ = softmax_forward(keys @ q[t] / 2**0.5)
    z[t] = pattern[t, : t + 1] @ values
rows, cols = [f"step {t + 1}" for t in range(4)], ["the", "cat", "sat", "on"]
show(pattern, rows, cols, title="pattern[query, key], a row each step")
print("No mask was needed: what must not be seen is not there yet.\n")
z_op, _ = attention_forward(*(x[None, None] for x in (q, k, v)), causal=True)
assert np.allclose(z, z_op[0, 0], rtol=0, atol=1e-15)

# %% [markdown]
# ## Counted
#
# Arrays that count: a product of matrices, (M, N) @ (N, P), adds its M N P multiplications.


# %%
class Counted(np.ndarray):
    total = 0

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **options):
        plain = [np.asarray(x) for x in inputs]
        if out:
            options["out"] = tuple(np.asarray(x) for x in out)
        result = np.asarray(getattr(ufunc, method)(*plain, **options))
        if ufunc is np.matmul and (plain[1] != 1).any():  # the norms sum as a product with ones
            Counted.total += result.size * plain[0].shape[-1]
        return result.view(Counted)


print("--- 5. Counted ---\n")
model = new_model()
for parameter in model.parameters().values():
    parameter.value = parameter.value.view(Counted)
ids, kv_caches = rng.integers(0, V, (1, T)), model.new_kv_caches(batch_size=1)
counts, difference = np.zeros((T, 2), int), 0.0
for t in range(1, T + 1):
    start = Counted.total
    whole, _ = model.forward(ids[:, :t])  # (1, t, V)
    middle = Counted.total
    new, _ = model.forward(ids[:, t - 1 : t], kv_caches=kv_caches)  # (1, 1, V)
    counts[t - 1] = middle - start, Counted.total - middle
    difference = max(difference, float(abs(whole[:, -1:] - new).max()))
    per_token = 3 * (4 * D * D + 2 * D * F) + V * D  # q k v out, FFN; head
    per_pair = 3 * 2 * D  # of a query and a key: scores, and pattern @ v
    assert counts[t - 1].tolist() == [t * per_token + t * t * per_pair, per_token + t * per_pair]

pause(f"Step {T} reads {T} tokens, or one and the cache. How many times as much work is the first?")
times, steps = np.column_stack([counts, counts[:, 0] // counts[:, 1]]), [1, 2, 4, 8, 16, 32]
rows, cols = [f"step {t}" for t in steps], ["all again", "with KV cache", "times"]
show(times[np.array(steps) - 1], rows, cols, title="multiplications")
print(f"{T} times, exactly: {T} rows in place of one, {T} x {T} scores in place of 1 x {T}.")
print(f"Largest difference between the logits of the two: {difference:.0e}, rounding.\n")
assert np.array_equal(counts[:, 0], np.arange(1, T + 1) * counts[:, 1])
assert difference < 1e-13

pause("The price. GPT-2: 12 layers, D = 768. How many numbers does it keep for 1024 tokens?")
kept = 2 * 12 * 768 * 1024  # k and v
print(f"2 x 12 x 768 x 1024 = {kept / 1e6:.1f} million for each text; 7 texts need more than the")
print("124 million parameters of the model. In lesson 17 heads share keys and values.\n")
assert 6 * kept < 124e6 < 7 * kept

# %% [markdown]
# ## Exercises: replace `return None` and run the file again


# %%
def top_p_yours(probs, p):
    """Exercise 1: probs (V,) in any order. Return what top-p makes of them, in the same order."""
    return None


def window_step_yours(q, k, v, keys, values, window):
    """Exercise 2: a step of a head that sees `window` tokens only, the new one among them.

    q, k, v (K,) of the new token; keys, values (n, K), n <= window, of those before. Return z (K,)
    and what to keep for the next step, keys and values of `window` tokens at most.
    """
    return None


def check_top_p(answer):
    five, three = np.array([0.05, 0.4, 0.15, 0.3, 0.1]), np.array([0.1, 0.7, 0.2])
    for probs, p, kept in ((five, 0.8, [1, 2, 3]), (five, 0.2, [1]), (three, 0.75, [1, 2])):
        expected = np.where(np.isin(range(len(probs)), kept), probs, 0) / probs[kept].sum()
        assert_gradient(f"With p = {p}, the result", answer(probs.copy(), p), expected)


def check_window_step(answer):
    for K, n in ((3, 4), (5, 2)):
        q, k, v = np.random.default_rng(K).normal(size=(3, 7, K))
        mask = np.tri(7, dtype=bool) & ~np.tri(7, k=-n, dtype=bool)
        z, _ = attention_forward(*(x[None, None] for x in (q, k, v)), mask=mask)
        keys, values = np.empty((2, 0, K))
        for t, seen in enumerate(slice(max(0, t - n + 1), t + 1) for t in range(7)):
            result = take_results(answer(q[t], k[t], v[t], keys, values, n), "z", "keys", "values")
            keys, values = result[1:]
            for i, right in enumerate((z[0, 0, t], k[seen], v[seen])):
                assert_gradient(f"{'zkv'[i]} of step {t + 1}", result[i], right)


print("--- Exercises ---\n")
report_exercise("Exercise 1", check_top_p, top_p_yours)
report_exercise("Exercise 2", check_window_step, window_step_yours)

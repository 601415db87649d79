# %% [markdown]
# # 16. The key variables of a new model
#
# **Question:** a model that you have never seen comes with a `config.json` of a few numbers. How
# large is it, what does it cost to run, and what grows first when texts get longer?
#
# **Shapes:** V vocabulary, D model size, T length, H heads of K features, Hkv of them with keys and
# values, F size of the FFN, L layers. A token's keys and values: `k`, `v` (Hkv, K) in each layer.
#
# **Source:** `tinytf/key_variables/shapes.py`, `tinytf/key_variables/flops.py`. The matrices that
# are counted stand in Vaswani et al. 2017: equation 1, section 3.2.2 (`tinytf/ops/attention.py`)
# and equation 2 (`tinytf/ops/ffn.py`). The rule 12 L D^2: Kaplan et al. 2020, section 2.1.

# %%
import numpy as np

from tinytf import Config, DecoderLM
from tinytf.key_variables import count_by_part, count_parameters, flops_by_part, kv_cache_bytes
from tinytf.key_variables.flops import full_lengths
from tinytf.key_variables.hugging_face import read_config
from tinytf.key_variables.published import find_model
from tinytf.models import PRESETS
from tinytf.show import show
from tinytf.stepping import pause, report_exercise

config = {  # an invented model, as if it had just been published
    "model_type": "llama",
    "vocab_size": 50304,
    "hidden_size": 2048,
    "max_position_embeddings": 4096,
    "num_attention_heads": 16,
    "num_key_value_heads": 16,
    "intermediate_size": 5504,
    "num_hidden_layers": 24,
    "tie_word_embeddings": True,
}
numbers = {key: value for key, value in config.items() if type(value) is int}
V, D, T, H, Hkv, F, L = numbers.values()
K = D // H

# %% [markdown]
# ## Reading the config
#
# V, D, T, H, F, L: every family has its own names for them (n_embd, d_model, hidden_size, ...).
# Newer models add Hkv. The batch size B is not in it: a trained model takes any.

# %%
print("--- 1. Reading the config ---\n")
letters = ["V", "D", "T", "H", "Hkv", "F", "L"]
for letter, (key, value) in zip(letters, numbers.items(), strict=True):
    print(f"{letter:3} = {value:6,}  ({key})")
print()
pause("Double one of them (H and Hkv together). What leaves the number of parameters as it is?")


def parameters_with(**changes):
    return count_parameters(read_config({**config, **changes}))


exact = parameters_with()
doubled = {
    "V x 2": parameters_with(vocab_size=2 * V),
    "D x 2": parameters_with(hidden_size=2 * D),
    "T x 2": parameters_with(max_position_embeddings=2 * T),
    "H, Hkv x 2": parameters_with(num_attention_heads=2 * H, num_key_value_heads=2 * Hkv),
    "F x 2": parameters_with(intermediate_size=2 * F),
    "L x 2": parameters_with(num_hidden_layers=2 * L),
}
factors = np.array(list(doubled.values())) / exact
show(factors, cols=list(doubled), title="parameters, by which factor")
print("T: positions here are angles (RoPE), not a table. And H: more heads only cut the same D")
print("into smaller pieces. D counts most: attention grows with D^2, the FFN with D F.\n")
assert doubled["T x 2"] == doubled["H, Hkv x 2"] == exact
assert max(doubled, key=doubled.get) == "D x 2"

# %% [markdown]
# ## Estimated, then exactly
#
# Attention has four D x D matrices; two D x F with F = 4 D are 8 D^2, and so are three with F =
# 8/3 D (a gate, lesson 17). So a layer has 12 D^2, and the model about 12 L D^2 + V D.

# %%
print("--- 2. Estimated, then exactly ---\n")
pause("Take 2048 as 2 thousand: 12 L D^2 + V D. How many millions?")
by_hand = 12 * L * D**2 + V * D
parts = {
    "embeddings": V * D,
    "attention": L * (2 * D * H * K + 2 * D * Hkv * K),  # q and out, k and v
    "FFN": L * 3 * D * F,
    "norms": (2 * L + 1) * D,  # RMSNorm has gamma only
    "head": 0,  # tied: the embeddings, transposed
}
print(f"estimated    12 * 24 * 4 million + 100 million = {12 * 24 * 4 + 100:,} million")
print(f"by the rule  {by_hand:13,}   {100 * by_hand / exact - 100:+.1f} %")
for part, count in parts.items():
    print(f"{part:11}  {count:13,}   {100 * count / exact:4.1f} %")
print(f"{'exact':11}  {sum(parts.values()):13,}\n")
assert parts == count_by_part(read_config(config))
assert abs(by_hand / exact - 1) < 0.01

# Shapes are not taken on trust: here is a model of the same kind, small enough to be built.
tiny = Config(70, 24, 9, 4, 40, 2, n_kv_heads=2, **PRESETS["llama"])
sizes = {"vocab_size": 70, "hidden_size": 24, "max_position_embeddings": 9}
sizes |= {"num_attention_heads": 4, "num_key_value_heads": 2}
small = read_config(
    {"model_type": "llama", "intermediate_size": 40, "num_hidden_layers": 2} | sizes
)
built = DecoderLM(tiny, np.random.default_rng(0))
assert count_parameters(small) == sum(p.value.size for p in built.parameters().values())

# %% [markdown]
# ## Where the rule fails
#
# The same for six published models of different families. First the shares of the parts.

# %%
print("--- 3. Where the rule fails ---\n")
print("Each letter is 2 % of the parameters:")
print("E embeddings, a attention, f FFN, H separate output head\n")
names, rows = ["gpt2", "bert-base", "mpt-7b", "llama-7b", "llama-3-8b", "gemma-2b"], []
letters = {"embeddings": "E", "attention": "a", "FFN": "f", "head": "H"}
for name in names:
    model = find_model(name).architecture
    total, count, stack = count_parameters(model), count_by_part(model), model.main
    picture = [letter * round(50 * count[part] / total) for part, letter in letters.items()]
    print(f"{name:10}  {''.join(picture)}")
    attention = 2 * model.d_model * (stack.d_q + stack.d_kv)  # d_q is H K, d_kv is Hkv K
    ffn = (3 if model.gated else 2) * model.d_model * stack.d_ff
    d2 = model.d_model**2
    rule = 12 * stack.n_layers * d2 + model.vocab_size * model.d_model
    rows.append([attention / d2, ffn / d2, 100 * ffn / (attention + ffn), rule / total])
print()
pause("For two of the six, 12 L D^2 + V D is far off. Which two? Too high or too low?")
columns = ["attention, D^2", "FFN, D^2", "FFN, % of layer", "rule / exact"]
show(rows, names, columns, title="matrices of a layer in units of D^2", digits=2)
print("Too low for those with far more than two f for an a. Two thirds, and the rule, hold where")
print("F is 4 D (8/3 D with a gate) and all heads have keys. Fewer key heads save attention, and")
print("Llama spends it on the FFN. (What else is missing: biases, positions, a second table.)\n")
assert np.allclose([row[2] for row in rows[:4]], 200 / 3, rtol=0, atol=0.3)
assert min(row[2] for row in rows[4:]) > 80
assert min(row[3] for row in rows[:4]) > 0.97
assert max(row[3] for row in rows[4:]) < 0.87

# %% [markdown]
# ## What a token leaves behind
#
# Generating, every token's keys and values are kept (lesson 14): 2 L Hkv K numbers, 2 bytes each.

# %%
print("--- 4. What a token leaves behind ---\n")
pause("Our model in 16 bits: after how many tokens does the KV cache weigh more than the model?")
models = {"ours": read_config(config)}
models |= {
    name: find_model(name).architecture for name in ("llama-7b", "llama-3-8b", "llama-2-70b")
}
rows = []
for model in models.values():
    per_token, weights = kv_cache_bytes(model), 2 * count_parameters(model)
    rows.append([model.main.n_heads, model.main.n_kv_heads, per_token, weights // per_token])
title = "the KV cache, and after how many tokens it is as large as the model"
show(np.array(rows), list(models), ["H", "Hkv", "bytes per token", "as large after"], title)
print("Ours after some 13 thousand: three texts of full length, 4,096, at once. With 8 key heads")
print("llama-2-70b keeps less for a token than llama-7b, although it is ten times as large.\n")
assert rows[0][2] == 2 * L * Hkv * K * 2
assert rows[3][2] < rows[1][2]
caches = built.new_kv_caches(batch_size=1)  # in float32, for 9 tokens
held = sum(array.nbytes for cache in caches for array in vars(cache).values() if np.ndim(array))
assert held == 9 * kv_cache_bytes(small, bytes_each=4)

# %% [markdown]
# ## What grows with the length
#
# A matrix of n numbers costs each token 2 n FLOPs (a multiplication and an addition). The scores
# q @ k^T and pattern @ v cost each token 4 T D in a layer: every token looks at T keys.

# %%
print("--- 5. What grows with the length ---\n")
print("A layer costs each token 24 D^2 FLOPs for the matrices, 4 T D for the scores.")
pause("From which T on do the scores cost more than the matrices?")
matrices, table = 2 * (parts["attention"] + parts["FFN"]), []  # FLOPs per token
for length in (1024, 2048, 4096, 8192, 16384, 32768):
    work = np.array([matrices * length, 4 * L * length**2 * D])
    kept = [length * kv_cache_bytes(models["ours"]) / 1e9, L * H * length**2 * 2 / 1e9]
    table.append([*(work / 1e12), work[1] / work.sum() * 100, *kept])
    flops = flops_by_part(models["ours"], full_lengths(models["ours"], length))
    assert work[0] == flops["attention, matrices"] + flops["FFN"]
    assert work[1] == flops["attention, scores"]
columns = ["matrices, TFLOP", "scores, TFLOP", "scores, %", "KV cache, GB", "patterns, GB"]
lengths = [f"T = {2**i}" for i in range(10, 16)]
show(table, lengths, columns, title="one sequence, forward, 16 bits", digits=2)
print("From T = 6 D on, whatever L is: 12,288 for D = 2048. Matrices and KV cache double with T;")
print("scores, and the patterns that a training step keeps, T x T for each head, are four times")
print("as much. Quadratic is the price of long texts: up to T = D at most a seventh of the work.\n")
table = np.array(table)
assert np.allclose(table[1:, [0, 3]] / table[:-1, [0, 3]], 2)
assert np.allclose(table[1:, [1, 4]] / table[:-1, [1, 4]], 4)
assert table[3, 2] < 50 < table[4, 2]
assert abs(matrices / (4 * L * D) / (6 * D) - 1) < 0.01

# %% [markdown]
# ## Exercises: replace `return None` and run the file again
#
# `tinytf describe NAME` prints all this for published models, or for any config.json.


# %%
def equal_d_ff_yours(D, H, Hkv):
    """Exercise 1: an FFN with a gate (three matrices) beside attention with Hkv key heads.

    Return the F with which a layer's matrices have 12 D^2 numbers, as in GPT. It is whole here.
    """
    return None


def longest_text_yours(memory, n_parameters, L, Hkv, K):
    """Exercise 2: how many tokens of one text fit into `memory` bytes, beside the model?

    Parameters, keys and values have 16 bits. Return a whole number.
    """
    return None


def check_equal_d_ff(answer):
    for D, H, Hkv in ((12, 6, 3), (24, 4, 1), (12, 2, 2)):
        yours = answer(D, H, Hkv)
        assert yours == int(yours) > 0, f"Expected a whole number, got {yours}."
        sizes = Config(5, D, 6, H, int(yours), 1, n_kv_heads=Hkv, **PRESETS["llama"])
        layer = DecoderLM(sizes, np.random.default_rng(0)).decoder.layers[0]
        size = sum(p.value.size for p in layer.parameters().values() if p.value.ndim == 2)
        assert size == 12 * D * D, f"{D=}, {H=}, {Hkv=}: {size} numbers, expected {12 * D * D}."


def check_longest_text(answer):
    drawn = np.random.default_rng(1).integers(1, 50, size=(20, 6)).tolist()
    for L, Hkv, K, millions, n_tokens, spare in drawn:
        n = millions * 10**6
        per_token = sum(2 * np.zeros((Hkv, K), np.float16).nbytes for _ in range(L))
        memory = 2 * n + n_tokens * per_token + spare % per_token
        yours = answer(memory, n, L, Hkv, K)
        assert yours == n_tokens, f"Wrong for {memory=}, n_parameters={n}, {L=}, {Hkv=}, {K=}."


print("--- Exercises ---\n")
report_exercise("Exercise 1", check_equal_d_ff, equal_d_ff_yours)
report_exercise("Exercise 2", check_longest_text, longest_text_yours)

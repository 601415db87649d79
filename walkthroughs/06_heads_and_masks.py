# %% [markdown]
# # 6. Heads and masks
#
# **Question:** self-attention, causal, padded, cross: one op with different masks. Who may look at
# whom, what happens to a token that may look at nothing, and what are several heads good for?
#
# **Shapes:** `q`, `z` (B, H, Tq, K), `k`, `v` (B, H, Tk, K); `scores`, `pattern` (B, H, Tq, Tk). A
# mask is boolean, True = may attend, of any shape that broadcasts to (B, H, Tq, Tk).
#
# **Source:** `tinytf/ops/masks.py`, `tinytf/ops/attention.py`. Vaswani et al. 2017: equation 1 with
# section 3.2.3 (masks), section 3.2.2 (heads). The op itself, and splitting heads, is lesson 5.

# %%
import numpy as np

from tinytf import ops
from tinytf.gradcheck import assert_gradients
from tinytf.ops import attention_forward, causal_mask, padding_mask, softmax_forward
from tinytf.show import show
from tinytf.stepping import assert_gradient, pause, report_exercise

PAD = "[PAD]"
T, K = 4, 3
rng = np.random.default_rng(6)
words = [["we", "all", "like", "tea"], ["yes", "please", PAD, PAD]]  # B = 2
lengths = np.array([4, 2])

# %% [markdown]
# ## One op, four masks
#
# With q = 0 all scores are 0, and each row of the pattern shares out 1 equally among the keys it
# may see: the pattern shows the mask.


# %%
def equal_shares(n_queries, n_keys, mask):
    """The pattern (B, H, Tq, Tk) when all scores are 0."""
    q, k = np.zeros((2, 1, n_queries, K)), rng.normal(size=(2, 1, n_keys, K))
    _, cache = attention_forward(q, k, k, mask)
    return cache[3]


print("--- 1. One op, four masks ---\n")
causal = causal_mask(T, T)  # (T, T): the same for all sequences and heads
padding = padding_mask(lengths, T)  # (B, 1, 1, T): the same for all queries and heads
both = causal & padding  # (B, 1, T, T)
print(f"shapes: causal {causal.shape}, padding {padding.shape}, both {both.shape}\n")
pause("'yes please [PAD] [PAD]', equal scores: what is the third row with each of the masks?")
short = words[1]
for mask, name in ((None, "none"), (causal, "causal"), (padding, "padding"), (both, "both")):
    show(equal_shares(T, T, mask)[1, 0], short, short, title=f"mask: {name}; pattern[1, 0]")
print("Causal: thirds, one of them on a [PAD]. Padding hidden, or both: halves, on real words.\n")
assert np.allclose(equal_shares(T, T, causal)[1, 0, 2], [1 / 3, 1 / 3, 1 / 3, 0])
assert np.allclose(equal_shares(T, T, both)[1, 0, 2], [0.5, 0.5, 0, 0])
assert both.shape == (2, 1, T, T)

target = ["<s>", "oui", "merci"]
cross = equal_shares(3, T, padding)[1, 0]  # Tq = 3 words being written look at Tk = T of the source
show(cross, target, short, title="cross-attention: the source's padding mask, other queries")
print("A padding mask belongs to the keys, so it does not care how many queries there are.\n")
assert cross.shape == (3, T)

# %% [markdown]
# ## Fewer queries than keys
#
# A model that writes has computed the keys and values of its past already, and asks with the new
# words only: Tq < Tk. Where does the triangle lie then?

# %%
print("--- 2. Fewer queries than keys ---\n")
sentence = ["we", "all", "like", "black", "tea"]
q, k, v = rng.normal(size=(3, 1, 1, 5, K)).round(1)
columns = [f"{name}[{i}]" for name in "qkv" for i in range(K)]
show(np.hstack([q[0, 0], k[0, 0], v[0, 0]]), sentence, columns, title="random", digits=1)
pause("Queries 'black' and 'tea', five keys. Which keys may 'black' see?")
right, wrong = causal_mask(2, 5), np.tri(2, 5, dtype=bool)
show(right, sentence[3:], sentence, title="right: causal_mask")
show(wrong, sentence[3:], sentence, title="wrong: np.tri")
whole, _ = attention_forward(q, k, v, causal=True)
outs = [attention_forward(q[:, :, 3:], k, v, mask)[0][0, 0] for mask in (right, wrong)]
ways = ("five queries", "causal_mask(2, 5)", "np.tri(2, 5)")
rows = [f"'{word}', {way}" for way in ways for word in sentence[3:]]
show(np.concatenate([whole[0, 0, 3:], *outs]), rows, title="z of the two")
print("All but 'tea'. The last query stands at the last key: the triangle lies bottom right. With")
print("np.tri, and PyTorch's is_causal=True, it is top left. Both agree if Tq = Tk.\n")
assert np.allclose(outs[0], whole[0, 0, 3:], rtol=0, atol=1e-14)
assert abs(outs[1] - whole[0, 0, 3:]).max() > 0.1

# %% [markdown]
# ## A row with nothing to attend to
#
# To write on, sentences are padded on the left, so that all end together. Causal and padding hidden
# leaves the first rows empty: softmax of nothing but -inf is 0 / 0. A usual way out is to write
# -1e9 in place of -inf.

# %%
print("--- 3. A row with nothing to attend to ---\n")
left = [PAD, PAD, "yes", "please"]
mask = causal & np.array([False, False, True, True])  # (T, T)
show(mask, left, left, title="mask[query, key], yes = may attend")
q, k, v = rng.normal(size=(3, T, K)).round(1)
scores = q @ k.T / np.sqrt(K)
show(scores, left, left, title="scores[query, key]")
pause("Rows 0 and 1 are all -1e9 plus a score. What does softmax make of them?")
patterns = {"-1e9": softmax_forward(np.where(mask, 0, -1e9) + scores)[0]}
with np.errstate(invalid="ignore"):
    exponentials = np.exp(np.where(mask, scores, -np.inf) - scores.max())
    patterns["-inf, no special case"] = exponentials / exponentials.sum(axis=1, keepdims=True)
z, cache = attention_forward(q[None, None], k[None, None], v[None, None], mask)
patterns["the op"] = cache[3][0, 0]
for name, pattern in patterns.items():
    show(pattern, left, left, title=f"pattern, {name}")
print("-1e9 on all scores of a row changes nothing (lesson 1): the two rows are not masked at all.")
print("The op says: nothing to attend to, so a pattern of zeros, and z = 0.\n")
unmasked, _ = softmax_forward(scores)
assert np.allclose(patterns["-1e9"][:2], unmasked[:2], atol=1e-6)
assert np.isnan(patterns["-inf, no special case"][:2]).all()
assert (z[0, 0, :2] == 0).all()


# %%
def backward(pattern, dz):
    """dq, dk, dv by hand, as in lesson 5."""
    dscores = ops.softmax_backward(dz @ v.T, (pattern, -1))
    return dscores @ k / np.sqrt(K), dscores.T @ q / np.sqrt(K), pattern.T @ dz


pause("No loss reads rows 0 and 1, so dz is 0 there. How many of the 4 rows of dv are NaN?")
dz = rng.normal(size=(T, K)) * [[0], [0], [1], [1]]
with np.errstate(invalid="ignore"):
    by_hand = {name: backward(pattern, dz) for name, pattern in patterns.items()}
n_nan = [[np.isnan(d).any(axis=1).sum() for d in gradients] for gradients in by_hand.values()]
show(np.array(n_nan), [*by_hand], ["dq", "dk", "dv"], title="rows with NaN, of 4")
print("All 4: 0 * NaN is NaN, and each key's gradient is a sum over all queries. One empty row,")
print("and after the next update the weights are NaN. From the op's empty row comes exactly 0.\n")
assert n_nan == [[0, 0, 0], [2, 4, 4], [0, 0, 0]]
by_op = ops.attention_backward(dz[None, None], cache)
for d, d_op in zip(by_hand["the op"], by_op, strict=True):
    assert np.allclose(d, d_op[0, 0], rtol=0, atol=1e-14)
assert_gradients(  # complex-step with a random dz, empty rows included: lesson 13
    attention_forward, ops.attention_backward, *(x[None, None] for x in (q, k, v)), mask=mask
)

# %% [markdown]
# ## Masks that are wrong and look right
#
# What True means is a convention: here and in PyTorch's scaled_dot_product_attention "may attend",
# in PyTorch's MultiheadAttention "may not". And integers 0 and 1 are no booleans.

# %%
print("--- 4. Masks that are wrong and look right ---\n")
hidden = np.array([0, 0, 1, 1])  # integers: 1 at the padding of "yes please [PAD] [PAD]"
pause("~hidden of these integers: which of them count as True?")
show(np.stack([hidden, ~hidden]), ["hidden", "~hidden"], short)
print("All: ~0 is -1 and ~1 is -2, and what is not 0 counts as True. Nothing is masked.\n")
allowed = hidden == 0
zeros = np.zeros(T)
table = {
    "right: hidden == 0": np.where(allowed, zeros, -np.inf),
    "wrong way round": np.where(~allowed, zeros, -np.inf),
    "~hidden of integers": np.where((~hidden).astype(bool), zeros, -np.inf),
    "1 and 0, added to scores": zeros + allowed,
}
shares = np.stack([softmax_forward(scores)[0] for scores in table.values()])
show(shares, [*table], short, title="pattern of 'please', equal scores")
print("Each row adds up to 1, nothing crashes, and a model would still learn. So the op takes")
try:
    attention_forward(q[None, None], k[None, None], v[None, None], 1 - hidden)
except TypeError as error:
    print(f"booleans only. TypeError: {error}\n")
assert np.allclose(shares[:3], [[0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5], [0.25] * 4])
assert np.allclose(shares.sum(axis=1), 1)

# %% [markdown]
# ## Why several heads
#
# A head gives a key one share, and weights all features of its value with it. Say 'sees' in "cat
# sees dog" has to know who sees (features 0, 1 of cat) and who is seen (features 2, 3 of dog).

# %%
print("--- 5. Why several heads ---\n")
v = np.array([[1.0, 2, 3, 4], [5, 6, 7, 8]])  # of cat and dog, numbered to be recognised
wanted = np.array([1, 2, 7, 8])
show(v, ["v of cat", "v of dog"], title="wanted: 1 2 of cat, 7 8 of dog", digits=1)
pause("One head: z = share * v[cat] + (1 - share) * v[dog]. For which share is z = 1 2 7 8?")
one_head = [share * v[0] + (1 - share) * v[1] for share in (1, 0.5, 0)]
v_heads = ops.split_heads(v[None], 2)  # (B, H, Tk, K), K = 2
per_head = np.array([[True, False], [False, True]])[:, None]  # (H, Tq, Tk): head 0 sees the cat
z, _ = attention_forward(np.zeros((1, 2, 1, 2)), v_heads, v_heads, per_head)
rows = ["one head, share 1", "one head, share 0.5", "one head, share 0", "two heads, shares 1, 0"]
show(np.stack([*one_head, ops.merge_heads(z)[0, 0]]), rows, title="z of 'sees'", digits=1)
print("For none. Two heads have two shares for each key, and no more parameters: 4 D^2 per layer,")
print("for any H. The price: a head compares only K = D / H features. In table 3 of Vaswani et al.")
print("one head is 0.9 BLEU (a score of translations) worse than the best number of heads, and too")
print("many are worse too.\n")
assert np.array_equal(ops.merge_heads(z)[0, 0], wanted)
# The nearest z that one head can reach, by least squares, is still far away.
best = (wanted - v[1]) @ (v[0] - v[1]) / ((v[0] - v[1]) @ (v[0] - v[1]))
assert np.linalg.norm(best * v[0] + (1 - best) * v[1] - wanted) == 4

# %% [markdown]
# ## Exercises: replace `return None` and run the file again


# %%
def window_mask_yours(n_queries, n_keys, window):
    """Exercise 1: causal, but no further back than `window` keys, the query's own included.

    The last query stands at the last key. Return mask[query, key], True = may attend.
    """
    return None


def masked_softmax_yours(scores, mask):
    """Exercise 2: the pattern of scores (Tq, Tk) under mask (Tq, Tk), True = may attend.

    An empty row gives zeros; scores of 1000 do no harm.
    """
    return None


def check_window_mask(answer):
    for n_queries, n_keys, window in ((5, 5, 2), (2, 6, 3), (1, 4, 1), (3, 3, 9)):
        mask = np.asarray(answer(n_queries, n_keys, window))
        case = f"{n_queries=}, {n_keys=}, {window=}"
        assert mask.shape == (n_queries, n_keys), f"Wrong shape {mask.shape} for {case}."
        assert mask.dtype == np.bool_, f"Expected booleans, got {mask.dtype}."
        for query, key in np.ndindex(mask.shape):
            back = query + n_keys - n_queries - key
            assert mask[query, key] == (0 <= back < window), (
                f"Wrong at {query=}, {key=} for {case}."
            )


def check_masked_softmax(answer):
    rng = np.random.default_rng(1)
    for n_queries, n_keys, shift in ((4, 5, 0), (2, 3, 1000), (3, 3, -1000)):
        scores, more = rng.normal(size=(2, n_queries, n_keys))
        mask = more < 0.3
        mask[1] = False
        q, k = (scores + shift)[None, None], np.eye(n_keys)[None, None]  # q @ k^T = scores
        _, cache = attention_forward(q, k, k, mask, scale=1.0)
        with np.errstate(all="ignore"):
            assert_gradient("pattern", answer(scores + shift, mask), cache[3][0, 0])


print("--- Exercises ---\n")
report_exercise("Exercise 1", check_window_mask, window_mask_yours)
report_exercise("Exercise 2", check_masked_softmax, masked_softmax_yours)

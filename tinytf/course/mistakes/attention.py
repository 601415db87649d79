"""Known mistakes in scaled dot-product attention."""

from tinytf.course.exercise import Mistake
from tinytf.course.mistakes.attention_backward import BACKWARD

_SCALE = "1 / math.sqrt(d_head)"
_PENALTY = "scores += _penalty(mask, scores.real.dtype)"
_WHERE = "np.where(transposed, zero, minus_infinity)"
_MAXIMUM = "maximum = scores.real.max(axis=-1, keepdims=True)"
_SHIFT = "shift = np.maximum(maximum, np.finfo(maximum.dtype).min)"
_TOTAL = "total = exponentials.sum(axis=-1, keepdims=True)"
_DIVIDED = "total + (total == 0)"
_DROPPED = "dropped, keep_scale = dropout_forward(pattern, dropout_p, rng)"
_ALLOWED = "allowed = causal_mask(n_queries, n_keys)"
_CROSS_TERM = "dot_last(dz, z)"
_ROWS = "along the keys the weights of a query must sum to 1"
_CAUSAL = "the last query stands at the last key, and a query sees its own key and those before it"


def _over(axes: str) -> tuple[tuple[str, str], ...]:
    """The softmax over other axes, in both passes."""
    return (
        (_MAXIMUM, _MAXIMUM.replace("-1", axes)),
        (_TOTAL, _TOTAL.replace("-1", axes)),
        (_CROSS_TERM, f"(dpattern * pattern).sum(axis={axes}, keepdims=True)"),
    )


SCALE = (
    Mistake(
        "no scale",
        "the scores are not divided by sqrt(K)",
        "your scores are sqrt(K) times too large; with K = 1 nothing is wrong",
        ((_SCALE, "1.0"),),
    ),
    Mistake(
        "scale by sqrt(d_model)",
        "the scores are divided by sqrt(H K), the size of the whole model, not of one head",
        "with one head nothing is wrong",
        ((_SCALE, "1 / math.sqrt(n_heads * d_head)"),),
    ),
    Mistake(
        "scale by K",
        "the scores are divided by K, not by its root",
        "your scores are sqrt(K) times too small; with K = 1 nothing is wrong",
        ((_SCALE, "1 / d_head"),),
    ),
    Mistake(
        "multiplied by sqrt(K)",
        "the scores are multiplied by sqrt(K), not divided",
        "your scores are K times too large; with K = 1 nothing is wrong",
        ((_SCALE, "math.sqrt(d_head)"),),
    ),
    Mistake(
        "given scale ignored",
        "the argument scale is not used",
        "with scale=None nothing is wrong",
        (("if scale is None else float(scale)", "if True else 0.0"),),
    ),
    Mistake(
        "scale by the number of keys",
        "the scores are divided by the root of the number of keys, not of K",
        "where there are as many keys as features nothing is wrong",
        ((_SCALE, "1 / math.sqrt(n_keys)"),),
    ),
)

SOFTMAX = (
    Mistake(
        "softmax over the queries",
        "the softmax runs over the queries, not over the keys",
        _ROWS,
        _over("-2"),
    ),
    Mistake(
        "softmax over queries and keys",
        "the softmax runs over queries and keys together",
        f"{_ROWS}; yours sum to 1 over a whole head",
        _over("(-2, -1)"),
    ),
    Mistake(
        "softmax over the heads",
        "the softmax runs over the heads, not over the keys",
        _ROWS,
        _over("1"),
    ),
    Mistake(
        "no shift by the maximum",
        "the maximum is not subtracted before exp, so exp overflows from 710 on",
        "exp(1000) is inf, and inf / inf is NaN",
        (("np.subtract(scores, shift, out=scores)", "scores"),),
    ),
    Mistake(
        "keys for values",
        "the keys are averaged, not the values",
        "your z does not depend on v",
        (("z = dropped @ v_heads", "z = dropped @ k_heads"),),
    ),
    Mistake(
        "no dropout",
        "the pattern is not dropped out",
        "with dropout_p = 0 nothing is wrong",
        ((_DROPPED, "dropped, keep_scale = dropout_forward(pattern, 0.0, rng)"),),
    ),
)

MASK = (
    Mistake(
        "mask after the softmax",
        "the mask is applied to the weights, after the softmax: what is left does not sum to 1",
        f"{_ROWS}; yours sum to less where keys are hidden",
        (
            (_PENALTY, "pass"),
            (_DROPPED, f"pattern = pattern if mask is None else pattern * mask\n    {_DROPPED}"),
        ),
    ),
    Mistake(
        "mask ignored",
        "the mask is not used, nor is causal",
        "without a mask nothing is wrong",
        ((_PENALTY, "pass"),),
    ),
    Mistake(
        "mask inverted",
        "the mask is read the wrong way round: True must mean that the query may attend",
        "the weights are 0 exactly where they must not be",
        ((_WHERE, "np.where(transposed, minus_infinity, zero)"),),
    ),
    Mistake(
        "~ on an integer mask",
        "the mask is made integers, and ~ of 1 and 0 is -2 and -1, both of which count as True",
        "with a mask, every key is hidden from every query",
        ((_WHERE, "np.where(~transposed.astype(int), minus_infinity, zero)"),),
    ),
    Mistake(
        "dead rows NaN",
        "a query that may attend to nothing gets NaN, not zeros",
        "its scores are all -inf, and -inf - -inf as well as 0 / 0 are NaN",
        ((_SHIFT, "shift = maximum"), (_DIVIDED, "total")),
    ),
    Mistake(
        "dead rows average everything",
        "a query that may attend to nothing gets the mean of all values, not zeros",
        "a large negative number in the place of -inf makes all its scores equal",
        ((_PENALTY, "scores = np.where(mask, scores, -1e9)"),),
    ),
    Mistake(
        "dead rows average everything, by adding",
        "a query that may attend to nothing attends as if nothing were hidden, not to nothing",
        "a large negative number added to all its scores cancels in the softmax",
        (("np.full((), -np.inf, dtype)", "np.full((), -1e9, dtype)"),),
    ),
    Mistake(
        "hidden scores 0",
        "hidden scores are set to 0, and exp(0) = 1 is not nothing",
        "the weights of hidden keys must be 0",
        ((_PENALTY, "scores = np.where(mask, scores, 0.0)"),),
    ),
    Mistake(
        "only the first sequence's mask",
        "the mask of the first sequence is used for the whole batch",
        "the first sequence is right",
        ((_PENALTY, "scores += _penalty(mask[:1] if mask.ndim == 4 else mask, scores.dtype)"),),
    ),
)

CAUSAL = (
    Mistake(
        "causal off by one: no query sees itself",
        "causal: a query does not see the key at its own position",
        _CAUSAL,
        ((_ALLOWED, "allowed = np.tri(n_queries, n_keys, n_keys - n_queries - 1, dtype=bool)"),),
    ),
    Mistake(
        "causal off by one: one key of the future",
        "causal: a query sees one key after its own position",
        _CAUSAL,
        ((_ALLOWED, "allowed = np.tri(n_queries, n_keys, n_keys - n_queries + 1, dtype=bool)"),),
    ),
    Mistake(
        "causal aligned top-left",
        "causal with Tk > Tq: the first query is taken to stand at the first key",
        f"{_CAUSAL}; with Tk = Tq nothing is wrong",
        ((_ALLOWED, "allowed = np.tri(n_queries, n_keys, dtype=bool)"),),
    ),
    Mistake(
        "causal inverted",
        "causal: a query sees only what comes after its own position",
        _CAUSAL,
        ((_ALLOWED, "allowed = ~causal_mask(n_queries, n_keys)"),),
    ),
    Mistake(
        "causal of the future",
        "causal: a query sees its own position and what comes after it, not what came before",
        _CAUSAL,
        ((_ALLOWED, "allowed = causal_mask(n_queries, n_keys)[::-1, ::-1]"),),
    ),
    Mistake(
        "causal ignored",
        "the argument causal is not used",
        "without causal nothing is wrong",
        (("if causal and n_queries > 1:", "if False:"),),
    ),
    Mistake(
        "causal forgets the mask",
        "with causal the given mask is forgotten",
        "with one of the two nothing is wrong",
        (("allowed if mask is None else mask & allowed", "allowed"),),
    ),
    Mistake(
        "causal or mask",
        "mask and causal are combined with or: a key is seen where either allows it",
        "with one of the two nothing is wrong; both must allow it",
        (("mask & allowed", "mask | allowed"),),
    ),
    Mistake(
        "causal only without a mask",
        "with a mask, causal is forgotten",
        "with one of the two nothing is wrong",
        (("mask & allowed", "mask"),),
    ),
)

BIAS_AND_GROUPS = (
    Mistake(
        "bias subtracted",
        "the bias is subtracted from the scores, not added",
        "without a bias nothing is wrong",
        (("scores += bias", "scores -= bias"),),
    ),
    Mistake(
        "bias scaled",
        "the bias is scaled with the scores; it is added after the scale",
        "without a bias nothing is wrong",
        (("scores += bias", "scores += scale * bias"),),
    ),
    Mistake(
        "bias ignored",
        "the bias is not used",
        "without a bias nothing is wrong",
        (("scores += bias", "scores += 0 * bias"),),
    ),
    Mistake(
        "key heads tiled, not repeated",
        "grouped heads: query head h uses key head h mod Hkv; neighbours must share a key head",
        "with Hkv = H and with Hkv = 1 nothing is wrong",
        (
            (
                "np.repeat(x, n_heads // x.shape[1], axis=1)",
                "np.tile(x, (1, n_heads // x.shape[1], 1, 1))",
            ),
            (
                "dx_heads.reshape(batch, n_kv_heads, n_heads // n_kv_heads, n_keys, d_head)",
                "dx_heads.reshape(batch, -1, n_kv_heads, n_keys, d_head).swapaxes(1, 2)",
            ),
        ),
    ),
)

MISTAKES: tuple[Mistake, ...] = (
    *SCALE,
    *SOFTMAX,
    *MASK,
    *CAUSAL,
    *BIAS_AND_GROUPS,
    *BACKWARD,
)

"""hw2 as students write it: right in other words, and wrong in the classical ways.

Written without the reference's source: other caches, other spelling, and each mistake as it would
stand in such code.
"""

from tests.course.variants import Variant, edited

LINEAR = """
def linear_forward(x, weight, bias=None):
    y = np.matmul(x, weight)
    if bias is not None:
        y = y + bias
    return y, {"x": x, "w": weight, "b": bias}

def linear_backward(dy, cache):
    x, w = cache["x"], cache["w"]
    leading = tuple(range(x.ndim - 1))
    dx = np.einsum("...o,io->...i", dy, w)
    dw = np.tensordot(x, dy, axes=(leading, leading))
    db = None if cache["b"] is None else dy.sum(axis=leading)
    return dx, dw, db
"""

LINEAR_FLAT = """
def linear_forward(x, weight, bias=None):
    out = x.dot(weight)
    if bias is not None:
        out += bias
    return out, (x, weight, bias)

def linear_backward(dy, cache):
    x, weight, bias = cache
    flat_x = x.reshape((-1, x.shape[-1]))
    flat_dy = dy.reshape((-1, dy.shape[-1]))
    dx = dy.dot(weight.T)
    dweight = np.dot(flat_x.T, flat_dy)
    dbias = None
    if bias is not None:
        dbias = np.zeros_like(bias)
        for row in flat_dy:
            dbias += row
    return dx, dweight, dbias
"""

RELU = """
def relu_forward(x):
    return np.where(x > 0, x, 0.0), x

def relu_backward(dy, cache):
    x = cache
    dx = np.zeros_like(dy)
    dx[x > 0] = dy[x > 0]
    return dx
"""

RELU_FROM_Y = """
def relu_forward(x):
    y = x * (x > 0)
    return y, (y,)

def relu_backward(dy, cache):
    (y,) = cache
    return np.where(y > 0, dy, 0)
"""

TANH = """
def tanh_forward(x):
    e = np.exp(-2 * np.abs(x))
    return np.sign(x) * (1 - e) / (1 + e), x

def tanh_backward(dy, cache):
    return dy * (1 - np.tanh(cache) ** 2)
"""

TANH_FROM_Y = """
def tanh_forward(x):
    out = np.tanh(x)
    return out, out

def tanh_backward(dy, cache):
    return dy - dy * np.square(cache)
"""

SILU = """
def sig(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))

def silu_forward(x):
    return x * sig(x), x

def silu_backward(dy, cache):
    s = sig(cache)
    y = cache * s
    return dy * (y + s * (1 - y))
"""

SILU_TERMS = """
def silu_forward(x):
    s = 1 / (1 + np.exp(-np.clip(x, -700, None)))
    return x * s, (x, s)

def silu_backward(dy, cache):
    x, s = cache
    ds = s * (1 - s)
    return dy * s + dy * x * ds
"""

GELU = """
import math

def gelu_forward(x, approximate="none"):
    if approximate == "tanh":
        t = np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))
        return 0.5 * x * (1 + t), (x, t, approximate)
    erf = np.vectorize(math.erf, otypes=[float])(x / math.sqrt(2))
    return 0.5 * x * (1 + erf), (x, erf, approximate)

def gelu_backward(dy, cache):
    x, t, approximate = cache
    if approximate == "tanh":
        dt = (1 - t**2) * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x**2)
        return dy * (0.5 * (1 + t) + 0.5 * x * dt)
    pdf = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    return dy * (0.5 * (1 + t) + x * pdf)
"""

FFN = """
def act(name, z):
    if name == "relu":
        return relu_forward(z)
    if name == "silu":
        return silu_forward(z)
    return gelu_forward(z, approximate="tanh" if name == "gelu_tanh" else "none")

def act_back(name, dh, cache):
    table = {"relu": relu_backward, "silu": silu_backward}
    return table.get(name, gelu_backward)(dh, cache)

def ffn_forward(x, w_in, b_in, w_out, b_out, activation="relu"):
    z, c1 = linear_forward(x, w_in, b_in)
    h, c2 = act(activation, z)
    out, c3 = linear_forward(h, w_out, b_out)
    return out, dict(c1=c1, c2=c2, c3=c3, h=h, z=z, x=x, name=activation)

def ffn_backward(dout, cache):
    dh, dw2, db2 = linear_backward(dout, cache["c3"])
    dz = act_back(cache["name"], dh, cache["c2"])
    dx, dw1, db1 = linear_backward(dz, cache["c1"])
    return dx, dw1, db1, dw2, db2
"""

SWIGLU = """
def swiglu_ffn_forward(x, w_gate, w_up, w_down):
    g, a = x @ w_gate, x @ w_up
    s = 0.5 * (1 + np.tanh(g / 2))
    h = g * s * a
    return h @ w_down, (x, w_gate, w_up, w_down, g, a, s, h)

def swiglu_ffn_backward(dout, cache):
    x, w_gate, w_up, w_down, g, a, s, h = cache
    rows = lambda t: t.reshape(-1, t.shape[-1])
    dw_down = rows(h).T @ rows(dout)
    dh = dout @ w_down.T
    da = dh * g * s
    dg = dh * a * (s + g * s * (1 - s))
    dw_gate = rows(x).T @ rows(dg)
    dw_up = rows(x).T @ rows(da)
    dx = dg @ w_gate.T + da @ w_up.T
    return dx, dw_gate, dw_up, dw_down
"""

DROPOUT = """
def dropout_forward(x, p, rng, training=True):
    if not training or p == 0:
        return x.copy(), None
    keep = rng.uniform(size=x.shape) < 1 - p
    y = np.zeros_like(x)
    y[keep] = x[keep] / (1 - p)
    return y, (keep, p)

def dropout_backward(dy, cache):
    if cache is None:
        return dy
    keep, p = cache
    return np.where(keep, dy, 0) / (1 - p)
"""

DROPOUT_BINOMIAL = """
def dropout_forward(x, p, rng, training=True):
    mask = np.ones(x.shape)
    if training and p > 0:
        mask = rng.binomial(1, 1 - p, size=x.shape) / (1 - p)
    return x * mask, mask

def dropout_backward(dy, cache):
    return dy * cache
"""

EMBEDDING = """
def embedding_forward(ids, weight, padding_idx=None):
    return np.take(weight, ids, axis=0), (ids, weight.shape, padding_idx)

def embedding_backward(dy, cache):
    ids, shape, pad = cache
    grad = np.zeros(shape)
    np.add.at(grad, ids, dy)
    if pad is not None:
        grad[pad] = 0.0
    return grad
"""

EMBEDDING_ONE_HOT = """
def embedding_forward(ids, weight, padding_idx=None):
    onehot = np.eye(len(weight))[ids]
    return onehot @ weight, (onehot, padding_idx)

def embedding_backward(dy, cache):
    onehot, padding_idx = cache
    if padding_idx is not None:
        onehot = onehot.copy()
        onehot[..., padding_idx] = 0
    rows = onehot.reshape(-1, onehot.shape[-1])
    return rows.T @ dy.reshape(-1, dy.shape[-1])
"""

EMBEDDING_LOOP = """
def embedding_forward(ids, weight, padding_idx=None):
    return weight[ids], (ids, len(weight), padding_idx)

def embedding_backward(dy, cache):
    ids, n, pad = cache
    grad = np.zeros((n, dy.shape[-1]))
    for place in np.ndindex(ids.shape):
        if ids[place] != pad:
            grad[ids[place]] += dy[place]
    return grad
"""

# exercise, name, code
_RIGHT = (
    ("linear", "einsum and tensordot", LINEAR),
    ("linear", "flat rows and a loop", LINEAR_FLAT),
    ("relu", "where", RELU),
    ("relu", "derivative from y", RELU_FROM_Y),
    ("tanh", "by exp that cannot overflow", TANH),
    ("tanh", "from y", TANH_FROM_Y),
    ("silu", "y + s (1 - y)", SILU),
    ("silu", "two terms", SILU_TERMS),
    ("gelu", "erf by vectorize", GELU),
    ("ffn", "a table of activations", FFN),
    ("swiglu_ffn", "without the other exercises", SWIGLU),
    ("dropout", "uniform draws", DROPOUT),
    ("dropout", "binomial draws", DROPOUT_BINOMIAL),
    ("embedding", "np.add.at", EMBEDDING),
    ("embedding", "as a matrix product", EMBEDDING_ONE_HOT),
    ("embedding", "a loop", EMBEDDING_LOOP),
)

# exercise, name, right code, (old, new, ...), the mistake's name in the catalogue
_WRONG = (
    (
        "linear",
        "db mean",
        LINEAR,
        ("dy.sum(axis=leading)", "dy.mean(axis=leading)"),
        "dbias averaged",
    ),
    (
        "linear",
        "db axis 0",
        LINEAR_FLAT,
        (
            "        for row in flat_dy:\n            dbias += row\n",
            "        dbias = np.sum(dy, axis=0)\n",
        ),
        "dbias over axis 0 only",
    ),
    (
        "linear",
        "db / batch",
        LINEAR,
        ("dy.sum(axis=leading)", "dy.sum(axis=leading) / len(dy)"),
        "dbias divided by the batch",
    ),
    (
        "linear",
        "db keepdims",
        LINEAR_FLAT,
        (
            "        for row in flat_dy:\n            dbias += row\n",
            "        dbias = flat_dy.sum(0, keepdims=True)\n",
        ),
        "dbias keeps an axis",
    ),
    (
        "linear",
        "db of everything",
        LINEAR,
        ("dy.sum(axis=leading)", "np.sum(dy)"),
        "dbias summed over the outputs too",
    ),
    (
        "linear",
        "db though no bias",
        LINEAR,
        ('None if cache["b"] is None else dy', "dy"),
        "dbias without a bias",
    ),
    (
        "linear",
        "dw turned",
        LINEAR,
        ("np.tensordot(x, dy, ", "np.tensordot(dy, x, "),
        "dweight transposed",
    ),
    (
        "linear",
        "dw mean",
        LINEAR_FLAT,
        ("np.dot(flat_x.T, flat_dy)", "np.dot(flat_x.T, flat_dy) / flat_x.shape[0]"),
        "dweight averaged",
    ),
    (
        "linear",
        "dw per batch",
        LINEAR_FLAT,
        ("np.dot(flat_x.T, flat_dy)", "np.swapaxes(x, -1, -2) @ dy"),
        "dweight not summed over the batch",
    ),
    (
        "linear",
        "x.T",
        LINEAR_FLAT,
        ("np.dot(flat_x.T, flat_dy)", "np.matmul(x.T, dy)"),
        "x.T of more than two axes",
    ),
    (
        "linear",
        "reshape for transpose",
        LINEAR_FLAT,
        ("flat_x.T", "x.reshape((x.shape[-1], -1))"),
        "rows of x read in another order",
    ),
    (
        "linear",
        "dx no T",
        LINEAR_FLAT,
        ("dy.dot(weight.T)", "dy @ weight"),
        "dx without the transpose",
    ),
    ("linear", "no bias added", LINEAR, ("y = y + bias", "pass"), "bias forgotten"),
    (
        "linear",
        "torch's weight",
        LINEAR,
        ("np.matmul(x, weight)", "x @ weight.T"),
        "weight transposed in the forward",
    ),
    (
        "relu",
        ">=",
        RELU,
        ("dx[x > 0] = dy[x > 0]", "dx[x >= 0] = dy[x >= 0]"),
        "gradient at the kink",
    ),
    (
        "relu",
        "dy > 0",
        RELU,
        ("dx[x > 0] = dy[x > 0]", "dx = np.maximum(dy, 0)"),
        "gradient decided by dy",
    ),
    (
        "relu",
        "sign",
        RELU,
        ("dx[x > 0] = dy[x > 0]", "dx = dy * np.sign(x)"),
        "sign of x as the derivative",
    ),
    (
        "relu",
        "no dy",
        RELU_FROM_Y,
        ("np.where(y > 0, dy, 0)", "np.where(y > 0, 1.0, 0)"),
        "dy forgotten",
    ),
    ("relu", "passes all", RELU, ("dx[x > 0] = dy[x > 0]", "dx += dy"), "gradient everywhere"),
    (
        "relu",
        "times y",
        RELU_FROM_Y,
        ("np.where(y > 0, dy, 0)", "y * dy"),
        "output as the derivative",
    ),
    ("tanh", "1 - y", TANH_FROM_Y, ("np.square(cache)", "cache"), "no square"),
    ("tanh", "1 - x^2", TANH_FROM_Y, ("return out, out", "return out, x"), "square of x, not of y"),
    (
        "tanh",
        "tanh of y",
        TANH,
        ("(1 - e) / (1 + e), x", "(1 - e) / (1 + e), np.tanh(x)"),
        "tanh taken twice",
    ),
    (
        "tanh",
        "by its formula",
        TANH_FROM_Y,
        ("np.tanh(x)", "(np.exp(2 * x) - 1) / (np.exp(2 * x) + 1)"),
        "overflow of exp(2 x)",
    ),
    ("silu", "s only", SILU_TERMS, ("dy * s + dy * x * ds", "dy * s"), "half the product rule"),
    (
        "silu",
        "x s' only",
        SILU_TERMS,
        ("dy * s + dy * x * ds", "dy * x * ds"),
        "other half of the product rule",
    ),
    ("silu", "s + s'", SILU_TERMS, ("dy * x * ds", "dy * ds"), "x forgotten in the product rule"),
    (
        "silu",
        "s' is s",
        SILU_TERMS,
        ("ds = s * (1 - s)", "ds = s"),
        "sigmoid' without (1 - sigmoid)",
    ),
    (
        "silu",
        "naive sigmoid",
        SILU_TERMS,
        ("1 / (1 + np.exp(-np.clip(x, -700, None)))", "np.exp(x) / (np.exp(x) + 1)"),
        "overflow",
    ),
    ("silu", "sigmoid", SILU_TERMS, ("return x * s, (x, s)", "return s, (x, s)"), "sigmoid alone"),
    (
        "gelu",
        "cdf only",
        GELU,
        ("(0.5 * (1 + t) + x * pdf)", "0.5 * (1 + t)"),
        "half the product rule, exact form",
    ),
    (
        "gelu",
        "tanh: cdf only",
        GELU,
        ("(0.5 * (1 + t) + 0.5 * x * dt)", "0.5 * (1 + t)"),
        "half the product rule, tanh form",
    ),
    (
        "gelu",
        "pdf only",
        GELU,
        ("(0.5 * (1 + t) + x * pdf)", "x * pdf"),
        "other half of the product rule, exact form",
    ),
    (
        "gelu",
        "pdf without 2 pi",
        GELU,
        (" / math.sqrt(2 * math.pi)\n", "\n"),
        "density without 1 / sqrt(2 pi)",
    ),
    (
        "gelu",
        "pdf without / 2",
        GELU,
        ("np.exp(-(x**2) / 2)", "np.exp(-(x**2))"),
        "density without the half",
    ),
    (
        "gelu",
        "no inner'",
        GELU,
        (" * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x**2)", ""),
        "no inner derivative",
    ),
    ("gelu", "no 3", GELU, ("3 * 0.044715", "0.044715"), "no 3 in the inner derivative"),
    ("gelu", "no square", GELU, ("(1 - t**2)", "(1 - t)"), "tanh' without the square"),
    ("gelu", "no half", GELU, ("0.5 * x * dt", "x * dt"), "half forgotten before tanh'"),
    (
        "gelu",
        "always tanh",
        GELU,
        (
            '    if approximate == "tanh":\n        t =',
            '    approximate = "tanh"\n    if True:\n        t =',
        ),
        "tanh form for both",
    ),
    (
        "gelu",
        "never tanh",
        GELU,
        (
            '    if approximate == "tanh":\n        t =',
            '    approximate = "none"\n    if False:\n        t =',
        ),
        "exact form for both",
    ),
    ("gelu", "erf(x)", GELU, ("(x / math.sqrt(2))", "(x)"), "erf without the root of 2"),
    (
        "ffn",
        "no activation backward",
        FFN,
        ('dz = act_back(cache["name"], dh, cache["c2"])', "dz = dh"),
        "activation's backward skipped",
    ),
    (
        "ffn",
        "at h",
        FFN,
        (
            'dz = act_back(cache["name"], dh, cache["c2"])',
            'dz = act_back(cache["name"], dh, act(cache["name"], cache["h"])[1])',
        ),
        "derivative at post",
    ),
    (
        "ffn",
        "biases' gradients",
        FFN,
        ("return dx, dw1, db1, dw2, db2", "return dx, dw1, db2, dw2, db1"),
        "db_in and db_out exchanged",
    ),
    (
        "ffn",
        "dw2 from z",
        FFN,
        (
            "    return dx, dw1",
            '    _, c = linear_forward(cache["z"], np.zeros(dw2.shape), None)\n'
            "    dw2 = linear_backward(dout, c)[1]\n"
            "    return dx, dw1",
        ),
        "dw_out from pre",
    ),
    (
        "ffn",
        "biases exchanged",
        FFN,
        ("w_in, b_in)\n", "w_in, b_out)\n", "w_out, b_out)\n", "w_out, b_in)\n"),
        "biases exchanged",
    ),
    ("ffn", "always relu", FFN, ("    z, c1", '    activation = "relu"\n    z, c1'), "always ReLU"),
    (
        "ffn",
        "no b_out",
        FFN,
        (
            "linear_forward(h, w_out, b_out)\n",
            "linear_forward(h, w_out, None if b_out is None else 0 * b_out)\n",
        ),
        "b_out forgotten",
    ),
    (
        "swiglu_ffn",
        "gate and up",
        SWIGLU,
        (
            "g, a = x @ w_gate, x @ w_up",
            "g, a = x @ w_up, x @ w_gate",
            "dw_gate = rows(x).T @ rows(dg)",
            "dw_up = rows(x).T @ rows(dg)",
            "dw_up = rows(x).T @ rows(da)",
            "dw_gate = rows(x).T @ rows(da)",
            "dg @ w_gate.T + da @ w_up.T",
            "dg @ w_up.T + da @ w_gate.T",
        ),
        "gate and up exchanged",
    ),
    ("swiglu_ffn", "dx of the gate", SWIGLU, (" + da @ w_up.T", ""), "dx from the gate only"),
    ("swiglu_ffn", "dx of up", SWIGLU, ("dg @ w_gate.T + ", ""), "dx from up only"),
    (
        "swiglu_ffn",
        "no silu'",
        SWIGLU,
        ("dh * a * (s + g * s * (1 - s))", "dh * a"),
        "SiLU's backward skipped",
    ),
    (
        "swiglu_ffn",
        "up's gradient",
        SWIGLU,
        ("da = dh * g * s", "da = dh * g"),
        "up's gradient with pre",
    ),
    ("swiglu_ffn", "no up", SWIGLU, ("dh * a * (s", "dh * (s"), "gate's gradient without up"),
    (
        "swiglu_ffn",
        "swapped",
        SWIGLU,
        ("return dx, dw_gate, dw_up, dw_down", "return dx, dw_up, dw_gate, dw_down"),
        "dw_gate and dw_up exchanged",
    ),
    ("dropout", "/ p", DROPOUT, ("x[keep] / (1 - p)", "x[keep] / p"), "scaled by 1 / p"),
    (
        "dropout",
        "times 1 - p",
        DROPOUT,
        ("x[keep] / (1 - p)", "x[keep] * (1 - p)"),
        "scaled by 1 - p",
    ),
    ("dropout", "no scale", DROPOUT, ("x[keep] / (1 - p)", "x[keep]"), "not scaled"),
    ("dropout", "keeps p", DROPOUT, ("< 1 - p", "< p"), "dropped with probability 1 - p"),
    (
        "dropout",
        "fresh mask",
        DROPOUT_BINOMIAL,
        (
            "dy * cache",
            "dy * np.random.default_rng(7).permutation(cache.ravel()).reshape(dy.shape)",
        ),
        "a fresh mask in the backward",
    ),
    ("dropout", "dx = dy", DROPOUT_BINOMIAL, ("dy * cache", "dy"), "mask ignored in the backward"),
    (
        "dropout",
        "dx unscaled",
        DROPOUT,
        ("np.where(keep, dy, 0) / (1 - p)", "np.where(keep, dy, 0)"),
        "no scale in the backward",
    ),
    (
        "dropout",
        "twice",
        DROPOUT_BINOMIAL,
        ("dy * cache", "dy * cache**2"),
        "scaled twice in the backward",
    ),
    (
        "dropout",
        "drops at evaluation",
        DROPOUT,
        ("if not training or p == 0", "if p == 0"),
        "drops at evaluation",
    ),
    (
        "dropout",
        "one draw a row",
        DROPOUT,
        (
            "size=x.shape) < 1 - p",
            "size=x.shape[:-1] + (1,)) < 1 - p\n    keep = np.broadcast_to(keep, x.shape)",
        ),
        "one draw for each row",
    ),
    (
        "dropout",
        "own generator",
        DROPOUT,
        ("rng.uniform", "np.random.default_rng(42).uniform"),
        "a generator made anew",
    ),
    (
        "dropout",
        "global generator",
        DROPOUT,
        ("rng.uniform(size=x.shape)", "np.random.rand(*x.shape)"),
        "rng not used",
    ),
    (
        "embedding",
        "+=",
        EMBEDDING,
        ("np.add.at(grad, ids, dy)", "grad[ids] += dy"),
        "only the last of duplicate ids",
    ),
    (
        "embedding",
        "=",
        EMBEDDING,
        ("np.add.at(grad, ids, dy)", "grad[ids] = dy"),
        "only the last of duplicate ids",
    ),
    (
        "embedding",
        "mean",
        EMBEDDING,
        ("    return grad\n", "    return grad / ids.size\n"),
        "divided by the number of ids",
    ),
    (
        "embedding",
        "average",
        EMBEDDING_ONE_HOT,
        (
            "return rows.T @ dy.reshape(-1, dy.shape[-1])",
            "return rows.T @ dy.reshape(-1, dy.shape[-1]) / np.maximum(rows.sum(0), 1)[:, None]",
        ),
        "duplicate ids averaged",
    ),
    (
        "embedding",
        "no padding",
        EMBEDDING,
        ("if pad is not None:", "if False:"),
        "padding row gets gradient",
    ),
    ("embedding", "if pad", EMBEDDING, ("if pad is not None:", "if pad:"), "padding 0 not seen"),
    (
        "embedding",
        "from 1",
        EMBEDDING,
        ("np.take(weight, ids, axis=0)", "weight[ids.astype(int) - 1]"),
        "looks up id - 1",
    ),
    (
        "embedding",
        "zero padding",
        EMBEDDING_LOOP,
        (
            "return weight[ids], (",
            "return np.where((ids == padding_idx)[..., None], 0, weight[ids]), (",
        ),
        "padding looks like zeros",
    ),
)

_START = "import numpy as np\n"  # not every module of the reference imports it

RIGHT = tuple(Variant(exercise, name, code=_START + code) for exercise, name, code in _RIGHT)
WRONG = tuple(
    Variant(exercise, name, code=_START + edited(code, *edits), mistake=mistake)
    for exercise, name, code, edits, mistake in _WRONG
)

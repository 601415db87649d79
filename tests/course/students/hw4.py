"""hw4 as students write it: right in other words, and wrong in the classical ways.

Written without the reference's source: other caches, other spelling, and each mistake as it would
stand in such code.
"""

from itertools import chain

from tests.course.variants import Variant, edited

CAUSAL = """
def causal_mask(n_queries, n_keys):
    return np.tril(np.ones((n_queries, n_keys), dtype=bool), k=n_keys - n_queries)
"""

CAUSAL_LOOP = """
def causal_mask(n_queries, n_keys):
    past = n_keys - n_queries
    allowed = np.zeros((n_queries, n_keys), dtype=bool)
    for i in range(n_queries):
        allowed[i, : max(0, past + i + 1)] = True
    return allowed
"""

PADDING = """
def padding_mask(lengths, n_keys):
    allowed = np.zeros((len(lengths), 1, 1, n_keys), dtype=bool)
    for b, length in enumerate(lengths):
        allowed[b, 0, 0, :length] = True
    return allowed
"""

PADDING_COMPARED = """
def padding_mask(lengths, n_keys):
    positions = np.arange(n_keys).reshape(1, 1, 1, n_keys)
    return np.asarray(lengths).reshape(-1, 1, 1, 1) > positions
"""

SPLIT = """
import numpy as np

def split_heads(x, n_heads):
    b, t, d = x.shape
    k = d // n_heads
    return np.stack([x[:, :, h * k : (h + 1) * k] for h in range(n_heads)], axis=1)
"""

SPLIT_RESHAPED = """
import numpy as np

def split_heads(x, n_heads):
    b, t, d = x.shape
    return np.swapaxes(x.reshape((b, t, n_heads, -1)), 1, 2)
"""

MERGE = """
import numpy as np

def merge_heads(z):
    return np.concatenate([z[:, h] for h in range(z.shape[1])], axis=-1)
"""

MERGE_MOVED = """
import numpy as np

def merge_heads(z):
    b, h, t, k = z.shape
    return np.moveaxis(z, 1, 2).reshape((b, t, h * k))
"""

# einsum; groups by an axis of their own; the Jacobian's product spelled out
EINSUM = """
def attention_forward(
    q, k, v, mask=None, bias=None, scale=None, causal=False, dropout_p=0.0, rng=None
):
    _require_shapes(q, k, v, mask, bias)
    B, H, Tq, K = q.shape
    Tk = k.shape[2]
    group = H // k.shape[1]
    kk = np.repeat(k, group, axis=1)
    vv = np.repeat(v, group, axis=1)
    s = K**-0.5 if scale is None else scale
    logits = np.einsum("bhik,bhjk->bhij", q, kk) * s
    if bias is not None:
        logits = logits + bias
    allowed = np.ones((B, H, Tq, Tk), dtype=bool)
    if mask is not None:
        allowed &= mask
    if causal:
        allowed &= np.tril(np.ones((Tq, Tk), dtype=bool), Tk - Tq)
    logits = np.where(allowed, logits, -np.inf)
    top = logits.max(axis=-1, keepdims=True)
    top[top == -np.inf] = 0
    e = np.exp(logits - top)
    norm = e.sum(axis=-1, keepdims=True)
    norm[norm == 0] = 1
    p = e / norm
    dropped, drop = dropout_forward(p, dropout_p, rng)
    z = np.einsum("bhij,bhjd->bhid", dropped, vv)
    kept = {"q": q, "kk": kk, "vv": vv, "p": p, "dropped": dropped, "drop": drop}
    return z, kept | {"s": s, "group": group}


def attention_backward(dz, cache):
    q, kk, vv, p, s = (cache[name] for name in ("q", "kk", "vv", "p", "s"))
    dvv = np.einsum("bhij,bhid->bhjd", cache["dropped"], dz)
    dp = dropout_backward(np.einsum("bhid,bhjd->bhij", dz, vv), cache["drop"])
    ds = p * dp - p * (p * dp).sum(axis=-1, keepdims=True)
    dq = s * np.einsum("bhij,bhjk->bhik", ds, kk)
    dkk = s * np.einsum("bhij,bhik->bhjk", ds, q)
    g = cache["group"]
    dk = dkk.reshape(dkk.shape[0], -1, g, *dkk.shape[2:]).sum(axis=2)
    dv = dvv.reshape(dvv.shape[0], -1, g, *dvv.shape[2:]).sum(axis=2)
    return dq, dk, dv
"""

# matmul, -1e30 and zeroed dead rows, groups summed by slices
MATMUL = """
def attention_forward(
    q, k, v, mask=None, bias=None, scale=None, causal=False, dropout_p=0.0, rng=None
):
    _require_shapes(q, k, v, mask, bias)
    if scale is None:
        scale = 1 / np.sqrt(q.shape[3])
    g = q.shape[1] // k.shape[1]
    heads = np.arange(q.shape[1]) // g
    kr, vr = k[:, heads], v[:, heads]
    scores = scale * np.matmul(q, kr.transpose(0, 1, 3, 2))
    if bias is not None:
        scores = scores + bias
    if causal:
        c = causal_mask(q.shape[2], k.shape[2])
        mask = c if mask is None else np.logical_and(mask, c)
    if mask is not None:
        scores = np.where(mask, scores, -1e30)
    scores = scores - np.max(scores, axis=3, keepdims=True)
    w = np.exp(scores)
    w = w / np.sum(w, axis=3, keepdims=True)
    if mask is not None:
        w = w * np.any(np.broadcast_to(mask, w.shape), axis=3, keepdims=True)
    a, keep = dropout_forward(w, dropout_p, rng)
    return np.matmul(a, vr), (q, k, v, kr, vr, w, a, keep, scale, heads)


def attention_backward(dz, cache):
    q, k, v, kr, vr, w, a, keep, scale, heads = cache
    da = np.matmul(dz, vr.transpose(0, 1, 3, 2))
    dw = dropout_backward(da, keep)
    inner = np.sum(dw * w, axis=3, keepdims=True)
    dscores = scale * w * (dw - inner)
    dq = np.matmul(dscores, kr)
    dkr = np.matmul(dscores.transpose(0, 1, 3, 2), q)
    dvr = np.matmul(a.transpose(0, 1, 3, 2), dz)
    dk, dv = np.zeros_like(k), np.zeros_like(v)
    for h, shared in enumerate(heads):
        dk[:, shared] += dkr[:, h]
        dv[:, shared] += dvr[:, h]
    return dq, dk, dv
"""

SELF = """
class SelfAttention(SelfAttention):
    def backward(self, dout, cache):
        q_cache, k_cache, v_cache, rope_caches, attention_cache, out_cache = cache
        g = split_heads(self.out.backward(dout, out_cache), self.config.n_heads)
        grads = list(attention_backward(g, attention_cache))
        if rope_caches:
            for i in (0, 1):
                grads[i] = rope_backward(grads[i], rope_caches[i])
        dx = np.zeros_like(dout)
        layers = (self.q, q_cache), (self.k, k_cache), (self.v, v_cache)
        for (layer, kept), grad in zip(layers, grads):
            dx += layer.backward(merge_heads(grad), kept)
        return dx
"""

CROSS = """
class CrossAttention(CrossAttention):
    def keys_values(self, memory):
        keys, ck = self.k.forward(memory)
        values, cv = self.v.forward(memory)
        n = self.config.kv_heads
        return (split_heads(keys, n), split_heads(values, n)), {"ck": ck, "cv": cv}

    def keys_values_backward(self, dk, dv, cache):
        from_k = self.k.backward(merge_heads(dk), cache["ck"])
        from_v = self.v.backward(merge_heads(dv), cache["cv"])
        return from_k + from_v

    def forward(self, x, memory, mask=None, rng=None):
        (keys, values), ckv = self.keys_values(memory)
        asked, cq = self.q.forward(x)
        z, ca = attention_forward(split_heads(asked, self.config.n_heads), keys, values, mask)
        joined = merge_heads(z)
        y, co = self.out.forward(joined)
        return y, dict(ckv=ckv, cq=cq, ca=ca, co=co)

    def backward(self, dout, cache):
        dz = split_heads(self.out.backward(dout, cache["co"]), self.config.n_heads)
        dq, dk, dv = attention_backward(dz, cache["ca"])
        dmemory = self.keys_values_backward(dk, dv, cache["ckv"])
        dx = self.q.backward(merge_heads(dq), cache["cq"])
        return dx, dmemory
"""

# all in one, with explicit matrices and without the helper methods
CROSS_BY_HAND = """
class CrossAttention(CrossAttention):
    def keys_values(self, memory):
        return (self._heads(memory @ self.k.weight.value + self.k.bias.value),
                self._heads(memory @ self.v.weight.value + self.v.bias.value)), memory

    def _heads(self, m):
        return m.reshape(m.shape[0], m.shape[1], self.config.kv_heads, -1).swapaxes(1, 2)

    def _join(self, m):
        return m.swapaxes(1, 2).reshape(m.shape[0], m.shape[2], -1)

    def keys_values_backward(self, dk, dv, cache):
        total = np.zeros_like(cache)
        for layer, d in ((self.k, self._join(dk)), (self.v, self._join(dv))):
            layer.weight.grad += np.einsum("bsi,bso->io", cache, d)
            layer.bias.grad += d.sum((0, 1))
            total += d @ layer.weight.value.T
        return total

    def forward(self, x, memory, mask=None, rng=None):
        (k, v), kept = self.keys_values(memory)
        q, cq = self.q.forward(x)
        q = q.reshape(*q.shape[:2], self.config.n_heads, -1).swapaxes(1, 2)
        z, ca = attention_forward(q, k, v, mask=mask)
        y, co = self.out.forward(self._join(z))
        return y, (kept, cq, ca, co)

    def backward(self, dout, cache):
        kept, cq, ca, co = cache
        dz = self.out.backward(dout, co)
        dz = dz.reshape(*dz.shape[:2], self.config.n_heads, -1).swapaxes(1, 2)
        dq, dk, dv = attention_backward(dz, ca)
        return self.q.backward(self._join(dq), cq), self.keys_values_backward(dk, dv, kept)
"""

RIGHT = (
    Variant("causal_mask", "tril", code=CAUSAL),
    Variant("causal_mask", "a loop", code=CAUSAL_LOOP),
    Variant("padding_mask", "slices", code=PADDING),
    Variant("padding_mask", "compared the other way", code=PADDING_COMPARED),
    Variant("split_heads", "slices of the features", code=SPLIT),
    Variant("split_heads", "swapaxes", code=SPLIT_RESHAPED),
    Variant("merge_heads", "concatenate", code=MERGE),
    Variant("merge_heads", "moveaxis", code=MERGE_MOVED),
    Variant("attention", "einsum", code=EINSUM),
    Variant("attention", "matmul, dead rows zeroed afterwards", code=MATMUL),
    Variant("self_attention", "a loop over q, k, v", code=SELF),
    Variant("cross_attention", "caches in dicts", code=CROSS),
    Variant("cross_attention", "matrices by hand", code=CROSS_BY_HAND),
)

_GROUPED_DV = "dv = dvv.reshape(dvv.shape[0], -1, g, *dvv.shape[2:]).sum(axis=2)"
_GROUPED_DK = "dk = dkk.reshape(dkk.shape[0], -1, g, *dkk.shape[2:]).sum(axis=2)"

# exercise, name, right code, (old, new)..., the mistake's name in the catalogue; None: not in it
_WRONG: tuple[
    tuple[str, str, str, tuple[tuple[str, str], ...], str | tuple[str, ...] | None], ...
] = (
    (
        "causal_mask",
        "k - 1",
        CAUSAL,
        (("k=n_keys - n_queries", "k=n_keys - n_queries - 1"),),
        "a query does not see itself",
    ),
    (
        "causal_mask",
        "k + 1",
        CAUSAL,
        (("k=n_keys - n_queries", "k=n_keys - n_queries + 1"),),
        "one key of the future",
    ),
    ("causal_mask", "plain tril", CAUSAL, ((", k=n_keys - n_queries", ""),), "aligned top-left"),
    ("causal_mask", "no past", CAUSAL_LOOP, (("past + i + 1", "i + 1"),), "aligned top-left"),
    (
        "causal_mask",
        "i, not i + 1",
        CAUSAL_LOOP,
        (("past + i + 1", "past + i"),),
        "a query does not see itself",
    ),
    ("causal_mask", "triu", CAUSAL, (("np.tril", "np.triu"),), "the future instead of the past"),
    ("causal_mask", "hides the past", CAUSAL, (("return ", "return ~"),), "inverted"),
    (
        "causal_mask",
        "ints",
        CAUSAL,
        ((", dtype=bool", ", dtype=int"),),
        "numbers in the place of booleans",
    ),
    ("causal_mask", "floats", CAUSAL, ((", dtype=bool", ""),), "floats in the place of booleans"),
    (
        "padding_mask",
        "<= length",
        PADDING,
        (("[b, 0, 0, :length]", "[b, 0, 0, : length + 1]"),),
        "one key too many",
    ),
    (
        "padding_mask",
        ">=",
        PADDING_COMPARED,
        ((" > positions", " >= positions"),),
        "one key too many",
    ),
    (
        "padding_mask",
        "where it is padded",
        PADDING,
        (("[b, 0, 0, :length]", "[b, 0, 0, length:]"),),
        "inverted",
    ),
    (
        "padding_mask",
        "(B, S)",
        PADDING_COMPARED,
        ((" > positions", " > positions)[:, 0, 0]"), ("return ", "return (")),
        "no axes for heads and queries",
    ),
    (
        "padding_mask",
        "on queries",
        PADDING_COMPARED,
        (("reshape(1, 1, 1, n_keys)", "reshape(1, 1, n_keys, 1)"),),
        "for the queries",
    ),
    (
        "padding_mask",
        "left padding",
        PADDING,
        (("[b, 0, 0, :length]", "[b, 0, 0, n_keys - length :]"),),
        "padding in front",
    ),
    (
        "padding_mask",
        "astype",
        PADDING_COMPARED,
        ((" > positions", " > positions).astype(int)"), ("return ", "return (")),
        "numbers in the place of booleans",
    ),
    (
        "split_heads",
        "just reshape",
        SPLIT_RESHAPED,
        (("np.swapaxes(x.reshape((b, t, n_heads, -1)), 1, 2)", "x.reshape(b, n_heads, t, -1)"),),
        "reshaped without the transpose",
    ),
    (
        "split_heads",
        "strided",
        SPLIT,
        (("h * k : (h + 1) * k", "h::n_heads"),),
        "features dealt out like cards",
    ),
    ("split_heads", "stack on axis 2", SPLIT, (("axis=1", "axis=2"),), "not transposed"),
    ("split_heads", "stack on axis 0", SPLIT, (("axis=1", "axis=0"),), "heads first"),
    (
        "merge_heads",
        "just reshape",
        MERGE_MOVED,
        (("np.moveaxis(z, 1, 2)", "z"),),
        "reshaped without the transpose",
    ),
    (
        "merge_heads",
        "stacked last",
        MERGE_MOVED,
        (("np.moveaxis(z, 1, 2)", "np.moveaxis(z, 1, 3)"),),
        "features dealt out like cards",
    ),
    (
        "merge_heads",
        "on the wrong axis",
        MERGE,
        (("axis=-1", "axis=1"),),
        "heads joined along the positions",
    ),
    (
        "merge_heads",
        "added",
        MERGE,
        (
            (
                "np.concatenate([z[:, h] for h in range(z.shape[1])], axis=-1)",
                "sum(z[:, h] for h in range(z.shape[1]))",
            ),
        ),
        "heads added up",
    ),
    ("attention", "forgot sqrt(K)", EINSUM, (("K**-0.5 if", "1.0 if"),), "no scale"),
    (
        "attention",
        "d_model",
        EINSUM,
        (("K**-0.5 if", "(H * K) ** -0.5 if"),),
        "scale by sqrt(d_model)",
    ),
    ("attention", "/ K", MATMUL, (("1 / np.sqrt(q.shape[3])", "1 / q.shape[3]"),), "scale by K"),
    (
        "attention",
        "* sqrt(K)",
        MATMUL,
        (("1 / np.sqrt(q.shape[3])", "np.sqrt(q.shape[3])"),),
        "multiplied by sqrt(K)",
    ),
    (
        "attention",
        "scale not read",
        MATMUL,
        (("    if scale is None:\n        scale", "    scale"),),
        "given scale ignored",
    ),
    (
        "attention",
        "axis of queries",
        EINSUM,
        (
            ("logits.max(axis=-1", "logits.max(axis=-2"),
            ("e.sum(axis=-1", "e.sum(axis=-2"),
            ("(p * dp).sum(axis=-1", "(p * dp).sum(axis=-2"),
        ),
        "softmax over the queries",
    ),
    (
        "attention",
        "exp at once",
        EINSUM,
        (("np.exp(logits - top)", "np.exp(logits)"),),
        "no shift by the maximum",
    ),
    (
        "attention",
        "masked afterwards",
        EINSUM,
        (
            ("    logits = np.where(allowed, logits, -np.inf)\n", ""),
            ("p = e / norm", "p = np.where(allowed, e / norm, 0)"),
        ),
        "mask after the softmax",
    ),
    (
        "attention",
        "mask upside down",
        EINSUM,
        (
            (
                "np.where(allowed, logits, -np.inf)",
                "np.where(allowed, -np.inf, logits) if mask is not None or causal else logits",
            ),
        ),
        "mask inverted",
    ),
    (
        "attention",
        "mask unused",
        EINSUM,
        (("np.where(allowed, logits, -np.inf)", "logits"),),
        "mask ignored",
    ),
    (
        "attention",
        "nan",
        EINSUM,
        (("    top[top == -np.inf] = 0\n", ""), ("    norm[norm == 0] = 1\n", "")),
        "dead rows NaN",
    ),
    (
        "attention",
        "-1e30 alone",
        MATMUL,
        (
            (
                "    if mask is not None:\n        w = w * np.any(np.broadcast_to(mask, "
                "w.shape), axis=3, keepdims=True)\n",
                "",
            ),
        ),
        "dead rows average everything",
    ),
    (
        "attention",
        "times mask",
        EINSUM,
        (("np.where(allowed, logits, -np.inf)", "logits * allowed"),),
        "hidden scores 0",
    ),
    (
        "attention",
        "tril - 1",
        EINSUM,
        (("Tk - Tq)", "Tk - Tq - 1)"),),
        "causal off by one: no query sees itself",
    ),
    (
        "attention",
        "tril + 1",
        EINSUM,
        (("Tk - Tq)", "Tk - Tq + 1)"),),
        "causal off by one: one key of the future",
    ),
    ("attention", "tril 0", EINSUM, (("bool), Tk - Tq)", "bool))"),), "causal aligned top-left"),
    (
        "attention",
        "causal replaces",
        MATMUL,
        (("c if mask is None else np.logical_and(mask, c)", "c"),),
        "causal forgets the mask",
    ),
    (
        "attention",
        "or",
        MATMUL,
        (("np.logical_and(mask, c)", "np.logical_or(mask, c)"),),
        "causal or mask",
    ),
    (
        "attention",
        "not c",
        MATMUL,
        (("c = causal_mask(q.shape[2], k.shape[2])", "c = ~causal_mask(q.shape[2], k.shape[2])"),),
        "causal inverted",
    ),
    (
        "attention",
        "bias inside the scale",
        MATMUL,
        (("scores = scores + bias", "scores = scores + scale * bias"),),
        "bias scaled",
    ),
    ("attention", "bias minus", EINSUM, (("logits + bias", "logits - bias"),), "bias subtracted"),
    ("attention", "tile", MATMUL, (("// g\n", "% k.shape[1]\n"),), "key heads tiled, not repeated"),
    (
        "attention",
        "first head of the group",
        EINSUM,
        (
            (_GROUPED_DK, _GROUPED_DK.replace(".sum(axis=2)", "[:, :, 0]")),
            (_GROUPED_DV, _GROUPED_DV.replace(".sum(axis=2)", "[:, :, 0]")),
        ),
        "gradient of the first head of each group only",
    ),
    (
        "attention",
        "group mean",
        EINSUM,
        (
            (_GROUPED_DK, _GROUPED_DK.replace(".sum", ".mean")),
            (_GROUPED_DV, _GROUPED_DV.replace(".sum", ".mean")),
        ),
        "groups averaged",
    ),
    (
        "attention",
        "dropout forgotten",
        EINSUM,
        (("dropped, drop = dropout_forward(p, dropout_p, rng)", "dropped, drop = p, None"),),
        "no dropout",
    ),
    (
        "attention",
        "no second term",
        EINSUM,
        (("ds = p * dp - p * (p * dp).sum(axis=-1, keepdims=True)", "ds = p * dp"),),
        "no cross term",
    ),
    ("attention", "sum of dp", EINSUM, (("(p * dp).sum(", "dp.sum("),), "cross term sum(dpattern)"),
    (
        "attention",
        "cross axis",
        MATMUL,
        (("np.sum(dw * w, axis=3", "np.sum(dw * w, axis=2"),),
        "cross term over the queries",
    ),
    (
        "attention",
        "p (1 - p)",
        MATMUL,
        (("w * (dw - inner)", "w * (1 - w) * dw"),),
        "only the diagonal of the softmax's Jacobian",
    ),
    ("attention", "cross plus", MATMUL, (("dw - inner", "dw + inner"),), "cross term added"),
    (
        "attention",
        "ds is dp",
        EINSUM,
        (("ds = p * dp - p * (p * dp).sum(axis=-1, keepdims=True)", "ds = dp"),),
        "softmax skipped",
    ),
    ("attention", "dq unscaled", EINSUM, (("dq = s * ", "dq = "),), "no scale in dq"),
    ("attention", "dk unscaled", EINSUM, (("dkk = s * ", "dkk = "),), "no scale in dk"),
    (
        "attention",
        "both unscaled",
        MATMUL,
        (("dscores = scale * w", "dscores = w"),),
        ("no scale in dq", "no scale in dk"),
    ),
    (
        "attention",
        "scaled twice in dk",
        EINSUM,
        (("dkk = s * ", "dkk = s * s * "),),
        "scale twice in dk",
    ),
    (
        "attention",
        "dq by scale upside down",
        EINSUM,
        (("dq = s * ", "dq = 1 / s * "),),
        "divided by scale in dq",
    ),
    (
        "attention",
        "ds @ q for dk",
        MATMUL,
        (("np.matmul(dscores.transpose(0, 1, 3, 2), q)", "np.matmul(dscores, q)"),),
        "dk not transposed",
    ),
    (
        "attention",
        "a @ dz for dv",
        MATMUL,
        (("np.matmul(a.transpose(0, 1, 3, 2), dz)", "np.matmul(a, dz)"),),
        "dv not transposed",
    ),
    (
        "attention",
        "dv before dropout",
        MATMUL,
        (("np.matmul(a.transpose(0, 1, 3, 2), dz)", "np.matmul(w.transpose(0, 1, 3, 2), dz)"),),
        "dv with the weights before dropout",
    ),
    (
        "attention",
        "dropout not undone",
        EINSUM,
        (
            (
                'dropout_backward(np.einsum("bhid,bhjd->bhij", dz, vv), cache["drop"])',
                'np.einsum("bhid,bhjd->bhij", dz, vv)',
            ),
        ),
        "dropout skipped on the way to the scores",
    ),
    (
        "attention",
        "dq, dv, dk",
        EINSUM,
        (("return dq, dk, dv", "return dq, dv, dk"),),
        "dk and dv exchanged",
    ),
    (
        "attention",
        "dk, dq, dv",
        MATMUL,
        (("return dq, dk, dv", "return dk, dq, dv"),),
        "dq and dk exchanged",
    ),
    (
        "self_attention",
        "q only",
        SELF,
        (
            (
                "            dx += layer.backward(merge_heads(grad), kept)",
                "            d = layer.backward(merge_heads(grad), kept)\n            dx += d if "
                "layer is self.q else 0",
            ),
        ),
        "only q's path in dx",
    ),
    (
        "self_attention",
        "overwritten",
        SELF,
        (("dx += layer", "dx = layer"),),
        "only v's path in dx",
    ),
    (
        "self_attention",
        "mean",
        SELF,
        (("return dx", "return dx / 3"),),
        "dx averaged over q, k and v",
    ),
    (
        "self_attention",
        "q, v, k",
        SELF,
        (
            (
                "grads = list(attention_backward(g, attention_cache))",
                "a, b, c = attention_backward(g, attention_cache)\n        grads = [a, c, b]",
            ),
        ),
        "dk and dv exchanged",
    ),
    (
        "self_attention",
        "reshape",
        SELF,
        (("merge_heads(grad)", "grad.reshape(len(dout), dout.shape[1], -1)"),),
        "dq, dk and dv merged by a reshape",
    ),
    (
        "self_attention",
        "reshape of dz",
        SELF,
        (
            (
                "split_heads(self.out.backward(dout, out_cache), self.config.n_heads)",
                "self.out.backward(dout, out_cache).reshape(len(dout), self.config.n_heads, "
                "dout.shape[1], -1)",
            ),
        ),
        "dz split by a reshape",
    ),
    (
        "self_attention",
        "no rope",
        SELF,
        (("if rope_caches:", "if not rope_caches and False:"),),
        "rope skipped",
    ),
    (
        "self_attention",
        "starts from dout",
        SELF,
        (("np.zeros_like(dout)", "dout.copy()"),),
        "skip path added",
    ),
    (
        "self_attention",
        "out's matrix only",
        SELF,
        (("self.out.backward(dout, out_cache)", "dout @ self.out.weight.value.T"),),
        "output projection gets no gradient",
    ),
    (
        "cross_attention",
        "queries of the encoder",
        CROSS,
        (("self.q.forward(x)", "self.q.forward(memory)"),),
        "queries from the memory",
    ),
    (
        "cross_attention",
        "self-attention",
        CROSS,
        (("self.keys_values(memory)\n", "self.keys_values(x)\n"),),
        "keys and values from x",
    ),
    (
        "cross_attention",
        "the other way round",
        CROSS,
        (
            ("self.q.forward(x)", "self.q.forward(memory)"),
            ("self.keys_values(memory)\n", "self.keys_values(x)\n"),
        ),
        "x and memory exchanged",
    ),
    (
        "cross_attention",
        "v, k",
        CROSS,
        (("keys, values, mask)", "values, keys, mask)"),),
        "keys and values exchanged",
    ),
    (
        "cross_attention",
        "no mask",
        CROSS,
        (("keys, values, mask)", "keys, values)"),),
        "mask ignored",
    ),
    (
        "cross_attention",
        "causal",
        CROSS,
        (("keys, values, mask)", "keys, values, mask, causal=True)"),),
        "causal",
    ),
    (
        "cross_attention",
        "no out",
        CROSS,
        (("return y, dict", "return joined, dict"),),
        "no output projection",
    ),
    (
        "cross_attention",
        "residual inside",
        CROSS,
        (("return y, dict", "return x + y, dict"),),
        "skip path added",
    ),
    (
        "cross_attention",
        "reshape of z",
        CROSS,
        (("joined = merge_heads(z)", "joined = z.reshape(x.shape)"),),
        "heads merged by a reshape",
    ),
    (
        "cross_attention",
        "from k only",
        CROSS,
        (("return from_k + from_v", "return from_k"),),
        "only k's path in dmemory",
    ),
    (
        "cross_attention",
        "from v only",
        CROSS_BY_HAND,
        (("total += d @", "total = d @"),),
        "only v's path in dmemory",
    ),
    (
        "cross_attention",
        "halved",
        CROSS,
        (("return from_k + from_v", "return 0.5 * (from_k + from_v)"),),
        "dmemory averaged over k and v",
    ),
    (
        "cross_attention",
        "dmemory, dx",
        CROSS,
        (("return dx, dmemory", "return dmemory, dx"),),
        "dx and dmemory exchanged",
    ),
    (
        "cross_attention",
        "dq, dv, dk",
        CROSS,
        (("dq, dk, dv = attention", "dq, dv, dk = attention"),),
        "dk and dv exchanged",
    ),
    (
        "cross_attention",
        "no gradients of weights",
        CROSS_BY_HAND,
        (
            (
                '            layer.weight.grad += np.einsum("bsi,bso->io", cache, d)\n           '
                " layer.bias.grad += d.sum((0, 1))\n",
                "",
            ),
        ),
        "projections of the memory get no gradient",
    ),
)

WRONG = tuple(
    Variant(exercise, name, code=edited(code, *chain.from_iterable(edits)), mistake=mistake)
    for exercise, name, code, edits, mistake in _WRONG
)

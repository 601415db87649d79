"""hw4, attention: two ways to write it right."""

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

"""Mistakes in attention."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {
    "no scale in dq": ("dq = (dscores @ k_heads) * scale", "dq = dscores @ k_heads"),
    "no scale in dk": ("@ q) * scale", "@ q)"),
    "scale squared in dq": (
        "dq = (dscores @ k_heads) * scale",
        "dq = (dscores @ k_heads) * scale**2",
    ),
    "dq and dk by 1 / sqrt(K) whatever the scale": (
        "dq = (dscores @ k_heads) * scale",
        "scale = 1 / math.sqrt(q.shape[-1])\n    dq = (dscores @ k_heads) * scale",
    ),
    "no cross term": ("dpattern - dot_last(dz, z)", "dpattern"),
    "cross term sum(dpattern)": (
        "dot_last(dz, z)",
        "dpattern.sum(axis=-1, keepdims=True)",
    ),
    "cross term over the queries": (
        "dot_last(dz, z)",
        "(dpattern * pattern).sum(axis=-2, keepdims=True)",
    ),
    "cross term over the keys without dropout": (
        "dot_last(dz, z)",
        "(ddropped * pattern).sum(axis=-1, keepdims=True)",
    ),
    "dV with the weights before dropout": (
        "dv_heads = dropped.swapaxes(-1, -2) @ dz",
        "dv_heads = pattern.swapaxes(-1, -2) @ dz",
    ),
    "dropout skipped on the way to the scores": (
        "dpattern = dropout_backward(ddropped, keep_scale)",
        "dpattern = ddropped",
    ),
    "softmax backward with the dropped pattern": (
        "np.multiply(pattern, centered",
        "np.multiply(dropped, centered",
    ),
    "dk from k": (
        "(dscores.swapaxes(-1, -2) @ q)",
        "(dscores.swapaxes(-1, -2) @ np.resize(k_heads, q.shape))",
    ),
    "dq from q": ("(dscores @ k_heads)", "(dscores @ np.resize(q, k_heads.shape))"),
    "dk of square scores not transposed": (
        "(dscores.swapaxes(-1, -2) @ q)",
        "((dscores if q.shape[2] == k.shape[2] else dscores.swapaxes(-1, -2)) @ q)",
    ),
    "dv of square scores not transposed": (
        "dropped.swapaxes(-1, -2) @ dz",
        "(dropped if q.shape[2] == k.shape[2] else dropped.swapaxes(-1, -2)) @ dz",
    ),
    "gradient of the last head of each group only": ("groups.sum(axis=2)", "groups[:, :, -1]"),
    "gradient of the first head of each group only": ("groups.sum(axis=2)", "groups[:, :, 0]"),
    "groups averaged": ("groups.sum(axis=2)", "groups.mean(axis=2)"),
    "gradients of tiled heads": (
        "dx_heads.reshape(batch, n_kv_heads, n_heads // n_kv_heads, n_keys, d_head)",
        "dx_heads.reshape(batch, n_heads // n_kv_heads, n_kv_heads, n_keys, d_head).swapaxes(1, 2)",
    ),
    "dk and dv exchanged": (
        "return dq, _sum_groups(dk_heads, k.shape[1]), _sum_groups(dv_heads, v.shape[1])",
        "return dq, _sum_groups(dv_heads, k.shape[1]), _sum_groups(dk_heads, v.shape[1])",
    ),
    "divided by the batch": (
        "np.multiply(pattern, centered",
        "np.multiply(pattern / len(q), centered",
    ),
    "pattern overwritten": (
        "np.multiply(pattern, centered, out=centered)",
        "np.multiply(pattern, centered, out=pattern)",
    ),
}

FORWARD: dict[str, Edit] = {
    "no scale": ("scale = 1 / math.sqrt(d_head)", "scale = 1.0"),
    "scale by sqrt(d_model)": ("math.sqrt(d_head)", "math.sqrt(d_head * n_heads)"),
    "scale by 1 / K": ("1 / math.sqrt(d_head)", "1 / d_head"),
    "scale multiplied by sqrt(K)": ("1 / math.sqrt(d_head)", "math.sqrt(d_head)"),
    "given scale ignored": ("if scale is None else", "if True else"),
    "softmax over the queries": (
        "total = exponentials.sum(axis=-1, keepdims=True)",
        "total = exponentials.sum(axis=-2, keepdims=True)",
    ),
    "mask after the softmax": (
        "    dropped, keep_scale = dropout",
        "    if mask is not None:\n"
        "        weights = np.exp((k_heads * scale @ q.swapaxes(-1, -2)).swapaxes(-1, -2))\n"
        "        pattern = np.where(mask, weights / weights.sum(axis=-1, keepdims=True), 0)\n"
        "    dropped, keep_scale = dropout",
    ),
    "dead rows NaN": ("np.maximum(maximum, np.finfo(maximum.dtype).min)", "maximum"),
    "dead rows 0 / 0": ("total + (total == 0)", "total"),
    "dead rows attend to everything, by -1e9": (
        "np.full((), -np.inf, dtype)",
        "np.full((), -1e9, dtype)",
    ),
    "mask inverted": (
        "np.where(transposed, zero, minus_infinity)",
        "np.where(transposed, minus_infinity, zero)",
    ),
    "integer mask accepted": (
        'if mask is not None and getattr(mask, "dtype", None) != np.bool_:',
        "if mask is not None and np.asarray(mask).dtype.kind not in 'biuf':",
    ),
    "causal mask off by one: no query sees itself": (
        "allowed = causal_mask(n_queries, n_keys)",
        "allowed = np.tri(n_queries, n_keys, n_keys - n_queries - 1, dtype=bool)",
    ),
    "causal mask off by one: one key of the future": (
        "allowed = causal_mask(n_queries, n_keys)",
        "allowed = np.tri(n_queries, n_keys, n_keys - n_queries + 1, dtype=bool)",
    ),
    "causal mask aligned top-left": (
        "allowed = causal_mask(n_queries, n_keys)",
        "allowed = np.tri(n_queries, n_keys, dtype=bool)",
    ),
    "causal mask of the future": (
        "allowed = causal_mask(n_queries, n_keys)",
        "allowed = causal_mask(n_queries, n_keys)[::-1, ::-1]",
    ),
    "causal forgets the mask": ("allowed if mask is None else mask & allowed", "allowed"),
    "causal or mask": ("mask & allowed", "mask | allowed"),
    "bias subtracted": ("scores += bias", "scores -= bias"),
    "bias scaled": ("scores += bias.", "scores += scale * bias."),
    "bias makes float64 of float32": (
        "scores += bias.astype(scores.real.dtype, copy=False)",
        "scores = scores + bias",
    ),
    "no shift by the maximum": ("np.subtract(scores, shift, out=scores)", "scores"),
    "key heads tiled, not repeated": (
        "np.repeat(x, n_heads // x.shape[1], axis=1)",
        "np.tile(x, (1, n_heads // x.shape[1], 1, 1))",
    ),
    "the first key head serves all": (
        "np.repeat(x, n_heads // x.shape[1], axis=1)",
        "np.repeat(x[:, :1], n_heads, axis=1)",
    ),
    "dropout on z": (
        "dropped, keep_scale = dropout_forward(pattern, dropout_p, rng)\n    z = dropped @ v_heads",
        "z, keep_scale = dropout_forward(pattern @ v_heads, dropout_p, rng)",
    ),
    "keys for values": (
        "z = dropped @ v_heads",
        "z = dropped @ np.resize(k_heads, (*k_heads.shape[:3], v.shape[3]))",
    ),
    "q overwritten": (
        "scores = (k_heads @ (q * scale).",
        "q *= 1.5\n    scores = (k_heads @ (q * scale).",
    ),
}

"""Mistakes in cross-attention."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "keys' path lost": ("dmemory = dmemory_k + dmemory_v", "dmemory = dmemory_v"),
    "values' path lost": ("dmemory = dmemory_k + dmemory_v", "dmemory = dmemory_k"),
    "dmemory averaged over keys and values": (
        "dmemory = dmemory_k + dmemory_v",
        "dmemory = (dmemory_k + dmemory_v) / 2",
    ),
    "dx and dmemory exchanged": ("return dx, dmemory", "return dmemory, dx"),
    "dk and dv exchanged": ("dq, dk, dv = attention", "dq, dv, dk = attention"),
    "keys' and values' caches exchanged": (
        "k_cache, v_cache = cache",
        "v_cache, k_cache = cache",
    ),
    "dmemory passed through the query's projection": (
        "dmemory_k = self.k.backward(dk_merged, k_cache)",
        "self.k.backward(dk_merged, k_cache)\n"
        "        dmemory_k = dk_merged @ self.q.weight.value.T[: dk_merged.shape[-1]]",
    ),
    "dq not merged by heads": (
        "merge_heads(dq)",
        "dq.reshape(dq.shape[0], dq.shape[2], -1)",
    ),
    "dk not merged by heads": (
        "merge_heads(dk)",
        "dk.reshape(dk.shape[0], dk.shape[2], -1)",
    ),
    "keys from the encoder, values from the decoder": (
        "k, v = memory  # (B",
        "k, v = memory[0], self.keys_values(x)[0][1]  # (B",
    ),
    "queries and keys from the encoder": (
        "self.q.forward(x)",
        "self.q.forward(np.resize(merge_heads(k), x.shape))",
    ),
    "self-attention: keys and values from the decoder": (
        "memory, keys_values_cache = self.keys_values(memory)",
        "memory, keys_values_cache = self.keys_values(x)",
    ),
    "keys and values exchanged": ("k, v = memory  # (B", "v, k = memory  # (B"),
    "padding mask not given": (
        "            q, k, v, mask, dropout_p",
        "            q, k, v, None, dropout_p",
    ),
    "mask transposed": (
        "            q, k, v, mask, dropout_p",
        "            q, k, v, mask if mask is None else np.broadcast_to(\n"
        "                mask, (*q.shape[:3], k.shape[2])\n"
        "            ).swapaxes(-1, -2), dropout_p",
    ),
    "mask the wrong way round": (
        "            q, k, v, mask, dropout_p",
        "            q, k, v, mask if mask is None else ~mask, dropout_p",
    ),
    "causal": ("mask, dropout_p=", "mask, causal=True, dropout_p="),
    "dropout at evaluation": (
        "self.config.dropout if rng else 0.0",
        "self.config.dropout if (rng := rng or np.random.default_rng(0)) else 0.0",
    ),
    "no dropout": ("self.config.dropout if rng else 0.0", "0.0"),
    "keys with as many heads as queries": (
        "k = split_heads(k_merged, self.config.kv_heads)  # (B, Hkv, S, K)\n"
        "        v = split_heads(v_merged, self.config.kv_heads)",
        "k = split_heads(k_merged, self.config.n_heads)\n"
        "        v = split_heads(v_merged, self.config.n_heads)",
    ),
    "z merged without its heads in order": ("merge_heads(z)", "z.reshape(x.shape)"),
    "out starts like the others": ("rng, std_out, bias", "rng, std, bias"),
    "init_std forgotten": ("std = config.init_std", "std = 0.02"),
    "float64 whatever was asked": (
        "self.k = Linear(d_model, d_kv, rng, std, bias=config.bias, dtype=dtype)",
        "self.k = Linear(d_model, d_kv, rng, std, bias=config.bias, dtype=np.float64)",
    ),
}

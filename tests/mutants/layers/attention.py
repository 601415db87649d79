"""Mistakes in self-attention."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "only q's path in dx": ("dx = dx_q + dx_k + dx_v", "dx = dx_q"),
    "no path through v in dx": ("dx = dx_q + dx_k + dx_v", "dx = dx_q + dx_k"),
    "dx averaged over q, k and v": (
        "dx = dx_q + dx_k + dx_v",
        "dx = (dx_q + dx_k + dx_v) / 3",
    ),
    "dk and dv exchanged": (
        "dq_rotated, dk_rotated, dv = attention",
        "dq_rotated, dv, dk_rotated = attention",
    ),
    "dk not merged by heads": (
        "merge_heads(dk)",
        "dk.reshape(dk.shape[0], dk.shape[2], -1)",
    ),
    "dv not merged by heads": (
        "merge_heads(dv)",
        "dv.reshape(dv.shape[0], dv.shape[2], -1)",
    ),
    "dz not split by heads": (
        "dz = split_heads(dmerged, self.config.n_heads)",
        "dz = dmerged.reshape(len(dmerged), self.config.n_heads, dmerged.shape[1], -1)",
    ),
    "no rope in dq": ("dq = rope_backward(dq_rotated, q_rope)", "dq = dq_rotated"),
    "no rope in dk": ("dk = rope_backward(dk_rotated, k_rope)", "dk = dk_rotated"),
    "out's backward with the wrong cache": (
        "self.out.backward(dout, out_cache)",
        "self.out.backward(dout, q_cache)",
    ),
    "rope on q only": (
        "k_rotated, k_rope = rope_forward(k, positions, config.rope_base)",
        "k_rotated, (_, k_rope) = k, rope_forward(k, positions, config.rope_base)",
    ),
    "rope with base 10000 whatever the config": (
        "k_rope = rope_forward(k, positions, config.rope_base)",
        "k_rope = rope_forward(k, positions, 10000.0)",
    ),
    "rope's positions start at 0 in every chunk": (
        "start = kv_cache.length if kv_cache else 0",
        "start = 0",
    ),
    "rope's positions one too far after the first chunk": (
        "start = kv_cache.length if kv_cache else 0",
        "start = kv_cache.length + (kv_cache.length > 0) if kv_cache else 0",
    ),
    "the KV cache's past forgotten": (
        "keys, values = kv_cache.append(k_rotated, v)",
        "kv_cache.append(k_rotated, v)",
    ),
    "keys cached before rope": ("kv_cache.append(k_rotated, v)", "kv_cache.append(k, v)"),
    "never causal": ("causal=self.causal", "causal=False"),
    "always causal, in an encoder too": ("causal=self.causal", "causal=True"),
    "not causal unless asked": ("causal: bool = True", "causal: bool = False"),
    "mask forgotten": (
        "            mask,\n            bias,\n",
        "            None,\n            bias,\n",
    ),
    "mask transposed": (
        "            mask,\n            bias,\n",
        "            mask if mask is None else np.broadcast_to(\n"
        "                mask, (len(x), config.n_heads, x.shape[1], keys.shape[2])\n"
        "            ).swapaxes(-1, -2),\n            bias,\n",
    ),
    "mask the wrong way round": (
        "            mask,\n            bias,\n",
        "            mask if mask is None else ~mask,\n            bias,\n",
    ),
    "bias forgotten": (
        "            bias,\n            causal",
        "            None,\n            causal",
    ),
    "dropout at evaluation": (
        "config.dropout if rng else 0.0,\n            rng=rng",
        "config.dropout,\n            rng=rng or np.random.default_rng(0)",
    ),
    "no dropout": ("config.dropout if rng else 0.0", "0.0"),
    "q's heads interleaved": (
        "q = split_heads(q_merged, config.n_heads)",
        "q = q_merged.reshape(*x.shape[:2], -1, config.n_heads).transpose(0, 3, 1, 2)",
    ),
    "z merged without its heads in order": ("merge_heads(z)", "z.reshape(x.shape)"),
    "out starts like the others": ("rng, std_out, bias", "rng, std, bias"),
    "float64 whatever was asked": (
        "self.v = Linear(d_model, d_kv, rng, std, bias=config.bias, dtype=dtype)",
        "self.v = Linear(d_model, d_kv, rng, std, bias=config.bias, dtype=np.float64)",
    ),
    "init_std forgotten": ("std = config.init_std", "std = 0.02"),
}

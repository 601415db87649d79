"""Mistakes in the decoder of an encoder-decoder."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "encoder's gradient overwritten: the first layer's share alone": (
        "dmemory = dmemory + share",
        "dmemory = share",
    ),
    "encoder's gradient of the last layer only": ("dmemory = dmemory + share", "pass"),
    "encoder's gradient averaged over the layers": (
        "return dmemory\n        # END SOLUTION\n",
        "return dmemory / len(self.layers)\n",
    ),
    "encoder's gradient lost": (
        "return dmemory\n        # END SOLUTION\n",
        "return 0 * dmemory\n",
    ),
    "padding mask not given to cross-attention": (
        "layer.forward(resid, memory, memory_mask, rng)",
        "layer.forward(resid, memory, None, rng)",
    ),
    "padding mask in the first layer only": (
        "layer_caches.append(layer_cache)",
        "layer_caches.append(layer_cache)\n            memory_mask = None",
    ),
    "memory read by the last layer only": (
        "layer.forward(resid, memory, memory_mask, rng)",
        "layer.forward(\n"
        "                resid, memory * (layer is self.layers[-1]), memory_mask, rng\n"
        "            )",
    ),
    "no dropout on the embeddings": (
        "self.embed.forward(ids, 0, rng)",
        "self.embed.forward(ids, 0)",
    ),
    "no dropout in the layers": (
        "layer.forward(resid, memory, memory_mask, rng)",
        "layer.forward(resid, memory, memory_mask)",
    ),
    "no final norm": (
        "resid, norm_cache = self.final_norm.forward(resid)",
        "_, norm_cache = self.final_norm.forward(resid)",
    ),
    "final norm in post-norm too": (
        'if config.norm_position == "pre" else None',
        "if True else None",
    ),
    "final norm skipped in the backward": (
        "dresid = self.final_norm.backward(dresid, norm_cache)",
        "self.final_norm.backward(dresid, norm_cache)",
    ),
    "layers undone in the wrong order": (
        "zip(reversed(self.layers), reversed(layer_caches), strict=True)",
        "zip(self.layers, layer_caches, strict=True)",
    ),
    "the last layer's gradient stays there": (
        "dresid, dmemory_of_layer = layer",
        "_, dmemory_of_layer = layer",
    ),
    "embeddings get no gradient": ("self.embed.backward(dresid, embed_cache)", "pass"),
    "steps from position 0": (
        "resid, _ = self.embed.forward(ids, n_past)",
        "resid, _ = self.embed.forward(ids, 0)",
    ),
    "steps without the mask": ("state.memory_mask, kv_cache=kv_cache", "kv_cache=kv_cache"),
    "steps without the past": ("state.memory_mask, kv_cache=kv_cache", "state.memory_mask"),
    "steps without the final norm": (
        "resid, _ = self.final_norm.forward(resid)",
        "self.final_norm.forward(resid)",
    ),
    "one memory for all layers": (
        "zip(self.layers, state.memory, state.kv_caches, strict=True)",
        "zip(self.layers, state.memory[:1] * len(self.layers), state.kv_caches)",
    ),
    "the first layer's keys for all": (
        "keys_values = [layer.cross_attn.keys_values(memory)[0] for layer in self.layers]",
        "keys_values = [self.layers[0].cross_attn.keys_values(memory)[0] for _ in self.layers]",
    ),
    "one KV cache for all layers": (
        "            KVCache(batch, config.kv_heads, config.max_len, config.d_head, memory.dtype)\n"
        "            for _ in self.layers\n        ]",
        "            KVCache(batch, config.kv_heads, config.max_len, config.d_head, memory.dtype)\n"
        "        ] * len(self.layers)",
    ),
    "mask forgotten at the start": (
        "return DecoderState(kv_caches, keys_values, memory_mask)",
        "return DecoderState(kv_caches, keys_values, None)",
    ),
    "KV caches in float64": ("config.d_head, memory.dtype)", "config.d_head, np.float64)"),
    "the past takes no room": (
        'require_ids("target", ids, self.config.max_len, n_past)',
        'require_ids("target", ids, self.config.max_len)',
    ),
    "length not checked": (
        'require_ids("target", ids, self.config.max_len)',
        'require_ids("target", ids, 10**9)',
    ),
    "select forgets the target's past": ("kv_cache.select(rows)", "pass"),
    "select forgets the memory": (
        "self.memory = [(k[rows], v[rows]) for k, v in self.memory]",
        "pass",
    ),
    "select forgets the memory's values": ("(k[rows], v[rows])", "(k[rows], v[: len(rows)])"),
    "select forgets the mask": ("self.memory_mask = self.memory_mask[rows]", "pass"),
    "select sorts": (
        "for kv_cache in self.kv_caches:",
        "rows = np.sort(rows)\n        for kv_cache in self.kv_caches:",
    ),
    "float64 whatever was asked": (
        "DecoderLayer(config, rng, dtype)",
        "DecoderLayer(config, rng, np.float64)",
    ),
}

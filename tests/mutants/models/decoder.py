"""Mistakes in the decoder stack and the language model."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "layers undone in the wrong order": (
        "zip(reversed(self.layers), reversed(layer_caches), strict=True)",
        "zip(self.layers, layer_caches, strict=True)",
    ),
    "caches of the wrong layers": ("reversed(layer_caches), strict", "layer_caches, strict"),
    "final norm skipped": (
        "dresid = self.final_norm.backward(dresid, norm_cache)",
        "self.final_norm.backward(dresid, norm_cache)",
    ),
    "final norm's backward twice": (
        "dresid = self.final_norm.backward(dresid, norm_cache)",
        "dresid = self.final_norm.backward(\n"
        "                self.final_norm.backward(dresid, norm_cache), norm_cache\n"
        "            )",
    ),
    "the last layer's gradient stays there": (
        "dresid = layer.backward(dresid, layer_cache)",
        "layer.backward(dresid, layer_cache)",
    ),
    "embeddings get no gradient": ("self.embed.backward(dresid, embed_cache)", "pass"),
    "gradients divided by the batch": (
        "self.decoder.backward(dresid, decoder_cache)",
        "self.decoder.backward(dresid / len(dresid), decoder_cache)",
    ),
    "alibi for the new tokens only": (
        "alibi_bias(config.n_heads, n_queries, n_keys)",
        "alibi_bias(config.n_heads, n_queries, n_queries)",
    ),
    "alibi forgotten": ('if config.positions == "alibi":', "if False:"),
    "all layers are the first": (
        "resid, layer_cache = layer.forward(resid",
        "resid, layer_cache = self.layers[0].forward(resid",
    ),
    "one KV cache for all layers": (
        "kv_cache = kv_caches[i] if kv_caches",
        "kv_cache = kv_caches[0] if kv_caches",
    ),
    "no final norm": (
        "resid, norm_cache = self.final_norm.forward(resid)",
        "_, norm_cache = self.final_norm.forward(resid)",
    ),
    "final norm in post-norm too": (
        'if config.norm_position == "pre" else None',
        "if True else None",
    ),
    "length of the new tokens checked only": (
        'require_ids("ids", ids, config.max_len, n_past)',
        'require_ids("ids", ids, config.max_len)',
    ),
    "one token too short": ("config.max_len, n_past)", "config.max_len, n_past + 1)"),
    "KV caches of the wrong dtype": (
        "dtype = self.decoder.embed.tok.weight.value.dtype",
        "dtype = np.float32",
    ),
    "dropout at evaluation": (
        "self.decoder.forward(ids, rng, kv_caches)",
        "self.decoder.forward(ids, rng or np.random.default_rng(0), kv_caches)",
    ),
    "parameters from a generator of its own": (
        "self.decoder = Decoder(config, rng, dtype)",
        "self.decoder = Decoder(config, np.random.default_rng(), dtype)",
    ),
    "head gets no gradient": (
        "dresid = head_backward(dlogits, self.head, self.decoder.embed.tok, head_cache)",
        "dresid = head_backward(0 * dlogits, self.head, self.decoder.embed.tok, head_cache)",
    ),
    "not causal": ("causal=True", "causal=False"),
}

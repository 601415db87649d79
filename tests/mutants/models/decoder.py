"""Mistakes in the decoder stack and the language model."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "tied head sends the table no gradient": (
        "self.decoder.embed.tok.weight.grad += dweight.T",
        "pass",
    ),
    "tied head's gradient overwrites": (
        "self.decoder.embed.tok.weight.grad += dweight.T",
        "self.decoder.embed.tok.weight.grad[...] = dweight.T",
    ),
    "look-up sends the table no gradient": ("self.tok.backward(dtok, tok_cache)", "pass"),
    "look-up's gradient overwrites that of the head": (
        "self.tok.backward(dtok, tok_cache)",
        "self.tok.weight.grad[...] = 0\n        self.tok.backward(dtok, tok_cache)",
    ),
    "position gradient averaged over the batch": (
        "self.pos.backward(dout.sum(axis=0), pos_cache)",
        "self.pos.backward(dout.mean(axis=0), pos_cache)",
    ),
    "position gradient of the first sequence only": (
        "self.pos.backward(dout.sum(axis=0), pos_cache)",
        "self.pos.backward(dout[0], pos_cache)",
    ),
    "no position gradient": ("self.pos.backward(dout.sum(axis=0), pos_cache)", "pass"),
    "embeddings' dropout ignored": ("dout = dropout_backward(dout, dropout_cache)", "pass"),
    "embeddings' scale forgotten": (
        "dtok = dout * math.sqrt(self.config.d_model)",
        "dtok = dout",
    ),
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
    "head and table share no weight when tied": (
        "linear_forward(resid, self.decoder.embed.tok.weight.value.T)",
        "linear_forward(resid, self.decoder.embed.tok.weight.value.T.real.copy() * 1.01)",
    ),
    "learned positions from 0 in every chunk": (
        "positions = np.arange(start, start + ids.shape[1])",
        "positions = np.arange(ids.shape[1])",
    ),
    "sinusoidal positions of the wrong chunk": (
        "sinusoidal_positions(start + ids.shape[1], self.config.d_model)[positions]",
        "sinusoidal_positions(start + ids.shape[1], self.config.d_model)[: ids.shape[1]]",
    ),
    "embeddings not scaled": ("out = tok * math.sqrt(self.config.d_model)", "out = tok"),
    "learned positions scaled too": ("out = tok + pos", "out = tok + 2 * pos"),
    "no dropout on the embeddings": ("self.config.dropout, rng, training", "0.0, rng, training"),
    "sinusoidal positions make float64": ("pos.astype(tok.dtype)", "pos"),
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
    "bias in the head": ("rng, bias=False, dtype", "rng, bias=True, dtype"),
    "always tied": ("if config.tie_embeddings", "if True"),
    "never tied": ("if config.tie_embeddings", "if False"),
    "length of the new tokens checked only": (
        "if n_keys > config.max_len:",
        "if n_queries > config.max_len:",
    ),
    "one token too short": ("if n_keys > config.max_len:", "if n_keys >= config.max_len:"),
    "no check of the rank": ("if ids.ndim != 2:", "if False:"),
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
}

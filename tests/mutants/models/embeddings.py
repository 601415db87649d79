"""Mistakes in the embeddings."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
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
    "no dropout on the embeddings": (
        "out, self.config.dropout, rng, training",
        "out, 0.0, rng, training",
    ),
    "sinusoidal positions make float64": ("pos.astype(tok.dtype)", "pos"),
    "no check of the rank": ("if ids.ndim != 2:", "if False:"),
    "segments' gradient lost": ("self.segment.backward(dout, segment_cache)", "pass"),
    "segments' gradient past the norm": (
        "            dout = self.norm.backward(dout, norm_cache)\n"
        "        if self.segment is not None:\n"
        "            self.segment.backward(dout, segment_cache)\n",
        "            above, dout = dout, self.norm.backward(dout, norm_cache)\n"
        "        if self.segment is not None:\n"
        "            self.segment.backward(above if self.norm else dout, segment_cache)\n",
    ),
    "segments added twice": ("out = out + segment\n", "out = out + 2 * segment\n"),
    "the second segment where none is said": ("np.zeros_like(ids)", "np.ones_like(ids)"),
    "segments of the first sequence for all": (
        "self.segment.forward(segments)",
        "self.segment.forward(segments[:1] + 0 * segments)",
    ),
    "segments for a model without ignored": (
        "if segments is not None and self.segment is None:",
        "if False:",
    ),
    "embedding norm skipped": (
        "out, norm_cache = self.norm.forward(out)",
        "_, norm_cache = self.norm.forward(out)",
    ),
    "embedding norm's backward skipped": (
        "dout = self.norm.backward(dout, norm_cache)",
        "self.norm.backward(dout, norm_cache)",
    ),
    "embedding norm's parameters get no gradient": (
        "dout = self.norm.backward(dout, norm_cache)",
        "kept = [p.grad.copy() for p in self.norm.parameters().values()]\n"
        "            dout = self.norm.backward(dout, norm_cache)\n"
        "            for p, grad in zip(self.norm.parameters().values(), kept, strict=True):\n"
        "                p.grad[...] = grad",
    ),
    "embedding norm before segments": (
        "if self.norm is not None:\n            out, norm_cache",
        "if self.norm is not None:\n"
        "            out = out if self.segment is None else out - segment\n"
        "            out, norm_cache",
    ),
    "embedding norm always": ("if config.embedding_norm else None", "if True else None"),
    "dropout before the norm": (
        "        if self.norm is not None:\n            out, norm_cache = self.norm.forward(out)\n",
        "        if self.norm is not None:\n"
        "            out, _ = dropout_forward(out, self.config.dropout, rng, rng is not None)\n"
        "            out, norm_cache = self.norm.forward(out)\n",
    ),
    "positions with RoPE too": (
        'config.positions == "learned", config.n_segments',
        'config.positions in ("learned", "rope"), config.n_segments',
    ),
    "a table of its own in every stack": (
        "self.tok = tok",
        "self.tok = make_table(config.vocab_size, config, rng, dtype)",
    ),
    "the square root of D forgotten": ("config.d_model**-0.5", "config.d_model**-1.0"),
    "tables never start as the paper's": (
        "std = config.d_model**-0.5 if config.init_std is None else config.init_std",
        "std = config.init_std or 0.02",
    ),
    "tables always start as the paper's": (
        "if config.init_std is None else config.init_std",
        "if True else config.init_std",
    ),
    "an empty batch accepted": ("if ids.shape[1] == 0:", "if False:"),
    "one token too long": ("if n_tokens > max_len:", "if n_tokens > max_len + 1:"),
    "the past takes no room": ("n_past + ids.shape[1]", "ids.shape[1]"),
    "a list accepted": (
        "if not isinstance(ids, np.ndarray):",
        "ids = np.asarray(ids)\n    if False:",
    ),
}

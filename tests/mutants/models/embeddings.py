"""Mistakes in the embeddings."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "look-up sends the table no gradient": ("self.tok.backward(dtok, tok_cache)", "pass"),
    "look-up's gradient overwrites that of the head": (
        "self.tok.backward(dtok, tok_cache)",
        "self.tok.weight.grad[...] = 0\n        self.tok.backward(dtok, tok_cache)",
    ),
    "position gradient averaged over the batch": (
        "dpos = dplaced.sum(axis=0)",
        "dpos = dplaced.mean(axis=0)",
    ),
    "position gradient of the first sequence only": (
        "dpos = dplaced.sum(axis=0)",
        "dpos = dplaced[0]",
    ),
    "no position gradient": ("self.pos.backward(dpos, pos_cache)", "pass"),
    "embeddings' dropout ignored": (
        "dinner = dropout_backward(dout, dropout_cache)",
        "dinner = dout",
    ),
    "embeddings' scale forgotten": (
        "dtok = dplaced * math.sqrt(self.config.d_model)",
        "dtok = dplaced",
    ),
    "learned positions from 0 in every chunk": (
        "positions = np.arange(start, start + ids.shape[1])",
        "positions = np.arange(ids.shape[1])",
    ),
    "sinusoidal positions of the wrong chunk": (
        "sinusoidal_positions(start + ids.shape[1], self.config.d_model)[positions]",
        "sinusoidal_positions(start + ids.shape[1], self.config.d_model)[: ids.shape[1]]",
    ),
    "embeddings not scaled": (
        "placed = tok * math.sqrt(self.config.d_model)",
        "placed = tok",
    ),
    "learned positions scaled too": ("placed = tok + pos", "placed = tok + 2 * pos"),
    "no dropout on the embeddings": (
        "inner, self.config.dropout, rng, training",
        "inner, 0.0, rng, training",
    ),
    "sinusoidal positions make float64": ("pos.astype(tok.dtype)", "pos"),
    "no check of the rank": ("if ids.ndim != 2:", "if False:"),
    "segments' gradient lost": (
        "self.segment.backward(dsegment, segment_cache)",
        "pass",
    ),
    "segments' gradient past the norm": ("dsegment = dsummed", "dsegment = dinner"),
    "segments added twice": (
        "summed = placed + segment",
        "summed = placed + 2 * segment",
    ),
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
        "inner, norm_cache = self.norm.forward(summed)",
        "inner, norm_cache = summed, self.norm.forward(summed)[1]",
    ),
    "embedding norm's backward skipped": (
        "dsummed = self.norm.backward(dinner, norm_cache)",
        "dsummed, _ = dinner, self.norm.backward(dinner, norm_cache)",
    ),
    "embedding norm's parameters get no gradient": (
        "self.norm.backward(dinner, norm_cache)",
        "__import__('copy').deepcopy(self.norm).backward(dinner, norm_cache)",
    ),
    "embedding norm before segments": (
        "inner, norm_cache = self.norm.forward(summed)",
        "inner, norm_cache = self.norm.forward(placed)\n"
        "            inner = inner if self.segment is None else inner + segment",
    ),
    "embedding norm always": ("if config.embedding_norm else None", "if True else None"),
    "dropout before the norm": (
        "inner, norm_cache = self.norm.forward(summed)",
        "summed, _ = dropout_forward(summed, self.config.dropout, rng, rng is not None)\n"
        "            inner, norm_cache = self.norm.forward(summed)",
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

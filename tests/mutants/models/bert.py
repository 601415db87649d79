"""Mistakes in BERT for pre-training."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "the pooler's gradient is overwritten": ("dh = dh_pooler + dh_mlm", "dh = dh_mlm"),
    "the masked-language head sends no gradient back": (
        "dh = dh_pooler + dh_mlm",
        "dh = dh_pooler",
    ),
    "gradients of the two heads exchanged in sign": (
        "dh = dh_pooler + dh_mlm",
        "dh = dh_pooler - dh_mlm",
    ),
    "next-sentence head sends no gradient back": (
        "dh_pooler = self.pooler.backward(dpooled, pooler_cache)",
        "dh_pooler = 0 * self.pooler.backward(dpooled, pooler_cache)",
    ),
    "encoder gets no gradient": ("self.encoder.backward(dh, encoder_cache)", "pass"),
    "padding attended to": (
        "self.encoder.forward(ids, mask, segments, rng)",
        "self.encoder.forward(ids, None, segments, rng)",
    ),
    "segments forgotten": (
        "self.encoder.forward(ids, mask, segments, rng)",
        "self.encoder.forward(ids, mask, None, rng)",
    ),
    "no dropout in training": (
        "self.encoder.forward(ids, mask, segments, rng)",
        "self.encoder.forward(ids, mask, segments)",
    ),
    "dropout at evaluation": (
        "self.encoder.forward(ids, mask, segments, rng)",
        "self.encoder.forward(ids, mask, segments, rng or np.random.default_rng(0))",
    ),
    "logits of every position": (
        "self.mlm.forward(h, predict, self.encoder.embed.tok)",
        "self.mlm.forward(h, np.ones_like(predict), self.encoder.embed.tok)",
    ),
    "logits of the other positions": (
        "self.mlm.forward(h, predict, self.encoder.embed.tok)",
        "self.mlm.forward(h, ~predict, self.encoder.embed.tok)",
    ),
    "one class for the next sentence": (
        "Linear(config.d_model, 2, rng",
        "Linear(config.d_model, 1, rng",
    ),
    "next-sentence head starts by another rule": (
        "rng, config.init_std, dtype=dtype",
        "rng, 2.0, dtype=dtype",
    ),
    "float32 whatever was asked for": (
        "self.pooler = Pooler(config, rng, dtype)",
        "self.pooler = Pooler(config, rng)",
    ),
    "integers that pick rows": ("predict.dtype != bool", "False"),
    "any shape of predict": ("if predict.shape != ids.shape:", "if False:"),
    "next-sentence logits of the encoder's output": (
        "self.nsp.forward(pooled)",
        "self.nsp.forward(h[:, 0])",
    ),
}

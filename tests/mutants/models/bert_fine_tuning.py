"""Mistakes in BERT's models for fine-tuning."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "dropout's backward forgotten in the classifier": (
        "dpooled = dropout_backward(dpooled, dropout_cache)",
        "pass",
    ),
    "dropout's backward forgotten in the tagger": (
        "dh = dropout_backward(dh, dropout_cache)",
        "pass",
    ),
    "no dropout in the classifier": (
        "pooled, self.config.dropout, rng, training=rng is not None",
        "pooled, 0.0, rng, training=rng is not None",
    ),
    "no dropout in the tagger": (
        "dropout_forward(h, self.config.dropout, rng,",
        "dropout_forward(h, 0.0, rng,",
    ),
    "the classifier's encoder gets no gradient": (
        "dh = self.pooler.backward(dpooled, pooler_cache)",
        "dh = 0 * self.pooler.backward(dpooled, pooler_cache)",
    ),
    "the pooler's slope forgotten": (
        "dh = self.pooler.backward(dpooled, pooler_cache)",
        "dh = self.pooler.backward(2 * dpooled, pooler_cache)",
    ),
    "the regressor squeezes what it should not": (
        "return logits[:, 0], cache",
        "return logits, cache",
    ),
    "the regressor has two labels": (
        "super().__init__(config, 1, rng",
        "super().__init__(config, 2, rng",
    ),
    "positions on the wrong axis": (
        "return scores.swapaxes(1, 2), (encoder_cache, head_cache)",
        "return scores.reshape(len(ids), 2, -1), (encoder_cache, head_cache)",
    ),
    "the answerer's gradient reshaped, not transposed": (
        "dlogits.swapaxes(1, 2), head_cache",
        "dlogits.reshape(len(dlogits), -1, 2), head_cache",
    ),
    "start and end exchanged": (
        "return scores.swapaxes(1, 2), (encoder_cache, head_cache)",
        "return scores.swapaxes(1, 2)[:, ::-1], (encoder_cache, head_cache)",
    ),
    "the head is copied too": (
        'if not name.startswith("head."):\n            parameter.value[...] = source[name].value',
        "if name in source:\n            parameter.value[...] = source[name].value\n"
        "        else:\n            parameter.value[...] = 0",
    ),
    "the pooler is not copied": (
        'if not name.startswith("head."):',
        'if name.startswith("encoder."):',
    ),
    "memory shared with the pre-trained model": (
        "parameter.value[...] = source[name].value",
        "parameter.value = source[name].value",
    ),
    "other configs taken": ("if pretrained.config != expected:", "if False:"),
    "another dropout refused": (", dropout=pretrained.config.dropout", ""),
    "another batch size refused": (
        "batch_size=pretrained.config.batch_size, dropout",
        "dropout",
    ),
}

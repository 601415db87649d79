"""Mistakes in BERT's models for fine-tuning."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "dropout's backward forgotten in the classifier": (
        "dpooled = dropout_backward(ddropped, dropout_cache)",
        "dpooled = ddropped",
    ),
    "dropout's backward forgotten in the tagger": (
        "dh = dropout_backward(ddropped, dropout_cache)",
        "dh = ddropped",
    ),
    "no dropout in the classifier": (
        "pooled, self.config.dropout, rng, training=rng is not None",
        "pooled, 0.0, rng, training=rng is not None",
    ),
    "no dropout in the tagger": (
        "h, self.config.dropout, rng, training=rng is not None",
        "h, 0.0, rng, training=rng is not None",
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
        "predictions = logits[:, 0]",
        "predictions = logits",
    ),
    "the regressor has two labels": (
        "super().__init__(config, 1, rng",
        "super().__init__(config, 2, rng",
    ),
    "positions on the wrong axis": (
        "logits = scores.swapaxes(1, 2)",
        "logits = scores.reshape(len(ids), 2, -1)",
    ),
    "the answerer's gradient reshaped, not transposed": (
        "dscores = dlogits.swapaxes(1, 2)",
        "dscores = dlogits.reshape(len(dlogits), -1, 2)",
    ),
    "start and end exchanged": (
        "logits = scores.swapaxes(1, 2)",
        "logits = scores.swapaxes(1, 2)[:, ::-1]",
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

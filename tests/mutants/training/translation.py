"""Mistakes in the task of a translator."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "source without its end": ("[[*pair.source, special_ids.eos]", "[[*pair.source]"),
    "decoder reads what it should predict": (
        "[[special_ids.bos, *pair.target]",
        "[[*pair.target, special_ids.eos]",
    ),
    "no end to predict": (
        "[[*pair.target, special_ids.eos] for pair in pairs], IGNORED",
        "[[*pair.target, IGNORED] for pair in pairs], IGNORED",
    ),
    "padding to predict": ("for pair in pairs], IGNORED)", "for pair in pairs], special_ids.pad)"),
    "source mask of the target's lengths": (
        "padding_mask(source_lengths, source.shape[1])",
        "padding_mask(target_lengths.clip(1, source.shape[1]), source.shape[1])",
    ),
    "padding counted as targets": ("int(target_lengths.sum())", "target.size"),
    "tokens of the target only": (
        "int(source_lengths.sum() + target_lengths.sum())",
        "int(target_lengths.sum())",
    ),
    "source mask forgotten in training": (
        "batch.source_mask, rng)",
        "None, rng)",
    ),
    "source mask forgotten in validation": (
        "batch.target, batch.source_mask)\n",
        "batch.target)\n",
    ),
    "no label smoothing": ("IGNORED, self.label_smoothing", "IGNORED, 0.0"),
    "label smoothing in validation": (
        "cross_entropy_forward(logits, batch.next_tokens, IGNORED)",
        "cross_entropy_forward(\n                logits, batch.next_tokens, IGNORED, "
        "self.label_smoothing\n            )",
    ),
    "no dropout": ("batch.source_mask, rng)", "batch.source_mask)"),
    "dloss ignored": ("cross_entropy_backward(dloss, loss", "cross_entropy_backward(1.0, loss"),
    "loss times dloss": ("return float(loss)", "return float(loss) * dloss"),
    "no backward": ("self.model.backward(dlogits, cache)", "pass"),
    "mean of the batches' means": (
        "total += float(loss) * batch.n_targets\n            count += batch.n_targets",
        "total += float(loss)\n            count += 1",
    ),
    "validated on the training pairs": (
        "[self.validation[i] for i in chosen]",
        "[self.training[i % len(self.training)] for i in chosen]",
    ),
    "batches of the validation pairs": (
        "length_buckets(self._lengths, self.max_tokens, rng)",
        "length_buckets(self._validation_lengths[:1], self.max_tokens, rng)",
    ),
    "a run that goes on starts its epoch anew": ("self._epochs.restore(state)", "pass"),
    "target's EOS not counted": ("len(pair.target) + 1)", "len(pair.target))"),
    "source's EOS not counted": ("(len(pair.source) + 1,", "(len(pair.source),"),
    "too long accepted": ("if lengths.max() > max_len:", "if False:"),
    "as long as allowed refused": ("if lengths.max() > max_len:", "if lengths.max() >= max_len:"),
    "no pair accepted": ("if not pairs:", "if False:"),
}

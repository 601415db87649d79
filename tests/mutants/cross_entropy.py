"""Mistakes in the cross-entropy loss."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {
    "not divided: the gradient of a sum": ("dloss / max(int(real.sum()), 1)", "dloss"),
    "divided by B only": ("max(int(real.sum()), 1)", "(len(real) if real.ndim else 1)"),
    "divided by all targets, ignored ones too": ("max(int(real.sum()), 1)", "real.size"),
    "divided by V as well": (
        "max(int(real.sum()), 1)",
        "(max(int(real.sum()), 1) * vocab_size)",
    ),
    "dper_token divided by the real targets of each sequence": (
        "max(int(real.sum()), 1)",
        "(np.maximum(real.sum(axis=-1, keepdims=True), 1) if real.ndim else 1)",
    ),
    "dper_token sent to the ignored targets": ("np.where(real, dloss", "np.where(~real, dloss"),
    "gradient for ignored rows": (
        "dlogits *= dper_token[..., None]\n    dlogits[~real] = 0",
        "dlogits *= np.asarray(dloss / max(int(real.sum()), 1), dlogits.dtype)",
    ),
    "NaN for ignored rows whose logits are NaN": ("dlogits[~real] = 0", "dlogits[~real] *= 0"),
    "dloss ignored": ("real, dloss /", "real, 1.0 /"),
    "smoothing forgotten": (
        "dlogits: Array = probs - label_smoothing / vocab_size if label_smoothing else probs",
        "dlogits: Array = probs + 0\n    label_smoothing = 0.0",
    ),
    "smoothing not taken off the target": ("picked - (1 - label_smoothing)", "picked - 1"),
    "smoothing spread over V - 1 classes": (
        "probs - label_smoothing / vocab_size",
        "probs - label_smoothing / max(vocab_size - 1, 1)",
    ),
    "1 taken off every class": (
        "picked - (1 - label_smoothing), axis=-1)",
        "picked, axis=-1)\n    dlogits -= 1",
    ),
    "the target's 1 forgotten": ("picked - (1 - label_smoothing)", "picked"),
    "the sign flipped": ("real, dloss /", "real, -dloss /"),
    "class 0 taken for every target": (
        "np.put_along_axis(dlogits, targets[..., None], picked",
        "np.put_along_axis(dlogits, 0 * targets[..., None], picked",
    ),
    "cache used up": ("probs = np.exp(log_probs)", "probs = np.exp(log_probs, out=log_probs)"),
    "float64 whatever came": (
        "dlogits *= dper_token[..., None]",
        "dlogits = dlogits * dper_token[..., None].astype(np.result_type(dlogits, float))",
    ),
}

FORWARD: dict[str, Edit] = {
    "summed, not averaged": ("/ max(n_real, 1))", "/ 1)"),
    "averaged over ignored targets too": ("/ max(n_real, 1))", "/ real.size)"),
    "averaged over B only": ("/ max(n_real, 1))", "/ (len(real) if real.ndim else 1))"),
    "ignored rows counted": ("np.where(real, per_token, 0)", "per_token"),
    "bits, not nats": ("loss = np.asarray(", "loss = np.asarray(1 / np.log(2)) * np.asarray("),
    "smoothing on top of the full target": ("-(1 - label_smoothing) * picked", "-picked"),
    "smoothing forgotten": ("if label_smoothing:", "if False:"),
    "smoothing not divided by V": (
        "log_probs.sum(axis=-1) / vocab_size",
        "log_probs.sum(axis=-1)",
    ),
    "no shift": (
        "log_probs, _ = log_softmax_forward(logits)",
        "log_probs = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))",
    ),
    "logarithm of probabilities that underflow": (
        "log_probs, _ = log_softmax_forward(logits)",
        "log_probs = np.log(np.exp(log_softmax_forward(logits)[0]))",
    ),
    "softmax over the wrong axis": (
        "log_softmax_forward(logits)",
        "log_softmax_forward(logits, axis=0)",
    ),
    "-100 ignored whatever ignore_index": (
        "real = targets != ignore_index",
        "real = targets != -100",
    ),
    "no warning": ("if n_real == 0:", "if False:"),
    "0 / 0 where every target is ignored": ("/ max(n_real, 1))", "/ np.float64(n_real))"),
    "negative targets accepted": (
        "(targets >= 0) & (targets < vocab_size)",
        "(targets < vocab_size)",
    ),
    "target V accepted": ("(targets < vocab_size)) |", "(targets <= vocab_size)) |"),
}

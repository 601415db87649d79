"""Mistakes in the next-token task."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "dloss ignored": (
        "cross_entropy_backward(dloss, loss_cache)",
        "cross_entropy_backward(1.0, loss_cache)",
    ),
    "loss times dloss": ("return float(loss)", "return float(loss) * dloss"),
    "no dropout in training": ("self.model.forward(ids, rng)", "self.model.forward(ids)"),
    "dropout in validation": (
        "logits, _ = self.model.forward(ids)\n",
        "logits, _ = self.model.forward(ids, np.random.default_rng())\n",
    ),
    "mean of the batches' means": (
        "total += float(loss) * targets.size\n            count += targets.size",
        "total += float(loss)\n            count += 1",
    ),
    "validated on the training text": ("in self.validation.all", "in self.training.all"),
    "trained on the validation text": (
        "self.training.random_batch",
        "self.validation.random_batch",
    ),
    "trained on the inputs": (
        "loss, loss_cache = cross_entropy_forward(logits, targets)",
        "loss, loss_cache = cross_entropy_forward(logits, ids)",
    ),
    "the config's batch size only": (
        "batch_size or model.config.batch_size",
        "model.config.batch_size",
    ),
    "no backward": ("self.model.backward(dlogits, cache)", "pass"),
    "backward twice": (
        "self.model.backward(dlogits, cache)",
        "self.model.backward(2 * dlogits, cache)",
    ),
}

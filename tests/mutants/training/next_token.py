"""Mistakes in the next-token task."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "dloss ignored": (
        "cross_entropy_backward(dloss, loss_cache)",
        "cross_entropy_backward(1.0, loss_cache)",
    ),
    "loss times dloss": ("return float(loss)", "return float(loss) * dloss"),
    "no dropout in training": (
        "self.model.forward(batch.ids, rng)",
        "self.model.forward(batch.ids)",
    ),
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
        "loss, loss_cache = cross_entropy_forward(logits, batch.targets)",
        "loss, loss_cache = cross_entropy_forward(logits, batch.ids)",
    ),
    "the config's batch size only": (
        "batch_size or model.config.batch_size",
        "model.config.batch_size",
    ),
    "targets counted in rows": ("return self.targets.size", "return len(self.targets)"),
    "tokens counted in rows": ("return self.ids.size", "return len(self.ids)"),
    "a state of its own": ("return {}", 'return {"batch": 1}'),
    "no backward": ("self.model.backward(dlogits, cache)", "pass"),
    "backward twice": (
        "self.model.backward(dlogits, cache)",
        "self.model.backward(2 * dlogits, cache)",
    ),
}

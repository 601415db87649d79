"""Mistakes in the training loop."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "accumulated gradients not divided": ("self.rng, share)", "self.rng, 1.0)"),
    "accumulated losses not divided": ("loss += share * self", "loss += self"),
    "the last batch's loss only": ("loss += share * self", "loss = self"),
    "batches count alike, whatever their size": (
        "share = batch.n_targets / n_targets",
        "share = 1 / len(batches)",
    ),
    "batches count by the tokens of one": (
        "share = batch.n_targets / n_targets",
        "share = batches[0].n_targets / n_targets",
    ),
    "gradients of all batches alike": ("self.rng, share)", "self.rng, 1 / len(batches))"),
    "drawn one by one": (
        "batches = [self.task.draw_batch(self.rng) for _ in range(self.accumulation_steps)]",
        "batches = [self.task.draw_batch(self.rng)] * self.accumulation_steps",
    ),
    "speed in targets": ("sum(batch.n_tokens for", "sum(batch.n_targets for"),
    "tokens of the first batch only": (
        "sum(batch.n_tokens for batch in batches)",
        "batches[0].n_tokens",
    ),
    "speed of the last step": ("n_read += n_tokens", "n_read = n_tokens"),
    "speed since the start": ("seconds, n_timed, n_read = 0.0, 0, 0\n            on", "on"),
    "one batch whatever was asked": ("range(self.accumulation_steps)", "range(1)"),
    "gradients not zeroed": ("self.optimizer.zero_grad()", "pass"),
    "gradients zeroed for each batch": (
        "share = batch.n_targets / n_targets",
        "share = batch.n_targets / n_targets\n            self.optimizer.zero_grad()",
    ),
    "gradients zeroed before the step": (
        "learning_rate = self.schedule(self.step)",
        "learning_rate = self.schedule(self.step)\n        self.optimizer.zero_grad()",
    ),
    "never clipped": ("math.inf if self.max_grad_norm is None else self.max_grad_norm", "math.inf"),
    "clipped in a copy": (
        "        grad_norm = clip_gradient_norm(self.optimizer.flat.grad, limit)\n",
        "        grad_norm = clip_gradient_norm(self.optimizer.flat.grad.copy(), limit)\n",
    ),
    "norm after clipping": (
        "clip_gradient_norm(self.optimizer.flat.grad, limit)",
        "min(limit, clip_gradient_norm(self.optimizer.flat.grad, limit))",
    ),
    "learning rate of the step after": ("self.schedule(self.step)", "self.schedule(self.step + 1)"),
    "steps not counted on": ("self.step = first_step", "self.step = 0"),
    "NaN goes on": (
        "if not (np.isfinite(loss) and np.isfinite(grad_norm)):",
        "if False:",
    ),
    "a NaN loss goes on": (
        "np.isfinite(loss) and np.isfinite(grad_norm)",
        "np.isfinite(grad_norm)",
    ),
    "a NaN gradient goes on": ("np.isfinite(loss) and np.isfinite(grad_norm)", "np.isfinite(loss)"),
    "infinity goes on": (
        "np.isfinite(loss) and np.isfinite(grad_norm)",
        "not np.isnan(loss) and not np.isnan(grad_norm)",
    ),
    "stops after the step": (
        "        if not (np.isfinite(loss) and np.isfinite(grad_norm)):\n",
        "        self.optimizer.step(0.1)\n"
        "        if not (np.isfinite(loss) and np.isfinite(grad_norm)):\n",
    ),
    "names the wrong step": ("at step {self.step + 1}", "at step {self.step}"),
    "names the wrong parameter": ("if not np.isfinite(parameter.grad).all()", "if True"),
    "validated before the first step": (
        "self.step % self.validate_every == 0",
        "(self.step - 1) % self.validate_every == 0",
    ),
    "not validated at the end": ("or self.step == self.n_steps", ""),
    "validated every step": ("if self.step % self.validate_every == 0 or", "if True or"),
    "never stops early": (" and not should_stop()", ""),
    "one step too many": (
        "while self.step < self.n_steps and",
        "while self.step <= self.n_steps and",
    ),
    "validated before the update": (
        "            loss, learning_rate, grad_norm, n_tokens = self._one_step()\n",
        "            before = self.task.validation_loss()\n"
        "            loss, learning_rate, grad_norm, n_tokens = self._one_step()\n"
        "            on_step = (lambda real, loss: lambda record: real(\n"
        "                StepRecord(**{**vars(record), 'validation_loss': loss})\n"
        "            ))(on_step, before)\n",
    ),
    "no check of the numbers": ("if value < 1:", "if False:"),
    "a generator of its own": ("self.rng = rng", "self.rng = np.random.default_rng()"),
}

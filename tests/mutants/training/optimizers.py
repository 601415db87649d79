"""Mistakes in the optimisers."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "decay on biases too": ("(n_decayed, size, 0.0)", "(n_decayed, size, self.weight_decay)"),
    "no decay at all": ("(0, n_decayed, self.weight_decay)", "(0, n_decayed, 0.0)"),
    "only the first tile decayed": (
        "yield slice(start, min(start + TILE, last)), decay",
        "yield slice(start, min(start + TILE, last)), decay * (start == 0)",
    ),
    "only the first tile": ("for start in range(first, last, TILE):", "for start in [first]:"),
    "tiles overlap at the end of the matrices": ("min(start + TILE, last)", "start + TILE"),
    "the last, shorter tile left out": (
        "range(first, last, TILE)",
        "range(first, max(last - TILE + 1, first + 1), TILE)",
    ),
    "steps counted for each tile": (
        "self.n_steps += 1\n        for tile, decay in self._tiles():",
        "for tile, decay in self._tiles():\n            self.n_steps += 1",
    ),
    "steps not counted": ("self.n_steps += 1", "self.n_steps = 1"),
    "momentum on the gradient's side": (
        "velocity *= self.momentum\n            velocity += direction",
        "velocity += self.momentum * direction",
    ),
    "momentum averages": (
        "velocity += direction",
        "velocity += (1 - self.momentum) * direction",
    ),
    "Nesterov": ("direction = velocity\n", "direction = direction + self.momentum * velocity\n"),
    "learning rate inside the velocity": (
        "velocity += direction",
        "velocity += learning_rate / 0.1 * direction",
    ),
    "SGD's decay outside the velocity": (
        "direction = grad + decay * value if decay else grad",
        "direction = grad\n        value *= 1 - learning_rate * decay",
    ),
    "SGD uphill": ("value -= learning_rate * direction", "value += learning_rate * direction"),
    "velocity not kept": ("velocity *= self.momentum", "velocity *= 0"),
    "gradient overwritten": (
        "direction = grad + decay * value if decay else grad",
        "direction = np.add(grad, decay * value, out=grad)",
    ),
    "no bias correction of the first moment": (
        "correction1 = 1 - beta1**self.n_steps",
        "correction1 = 1",
    ),
    "no bias correction of the second moment": (
        "correction2 = 1 - beta2**self.n_steps",
        "correction2 = 1",
    ),
    "bias corrected one step late": (
        "correction1 = 1 - beta1**self.n_steps",
        "correction1 = 1 - beta1 ** (self.n_steps + 1)",
    ),
    "bias correction by beta t": ("1 - beta2**self.n_steps", "1 - beta2 / self.n_steps"),
    "betas exchanged": ("beta1, beta2 = self.betas", "beta2, beta1 = self.betas"),
    "second moment without the square": ("(grad * grad)", "np.abs(grad)"),
    "no root": ("np.sqrt(second) * (1 / correction2**0.5)", "second / correction2"),
    "eps inside the root": (
        "np.sqrt(second) * (1 / correction2**0.5) + self.eps",
        "np.sqrt(second / correction2 + self.eps)",
    ),
    "eps before the bias correction": (
        "np.sqrt(second) * (1 / correction2**0.5) + self.eps",
        "(np.sqrt(second) + self.eps) / correction2**0.5",
    ),
    "decay through Adam's scaling": (
        "value *= 1 - learning_rate * decay",
        "first += (1 - beta1) * decay * value",
    ),
    "decay without the learning rate": ("1 - learning_rate * decay", "1 - decay"),
    "decay after the step": (
        "        if decay:\n"
        "            value *= 1 - learning_rate * decay\n"
        "        value -= (learning_rate / correction1) * first / root\n",
        "        value -= (learning_rate / correction1) * first / root\n"
        "        if decay:\n"
        "            value *= 1 - learning_rate * decay\n",
    ),
    "zero_grad binds another array": (
        "self.flat.grad[...] = 0",
        "self.flat.grad = np.zeros_like(self.flat.grad)",
    ),
    "moments in float64": (
        'self.state["second_moment"] = np.zeros_like(self.flat.value)',
        'self.state["second_moment"] = np.zeros(self.flat.value.shape)',
    ),
    "clip by value": ("grad *= max_norm / norm", "np.clip(grad, -max_norm, max_norm, out=grad)"),
    "clip scales short gradients up": ("if max_norm < norm < np.inf:", "if 0 < norm < np.inf:"),
    "clip by the sum of absolute values": ("np.sqrt(grad @ grad)", "np.abs(grad).sum()"),
    "clip by the squared norm": ("np.sqrt(grad @ grad)", "(grad @ grad)"),
    "clip to norm 1": ("grad *= max_norm / norm", "grad *= 1 / norm"),
    "clip returns the norm after": (
        "grad *= max_norm / norm\n",
        "grad *= max_norm / norm\n        norm = max_norm\n",
    ),
    "clip works on a copy": ("grad *= max_norm / norm", "grad = grad * (max_norm / norm)"),
}

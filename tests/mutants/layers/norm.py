"""Mistakes in the normalisation layers."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "layernorm's dgamma forgotten": (
        "dx, dgamma, dbeta = layernorm_backward(dy, cache)\n        add_grad(self.gamma, dgamma)",
        "dx, dgamma, dbeta = layernorm_backward(dy, cache)",
    ),
    "gamma and beta get each other's gradient": ("dx, dgamma, dbeta =", "dx, dbeta, dgamma ="),
    "beta's gradient overwritten": (
        "add_grad(self.beta, dbeta)",
        "self.beta and self.beta.grad.__setitem__(..., dbeta)",
    ),
    "beta forgotten in the forward": ("self.beta.value if self.beta else None", "None"),
    "layernorm's eps forgotten": ("self.gamma.value, beta, self.eps", "self.gamma.value, beta"),
    "rmsnorm's eps forgotten": (
        "rmsnorm_forward(x, self.gamma.value, self.eps)",
        "rmsnorm_forward(x, self.gamma.value, 1e-6)",
    ),
    "gamma starts at 0": (
        "self.gamma = Parameter(np.ones(d_model, dtype))\n        self.beta",
        "self.gamma = Parameter(np.zeros(d_model, dtype))\n        self.beta",
    ),
    "beta always": ("np.zeros(d_model, dtype)) if bias else None", "np.zeros(d_model, dtype))"),
}

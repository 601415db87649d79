"""Mistakes in the linear layer."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "weight's gradient overwritten, not added": (
        "add_grad(self.weight, dweight)",
        "self.weight.grad[...] = dweight",
    ),
    "bias's gradient bound, not added": (
        "add_grad(self.bias, dbias)",
        "self.bias and setattr(self.bias, 'grad', dbias)",
    ),
    "bias's gradient forgotten": ("add_grad(self.bias, dbias)", "pass"),
    "gradient subtracted": ("add_grad(self.weight, dweight)", "add_grad(self.weight, -dweight)"),
    "dy returned": ("return dx", "return dy"),
    "bias forgotten in the forward": ("self.bias.value if self.bias else None)", "None)"),
    "std ignored": ("d_in, d_out, std, dtype", "d_in, d_out, 0.02, dtype"),
    "never Glorot's": ("d_in, d_out, std, dtype", "d_in, d_out, std or 0.02, dtype"),
    "bias always": ("np.zeros(d_out, dtype)) if bias else None", "np.zeros(d_out, dtype))"),
    "dtype ignored": ("std, dtype))", "std, np.float64))"),
}

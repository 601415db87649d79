"""Mistakes in the feed-forward layers."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "db_in forgotten": ("add_grad(self.b_in, db_in)", "pass"),
    "w_out's gradient overwritten": (
        "add_grad(self.w_out, dw_out)",
        "self.w_out.grad[...] = dw_out",
    ),
    "gradients of the biases exchanged": (
        "dx, dw_in, db_in, dw_out, db_out =",
        "dx, dw_in, db_out, dw_out, db_in =",
    ),
    "gradients of gate and up exchanged": (
        "dx, dw_gate, dw_up, dw_down =",
        "dx, dw_up, dw_gate, dw_down =",
    ),
    "w_up's gradient added twice": (
        "add_grad(self.w_up, dw_up)",
        "add_grad(self.w_up, 2 * dw_up)",
    ),
    "gate and up exchanged": (
        "self.w_gate.value, self.w_up.value",
        "self.w_up.value, self.w_gate.value",
    ),
    "always relu": ("b_out, self.activation)", 'b_out, "relu")'),
    "bias always": ("np.zeros(d_ff, dtype)) if bias else None", "np.zeros(d_ff, dtype))"),
    "w_down starts like the others": (
        "self.w_down = Parameter(random_matrix(rng, d_ff, d_model, std_out, dtype))",
        "self.w_down = Parameter(random_matrix(rng, d_ff, d_model, std, dtype))",
    ),
    "w_out starts like the others": (
        "self.w_out = Parameter(random_matrix(rng, d_ff, d_model, std_out, dtype))",
        "self.w_out = Parameter(random_matrix(rng, d_ff, d_model, std, dtype))",
    ),
    "w_up never starts as Glorot says": (
        "self.w_up = Parameter(random_matrix(rng, d_model, d_ff, std, dtype))",
        "self.w_up = Parameter(random_matrix(rng, d_model, d_ff, std or 0.02, dtype))",
    ),
}

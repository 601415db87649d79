"""Mistakes in the linear layer."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {
    "db averaged over the rows": ("dy_rows.sum(axis=0)", "dy_rows.mean(axis=0)"),
    "db summed over axis 0 only": (
        "dy_rows.sum(axis=0) if",
        "(dy.sum(axis=0).reshape(-1, d_out)[0] if dy.ndim > 1 else dy) if",
    ),
    "db summed over the features too": ("dy_rows.sum(axis=0)", "dy_rows.sum() + 0 * weight[0]"),
    "db divided by the batch": (
        "dy_rows.sum(axis=0)",
        "dy_rows.sum(axis=0) / dy.shape[0]",
    ),
    "dW transposed": (
        "x.reshape(-1, d_in).T @ dy_rows",
        "(dy_rows.T @ x.reshape(-1, d_in)).reshape(weight.shape)",
    ),
    "dW averaged over the rows": (
        "x.reshape(-1, d_in).T @ dy_rows",
        "x.reshape(-1, d_in).T @ dy_rows / max(len(dy_rows), 1)",
    ),
    "dW of the first sequence only": (
        "x.reshape(-1, d_in).T @ dy_rows",
        "x.reshape(-1, d_in)[: x.shape[-2] if x.ndim > 1 else 1].T"
        " @ dy_rows[: x.shape[-2] if x.ndim > 1 else 1]",
    ),
    "dW from rows read in another order": (
        "x.reshape(-1, d_in).T @ dy_rows",
        "x.reshape(d_in, -1) @ dy_rows",
    ),
    "dx by a square W not transposed": (
        "dy_rows @ weight.T",
        "dy_rows @ (weight if d_in == d_out else weight.T)",
    ),
    "dx with the sign flipped": ("(dy_rows @ weight.T)", "(dy_rows @ -weight.T)"),
    "dx by W without its signs": ("dy_rows @ weight.T", "dy_rows @ abs(weight.T)"),
    "db without a bias": ("dy_rows.sum(axis=0) if has_bias else None", "dy_rows.sum(axis=0)"),
}

FORWARD: dict[str, Edit] = {
    "bias subtracted": ("y = y + bias", "y = y - bias"),
    "bias counted twice": ("y = y + bias", "y = y + bias + bias"),
    "a square W transposed": (
        "y = x_rows @ weight",
        "y = x_rows @ (weight.T if d_in == d_out else weight)",
    ),
    "columns in the place of rows": (
        "x_rows = x.reshape(-1, d_in)",
        "x_rows = x.reshape(-1, d_in, order='F')",
    ),
    "x overwritten": ("y = x_rows @ weight", "x *= 1.5\n    y = x_rows @ weight"),
    "bias of any shape that broadcasts": ('require_shape("bias", bias, d_out)', "pass"),
}

"""Mistakes in the linear layer."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {
    "db averaged over the rows": ("drows.sum(axis=0)", "drows.mean(axis=0)"),
    "db summed over axis 0 only": (
        "drows.sum(axis=0) if",
        "(dy.sum(axis=0).reshape(-1, d_out)[0] if dy.ndim > 1 else dy) if",
    ),
    "db summed over the features too": ("drows.sum(axis=0)", "drows.sum() + 0 * weight[0]"),
    "db divided by the batch": (
        "drows.sum(axis=0)",
        "drows.sum(axis=0) / dy.shape[0]",
    ),
    "dW transposed": (
        "x.reshape(-1, d_in).T @ drows",
        "(drows.T @ x.reshape(-1, d_in)).reshape(weight.shape)",
    ),
    "dW averaged over the rows": (
        "x.reshape(-1, d_in).T @ drows",
        "x.reshape(-1, d_in).T @ drows / max(len(drows), 1)",
    ),
    "dW of the first sequence only": (
        "x.reshape(-1, d_in).T @ drows",
        "x.reshape(-1, d_in)[: x.shape[-2] if x.ndim > 1 else 1].T"
        " @ drows[: x.shape[-2] if x.ndim > 1 else 1]",
    ),
    "dW from rows read in another order": (
        "x.reshape(-1, d_in).T @ drows",
        "x.reshape(d_in, -1) @ drows",
    ),
    "dx by a square W not transposed": (
        "drows @ weight.T",
        "drows @ (weight if d_in == d_out else weight.T)",
    ),
    "dx with the sign flipped": ("(drows @ weight.T)", "(drows @ -weight.T)"),
    "dx by W without its signs": ("drows @ weight.T", "drows @ abs(weight.T)"),
    "db without a bias": ("drows.sum(axis=0) if has_bias else None", "drows.sum(axis=0)"),
}

FORWARD: dict[str, Edit] = {
    "bias subtracted": ("y = y + bias", "y = y - bias"),
    "bias counted twice": ("y = y + bias", "y = y + bias + bias"),
    "a square W transposed": (
        "y = rows @ weight",
        "y = rows @ (weight.T if d_in == d_out else weight)",
    ),
    "columns in the place of rows": (
        "rows = x.reshape(-1, d_in)",
        "rows = x.reshape(-1, d_in, order='F')",
    ),
    "x overwritten": ("y = rows @ weight", "x *= 1.5\n    y = rows @ weight"),
    "bias of any shape that broadcasts": ('require_shape("bias", bias, d_out)', "pass"),
}

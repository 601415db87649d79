"""Mistakes in splitting and merging heads."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {}

FORWARD: dict[str, Edit] = {
    "reshaped without the transpose": (
        "x.reshape(batch, length, n_heads, d_model // n_heads).transpose(0, 2, 1, 3)",
        "x.reshape(batch, n_heads, length, d_model // n_heads)",
    ),
    "features dealt out like cards": (
        "x.reshape(batch, length, n_heads, d_model // n_heads).transpose(0, 2, 1, 3)",
        "x.reshape(batch, length, d_model // n_heads, n_heads).transpose(0, 3, 1, 2)",
    ),
    "merged without the transpose": (
        "z.transpose(0, 2, 1, 3).reshape(batch, length, n_heads * d_head)",
        "z.reshape(batch, length, n_heads * d_head)",
    ),
    "a copy": (
        "reshape(batch, length, n_heads, d_model // n_heads).transpose(0, 2, 1, 3)",
        "reshape(batch, length, n_heads, d_model // n_heads).transpose(0, 2, 1, 3).copy()",
    ),
    "heads that do not divide accepted": (" or x.shape[-1] % n_heads", ""),
}

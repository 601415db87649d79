"""Mistakes in the residual connection."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "skip path lost": ("dx = dsummed + dx_inner", "dx = dx_inner"),
    "sub-layer's path lost": ("dx = dsummed + dx_inner", "dx = dsummed"),
    "skip path twice": ("dx = dsummed + dx_inner", "dx = 2 * dsummed + dx_inner"),
    "pre-norm's backward skipped": ("norm.backward(dinner, norm_cache)", "dinner"),
    "dmemory passed through the norm": (
        "    dx = dsummed + dx_inner\n",
        "    if dmemory is not None and norm_position == 'pre':\n"
        "        dmemory = norm.backward(dmemory, norm_cache)\n"
        "    dx = dsummed + dx_inner\n",
    ),
    "skip path added to dmemory": ("else (dx, dmemory)", "else (dx, dsummed + dmemory)"),
    "dmemory dropped out": (
        "else (dx, dmemory)",
        "else (dx, dropout_backward(dmemory, dropout_cache))",
    ),
    "dx and dmemory exchanged": ("else (dx, dmemory)", "else (dmemory, dx)"),
    "post-norm's backward skipped": ("norm.backward(dy, norm_cache)", "dy"),
    "post-norm's backward for the sub-layer only": (
        "ddropped = dsummed\n",
        "ddropped = dsummed\n    dsummed = dy\n",
    ),
    "dropout's cache ignored": (
        "dout = dropout_backward(ddropped, dropout_cache)",
        "dout = ddropped",
    ),
    "dropout's backward on the skip path too": (
        "dout = dropout_backward(ddropped, dropout_cache)",
        "dout = dsummed = dropout_backward(ddropped, dropout_cache)",
    ),
    "skip path lost in the forward": ("summed = x + dropped  #", "summed = dropped  #"),
    "skip path from the norm": ("summed = x + dropped  #", "summed = inner + dropped  #"),
    "no dropout": ("training=rng is not None", "training=False"),
    "dropout on the sum": (
        "summed = x + dropped  # (B, T, D)\n",
        "summed = x + out\n"
        "    summed, dropout_cache = dropout_forward(\n"
        "        summed, dropout, rng, training=rng is not None\n"
        "    )\n",
    ),
    "x overwritten": (
        "summed = x + dropped  # (B, T, D)\n",
        "x += dropped\n    summed = x\n",
    ),
    "post as pre": (
        'if norm_position == "pre":\n        inner',
        'norm_position = "pre"\n    if norm_position == "pre":\n        inner',
    ),
}

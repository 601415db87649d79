"""Mistakes in the residual connection."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "skip path lost": ("dx = dy + dinner", "dx = dinner"),
    "sub-layer's path lost": ("dx = dy + dinner", "dx = dy"),
    "skip path twice": ("dx = dy + dinner", "dx = 2 * dy + dinner"),
    "pre-norm's backward skipped": ("dinner = norm.backward(dinner, norm_cache)", "pass"),
    "dmemory passed through the norm": (
        "dinner, dmemory = dinner\n",
        "dinner, dmemory = dinner\n"
        "        if norm_position == 'pre':\n"
        "            dmemory = norm.backward(dmemory, norm_cache)\n",
    ),
    "skip path added to dmemory": ("else (dx, dmemory)", "else (dx, dy + dmemory)"),
    "dmemory dropped out": (
        "else (dx, dmemory)",
        "else (dx, dropout_backward(dmemory, dropout_cache))",
    ),
    "dx and dmemory exchanged": ("else (dx, dmemory)", "else (dmemory, dx)"),
    "post-norm's backward skipped": ("dy = norm.backward(dy, norm_cache)", "pass"),
    "post-norm's backward for the sub-layer only": (
        "dy = norm.backward(dy, norm_cache)\n    dout = dropout_backward(dy, dropout_cache)",
        "dout = norm.backward(dy, norm_cache)\n    else:\n        dout = dy\n"
        "    dout = dropout_backward(dout, dropout_cache)",
    ),
    "dropout's cache ignored": ("dout = dropout_backward(dy, dropout_cache)", "dout = dy"),
    "dropout's backward on the skip path too": (
        "dout = dropout_backward(dy, dropout_cache)",
        "dout = dy = dropout_backward(dy, dropout_cache)",
    ),
    "skip path lost in the forward": ("y = x + out\n", "y = out\n"),
    "skip path from the norm": ("y = x + out\n", "y = inner + out\n"),
    "no dropout": ("training=rng is not None", "training=False"),
    "dropout on the sum": (
        "y = x + out\n",
        "y = x + sublayer(inner)[0]\n"
        "    y, dropout_cache = dropout_forward(y, dropout, rng, training=rng is not None)\n",
    ),
    "x overwritten": ("y = x + out\n", "x += out\n    y = x\n"),
    "post as pre": (
        'if norm_position == "post":\n        y, norm_cache',
        "if False:\n        y, norm_cache",
    ),
}

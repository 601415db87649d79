"""Mistakes in the feed-forward network."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {
    "activation's backward skipped": (
        "dx, dw_in, db_in = linear_backward(dpre, pre_cache)",
        "dx, dw_in, db_in = linear_backward(dpost, pre_cache)",
    ),
    "ReLU's gradient by the sign of dpost": (
        "relu_backward(dpost, post_cache)",
        "relu_backward(dpost, dpost > 0)",
    ),
    "db_in and db_out mixed up": (
        "return dx, dw_in, db_in, dw_out, db_out\n",
        "return dx, dw_in, db_out, dw_out, db_in\n",
    ),
    "dw_in and dw_out mixed up": (
        "return dx, dw_in, db_in, dw_out, db_out\n",
        "return dx, dw_out, db_in, dw_in, db_out\n",
    ),
    "skip path added": ("return dx, dw_in,", "return dx + dout, dw_in,"),
    "SiLU's gradient taken for GELU's": ("dpre = silu_backward(dpost, post_cache)", "dpre = dpost"),
    "dx divided by the batch": ("return dx, dw_in,", "return dx / dout.shape[0], dw_in,"),
}

FORWARD: dict[str, Edit] = {
    "no activation": ("relu_forward(pre)", "(pre, pre > -1e300)"),
    "tanh form for the exact one": ('gelu_forward(pre, "none")', 'gelu_forward(pre, "tanh")'),
    "exact form for the tanh one": ('gelu_forward(pre, "tanh")', 'gelu_forward(pre, "none")'),
    "gate of SiLU forgotten": ("silu_forward(pre)", "silu_forward(0 * pre)"),
    "GELU for SiLU": (
        'elif activation == "gelu":',
        'elif activation in ("gelu", "silu"):',
    ),
    "b_in forgotten": ("linear_forward(x, w_in, b_in)", "linear_forward(x, w_in)"),
    "b_out forgotten": ("linear_forward(post, w_out, b_out)", "linear_forward(post, w_out)"),
    "activation at the end": (
        "return out, (pre_cache",
        "return relu_forward(out)[0], (pre_cache",
    ),
    "unknown names are GELU": ('elif activation == "gelu_tanh":', "elif activation:"),
    "GELU is the default": ('activation: Activation = "relu"', 'activation: Activation = "gelu"'),
}

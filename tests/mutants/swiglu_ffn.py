"""Mistakes in the gated feed-forward network."""

from tests.mutants.mutate import Edit

BACKWARD: dict[str, Edit] = {
    "gate's path to x only": ("dx = dx_gate + dx_up", "dx = dx_gate"),
    "value's path to x only": ("dx = dx_gate + dx_up", "dx = dx_up"),
    "dx averaged over both paths": ("dx = dx_gate + dx_up", "dx = (dx_gate + dx_up) / 2"),
    "factors of the product mixed up": ("dgate = dpost * up", "dgate = dpost * gate"),
    "dup without the gate": ("dup = dpost * gate", "dup = dpost"),
    "SiLU's backward skipped": ("dpre = silu_backward(dgate, gate_cache)", "dpre = dgate"),
    "dw_gate and dw_up mixed up": (
        "return dx, dw_gate, dw_up, dw_down\n",
        "return dx, dw_up, dw_gate, dw_down\n",
    ),
}

FORWARD: dict[str, Edit] = {
    "the other matrix is the gate": (
        "    pre, pre_cache = linear_forward(x, w_gate)",
        "    w_gate, w_up = w_up, w_gate\n    pre, pre_cache = linear_forward(x, w_gate)",
    ),
    "gate added, not multiplied": ("    post = gate * up", "    post = gate + up"),
    "no gate": ("    post = gate * up", "    post = up + 0 * gate"),
    "SiLU after the product": ("    post = gate * up", "    post = silu_forward(pre * up)[0]"),
    "bilinear, no SiLU": ("    post = gate * up", "    post = pre * up"),
}

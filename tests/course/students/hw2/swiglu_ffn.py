"""hw2, swiglu ffn: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import right, wrong

SWIGLU = """
def swiglu_ffn_forward(x, w_gate, w_up, w_down):
    g, a = x @ w_gate, x @ w_up
    s = 0.5 * (1 + np.tanh(g / 2))
    h = g * s * a
    return h @ w_down, (x, w_gate, w_up, w_down, g, a, s, h)

def swiglu_ffn_backward(dout, cache):
    x, w_gate, w_up, w_down, g, a, s, h = cache
    rows = lambda t: t.reshape(-1, t.shape[-1])
    dw_down = rows(h).T @ rows(dout)
    dh = dout @ w_down.T
    da = dh * g * s
    dg = dh * a * (s + g * s * (1 - s))
    dw_gate = rows(x).T @ rows(dg)
    dw_up = rows(x).T @ rows(da)
    dx = dg @ w_gate.T + da @ w_up.T
    return dx, dw_gate, dw_up, dw_down
"""

RIGHT = right(("swiglu_ffn", "without the other exercises", SWIGLU))

WRONG = wrong(
    (
        "swiglu_ffn",
        "gate and up",
        SWIGLU,
        (
            "g, a = x @ w_gate, x @ w_up",
            "g, a = x @ w_up, x @ w_gate",
            "dw_gate = rows(x).T @ rows(dg)",
            "dw_up = rows(x).T @ rows(dg)",
            "dw_up = rows(x).T @ rows(da)",
            "dw_gate = rows(x).T @ rows(da)",
            "dg @ w_gate.T + da @ w_up.T",
            "dg @ w_up.T + da @ w_gate.T",
        ),
        "gate and up exchanged",
    ),
    ("swiglu_ffn", "dx of the gate", SWIGLU, (" + da @ w_up.T", ""), "dx from the gate only"),
    ("swiglu_ffn", "dx of up", SWIGLU, ("dg @ w_gate.T + ", ""), "dx from up only"),
    (
        "swiglu_ffn",
        "no silu'",
        SWIGLU,
        ("dh * a * (s + g * s * (1 - s))", "dh * a"),
        "SiLU's backward skipped",
    ),
    (
        "swiglu_ffn",
        "up's gradient",
        SWIGLU,
        ("da = dh * g * s", "da = dh * g"),
        "up's gradient with pre",
    ),
    ("swiglu_ffn", "no up", SWIGLU, ("dh * a * (s", "dh * (s"), "gate's gradient without up"),
    (
        "swiglu_ffn",
        "swapped",
        SWIGLU,
        ("return dx, dw_gate, dw_up, dw_down", "return dx, dw_up, dw_gate, dw_down"),
        "dw_gate and dw_up exchanged",
    ),
)

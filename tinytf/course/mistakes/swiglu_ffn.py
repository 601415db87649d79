"""Known mistakes in the exercise "swiglu_ffn"."""

from tinytf.course.exercise import Mistake

_PRE = "pre, pre_cache = linear_forward(x, w_gate)"
_UP = "up, up_cache = linear_forward(x, w_up)"
_POST = "post = gate * up  #"
_RETURN = "return dx, dw_gate, dw_up, dw_down\n"
_DX = "dx = dx_gate + dx_up"
_DGATE = "dgate = dpost * up"
_DUP = "dup = dpost * gate"
_DPRE = "dpre = silu_backward(dgate, gate_cache)"

MISTAKES = (
    Mistake(
        "gate and up exchanged",
        "w_gate and w_up stand in each other's place: it is x @ w_gate that goes through SiLU",
        "your out is (x @ w_gate) * silu(x @ w_up) @ w_down",
        (
            (_PRE, "pre, pre_cache = linear_forward(x, w_up)"),
            (_UP, "up, up_cache = linear_forward(x, w_gate)"),
            (_RETURN, "return dx, dw_up, dw_gate, dw_down\n"),
        ),
    ),
    Mistake(
        "dx from the gate only",
        "dx has only what comes back through w_gate; x feeds w_up as well, and both parts add up",
        "your dx is dpre @ w_gate.T",
        ((_DX, "dx = dx_gate"),),
    ),
    Mistake(
        "dx from up only",
        "dx has only what comes back through w_up; x feeds w_gate as well, and both parts add up",
        "your dx is dup @ w_up.T",
        ((_DX, "dx = dx_up"),),
    ),
    Mistake(
        "dx averaged",
        "dx is the average of both paths; gradients from several paths add up",
        "twice your dx is the correct one",
        ((_DX, "dx = (dx_gate + dx_up) / 2"),),
    ),
    Mistake(
        "dw_gate and dw_up exchanged",
        "the gradients of w_gate and w_up are returned in each other's place",
        "your dw_gate is the correct dw_up, and the other way round",
        ((_RETURN, "return dx, dw_up, dw_gate, dw_down\n"),),
    ),
    Mistake(
        "factors of the product exchanged",
        "post = gate * up: each factor's gradient is dpost times the other one, not times itself",
        "your dw_gate comes from dpost * gate, your dw_up from dpost * up",
        ((_DGATE, "dgate = dpost * gate"), (_DUP, "dup = dpost * up")),
    ),
    Mistake(
        "gate's gradient without up",
        "the gradient of the gate is dpost times up: the factor is missing",
        "dw_up is right; your dw_gate comes from dpost alone",
        ((_DGATE, "dgate = dpost * 1"),),
    ),
    Mistake(
        "up's gradient without the gate",
        "the gradient of up is dpost times the gate: the factor is missing",
        "dw_gate is right; your dw_up comes from dpost alone",
        ((_DUP, "dup = dpost * 1"),),
    ),
    Mistake(
        "up's gradient with pre",
        "the gradient of up is dpost times gate = silu(pre), not times pre",
        "dw_gate is right; your dw_up comes from dpost * (x @ w_gate)",
        ((_DUP, "dup = dpost * gate_cache[0]"),),
    ),
    Mistake(
        "SiLU's backward skipped",
        "the gradient of the gate goes straight to x @ w_gate: SiLU's backward is missing between",
        "dw_up is right; your dw_gate is x.T @ (dpost * up)",
        ((_DPRE, "dpre = dgate"),),
    ),
    Mistake(
        "SiLU's derivative at the gate",
        "SiLU's derivative is taken at the gate, its output; it belongs at pre, its input",
        "dw_up is right; your dw_gate has silu'(silu(pre)) in it",
        ((_DPRE, "dpre = silu_backward(dgate, silu_forward(gate)[1])"),),
    ),
    Mistake(
        "gate added",
        "the gate is added to x @ w_up; it multiplies it, number by number",
        "your out is (silu(x @ w_gate) + x @ w_up) @ w_down",
        ((_POST, "post = gate + up  #"),),
    ),
    Mistake(
        "no SiLU",
        "the gate lacks its SiLU: post is a plain product of two linear layers",
        "your out is ((x @ w_gate) * (x @ w_up)) @ w_down",
        ((_POST, "post = pre * up  #"),),
    ),
    Mistake(
        "SiLU after the product",
        "SiLU is applied to the product; it belongs to x @ w_gate alone, before the product",
        "your out is silu((x @ w_gate) * (x @ w_up)) @ w_down",
        ((_POST, "post = silu_forward(pre * up)[0]  #"),),
    ),
    Mistake(
        "sigmoid for SiLU",
        "the gate is the sigmoid of x @ w_gate (that is GLU); SwiGLU's is silu(x @ w_gate)",
        "your out is (sigmoid(x @ w_gate) * (x @ w_up)) @ w_down",
        ((_POST, "post = gate_cache[1] * up  #"),),
    ),
)

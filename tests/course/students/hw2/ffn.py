"""hw2, ffn: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import right, wrong

FFN = """
def act(name, z):
    if name == "relu":
        return relu_forward(z)
    if name == "silu":
        return silu_forward(z)
    return gelu_forward(z, approximate="tanh" if name == "gelu_tanh" else "none")

def act_back(name, dh, cache):
    table = {"relu": relu_backward, "silu": silu_backward}
    return table.get(name, gelu_backward)(dh, cache)

def ffn_forward(x, w_in, b_in, w_out, b_out, activation="relu"):
    z, c1 = linear_forward(x, w_in, b_in)
    h, c2 = act(activation, z)
    out, c3 = linear_forward(h, w_out, b_out)
    return out, dict(c1=c1, c2=c2, c3=c3, h=h, z=z, x=x, name=activation)

def ffn_backward(dout, cache):
    dh, dw2, db2 = linear_backward(dout, cache["c3"])
    dz = act_back(cache["name"], dh, cache["c2"])
    dx, dw1, db1 = linear_backward(dz, cache["c1"])
    return dx, dw1, db1, dw2, db2
"""

RIGHT = right(("ffn", "a table of activations", FFN))

WRONG = wrong(
    (
        "ffn",
        "no activation backward",
        FFN,
        ('dz = act_back(cache["name"], dh, cache["c2"])', "dz = dh"),
        "activation's backward skipped",
    ),
    (
        "ffn",
        "at h",
        FFN,
        (
            'dz = act_back(cache["name"], dh, cache["c2"])',
            'dz = act_back(cache["name"], dh, act(cache["name"], cache["h"])[1])',
        ),
        "derivative at post",
    ),
    (
        "ffn",
        "biases' gradients",
        FFN,
        ("return dx, dw1, db1, dw2, db2", "return dx, dw1, db2, dw2, db1"),
        "db_in and db_out exchanged",
    ),
    (
        "ffn",
        "dw2 from z",
        FFN,
        (
            "    return dx, dw1",
            '    _, c = linear_forward(cache["z"], np.zeros(dw2.shape), None)\n'
            "    dw2 = linear_backward(dout, c)[1]\n"
            "    return dx, dw1",
        ),
        "dw_out from pre",
    ),
    (
        "ffn",
        "biases exchanged",
        FFN,
        ("w_in, b_in)\n", "w_in, b_out)\n", "w_out, b_out)\n", "w_out, b_in)\n"),
        "biases exchanged",
    ),
    (
        "ffn",
        "always relu",
        FFN,
        ("    z, c1", '    activation = "relu"\n    z, c1'),
        "always ReLU",
    ),
    (
        "ffn",
        "no b_out",
        FFN,
        (
            "linear_forward(h, w_out, b_out)\n",
            "linear_forward(h, w_out, None if b_out is None else 0 * b_out)\n",
        ),
        "b_out forgotten",
    ),
)

"""hw2, linear: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import right, wrong

LINEAR = """
def linear_forward(x, weight, bias=None):
    y = np.matmul(x, weight)
    if bias is not None:
        y = y + bias
    return y, {"x": x, "w": weight, "b": bias}

def linear_backward(dy, cache):
    x, w = cache["x"], cache["w"]
    leading = tuple(range(x.ndim - 1))
    dx = np.einsum("...o,io->...i", dy, w)
    dw = np.tensordot(x, dy, axes=(leading, leading))
    db = None if cache["b"] is None else dy.sum(axis=leading)
    return dx, dw, db
"""

LINEAR_FLAT = """
def linear_forward(x, weight, bias=None):
    out = x.dot(weight)
    if bias is not None:
        out += bias
    return out, (x, weight, bias)

def linear_backward(dy, cache):
    x, weight, bias = cache
    flat_x = x.reshape((-1, x.shape[-1]))
    flat_dy = dy.reshape((-1, dy.shape[-1]))
    dx = dy.dot(weight.T)
    dweight = np.dot(flat_x.T, flat_dy)
    dbias = None
    if bias is not None:
        dbias = np.zeros_like(bias)
        for row in flat_dy:
            dbias += row
    return dx, dweight, dbias
"""

RIGHT = right(
    ("linear", "einsum and tensordot", LINEAR),
    ("linear", "flat rows and a loop", LINEAR_FLAT),
)

WRONG = wrong(
    (
        "linear",
        "db mean",
        LINEAR,
        ("dy.sum(axis=leading)", "dy.mean(axis=leading)"),
        "dbias averaged",
    ),
    (
        "linear",
        "db axis 0",
        LINEAR_FLAT,
        (
            "        for row in flat_dy:\n            dbias += row\n",
            "        dbias = np.sum(dy, axis=0)\n",
        ),
        "dbias over axis 0 only",
    ),
    (
        "linear",
        "db / batch",
        LINEAR,
        ("dy.sum(axis=leading)", "dy.sum(axis=leading) / len(dy)"),
        "dbias divided by the batch",
    ),
    (
        "linear",
        "db keepdims",
        LINEAR_FLAT,
        (
            "        for row in flat_dy:\n            dbias += row\n",
            "        dbias = flat_dy.sum(0, keepdims=True)\n",
        ),
        "dbias keeps an axis",
    ),
    (
        "linear",
        "db of everything",
        LINEAR,
        ("dy.sum(axis=leading)", "np.sum(dy)"),
        "dbias summed over the outputs too",
    ),
    (
        "linear",
        "db though no bias",
        LINEAR,
        ('None if cache["b"] is None else dy', "dy"),
        "dbias without a bias",
    ),
    (
        "linear",
        "dw turned",
        LINEAR,
        ("np.tensordot(x, dy, ", "np.tensordot(dy, x, "),
        "dweight transposed",
    ),
    (
        "linear",
        "dw mean",
        LINEAR_FLAT,
        ("np.dot(flat_x.T, flat_dy)", "np.dot(flat_x.T, flat_dy) / flat_x.shape[0]"),
        "dweight averaged",
    ),
    (
        "linear",
        "dw per batch",
        LINEAR_FLAT,
        ("np.dot(flat_x.T, flat_dy)", "np.swapaxes(x, -1, -2) @ dy"),
        "dweight not summed over the batch",
    ),
    (
        "linear",
        "x.T",
        LINEAR_FLAT,
        ("np.dot(flat_x.T, flat_dy)", "np.matmul(x.T, dy)"),
        "x.T of more than two axes",
    ),
    (
        "linear",
        "reshape for transpose",
        LINEAR_FLAT,
        ("flat_x.T", "x.reshape((x.shape[-1], -1))"),
        "rows of x read in another order",
    ),
    (
        "linear",
        "dx no T",
        LINEAR_FLAT,
        ("dy.dot(weight.T)", "dy @ weight"),
        "dx without the transpose",
    ),
    ("linear", "no bias added", LINEAR, ("y = y + bias", "pass"), "bias forgotten"),
    (
        "linear",
        "torch's weight",
        LINEAR,
        ("np.matmul(x, weight)", "x @ weight.T"),
        "weight transposed in the forward",
    ),
)

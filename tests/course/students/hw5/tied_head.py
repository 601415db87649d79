"""hw5, tied head: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import wrong
from tests.course.variants import Variant

HEAD = """
def head_forward(resid, head, table):
    if head is not None:
        return head.forward(resid)
    return np.einsum("btd,vd->btv", resid, table.weight.value), resid

def head_backward(dlogits, head, table, cache):
    if head is not None:
        return head.backward(dlogits, cache)
    table.weight.grad += np.einsum("btv,btd->vd", dlogits, cache)
    return dlogits @ table.weight.value
"""

HEAD_FLAT = """
def head_forward(resid, head, table):
    if head:
        return head.forward(resid)
    W = table.weight.value
    return resid @ W.T, (resid, W)

def head_backward(dlogits, head, table, cache):
    if head:
        return head.backward(dlogits, cache)
    resid, W = cache
    V, D = W.shape
    dW = dlogits.reshape(-1, V).T @ resid.reshape(-1, D)
    table.weight.grad[:] = table.weight.grad + dW
    return np.matmul(dlogits, W)
"""

RIGHT: tuple[Variant, ...] = (
    Variant("tied_head", "einsum", code=HEAD),
    Variant("tied_head", "flat rows", code=HEAD_FLAT),
)

WRONG = wrong(
    (
        "tied_head",
        "= for +=",
        HEAD,
        (("table.weight.grad += np", "table.weight.grad[:] = np"),),
        "the look-up's gradient overwritten",
    ),
    (
        "tied_head",
        "no gradient",
        HEAD,
        (('    table.weight.grad += np.einsum("btv,btd->vd", dlogits, cache)\n', ""),),
        "the table gets no gradient from the head",
    ),
    (
        "tied_head",
        "-= for +=",
        HEAD,
        (("grad += np", "grad -= np"),),
        "tied gradient subtracted",
    ),
    (
        "tied_head",
        "reshape",
        HEAD_FLAT,
        (
            (
                "dW = dlogits.reshape(-1, V).T @ resid.reshape(-1, D)",
                "dW = (resid.reshape(-1, D).T @ dlogits.reshape(-1, V)).reshape(V, D)",
            ),
        ),
        "tied gradient reshaped",
    ),
    (
        "tied_head",
        "not turned",
        HEAD_FLAT,
        (
            (
                "dW = dlogits.reshape(-1, V).T @ resid.reshape(-1, D)",
                "dW = resid.reshape(-1, D).T @ dlogits.reshape(-1, V)",
            ),
        ),
        "tied gradient not transposed",
    ),
    (
        "tied_head",
        "mean",
        HEAD_FLAT,
        (("grad + dW", "grad + dW / dlogits[:, :, 0].size"),),
        "tied gradient averaged over the tokens",
    ),
    (
        "tied_head",
        "twice",
        HEAD_FLAT,
        (("grad + dW", "grad + dW + dW"),),
        "tied gradient added twice",
    ),
    (
        "tied_head",
        "W reshaped",
        HEAD_FLAT,
        (
            (
                "resid @ W.T, (resid, W)",
                "resid @ W.reshape(W.shape[1], W.shape[0]), (resid, W)",
            ),
            ("np.matmul(dlogits, W)", "np.matmul(dlogits, W.reshape(D, V).T)"),
        ),
        "table reshaped",
    ),
)

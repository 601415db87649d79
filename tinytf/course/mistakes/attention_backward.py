"""Known mistakes in the backward of scaled dot-product attention."""

from tinytf.course.exercise import Mistake

_CROSS_TERM = "dot_last(dz, z)"
_DSCORES = "np.multiply(pattern, centered, out=centered)"
_DQ = "(dscores @ k_heads) * scale"
_DK = "(dscores.swapaxes(-1, -2) @ q) * scale"
_DV = "dropped.swapaxes(-1, -2) @ dz"
_UNPACKED = "q, k, v, pattern, keep_scale, z, scale = cache"
_RETURNED = "return dq, _sum_groups(dk_heads, k.shape[1]), _sum_groups(dv_heads, v.shape[1])"
_ROWS = "the gradients of a query's scores must sum to 0 over the keys"

_SOFTMAX = (
    Mistake(
        "no cross term",
        "the softmax's cross term, the row sum of dpattern * pattern, is missing",
        _ROWS,
        ((f"dpattern - {_CROSS_TERM}", "dpattern"),),
    ),
    Mistake(
        "cross term added",
        "the softmax's cross term is added, not subtracted",
        _ROWS,
        ((f"dpattern - {_CROSS_TERM}", f"dpattern + {_CROSS_TERM}"),),
    ),
    Mistake(
        "cross term sum(dpattern)",
        "the softmax's cross term sums dpattern without weighting it by the pattern",
        _ROWS,
        ((_CROSS_TERM, "dpattern.sum(axis=-1, keepdims=True)"),),
    ),
    Mistake(
        "cross term over the queries",
        "the softmax's cross term sums over the queries, not over the keys",
        f"{_ROWS}; with Tq = Tk the shapes do not show it",
        ((_CROSS_TERM, "(dpattern * pattern).sum(axis=-2, keepdims=True)"),),
    ),
    Mistake(
        "cross term averaged",
        "the softmax's cross term is a mean over the keys, not a sum",
        _ROWS,
        ((_CROSS_TERM, "(dpattern * pattern).mean(axis=-1, keepdims=True)"),),
    ),
    Mistake(
        "only the diagonal of the softmax's Jacobian",
        "the softmax is differentiated like a sigmoid, p (1 - p): each score also moves the "
        "weights of the other keys",
        _ROWS,
        ((_DSCORES, "pattern * (1 - pattern) * dpattern"),),
    ),
    Mistake(
        "softmax skipped",
        "the gradient of the weights is taken for that of the scores: softmax has no backward",
        _ROWS,
        ((_DSCORES, "dpattern"),),
    ),
    Mistake(
        "no factor pattern",
        "in the softmax's backward the factor pattern is missing",
        "hidden keys, whose weight is 0, must get no gradient",
        ((_DSCORES, "centered"),),
    ),
    Mistake(
        "dropout skipped on the way to the scores",
        "dpattern has not gone through dropout's backward",
        "with dropout_p = 0 nothing is wrong",
        (
            ("dpattern = dropout_backward(ddropped, keep_scale)", "dpattern = ddropped"),
            (_CROSS_TERM, "(dpattern * pattern).sum(axis=-1, keepdims=True)"),
        ),
    ),
    Mistake(
        "softmax's backward with the dropped pattern",
        "the softmax's backward uses the pattern after dropout, not the softmax's own output",
        "with dropout_p = 0 nothing is wrong",
        ((_DSCORES, "np.multiply(dropped, centered, out=centered)"),),
    ),
)

_PRODUCTS = (
    Mistake(
        "no scale in dq",
        "dq lacks the factor scale of scores = scale q k^T",
        "your dq is too large by the factor 1 / scale",
        ((_DQ, "dscores @ k_heads"),),
    ),
    Mistake(
        "no scale in dk",
        "dk lacks the factor scale of scores = scale q k^T",
        "your dk is too large by the factor 1 / scale",
        ((_DK, "dscores.swapaxes(-1, -2) @ q"),),
    ),
    Mistake(
        "scale twice in dq",
        "dq has the factor scale twice",
        "your dq is too small by the factor scale",
        ((_DQ, "(dscores @ k_heads) * scale**2"),),
    ),
    Mistake(
        "scale twice in dk",
        "dk has the factor scale twice, as when q was kept scaled already",
        "your dk is too small by the factor scale",
        ((_DK, "(dscores.swapaxes(-1, -2) @ q) * scale**2"),),
    ),
    Mistake(
        "divided by scale in dq",
        "dq is divided by scale, not multiplied",
        "your dq is too large by the factor 1 / scale^2",
        ((_DQ, "(dscores @ k_heads) / scale"),),
    ),
    Mistake(
        "divided by scale in dk",
        "dk is divided by scale, not multiplied",
        "your dk is too large by the factor 1 / scale^2",
        ((_DK, "(dscores.swapaxes(-1, -2) @ q) / scale"),),
    ),
    Mistake(
        "given scale ignored in the backward",
        "dq and dk have the factor 1 / sqrt(K) whatever scale the forward was given",
        "with scale=None nothing is wrong",
        ((_UNPACKED, f"{_UNPACKED}\n    scale = 1 / math.sqrt(q.shape[-1])"),),
    ),
    Mistake(
        "dq from q",
        "dq multiplies the gradient of the scores by q; the other factor of q k^T is k",
        "with Tq different from Tk the shapes do not even fit",
        ((_DQ, "(dscores @ q) * scale"),),
    ),
    Mistake(
        "dk from k",
        "dk multiplies the gradient of the scores by k; the other factor of q k^T is q",
        "with Tq different from Tk the shapes do not even fit",
        ((_DK, "(dscores.swapaxes(-1, -2) @ k_heads) * scale"),),
    ),
    Mistake(
        "dk not transposed",
        "in dk the gradient of the scores is not transposed: it must run over the queries",
        "with Tq different from Tk the shapes do not even fit",
        ((_DK, "(dscores @ q) * scale"),),
    ),
    Mistake(
        "dv not transposed",
        "in dv the pattern is not transposed: it must run over the queries",
        "with Tq different from Tk the shapes do not even fit",
        ((_DV, "dropped @ dz"),),
    ),
    Mistake(
        "dv with the weights before dropout",
        "dv uses the pattern before dropout; the values were averaged with what dropout left",
        "with dropout_p = 0 nothing is wrong",
        ((_DV, "pattern.swapaxes(-1, -2) @ dz"),),
    ),
    Mistake(
        "dv with the gradient of the scores",
        "dv weights dz by the gradient of the scores, not by the pattern",
        "summed over the keys, dv must be dz summed over the queries",
        (
            (
                _RETURNED,
                _RETURNED.replace("dv_heads", "dscores.swapaxes(-1, -2) @ dz"),
            ),
        ),
    ),
    Mistake(
        "dk and dv exchanged",
        "dk and dv are returned in the wrong order: it must be that of the inputs, q, k, v",
        "your dk is the right dv, and the other way round",
        (
            (
                _RETURNED,
                "return dq, _sum_groups(dv_heads, v.shape[1]), _sum_groups(dk_heads, k.shape[1])",
            ),
        ),
    ),
    Mistake(
        "dq and dk exchanged",
        "dq and dk are returned in the wrong order: it must be that of the inputs, q, k, v",
        "your dq is the right dk, and the other way round",
        (
            (
                _RETURNED,
                "return _sum_groups(dk_heads, k.shape[1]), dq, _sum_groups(dv_heads, v.shape[1])",
            ),
        ),
    ),
)

_GROUPS = (
    Mistake(
        "groups averaged",
        "a shared key head gets the mean of its query heads' gradients, not their sum",
        "with Hkv = H nothing is wrong",
        (("groups.sum(axis=2)", "groups.mean(axis=2)"),),
    ),
    Mistake(
        "gradient of the first head of each group only",
        "a shared key head gets the gradient of one of its query heads, not the sum of all",
        "with Hkv = H nothing is wrong",
        (("groups.sum(axis=2)", "groups[:, :, 0]"),),
    ),
    Mistake(
        "gradients of the groups not summed",
        "dk and dv keep H heads where k and v have Hkv",
        "the shape of a gradient must be that of its input; with Hkv = H nothing is wrong",
        (("if n_heads == n_kv_heads:", "if True:"),),
    ),
)

BACKWARD: tuple[Mistake, ...] = (*_SOFTMAX, *_PRODUCTS, *_GROUPS)

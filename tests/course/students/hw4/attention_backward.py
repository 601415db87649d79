"""hw4, attention: a wrong backward behind a right forward."""

from tests.course.students.hw4.attention_forms import EINSUM, MATMUL
from tests.course.students.rows import wrong

BACKWARD = wrong(
    (
        "attention",
        "no second term",
        EINSUM,
        (("ds = p * dp - p * (p * dp).sum(axis=-1, keepdims=True)", "ds = p * dp"),),
        "no cross term",
    ),
    (
        "attention",
        "sum of dp",
        EINSUM,
        (("(p * dp).sum(", "dp.sum("),),
        "cross term sum(dpattern)",
    ),
    (
        "attention",
        "cross axis",
        MATMUL,
        (("np.sum(dw * w, axis=3", "np.sum(dw * w, axis=2"),),
        "cross term over the queries",
    ),
    (
        "attention",
        "p (1 - p)",
        MATMUL,
        (("w * (dw - inner)", "w * (1 - w) * dw"),),
        "only the diagonal of the softmax's Jacobian",
    ),
    ("attention", "cross plus", MATMUL, (("dw - inner", "dw + inner"),), "cross term added"),
    (
        "attention",
        "ds is dp",
        EINSUM,
        (("ds = p * dp - p * (p * dp).sum(axis=-1, keepdims=True)", "ds = dp"),),
        "softmax skipped",
    ),
    ("attention", "dq unscaled", EINSUM, (("dq = s * ", "dq = "),), "no scale in dq"),
    ("attention", "dk unscaled", EINSUM, (("dkk = s * ", "dkk = "),), "no scale in dk"),
    (
        "attention",
        "both unscaled",
        MATMUL,
        (("dscores = scale * w", "dscores = w"),),
        ("no scale in dq", "no scale in dk"),
    ),
    (
        "attention",
        "scaled twice in dk",
        EINSUM,
        (("dkk = s * ", "dkk = s * s * "),),
        "scale twice in dk",
    ),
    (
        "attention",
        "dq by scale upside down",
        EINSUM,
        (("dq = s * ", "dq = 1 / s * "),),
        "divided by scale in dq",
    ),
    (
        "attention",
        "ds @ q for dk",
        MATMUL,
        (("np.matmul(dscores.transpose(0, 1, 3, 2), q)", "np.matmul(dscores, q)"),),
        "dk not transposed",
    ),
    (
        "attention",
        "a @ dz for dv",
        MATMUL,
        (("np.matmul(a.transpose(0, 1, 3, 2), dz)", "np.matmul(a, dz)"),),
        "dv not transposed",
    ),
    (
        "attention",
        "dv before dropout",
        MATMUL,
        (("np.matmul(a.transpose(0, 1, 3, 2), dz)", "np.matmul(w.transpose(0, 1, 3, 2), dz)"),),
        "dv with the weights before dropout",
    ),
    (
        "attention",
        "dropout not undone",
        EINSUM,
        (
            (
                'dropout_backward(np.einsum("bhid,bhjd->bhij", dz, vv), cache["drop"])',
                'np.einsum("bhid,bhjd->bhij", dz, vv)',
            ),
        ),
        "dropout skipped on the way to the scores",
    ),
    (
        "attention",
        "dq, dv, dk",
        EINSUM,
        (("return dq, dk, dv", "return dq, dv, dk"),),
        "dk and dv exchanged",
    ),
    (
        "attention",
        "dk, dq, dv",
        MATMUL,
        (("return dq, dk, dv", "return dk, dq, dv"),),
        "dq and dk exchanged",
    ),
    (
        "attention",
        "cross axis, scaled twice",
        MATMUL,
        (
            ("np.sum(dw * w, axis=3", "np.sum(dw * w, axis=2"),
            ("dscores = scale * w", "dscores = scale**2 * w"),
        ),
        ("cross term over the queries", "scale twice in dq", "scale twice in dk"),
    ),
)

"""hw4, attention: right in other words, and wrong in the classical ways."""

from tests.course.students.hw4.attention_backward import BACKWARD
from tests.course.students.hw4.attention_forms import EINSUM, MATMUL
from tests.course.students.rows import wrong
from tests.course.variants import Variant

_GROUPED_DV = "dv = dvv.reshape(dvv.shape[0], -1, g, *dvv.shape[2:]).sum(axis=2)"

_GROUPED_DK = "dk = dkk.reshape(dkk.shape[0], -1, g, *dkk.shape[2:]).sum(axis=2)"

RIGHT: tuple[Variant, ...] = (
    Variant("attention", "einsum", code=EINSUM),
    Variant("attention", "matmul, dead rows zeroed afterwards", code=MATMUL),
)

WRONG = (
    *wrong(
        ("attention", "forgot sqrt(K)", EINSUM, (("K**-0.5 if", "1.0 if"),), "no scale"),
        (
            "attention",
            "d_model",
            EINSUM,
            (("K**-0.5 if", "(H * K) ** -0.5 if"),),
            "scale by sqrt(d_model)",
        ),
        (
            "attention",
            "/ K",
            MATMUL,
            (("1 / np.sqrt(q.shape[3])", "1 / q.shape[3]"),),
            "scale by K",
        ),
        (
            "attention",
            "* sqrt(K)",
            MATMUL,
            (("1 / np.sqrt(q.shape[3])", "np.sqrt(q.shape[3])"),),
            "multiplied by sqrt(K)",
        ),
        (
            "attention",
            "scale not read",
            MATMUL,
            (("    if scale is None:\n        scale", "    scale"),),
            "given scale ignored",
        ),
        (
            "attention",
            "axis of queries",
            EINSUM,
            (
                ("logits.max(axis=-1", "logits.max(axis=-2"),
                ("e.sum(axis=-1", "e.sum(axis=-2"),
                ("(p * dp).sum(axis=-1", "(p * dp).sum(axis=-2"),
            ),
            "softmax over the queries",
        ),
        (
            "attention",
            "exp at once",
            EINSUM,
            (("np.exp(logits - top)", "np.exp(logits)"),),
            "no shift by the maximum",
        ),
        (
            "attention",
            "masked afterwards",
            EINSUM,
            (
                ("    logits = np.where(allowed, logits, -np.inf)\n", ""),
                ("p = e / norm", "p = np.where(allowed, e / norm, 0)"),
            ),
            "mask after the softmax",
        ),
        (
            "attention",
            "mask upside down",
            EINSUM,
            (
                (
                    "np.where(allowed, logits, -np.inf)",
                    "np.where(allowed, -np.inf, logits) if mask is not None or causal else logits",
                ),
            ),
            "mask inverted",
        ),
        (
            "attention",
            "mask unused",
            EINSUM,
            (("np.where(allowed, logits, -np.inf)", "logits"),),
            "mask ignored",
        ),
        (
            "attention",
            "nan",
            EINSUM,
            (("    top[top == -np.inf] = 0\n", ""), ("    norm[norm == 0] = 1\n", "")),
            "dead rows NaN",
        ),
        (
            "attention",
            "-1e30 alone",
            MATMUL,
            (
                (
                    "    if mask is not None:\n        w = w * np.any(np.broadcast_to(mask, "
                    "w.shape), axis=3, keepdims=True)\n",
                    "",
                ),
            ),
            "dead rows average everything",
        ),
        (
            "attention",
            "times mask",
            EINSUM,
            (("np.where(allowed, logits, -np.inf)", "logits * allowed"),),
            "hidden scores 0",
        ),
        (
            "attention",
            "tril - 1",
            EINSUM,
            (("Tk - Tq)", "Tk - Tq - 1)"),),
            "causal off by one: no query sees itself",
        ),
        (
            "attention",
            "tril + 1",
            EINSUM,
            (("Tk - Tq)", "Tk - Tq + 1)"),),
            "causal off by one: one key of the future",
        ),
        (
            "attention",
            "tril 0",
            EINSUM,
            (("bool), Tk - Tq)", "bool))"),),
            "causal aligned top-left",
        ),
        (
            "attention",
            "causal replaces",
            MATMUL,
            (("c if mask is None else np.logical_and(mask, c)", "c"),),
            "causal forgets the mask",
        ),
        (
            "attention",
            "or",
            MATMUL,
            (("np.logical_and(mask, c)", "np.logical_or(mask, c)"),),
            "causal or mask",
        ),
        (
            "attention",
            "not c",
            MATMUL,
            (
                (
                    "c = causal_mask(q.shape[2], k.shape[2])",
                    "c = ~causal_mask(q.shape[2], k.shape[2])",
                ),
            ),
            "causal inverted",
        ),
        (
            "attention",
            "bias inside the scale",
            MATMUL,
            (("scores = scores + bias", "scores = scores + scale * bias"),),
            "bias scaled",
        ),
        (
            "attention",
            "bias minus",
            EINSUM,
            (("logits + bias", "logits - bias"),),
            "bias subtracted",
        ),
        (
            "attention",
            "tile",
            MATMUL,
            (("// g\n", "% k.shape[1]\n"),),
            "key heads tiled, not repeated",
        ),
        (
            "attention",
            "first head of the group",
            EINSUM,
            (
                (_GROUPED_DK, _GROUPED_DK.replace(".sum(axis=2)", "[:, :, 0]")),
                (_GROUPED_DV, _GROUPED_DV.replace(".sum(axis=2)", "[:, :, 0]")),
            ),
            "gradient of the first head of each group only",
        ),
        (
            "attention",
            "group mean",
            EINSUM,
            (
                (_GROUPED_DK, _GROUPED_DK.replace(".sum", ".mean")),
                (_GROUPED_DV, _GROUPED_DV.replace(".sum", ".mean")),
            ),
            "groups averaged",
        ),
        (
            "attention",
            "dropout forgotten",
            EINSUM,
            (
                (
                    "dropped, drop = dropout_forward(p, dropout_p, rng)",
                    "dropped, drop = p, None",
                ),
            ),
            "no dropout",
        ),
    ),
    *BACKWARD,
)

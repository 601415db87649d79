"""Known mistakes in the backward of a block of self-attention, cross-attention and FFN."""

from tinytf.course.exercise import Mistake
from tinytf.course.mistakes.residuals import everywhere, lost_around, positions

_FFN = "dresid_post, self.norm3, self.ffn.backward, norm_position, ffn_cache"
_CROSS = "dresid_mid_cross, self.norm2, self.cross_attn.backward, norm_position, cross_cache"
_SELF = "dresid_mid, self.norm1, self.self_attn.backward, norm_position, self_cache"
_CROSS_CALL = "dresid_mid, dmemory = residual_backward("
_RETURNED = "return dresid_pre, dmemory"

ORDER = (
    Mistake(
        "self-attention and cross-attention exchanged",
        "self-attention is undone before cross-attention",
        "a backward undoes the steps of its forward from the last to the first",
        (
            (_CROSS, _CROSS.replace("dresid_mid_cross", "dresid_self")),
            (
                _CROSS_CALL,
                "dresid_self = residual_backward(\n            "
                f"{_SELF.replace('dresid_mid', 'dresid_mid_cross')}\n        )\n"
                "        dresid_pre, dmemory = residual_backward(",
            ),
            ("dresid_pre = residual_backward(", "_ = (lambda *_: None)("),
            (_SELF, "self"),
        ),
    ),
    Mistake(
        "cross-attention's gradient does not reach below",
        "self-attention gets the gradient from above cross-attention, not what cross-attention's "
        "part made of it",
        "dmemory is right, and so are the gradients of the upper two parts",
        ((_SELF, _SELF.replace("dresid_mid", "dresid_mid_cross")),),
    ),
    Mistake(
        "cross-attention gets the gradient from above the FFN",
        "cross-attention gets dresid_post, not what the FFN's part made of it",
        "the FFN and norm3 get the right gradients",
        ((_CROSS, _CROSS.replace("dresid_mid_cross", "dresid_post")),),
    ),
    Mistake(
        "self-attention gets the gradient from above the FFN",
        "self-attention gets dresid_post, not what the two parts above it made of it",
        "dmemory is right, and so are the gradients of the upper two parts",
        ((_SELF, _SELF.replace("dresid_mid", "dresid_post")),),
    ),
    Mistake(
        "self-attention skipped",
        "the gradient does not go through self-attention and norm1",
        "the parameters of self-attention and norm1 get no gradient",
        (("dresid_pre = residual_backward(", "dresid_pre = (lambda dy, *_: dy)("),),
    ),
    Mistake(
        "FFN skipped",
        "the gradient does not go through the FFN and norm3",
        "the parameters of the FFN and norm3 get no gradient",
        (("dresid_mid_cross = residual_backward(", "dresid_mid_cross = (lambda dy, *_: dy)("),),
    ),
)

NORMS = (
    Mistake(
        "norm2 in the place of norm3",
        "the FFN's part uses norm2; the forward used norm3",
        "norm3 gets no gradient",
        ((_FFN, _FFN.replace("norm3", "norm2")),),
    ),
    Mistake(
        "norm3 in the place of norm2",
        "cross-attention's part uses norm3; the forward used norm2",
        "norm2 gets no gradient",
        ((_CROSS, _CROSS.replace("norm2", "norm3")),),
    ),
    Mistake(
        "norm1 in the place of norm2",
        "cross-attention's part uses norm1; the forward used norm2",
        "norm2 gets no gradient",
        ((_CROSS, _CROSS.replace("norm2", "norm1")),),
    ),
    Mistake(
        "norms 2 and 3 exchanged",
        "cross-attention's part uses norm3 and the FFN's norm2; the forward used norm2 and norm3",
        "the gradients of norm2 and norm3 stand in each other's place",
        ((_FFN, _FFN.replace("norm3", "norm2")), (_CROSS, _CROSS.replace("norm2", "norm3"))),
    ),
)

MEMORY = (
    Mistake(
        "dresid and dmemory exchanged",
        "the two gradients that cross-attention's part returns are taken in the wrong order",
        "dresid comes first, dmemory second",
        ((_CROSS_CALL, _CROSS_CALL.replace("dresid_mid, dmemory", "dmemory, dresid_mid")),),
    ),
    Mistake(
        "returned in the wrong order",
        "dresid_pre and dmemory are returned in the wrong order: it must be that of the inputs",
        "your dresid_pre is the right dmemory, and the other way round",
        ((_RETURNED, "return dmemory, dresid_pre"),),
    ),
    Mistake(
        "dmemory lost",
        "dmemory is 0: what came back through cross-attention's keys and values is lost",
        "everything else is right",
        ((_RETURNED, "return dresid_pre, 0 * dmemory"),),
    ),
    Mistake(
        "dmemory divided by three",
        "dmemory is divided by the number of sub-layers; only one of them reads the memory",
        "your dmemory is a third of what it must be",
        ((_RETURNED, "return dresid_pre, dmemory / 3"),),
    ),
    Mistake(
        "one more skip path",
        "dresid_post is added once more at the end: each skip path is in the residual already",
        "your dresid_pre minus dresid_post is right",
        ((_RETURNED, "return dresid_pre + dresid_post, dmemory"),),
    ),
)

MISTAKES: tuple[Mistake, ...] = (
    *everywhere(("dresid_mid_cross = ", "dresid_mid, dmemory = ", "dresid_pre = ")),
    lost_around("the FFN", "dresid_mid_cross = "),
    lost_around("cross-attention", "dresid_mid, dmemory = "),
    lost_around("self-attention", "dresid_pre = "),
    *positions(),
    *ORDER,
    *NORMS,
    *MEMORY,
)

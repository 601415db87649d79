"""Known mistakes in the backward of a block of self-attention and FFN."""

from tinytf.course.exercise import Mistake
from tinytf.course.mistakes.residuals import everywhere, lost_around, positions

_FFN = "dresid_post, self.norm2, self.ffn.backward, norm_position, ffn_cache"
_ATTENTION = "dresid_mid, self.norm1, self.self_attn.backward, norm_position, attn_cache"
_REVERSED = "a backward undoes the steps of its forward from the last to the first"

MISTAKES: tuple[Mistake, ...] = (
    *everywhere(("dresid_mid = ", "dresid_pre = ")),
    lost_around("the FFN", "dresid_mid = "),
    lost_around("self-attention", "dresid_pre = "),
    *positions(),
    Mistake(
        "sub-layers undone in forward order",
        "self-attention is undone before the FFN",
        _REVERSED,
        (
            (_FFN, _ATTENTION.replace("dresid_mid", "dresid_post")),
            (_ATTENTION, _FFN.replace("dresid_post", "dresid_mid")),
        ),
    ),
    Mistake(
        "self-attention gets the gradient from above the FFN",
        "self-attention gets dresid_post, the gradient from above the FFN, not what the FFN's part "
        "made of it",
        "the FFN and norm2 get the right gradients",
        ((_ATTENTION, _ATTENTION.replace("dresid_mid", "dresid_post")),),
    ),
    Mistake(
        "self-attention skipped",
        "the gradient does not go through self-attention and norm1",
        "the parameters of self-attention and norm1 get no gradient",
        (("dresid_pre = residual_backward(", "dresid_pre = (lambda dy, *_: dy)("),),
    ),
    Mistake(
        "norm1 in the place of norm2",
        "the FFN's part uses norm1; the forward used norm2",
        "norm2 gets no gradient",
        ((_FFN, _FFN.replace("norm2", "norm1")),),
    ),
    Mistake(
        "norm2 in the place of norm1",
        "self-attention's part uses norm2; the forward used norm1",
        "norm1 gets no gradient",
        ((_ATTENTION, _ATTENTION.replace("norm1", "norm2")),),
    ),
    Mistake(
        "one more skip path",
        "dresid_post is added once more at the end: each skip path is in the residual already",
        "your dresid_pre minus dresid_post is right",
        (("return dresid_pre", "return dresid_pre + dresid_post"),),
    ),
    Mistake(
        "dresid_mid added to dresid_pre",
        "dresid_mid is added once more at the end: the skip path is in the residual already",
        "the parameters get the right gradients",
        (("return dresid_pre", "return dresid_pre + dresid_mid"),),
    ),
)

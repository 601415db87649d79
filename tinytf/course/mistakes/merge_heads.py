"""Known mistakes in merging the heads."""

from tinytf.course.exercise import Mistake

_RETURNED = "return z.transpose(0, 2, 1, 3).reshape(batch, length, n_heads * d_head)"

MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "reshaped without the transpose",
        "z is reshaped at once, without exchanging heads and positions first",
        "the first K numbers of position t must be head 0's at t; in yours, positions get mixed",
        ((_RETURNED, "return z.reshape(batch, length, n_heads * d_head)"),),
    ),
    Mistake(
        "features dealt out like cards",
        "the features of the heads are interleaved, not put side by side",
        "the first K numbers of position t must be head 0's; yours has one number of each head",
        ((_RETURNED, _RETURNED.replace("(0, 2, 1, 3)", "(0, 2, 3, 1)")),),
    ),
    Mistake(
        "not flattened",
        "heads and positions are exchanged, but the heads are not joined",
        "the shape must be (B, T, H K), yours is (B, T, H, K)",
        ((_RETURNED, "return z.transpose(0, 2, 1, 3)"),),
    ),
    Mistake(
        "heads joined along the positions",
        "the heads are put one after the other along the positions, not along the features",
        "the shape must be (B, T, H K), yours is (B, H T, K)",
        ((_RETURNED, "return z.reshape(batch, n_heads * length, d_head)"),),
    ),
    Mistake(
        "heads averaged",
        "the heads are averaged, not put side by side",
        "the shape must be (B, T, H K), yours is (B, T, K)",
        ((_RETURNED, "return z.mean(axis=1)"),),
    ),
    Mistake(
        "heads added up",
        "the heads are added up, not put side by side",
        "the shape must be (B, T, H K), yours is (B, T, K)",
        ((_RETURNED, "return z.sum(axis=1)"),),
    ),
)

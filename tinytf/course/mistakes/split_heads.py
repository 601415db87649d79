"""Known mistakes in splitting into heads."""

from tinytf.course.exercise import Mistake

_RETURNED = "return x.reshape(batch, length, n_heads, d_model // n_heads).transpose(0, 2, 1, 3)"

MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "reshaped without the transpose",
        "x is reshaped to (B, H, T, K) at once, which cuts the positions apart, not the features",
        "head 0 must hold features 0 to K - 1 of every position; yours holds the first positions "
        "whole",
        ((_RETURNED, "return x.reshape(batch, n_heads, length, d_model // n_heads)"),),
    ),
    Mistake(
        "features dealt out like cards",
        "head h gets every H-th feature, not K features that stand side by side",
        "head 0 must hold features 0 to K - 1; yours holds features 0, H, 2 H, ...",
        (
            (
                _RETURNED,
                "return x.reshape(batch, length, d_model // n_heads, n_heads)"
                ".transpose(0, 3, 1, 2)",
            ),
        ),
    ),
    Mistake(
        "not transposed",
        "the axes of heads and positions are not exchanged after the reshape",
        "the shape must be (B, H, T, K), yours is (B, T, H, K)",
        ((_RETURNED, "return x.reshape(batch, length, n_heads, d_model // n_heads)"),),
    ),
    Mistake(
        "positions last",
        "the last two axes are exchanged, as for the keys' transpose; attention does that itself",
        "the shape must be (B, H, T, K), yours is (B, H, K, T)",
        ((_RETURNED, _RETURNED.replace("(0, 2, 1, 3)", "(0, 2, 3, 1)")),),
    ),
    Mistake(
        "heads first",
        "the axis of the heads stands before that of the batch",
        "the shape must be (B, H, T, K), yours is (H, B, T, K)",
        ((_RETURNED, _RETURNED.replace("(0, 2, 1, 3)", "(2, 0, 1, 3)")),),
    ),
)

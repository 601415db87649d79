"""Known mistakes in the padding mask."""

from tinytf.course.exercise import Mistake

_COMPARED = "np.arange(n_keys) < lengths[:, None]"
_RETURNED = "return mask[:, None, None, :]"

MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "one key too many",
        "the first padded key is seen, too",
        "row b must have lengths[b] entries True; yours has one more",
        ((_COMPARED, "np.arange(n_keys) <= lengths[:, None]"),),
    ),
    Mistake(
        "one key too few",
        "the last real key of each sequence is hidden",
        "row b must have lengths[b] entries True; yours has one less",
        ((_COMPARED, "np.arange(n_keys) < lengths[:, None] - 1"),),
    ),
    Mistake(
        "inverted",
        "the padding is seen and the text hidden: here True means that a query may attend",
        "every entry is the opposite of what it must be",
        ((_COMPARED, "np.arange(n_keys) >= lengths[:, None]"),),
    ),
    Mistake(
        "padding in front",
        "the padding is looked for in front of each sequence; it stands behind its end",
        "each row has the right number of True, but at its end",
        ((_COMPARED, "np.arange(n_keys) >= n_keys - lengths[:, None]"),),
    ),
    Mistake(
        "for the queries",
        "the lengths run along the axis of the queries, so padded queries are hidden, not keys",
        "the shape must be (B, 1, 1, Tk), yours is (B, 1, Tk, 1)",
        ((_RETURNED, "return mask[:, None, :, None]"),),
    ),
    Mistake(
        "no axes for heads and queries",
        "the axes of heads and queries are missing, so the mask does not line up with the scores",
        "the shape must be (B, 1, 1, Tk), yours is (B, Tk)",
        ((_RETURNED, "return mask"),),
    ),
    Mistake(
        "one axis too few",
        "one of the axes of size 1 is missing: the batch would line up with the heads",
        "the shape must be (B, 1, 1, Tk), yours is (B, 1, Tk)",
        ((_RETURNED, "return mask[:, None, :]"),),
    ),
    Mistake(
        "numbers in the place of booleans",
        "the mask holds numbers, 1 and 0, not booleans",
        "its entries are right, its dtype is not bool; on integers ~ does not mean not",
        ((_RETURNED, "return mask[:, None, None, :].astype(np.int64)"),),
    ),
    Mistake(
        "floats in the place of booleans",
        "the mask holds floats, 1.0 and 0.0, not booleans",
        "its entries are right, its dtype is not bool",
        ((_RETURNED, "return mask[:, None, None, :].astype(np.float64)"),),
    ),
)

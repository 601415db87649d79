"""hw4, padding mask: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import wrong
from tests.course.variants import Variant

PADDING = """
def padding_mask(lengths, n_keys):
    allowed = np.zeros((len(lengths), 1, 1, n_keys), dtype=bool)
    for b, length in enumerate(lengths):
        allowed[b, 0, 0, :length] = True
    return allowed
"""

PADDING_COMPARED = """
def padding_mask(lengths, n_keys):
    positions = np.arange(n_keys).reshape(1, 1, 1, n_keys)
    return np.asarray(lengths).reshape(-1, 1, 1, 1) > positions
"""

RIGHT: tuple[Variant, ...] = (
    Variant("padding_mask", "slices", code=PADDING),
    Variant("padding_mask", "compared the other way", code=PADDING_COMPARED),
)

WRONG = wrong(
    (
        "padding_mask",
        "<= length",
        PADDING,
        (("[b, 0, 0, :length]", "[b, 0, 0, : length + 1]"),),
        "one key too many",
    ),
    (
        "padding_mask",
        ">=",
        PADDING_COMPARED,
        ((" > positions", " >= positions"),),
        "one key too many",
    ),
    (
        "padding_mask",
        "where it is padded",
        PADDING,
        (("[b, 0, 0, :length]", "[b, 0, 0, length:]"),),
        "inverted",
    ),
    (
        "padding_mask",
        "(B, S)",
        PADDING_COMPARED,
        ((" > positions", " > positions)[:, 0, 0]"), ("return ", "return (")),
        "no axes for heads and queries",
    ),
    (
        "padding_mask",
        "on queries",
        PADDING_COMPARED,
        (("reshape(1, 1, 1, n_keys)", "reshape(1, 1, n_keys, 1)"),),
        "for the queries",
    ),
    (
        "padding_mask",
        "left padding",
        PADDING,
        (("[b, 0, 0, :length]", "[b, 0, 0, n_keys - length :]"),),
        "padding in front",
    ),
    (
        "padding_mask",
        "astype",
        PADDING_COMPARED,
        ((" > positions", " > positions).astype(int)"), ("return ", "return (")),
        "numbers in the place of booleans",
    ),
)

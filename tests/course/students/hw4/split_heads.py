"""hw4, split heads: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import wrong
from tests.course.variants import Variant

SPLIT = """
import numpy as np

def split_heads(x, n_heads):
    b, t, d = x.shape
    k = d // n_heads
    return np.stack([x[:, :, h * k : (h + 1) * k] for h in range(n_heads)], axis=1)
"""

SPLIT_RESHAPED = """
import numpy as np

def split_heads(x, n_heads):
    b, t, d = x.shape
    return np.swapaxes(x.reshape((b, t, n_heads, -1)), 1, 2)
"""

RIGHT: tuple[Variant, ...] = (
    Variant("split_heads", "slices of the features", code=SPLIT),
    Variant("split_heads", "swapaxes", code=SPLIT_RESHAPED),
)

WRONG = wrong(
    (
        "split_heads",
        "just reshape",
        SPLIT_RESHAPED,
        (
            (
                "np.swapaxes(x.reshape((b, t, n_heads, -1)), 1, 2)",
                "x.reshape(b, n_heads, t, -1)",
            ),
        ),
        "reshaped without the transpose",
    ),
    (
        "split_heads",
        "strided",
        SPLIT,
        (("h * k : (h + 1) * k", "h::n_heads"),),
        "features dealt out like cards",
    ),
    ("split_heads", "stack on axis 2", SPLIT, (("axis=1", "axis=2"),), "not transposed"),
    ("split_heads", "stack on axis 0", SPLIT, (("axis=1", "axis=0"),), "heads first"),
)

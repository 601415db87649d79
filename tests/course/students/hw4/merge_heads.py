"""hw4, merge heads: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import wrong
from tests.course.variants import Variant

MERGE = """
import numpy as np

def merge_heads(z):
    return np.concatenate([z[:, h] for h in range(z.shape[1])], axis=-1)
"""

MERGE_MOVED = """
import numpy as np

def merge_heads(z):
    b, h, t, k = z.shape
    return np.moveaxis(z, 1, 2).reshape((b, t, h * k))
"""

RIGHT: tuple[Variant, ...] = (
    Variant("merge_heads", "concatenate", code=MERGE),
    Variant("merge_heads", "moveaxis", code=MERGE_MOVED),
)

WRONG = wrong(
    (
        "merge_heads",
        "just reshape",
        MERGE_MOVED,
        (("np.moveaxis(z, 1, 2)", "z"),),
        "reshaped without the transpose",
    ),
    (
        "merge_heads",
        "stacked last",
        MERGE_MOVED,
        (("np.moveaxis(z, 1, 2)", "np.moveaxis(z, 1, 3)"),),
        "features dealt out like cards",
    ),
    (
        "merge_heads",
        "on the wrong axis",
        MERGE,
        (("axis=-1", "axis=1"),),
        "heads joined along the positions",
    ),
    (
        "merge_heads",
        "added",
        MERGE,
        (
            (
                "np.concatenate([z[:, h] for h in range(z.shape[1])], axis=-1)",
                "sum(z[:, h] for h in range(z.shape[1]))",
            ),
        ),
        "heads added up",
    ),
)

"""hw4, causal mask: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import wrong
from tests.course.variants import Variant

CAUSAL = """
def causal_mask(n_queries, n_keys):
    return np.tril(np.ones((n_queries, n_keys), dtype=bool), k=n_keys - n_queries)
"""

CAUSAL_LOOP = """
def causal_mask(n_queries, n_keys):
    past = n_keys - n_queries
    allowed = np.zeros((n_queries, n_keys), dtype=bool)
    for i in range(n_queries):
        allowed[i, : max(0, past + i + 1)] = True
    return allowed
"""

RIGHT: tuple[Variant, ...] = (
    Variant("causal_mask", "tril", code=CAUSAL),
    Variant("causal_mask", "a loop", code=CAUSAL_LOOP),
)

WRONG = wrong(
    (
        "causal_mask",
        "k - 1",
        CAUSAL,
        (("k=n_keys - n_queries", "k=n_keys - n_queries - 1"),),
        "a query does not see itself",
    ),
    (
        "causal_mask",
        "k + 1",
        CAUSAL,
        (("k=n_keys - n_queries", "k=n_keys - n_queries + 1"),),
        "one key of the future",
    ),
    (
        "causal_mask",
        "plain tril",
        CAUSAL,
        ((", k=n_keys - n_queries", ""),),
        "aligned top-left",
    ),
    ("causal_mask", "no past", CAUSAL_LOOP, (("past + i + 1", "i + 1"),), "aligned top-left"),
    (
        "causal_mask",
        "i, not i + 1",
        CAUSAL_LOOP,
        (("past + i + 1", "past + i"),),
        "a query does not see itself",
    ),
    (
        "causal_mask",
        "triu",
        CAUSAL,
        (("np.tril", "np.triu"),),
        "the future instead of the past",
    ),
    ("causal_mask", "hides the past", CAUSAL, (("return ", "return ~"),), "inverted"),
    (
        "causal_mask",
        "ints",
        CAUSAL,
        ((", dtype=bool", ", dtype=int"),),
        "numbers in the place of booleans",
    ),
    (
        "causal_mask",
        "floats",
        CAUSAL,
        ((", dtype=bool", ""),),
        "floats in the place of booleans",
    ),
)

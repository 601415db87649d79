"""Known mistakes in the causal mask."""

from tinytf.course.exercise import Mistake

_ALLOWED = "key <= query + (n_keys - n_queries)"
_DIAGONAL = "with Tq = Tk the mask must be the lower triangle, its diagonal included"

MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "a query does not see itself",
        "a query may not see the key at its own position",
        f"{_DIAGONAL}; yours leaves the diagonal out, so the first query sees nothing",
        ((_ALLOWED, "key < query + (n_keys - n_queries)"),),
    ),
    Mistake(
        "one key of the future",
        "a query may see the key right after its own position",
        f"{_DIAGONAL}; yours has one diagonal more",
        ((_ALLOWED, "key <= query + (n_keys - n_queries) + 1"),),
    ),
    Mistake(
        "aligned top-left",
        "with Tk > Tq the first query is taken to stand at the first key, so the past is hidden",
        "the last query stands at the last key: the last row must be True throughout",
        ((_ALLOWED, "key <= query"),),
    ),
    Mistake(
        "aligned by the wrong difference",
        "the difference of Tq and Tk has the wrong sign",
        "with Tk > Tq the last row must be True throughout; yours shrinks as Tk grows",
        ((_ALLOWED, "key <= query + (n_queries - n_keys)"),),
    ),
    Mistake(
        "the future instead of the past",
        "a query may see its own position and what comes after it, not what came before",
        f"{_DIAGONAL}; yours is the upper one",
        ((_ALLOWED, "key >= query + (n_keys - n_queries)"),),
    ),
    Mistake(
        "inverted",
        "True and False are exchanged: here True means that the query may attend",
        "every entry is the opposite of what it must be",
        ((_ALLOWED, "key > query + (n_keys - n_queries)"),),
    ),
    Mistake(
        "transposed",
        "rows and columns are exchanged: the shape must be (Tq, Tk), a row for each query",
        "your mask is the transpose of what it must be",
        ((_ALLOWED, f"({_ALLOWED}).T"),),
    ),
    Mistake(
        "numbers in the place of booleans",
        "the mask holds numbers, 1 and 0, not booleans",
        "its entries are right, its dtype is not bool; on integers ~ does not mean not",
        ((f"return {_ALLOWED}", f"return ({_ALLOWED}).astype(np.int64)"),),
    ),
    Mistake(
        "floats in the place of booleans",
        "the mask holds floats, 1.0 and 0.0, not booleans",
        "its entries are right, its dtype is not bool",
        ((f"return {_ALLOWED}", f"return ({_ALLOWED}).astype(np.float64)"),),
    ),
    Mistake(
        "what is added to the scores",
        "this is what a mask adds to the scores, 0 and -inf, not the mask",
        "its dtype is not bool; the entries that must be True are 0",
        ((f"return {_ALLOWED}", f"return np.where({_ALLOWED}, 0.0, -np.inf)"),),
    ),
)

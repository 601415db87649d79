"""Mistakes in the phrases of expressions."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "held out by chance": (
        "if held.isdisjoint(meaning.combined) else",
        "if len(train) < n_train else",
    ),
    "another seed every time": ("as_generator(rng)", "np.random.default_rng()"),
    "no more than one word inside": ("inside = depth - 1 if last", "inside = 0 if last"),
    "inner forms not noted": ("direct.union(*inside)", "direct"),
    "all partners of a form held out": ("round(_KEPT * count)", "0"),
    "parts exchanged": ("*[part.python for part in parts],", "*[p.python for p in parts[::-1]],"),
}

"""Mistakes in making training and test pairs."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "held-out pairs in training, too": (
        "if not held.isdisjoint(pairs_of(sentence)):",
        "if len(candidates) < 2 * n_test:",
    ),
    "rare words in the test": ("seen[word] >= LEAST_SEEN for", "True for"),
    "another seed every time": ("as_generator(rng)", "np.random.default_rng()"),
    "long sentences": ("if len(source.split()) > _MOST_WORDS:", "if False:"),
    "one pair too many": ("known[:n_test]", "known[: n_test + 1]"),
}

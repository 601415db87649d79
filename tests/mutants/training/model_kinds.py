"""Mistakes in the table of kinds."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "labels not counted": ("len(labels), rng, dtype", "2, rng, dtype"),
    "labels wanted of every kind": ("if not self.has_labels:", "if False:"),
    "no labels accepted": ("or not labels:", "or False:"),
    "text as labels accepted": ("if not isinstance(labels, list) or", "if"),
    "one label too many": ("len(labels), rng, dtype", "len(labels) + 1, rng, dtype"),
    "dtype forgotten with labels": ("len(labels), rng, dtype)", "len(labels), rng)"),
    "dtype forgotten without labels": (
        "return self.model(config, rng, dtype)",
        "return self.model(config, rng)",
    ),
    "a generator of its own": (
        "return self.model(config, rng, dtype)",
        "return self.model(config, np.random.default_rng(1), dtype)",
    ),
    "a tagger is a classifier": ('"a tagger", BertTagger', '"a tagger", BertClassifier'),
    "a command that does not exist": ('"tinytf train translator"', '"tinytf train translater"'),
    "a use that does not exist": ('"tinytf fill"', '"tinytf guess"'),
}

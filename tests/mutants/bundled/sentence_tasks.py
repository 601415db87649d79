"""Mistakes in the labels of sentences and pairs."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "labels exchanged": ('LABELS_OF_SENTENCES[acts == "she"]', 'LABELS_OF_SENTENCES[acts == "he"]'),
    "both of one gender": (
        'other = "she" if acts == "he" else "he"',
        'other = "she"',
    ),
    "negation tells the label": ("negated=choose.chance(0.5)", "negated=False"),
    "no neutral pair differs in negation": ("and choose.chance(0.5)):", "and False):"),
    "neutral pairs are about the same persons": (
        "hypothesis = change(hypothesis, stranger)",
        "pass",
    ),
    "who acts does not count": (
        "if (first.agent, first.whom) != (second.agent, second.whom):",
        "if first.whom != second.whom:",
    ),
    "the other person does not count": (
        "if (first.agent, first.whom) != (second.agent, second.whom):",
        "if first.agent != second.agent:",
    ),
    "always active": ("passive=choose.chance(0.5)", "passive=False"),
    "time not counted": (
        "HIGHEST_SCORE if first.time == second.time else 4.0",
        "HIGHEST_SCORE",
    ),
    "the same place counts as another": (
        "if first.place != second.place:",
        "if first.place == second.place:",
    ),
    "the verb is never another": ("_another(first.verb, verbs, choose)", "first.verb"),
    "never more than one part differs": ("or choose.chance(0.5)", "or choose.chance(0.0)"),
    "all that matters less differs": ("or choose.chance(0.5)", "or choose.chance(1.0)"),
    "what matters more differs, too": ("_PARTS.index(part) < _PARTS.index(decides)", "False"),
    "never both persons": ('("agent", "other", "both")', '("agent", "other")'),
    "the other person only": ('if which != "other":', "if False:"),
}

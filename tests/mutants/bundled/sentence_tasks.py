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
    "who acts does not count": ("first.agent == second.agent,", "False,"),
    "the other person does not count": ("first.whom == second.whom,", "False,"),
    "always active": ("passive=choose.chance(0.5)", "passive=False"),
    "time not counted": ("        first.time == second.time,\n", ""),
    "always the same event": (
        "if choose.chance(0.5):\n            second = replace(second, place",
        "if False:\n            second = replace(second, place",
    ),
}

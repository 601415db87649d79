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
    "neutral pairs keep their roles": ("hypothesis = _roles_changed(hypothesis)", "pass"),
    "roles do not count": (
        "same_roles = first.agent == second.agent and",
        "same_roles = False and",
    ),
    "always active": ("passive=choose.chance(0.5)", "passive=False"),
    "time not counted": (", first.time == second.time)", ")"),
    "always the same event": (
        "if choose.chance(0.5):\n            second = replace(second, place",
        "if False:\n            second = replace(second, place",
    ),
}

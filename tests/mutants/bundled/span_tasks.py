"""Mistakes in tags and answers."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "I- begins": ('[f"B-{role}", *inside]', '[f"I-{role}", *inside]'),
    "always active": (
        "parts = segments(event, passive=choose.chance(0.5)",
        "parts = segments(event, passive=False",
    ),
    "offset without the sentences before": (
        'start = len(context) + len(" ".join([*before, ""]))',
        'start = len(" ".join([*before, ""]))',
    ),
    "answer one character short": ("[:length]", "[: length - 1]"),
    "agent and patient exchanged": (
        'finished(["who", verb.past, *recipient, *patient], "?")',
        'finished(["who", verb.past, *agent], "?")',
    ),
    "what for whom": ('what = "what" if event.recipient else "whom"', 'what = "what"'),
    "two answers": ("if all(_told_apart(event, before) for before in events):", "if True:"),
}

"""Mistakes in holding out pairs."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "second clause ignored": (
        "return found | _of_clause(sentence.second) if sentence.second else found",
        "return found",
    ),
    "relative clauses ignored": ("found |= _of_clause(phrase.relative)", "pass"),
    "predicates ignored": (
        'found.add(("adjective-noun", clause.adjective.english, clause.subject.noun.english))',
        "pass",
    ),
    "places ignored": (" | _of_phrase(where)", ""),
    "recipients ignored": (" | _of_phrase(clause.recipient)", ""),
    "owners ignored": ("found = _of_phrase(phrase.owner)", "found: set[Pair] = set()"),
    "names ignored": ("return phrase.name if isinstance(phrase, Name) else", "return"),
    "what counts in a question": ("replace(first, target=None) if what", "first if what"),
    "words may lose all partners": (">= _KEPT * possible[key]", ">= 0"),
    "losses not counted": ("left.subtract(_keys(pair))", "pass"),
    "twice as many": ("wanted = round(share", "wanted = round(2 * share"),
}

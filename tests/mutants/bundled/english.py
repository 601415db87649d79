"""Mistakes in the English sentences."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "a egg": ('determiner == "a" and follows', "False and follows"),
    "an old egg, by the noun": ("follows[0][0] in", "follows[-1][0] in"),
    "he get up": ("if third else (", "if False else ("),
    "can not": ('["cannot"] if', '["can", "not"] if'),
    "look her for": (' and particle != ["for"]', ""),
    "pick up her": ("if isinstance(clause.target, Pronoun) and", "if False and"),
    "who for things": (
        "opener = person if phrase.noun.is_person else",
        "opener = person if True else",
    ),
    "who for whom": ('"who" if of_subject else "whom"', '"who"'),
    "no apostrophe": ('else "\'s")', 'else "")'),
    "sees he": ("[phrase.english_object] if", "[phrase.english] if"),
    "I is": ('"present": {"ich": "am"', '"present": {"ich": "is"'),
    "often behind the verb": ("*helper, *often, verb,", "*helper, verb, *often,"),
    "time before place": ("[*words, *where, *time,", "[*words, *time, *where,"),
    "place never in front": ('if clause.front == "where":', "if False:"),
    "time never in front": ('if clause.front == "time":', "if False:"),
    "than forgotten": ("clause.adjective.english_more, ", "clause.adjective.english, "),
    "not forgotten in the copula": (
        "be = _BE[clause.tense][number_form(clause.subject)]\n    negation = ["
        '"not"] if clause.negated else []',
        "be = _BE[clause.tense][number_form(clause.subject)]\n    negation: list[str] = []",
    ),
    "plural as singular": (
        "phrase.noun.english_plural if phrase.plural else",
        "phrase.noun.english_plural if False else",
    ),
}

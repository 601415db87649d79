"""Mistakes in the order of German words."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "verb last in a main clause": (
        "return [*front, verb, *rest, *closing, *behind]",
        "return [*front, *rest, *closing, verb, *behind]",
    ),
    "verb second after a clause in front": (
        '[*subordinate, ",", *ordered(first, "first")]',
        '[*subordinate, ",", *ordered(first, "second")]',
    ),
    "weil with verb second": (
        '[sentence.conjunction.german, *ordered(second, "last")]',
        '[sentence.conjunction.german, *ordered(second, "second")]',
    ),
    "dass with verb second": (
        'opener, *ordered(second, "last")]',
        'opener, *ordered(second, "second")]',
    ),
    "relative clause with verb second": (
        '*ordered(relative, "last")]',
        '*ordered(relative, "second")]',
    ),
    "prefix stays apart at the end": (
        "prefix = closing if _has_separated_prefix(clause) else []",
        "prefix: list[str] = []",
    ),
    "prefix lost": ("[prefix] if prefix else []", "[]"),
    "infinitive without its prefix": ("[prefix + rest]", "[rest]"),
    "subject before a verb in second place": (
        '*(subject if clause.front != "subject" else []),',
        "",
    ),
    "time twice": ('*(time if clause.front != "time" else []),', "*time,"),
    "new objects before the time": (
        "stands_early = is_definite(target) and clause.recipient is None",
        "stands_early = clause.recipient is None",
    ),
    "known objects behind the time": (
        "stands_early = is_definite(target) and clause.recipient is None",
        "stands_early = False",
    ),
    "place behind a new object": (
        "early_place = at_place and _place_before_target(clause)",
        "early_place = False",
    ),
    "put: where to before what": (
        ' or clause.verb.frame == "put":',
        ":",
    ),
    "nicht with kein": ("if clause.negated and no is None else", "if clause.negated else"),
    "nicht ein": (
        'if target.determiner.english in ("a", "")',
        'if target.determiner.english in ("")',
    ),
    "nicht lost": ('*(["nicht"] if clause.negated and no is None else []),', ""),
    "helfen with accusative": (
        '"dative" if frame == "dat" else "accusative")',
        '"accusative")',
    ),
    "recipient in the accusative": (
        'phrase_words(clause.recipient, "dative")',
        'phrase_words(clause.recipient, "accusative")',
    ),
    "where and where to alike": (
        'case = "accusative" if where.motion and',
        'case = "accusative" if False and',
    ),
    "zu with accusative": (' and preposition != "zu" else', " else"),
    "wo for wohin": ('"wohin" if clause.where.motion else "wo"', '"wo"'),
    "gekommen with haben": ("lexicon.helper(clause.verb.auxiliary,", 'lexicon.helper("haben",'),
    "sein in the present": ('role = "past" if clause.tense == "past"', 'role = "past" if False'),
    "than forgotten": ('clause.adjective.german_more, "als"', 'clause.adjective.german, "als"'),
    "denen becomes die": (
        'dative = relative.gap == "target" and relative.verb.frame == "dat"',
        "dative = False",
    ),
    "der becomes den": ('else "accusative" if accusative else "nominative"', 'else "accusative"'),
    "relative clause before the participle": (
        "return [*front, verb, *rest, *closing, *behind]",
        "return [*front, verb, *rest, *behind, *closing]",
    ),
}

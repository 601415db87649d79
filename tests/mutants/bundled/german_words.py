"""Mistakes in German inflection."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "die and der mixed up in the dative": (
        '_DEFINITE = {\n    "nominative": {"m": "er", "f": "ie", "n": "as", "p": "ie"},\n'
        '    "accusative": {"m": "en", "f": "ie", "n": "as", "p": "ie"},\n'
        '    "dative": {"m": "em", "f": "er"',
        '_DEFINITE = {\n    "nominative": {"m": "er", "f": "ie", "n": "as", "p": "ie"},\n'
        '    "accusative": {"m": "en", "f": "ie", "n": "as", "p": "ie"},\n'
        '    "dative": {"m": "em", "f": "ie"',
    ),
    "ein has no ending for einen Mann": (
        '_EIN_IS_BARE = {("nominative", "m"), ',
        '_EIN_IS_BARE = {("accusative", "m"), ("nominative", "m"), ',
    ),
    "ein neue Buch": ('("accusative", "n")}', '("dative", "n")}'),
    "weak accusative den alte Mann": (
        '("accusative", "f"),\n    ("accusative", "n"),\n}',
        '("accusative", "f"),\n    ("accusative", "m"),\n}',
    ),
    "an adjective after viele is weak": (
        'after.endings in ("definite", "der")',
        'after.endings in ("definite", "der", "strong")',
    ),
    "an adjective after ein is always strong": ('after.endings == "ein" and', "False and"),
    "kaltes Wassers": ('if case == "genitive" and gender in "mn":', "if False:"),
    "den Kinder": ('takes_n = case == "dative" and', "takes_n = False and"),
    "den Autosn": ('.endswith(("n", "s"))', '.endswith("n")'),
    "den Frauenn": ('.endswith(("n", "s"))', '.endswith("s")'),
    "den Junge": ('if case != "nominative" and noun.oblique:', "if False:"),
    "der Jungen": ('if case != "nominative" and noun.oblique:', "if noun.oblique:"),
    "des Mann": ("return noun.genitive", "return noun.german"),
    "the men, den Anna thanks": ('if (case, gender) == ("dative", "p"):', "if False:"),
    "plural ignored": ('return "p" if phrase.plural else', 'return "p" if False else'),
    "he and him alike": ("forms.get(case, phrase.german)", "phrase.german"),
    "an article beside Annas": ("if not named:", "if True:"),
    "Annas alte Hund": ("None if named else phrase.determiner", "phrase.determiner"),
    "der Hund dem Koenig": (
        'phrase_words(phrase.owner, "genitive")',
        'phrase_words(phrase.owner, "dative")',
    ),
    "in dem Garten": ('("in", "dem"): "im",\n', ""),
    "in den merged": ('("in", "dem"): "im",', '("in", "den"): "im", ("in", "dem"): "im",'),
    "er schlafen": ("return verb.er", "return verb.er or 0 if 0 else verb.german"),
    "ich wisse": ("return verb.ich or infinitive", "return infinitive"),
    "ich fuetter": ('removesuffix("n").removesuffix("e")', 'removesuffix("en")'),
}

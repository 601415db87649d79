"""Mistakes in keeping freed memory."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "a number, not a bool": ("return bool(mallopt", "return (mallopt"),
    "says no": ("return bool(mallopt", "return not bool(mallopt"),
    "tries on other systems": ('not sys.platform.startswith("linux")', "False"),
}

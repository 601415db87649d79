"""Tables and sentences as text."""

from types import ModuleType


def test_first_column_left_others_right(module: ModuleType) -> None:
    lines = module.aligned([("a", "1", "x"), ("long name", "1,000", "")])
    assert lines == ["  a              1  x", "  long name  1,000"]
    assert module.aligned([("a", "b")], indent="", gap=" | ") == ["a | b"]


def test_long_sentences_are_broken_and_moved_in(module: ModuleType) -> None:
    lines = module.wrapped("word " * 40)
    assert len(lines) == 3
    assert max(map(len, lines)) <= module.WIDTH == 100
    assert lines[0].startswith("  word")
    assert lines[1].startswith("    word")


def test_names_are_not_broken_at_hyphens(module: ModuleType) -> None:
    lines = module.wrapped("x" * 90 + " opus-mt-en-de")
    assert lines[1].strip() == "opus-mt-en-de"


def test_shares_and_factors(module: ModuleType) -> None:
    assert module.percent(2 / 3) == "66.7 %"
    assert module.factor(1.996) == "x 2.00"

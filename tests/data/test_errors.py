"""What messages are made of."""

from types import ModuleType


def test_an_error_is_a_value_error(module: ModuleType) -> None:
    assert issubclass(module.DataError, ValueError)


def test_place_and_shown(module: ModuleType) -> None:
    assert module.place("a b.tsv", 3) == "a b.tsv, line 3"
    assert module.shown("a\tb") == r"'a\tb'"
    assert module.shown("x" * 60) == repr("x" * 60)
    assert module.shown("x" * 61) == repr("x" * 57 + "...")

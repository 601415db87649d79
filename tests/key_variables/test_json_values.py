"""Values by key; what they must be is proven with real configs in test_hugging_face."""

from types import ModuleType

import pytest

from tinytf.key_variables.architecture import ArchitectureError


def test_the_first_key_that_is_there_counts(module: ModuleType) -> None:
    values = module.JsonValues({"a": None, "b": 2, "c": 3})
    assert values.whole("a", "b", "c") == 2
    assert values.whole("c", "b") == 3
    assert values.whole("a", default=7) == 7
    assert values.optional_whole("a") is None
    assert values.optional_whole("a", "c") == 3


def test_bounds(module: ModuleType) -> None:
    values = module.JsonValues({"zero": 0, "ten": 10})
    assert values.whole("zero", smallest=0) == 0
    with pytest.raises(ArchitectureError, match="ten: expected a whole number from 1 to 9, got 10"):
        values.whole("ten", largest=9)


def test_flags_and_texts(module: ModuleType) -> None:
    values = module.JsonValues({"yes": True, "no": False, "none": None, "text": "x"})
    assert values.flag("yes", False)
    assert not values.flag("no", True)
    assert values.flag("none", True)
    assert values.text("none", "text", default="y") == "x"
    assert values.text("none", default="y") == "y"


def test_inside_an_object_errors_name_both_keys(module: ModuleType) -> None:
    inside = module.JsonValues({"outer": {"inner": -1}}).inside("outer")
    with pytest.raises(ArchitectureError, match=r"^outer\.inner: expected a whole number"):
        inside.whole("inner")
    with pytest.raises(ArchitectureError, match=r"^outer\.other or outer\.more: expected"):
        inside.whole("other", "more")
    with pytest.raises(ArchitectureError, match=r"^outer\.inner: expected true or false, got -1"):
        inside.flag("inner", True)
    with pytest.raises(ArchitectureError, match=r"^outer\.inner: expected a text, got -1"):
        inside.text("inner", default="")
    assert module.JsonValues({}).inside("outer").whole("inner", default=4) == 4

"""Sizes and switches that make no model are refused, with what was expected."""

import re
from types import ModuleType
from typing import Any

import pytest


def stack(module: ModuleType, **changes: Any) -> Any:
    return module.Stack(
        **{"n_layers": 2, "n_heads": 4, "n_kv_heads": 2, "d_head": 6, "d_ff": 7, **changes}
    )


def make(module: ModuleType, **changes: Any) -> Any:
    sizes = {"vocab_size": 11, "d_model": 24, "max_len": 5, "decoder": stack(module)}
    return module.Architecture(**sizes | changes)


def test_sizes_of_all_heads_together(module: ModuleType) -> None:
    assert (stack(module).d_q, stack(module).d_kv) == (24, 12)


def test_families(module: ModuleType) -> None:
    one = stack(module)
    other = stack(module, n_layers=3)
    assert make(module).family == "decoder"
    assert make(module, decoder=None, encoder=one).family == "encoder"
    both = make(module, encoder=one, decoder=other)
    assert both.family == "encoder-decoder"
    assert both.stacks == [one, other]
    assert both.main is other
    assert make(module, decoder=None, encoder=one).main is one


@pytest.mark.parametrize("name", ["n_layers", "n_heads", "n_kv_heads", "d_head", "d_ff"])
@pytest.mark.parametrize("value", [0, -1, 1.0, True, None, "2", float("nan"), 10**9 + 1])
def test_a_stack_has_whole_numbers_in_range(module: ModuleType, name: str, value: Any) -> None:
    with pytest.raises(module.ArchitectureError, match=f"^{name}: expected a whole number from 1"):
        stack(module, **{name: value})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"vocab_size": 0}, "vocab_size: expected a whole number from 1 to 1,000,000,000, got 0"),
        ({"d_model": "x"}, "d_model: expected a whole number from 1 to 1,000,000,000, got 'x'"),
        ({"max_len": 0}, "max_len: expected a whole number"),
        ({"max_len": None}, "max_len: expected a number for learned positions, got None"),
        ({"source_vocab_size": -3}, "source_vocab_size: expected a whole number"),
        ({"n_segments": -1}, "n_segments: expected a whole number from 0"),
        ({"n_labels": 1.5}, "n_labels: expected a whole number from 0"),
        ({"extra_positions": -2}, "extra_positions: expected a whole number from 0"),
        ({"decoder": None}, "architecture: expected an encoder or a decoder, got neither"),
        ({"positions": "relative"}, "n_buckets: expected at least 1 for relative positions, got 0"),
    ],
)
def test_an_architecture_is_refused(module: ModuleType, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(module.ArchitectureError, match=re.escape(said)):
        make(module, **changes)


def test_values_that_do_not_fit_together(module: ModuleType) -> None:
    with pytest.raises(
        module.ArchitectureError, match=r"n_kv_heads: expected .* divides n_heads 4"
    ):
        stack(module, n_kv_heads=3)
    with pytest.raises(module.ArchitectureError, match="d_head: expected an even number for rope"):
        make(module, positions="rope", decoder=stack(module, d_head=5))


def test_two_thousand_layers_are_the_most(module: ModuleType) -> None:
    assert stack(module, n_layers=2_000).n_layers == 2_000
    with pytest.raises(module.ArchitectureError, match="from 1 to 2,000, got 2001"):
        stack(module, n_layers=2_001)


@pytest.mark.parametrize(
    ("value", "text"), [("x" * 99, "'" + "x" * 56 + "..."), (10**40, "a larger one"), (7, "7"),
                        ("\n\u00e9", r"'\n\xe9'")],
)  # fmt: skip
def test_a_value_is_shown_in_one_short_line_of_ascii(
    module: ModuleType, value: Any, text: str
) -> None:
    assert module.shown(value) == text


def test_an_unknown_architecture_is_an_architecture_error(module: ModuleType) -> None:
    assert issubclass(module.UnknownArchitectureError, module.ArchitectureError)
    assert issubclass(module.ArchitectureError, ValueError)

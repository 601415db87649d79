"""Config: checked when made, and read back from a dict."""

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given

from tests.layers.strategies import configs
from tests.models.stacks import encoder_configs, translator_configs
from tinytf.config import Config

SIZES = {"vocab_size": 7, "d_model": 12, "max_len": 5, "n_heads": 4, "d_ff": 6, "n_layers": 2}


@pytest.mark.parametrize("name", [*SIZES, "batch_size"])
@pytest.mark.parametrize("wrong", [0, -1])
def test_sizes_below_1(name: str, wrong: int) -> None:
    with pytest.raises(ValueError, match=rf"^{name}: expected at least 1, got {wrong}$"):
        Config(**{**SIZES, name: wrong})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_heads": 5}, r"n_heads: expected a number that divides d_model 12, got 5"),
        ({"n_heads": 24}, r"n_heads: expected a number that divides d_model 12, got 24"),
        ({"n_kv_heads": 3}, r"n_kv_heads: expected a number that divides n_heads 4, got 3"),
        ({"n_kv_heads": 8}, r"n_kv_heads: expected a number that divides n_heads 4, got 8"),
        ({"n_kv_heads": 0}, r"n_kv_heads: expected .*, got 0"),
        ({"n_kv_heads": -1}, r"n_kv_heads: expected .*, got -1"),
        ({"dropout": 1.0}, r"dropout: expected 0 <= dropout < 1, got 1.0"),
        ({"dropout": -0.1}, r"dropout: expected 0 <= dropout < 1, got -0.1"),
        ({"dropout": float("nan")}, r"dropout: expected 0 <= dropout < 1, got nan"),
        ({"norm": "batchnorm"}, r"norm: expected one of layernorm, rmsnorm, got 'batchnorm'"),
        ({"norm": None}, r"norm: expected one of layernorm, rmsnorm, got None"),
        ({"norm_position": "both"}, r"norm_position: expected one of pre, post, got 'both'"),
        (
            {"positions": "absolute"},
            r"positions: expected one of learned, sinusoidal, rope, alibi, got 'absolute'",
        ),
        (
            {"activation": "GELU"},
            r"activation: expected one of relu, gelu, gelu_tanh, silu, swiglu, got 'GELU'",
        ),
        ({"n_segments": -1}, r"n_segments: expected at least 0, got -1"),
        ({"source_vocab_size": 0}, r"source_vocab_size: expected at least 1, got 0"),
        ({"positions": "rope"}, r"positions: expected an even head size .* for rope, got 3"),
    ],
    ids=str,
)
def test_values_that_do_not_fit(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        Config(**{**SIZES, **change})


@pytest.mark.parametrize("name", ["norm_eps", "rope_base", "init_std"])
@pytest.mark.parametrize("wrong", [0.0, -1e-5, float("nan"), float("inf")])
def test_what_must_be_positive(name: str, wrong: float) -> None:
    with pytest.raises(ValueError, match=rf"^{name}: expected .*, got {wrong}$"):
        Config(**{**SIZES, name: wrong})


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("d_model", 12.0),
        ("vocab_size", "7"),
        ("n_layers", None),
        ("n_heads", True),
        ("n_kv_heads", 2.0),
        ("bias", "no"),
        ("tie_embeddings", 1),
        ("dropout", "0.1"),
        ("norm_eps", "1e-5"),
        ("init_std", "0.02"),
        ("source_vocab_size", 7.0),
        ("n_segments", None),
        ("embedding_norm", 1),
    ],
)
def test_a_dict_with_a_value_of_the_wrong_type(name: str, wrong: object) -> None:
    with pytest.raises(ValueError, match=rf"{name}.*expected.*got"):
        Config.from_dict({**SIZES, name: wrong})


@given(config=configs() | translator_configs() | encoder_configs())
def test_from_dict_is_the_inverse_of_asdict_also_through_json(config: Config) -> None:
    assert Config.from_dict(dataclasses.asdict(config)) == config
    assert Config.from_dict(json.loads(json.dumps(dataclasses.asdict(config)))) == config


def test_unknown_and_missing_names() -> None:
    with pytest.raises(ValueError, match=r"expected the names of Config, got dmodel, heads"):
        Config.from_dict({**SIZES, "heads": 4, "dmodel": 12})
    with pytest.raises(ValueError, match=r"config: .*missing.*'d_ff'"):
        Config.from_dict({name: size for name, size in SIZES.items() if name != "d_ff"})


def test_what_follows_from_other_values() -> None:
    config = Config(**SIZES)
    assert (config.d_head, config.kv_heads) == (3, 4)
    assert Config(**SIZES, n_kv_heads=2).kv_heads == 2
    assert Config(**SIZES, n_kv_heads=1).kv_heads == 1


def test_it_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Config(**SIZES).d_model = 24  # type: ignore[misc]

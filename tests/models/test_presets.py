"""The published members of the family."""

from types import ModuleType

import numpy as np
from hypothesis import strategies as st

from tests.models.parameter_counts import FORMULAS
from tests.ops.claims import claim
from tests.ops.strategies import sizes
from tinytf.config import Config
from tinytf.models.decoder import DecoderLM


@claim(size=sizes(6), name=st.sampled_from(sorted(FORMULAS)))
def test_every_preset_builds_with_the_published_number_of_parameters(
    module: ModuleType, size: tuple[int, ...], name: str
) -> None:
    vocab_size, d_head, max_len, n_heads, d_ff, n_layers = size
    config = Config(
        vocab_size, 2 * d_head * n_heads, max_len, n_heads, d_ff, n_layers, **module.PRESETS[name]
    )
    model = DecoderLM(config, np.random.default_rng(0))
    n_parameters = sum(p.value.size for p in model.parameters().values())
    assert n_parameters == FORMULAS[name](config)
    logits, _ = model.forward(np.zeros((1, max_len), int))
    assert logits.shape == (1, max_len, vocab_size)


def test_the_formulas_give_the_published_numbers(module: ModuleType) -> None:
    for name, size, published in (
        ("gpt", (50257, 768, 1024, 12, 3072, 12), 124_439_808),  # GPT-2
        ("gpt", (50257, 1600, 1024, 25, 6400, 48), 1_557_611_200),  # GPT-2 XL
        ("llama", (32000, 4096, 2048, 32, 11008, 32), 6_738_415_616),  # Llama 7B
        ("mpt", (50432, 4096, 2048, 32, 16384, 32), 6_649_286_656),  # MPT-7B
    ):
        assert FORMULAS[name](Config(*size, **module.PRESETS[name])) == published


def test_the_switches(module: ModuleType) -> None:
    """As in the papers and in the released configs: see the comments in presets.py."""
    shared = {
        #       norm         position positions activation   bias   tied
        "gpt": ("layernorm", "pre", "learned", "gelu_tanh", True, True),
        "llama": ("rmsnorm", "pre", "rope", "swiglu", False, False),
        "mpt": ("layernorm", "pre", "alibi", "gelu", False, True),
        "transformer": ("layernorm", "post", "sinusoidal", "relu", True, True),
        "bert": ("layernorm", "post", "learned", "gelu", True, True),
    }
    names = ("norm", "norm_position", "positions", "activation", "bias", "tie_embeddings")
    more: dict[str, dict[str, object]] = {
        "gpt": {"norm_eps": 1e-5},
        "llama": {"norm_eps": 1e-6},
        "mpt": {"norm_eps": 1e-5},
        "transformer": {"dropout": 0.1, "init_std": None},
        "bert": {
            "norm_eps": 1e-12,
            "dropout": 0.1,
            "n_segments": 2,
            "embedding_norm": True,
            "init_std": 0.02,
        },
    }
    expected = {
        preset: {**dict(zip(names, switches, strict=True)), **more[preset]}
        for preset, switches in shared.items()
    }
    came = module.PRESETS
    assert came == expected

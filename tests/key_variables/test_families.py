"""Sizes become stacks; the switches of the families are proven by counts in test_published."""

from types import ModuleType

import pytest

from tinytf.config import Config
from tinytf.key_variables.architecture import ArchitectureError, Stack
from tinytf.key_variables.tinytf_config import of_config
from tinytf.models.presets import PRESETS


def test_what_is_left_out_of_sizes(module: ModuleType) -> None:
    assert module.Sizes(9, 12, 5, 4, 7, 2).stack() == Stack(2, 4, 4, 3, 7)
    assert module.Sizes(9, 12, 5, 4, 7, 2, 2, 8).stack() == Stack(2, 4, 2, 8, 7)
    with pytest.raises(ArchitectureError, match=r"n_heads: expected .* divides d_model 12, got 5"):
        module.Sizes(9, 12, 5, 5, 7, 2).stack()
    with pytest.raises(ArchitectureError, match=r"n_heads: .*, got 0"):
        module.Sizes(9, 12, 5, 0, 7, 2).stack()


def test_tinytf_has_the_same_switches_for_the_same_families(module: ModuleType) -> None:
    sizes = module.Sizes(9, 12, 6, 2, 20, 3)
    for preset, kind, family in (
        ("gpt", "decoder", module.gpt2), ("llama", "decoder", module.llama),
        ("mpt", "decoder", module.mpt), ("transformer", "encoder-decoder", module.transformer),
    ):  # fmt: skip
        config = Config(9, 12, 6, 2, 20, 3, **PRESETS[preset])
        assert family(sizes) == of_config(config, kind), preset


def test_berts_switches_are_tinytfs_but_for_the_heads(module: ModuleType) -> None:
    config = Config(9, 12, 6, 2, 20, 3, **PRESETS["bert"])
    bert = module.bert(module.Sizes(9, 12, 6, 2, 20, 3))
    pretraining = of_config(config, "bert")
    assert pretraining.masked_head
    assert not bert.masked_head
    for name in ("norm_position", "positions", "activation", "n_segments", "embedding_norm"):
        assert getattr(bert, name) == getattr(pretraining, name), name


def test_what_sets_each_family_apart(module: ModuleType) -> None:
    sizes = module.Sizes(9, 12, 6, 2, 20, 3)
    assert module.gpt(sizes).norm_position == "post"
    assert not module.gpt_neo(sizes).qkv_bias
    assert module.gpt_neo(sizes).out_bias
    assert not module.gpt_neox(sizes).tie_embeddings
    assert (module.opt(sizes).activation, module.opt(sizes).extra_positions) == ("relu", 2)
    assert (module.bloom(sizes).positions, module.bloom(sizes).embedding_norm) == ("alibi", True)
    assert module.gemma(sizes).tie_embeddings
    assert module.gemma(sizes).gated
    assert (module.roberta(sizes).n_segments, module.distilbert(sizes).n_segments) == (1, 0)
    assert module.roberta(sizes).extra_positions == 2
    assert module.bart(sizes).embedding_norm
    assert not module.distilbert(sizes).pooler
    assert module.marian(sizes).activation == "silu"
    assert (module.bart(sizes).norm_position, module.bart(sizes).extra_positions) == ("post", 2)
    assert (module.t5(sizes).n_buckets, module.t5(sizes).norm) == (32, "rmsnorm")

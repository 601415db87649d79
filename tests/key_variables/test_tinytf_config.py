"""Kinds of tinytf's models: what each has on top; sums are proven in test_shapes."""

from types import ModuleType

import pytest

from tinytf.config import Config
from tinytf.key_variables.architecture import ArchitectureError
from tinytf.models.presets import PRESETS
from tinytf.training import KINDS

SIZES = {"vocab_size": 11, "d_model": 8, "max_len": 5, "n_heads": 2, "d_ff": 12, "n_layers": 1}
BERT = Config(**SIZES, **PRESETS["bert"])


def test_every_kind_of_a_checkpoint_is_known(module: ModuleType) -> None:
    assert set(module.KINDS) == set(KINDS)
    for kind in KINDS:
        assert module.of_config(BERT, kind, 3).vocab_size == 11


def test_families_and_heads(module: ModuleType) -> None:
    families = {kind: module.of_config(BERT, kind, 3).family for kind in KINDS}
    assert families["decoder"] == "decoder"
    assert families["encoder-decoder"] == "encoder-decoder"
    assert {families[kind] for kind in KINDS if kind.startswith("bert")} == {"encoder"}
    heads = {kind: module.of_config(BERT, kind, 3) for kind in KINDS}
    assert [heads[kind].n_labels for kind in ("decoder", "bert", "bert-tagger")] == [0, 2, 3]
    assert [heads[kind].n_labels for kind in ("bert-regressor", "bert-answerer")] == [1, 2]
    assert heads["bert-pair-classifier"].pooler
    assert not heads["bert-tagger"].pooler
    assert not heads["bert-answerer"].pooler


def test_swiglu_has_no_biases_whatever_the_others_have(module: ModuleType) -> None:
    llama = module.of_config(Config(**SIZES, **{**PRESETS["llama"], "bias": True}))
    assert (llama.gated, llama.activation) == (True, "silu")
    assert (llama.ffn_bias, llama.qkv_bias) == (False, True)


def test_without_biases_layernorm_does_not_shift(module: ModuleType) -> None:
    assert not module.of_config(Config(**SIZES, **PRESETS["mpt"])).norm_bias
    assert module.of_config(Config(**SIZES, **PRESETS["gpt"])).norm_bias


def test_a_source_vocabulary_is_the_encoders(module: ModuleType) -> None:
    config = Config(**SIZES, source_vocab_size=7)
    assert module.of_config(config, "encoder-decoder").source_vocab_size == 7
    assert module.of_config(config, "decoder").source_vocab_size is None


@pytest.mark.parametrize(
    ("kind", "said"),
    [("gpt", "kind: expected one of decoder, "), ("bert-tagger", "n_labels: expected at least 1")],
)
def test_refused(module: ModuleType, kind: str, said: str) -> None:
    with pytest.raises(ArchitectureError, match=said):
        module.of_config(BERT, kind)

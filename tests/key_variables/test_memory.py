"""What is said to be kept is what real caches hold, to the byte."""

from dataclasses import replace
from types import ModuleType

import numpy as np

from tests.key_variables.real_models import N_LABELS, Case, cases, kept_bytes, step
from tests.ops.claims import claim
from tinytf.key_variables.architecture import Architecture, Stack
from tinytf.key_variables.flops import Lengths
from tinytf.key_variables.tinytf_config import of_config

# An answerer's loss chooses among positions and not among labels, and a regressor's is no
# cross-entropy: a few bytes differ.
TRAINED_ON_CLASSES = ("decoder", "encoder-decoder", "bert", "bert-classifier", "bert-tagger")
GPT2 = Architecture(50257, 768, 1024, decoder=Stack(12, 12, 12, 64, 3072))


@claim(25, models=cases(TRAINED_ON_CLASSES))
def test_kept_of_a_forward_pass_of_real_models(module: ModuleType, models: list[Case]) -> None:
    for case in models:
        for dropout in {0.0, case.config.dropout}:
            case = case._replace(config=replace(case.config, dropout=dropout))
            architecture = of_config(case.config, case.kind, N_LABELS)
            model, on = case.model(), dropout > 0
            kept = kept_bytes(step(case, model, dropout=on, backward=False), model)
            assert module.activation_bytes(architecture, case.lengths, case.batch, on) == kept


@claim(10, models=cases(("decoder", "encoder-decoder")))
def test_keys_and_values_of_real_kv_caches(module: ModuleType, models: list[Case]) -> None:
    for case in models:
        model = case.model()
        per_token = module.kv_cache_bytes(of_config(case.config, case.kind), 4)
        if case.kind == "decoder":
            caches = model.new_kv_caches(case.batch)
        else:
            state = model.start(np.zeros((case.batch, case.lengths.source), np.int64))
            caches = state.kv_caches
            memory = sum(array.nbytes for pair in state.memory for array in pair)
            assert memory == per_token * case.batch * case.lengths.source
        held = kept_bytes([list(vars(cache).values()) for cache in caches], model)
        assert held == per_token * case.batch * case.config.max_len


def test_kv_cache_by_hand(module: ModuleType) -> None:
    """2 (keys, values) x 12 layers x 768 features x 2 bytes."""
    assert module.kv_cache_bytes(GPT2) == 2 * 12 * 768 * 2
    grouped = Architecture(128256, 4096, 8192, decoder=Stack(32, 32, 8, 128, 14336))
    assert module.kv_cache_bytes(grouped) == 131072
    assert module.kv_cache_bytes(Architecture(9, 8, 7, Stack(1, 2, 2, 4, 8))) == 0


def test_only_the_pattern_is_quadratic(module: ModuleType) -> None:
    def split(length: int) -> tuple[int, int]:
        kept = module.kept_arrays(GPT2, Lengths(target=length), dropout=True)
        sizes = [(array.quadratic, array.numbers * array.bytes_each) for array in kept]
        return (
            sum(size for quadratic, size in sizes if not quadratic),
            sum(size for quadratic, size in sizes if quadratic),
        )

    linear, quadratic = split(100)
    assert split(200) == (2 * linear, 4 * quadratic)
    assert quadratic == 12 * 2 * 12 * 100 * 100 * 4

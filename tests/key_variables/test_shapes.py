"""Shapes that were never allocated are those of models that were."""

from types import ModuleType

import pytest

from tests.key_variables.real_models import N_LABELS, Case, cases
from tests.ops.claims import claim
from tinytf.key_variables.architecture import Architecture, ArchitectureError, Stack
from tinytf.key_variables.tinytf_config import of_config

TINY = Stack(n_layers=2, n_heads=4, n_kv_heads=2, d_head=3, d_ff=7)


def sizes(module: ModuleType, architecture: Architecture) -> dict[str, int]:
    return {tensor.name: tensor.size for tensor in module.tensors(architecture)}


@claim(25, models=cases())
def test_names_shapes_order_and_sum_are_those_of_real_models(
    module: ModuleType, models: list[Case]
) -> None:
    for case in models:
        architecture = of_config(case.config, case.kind, N_LABELS)
        found = [(tensor.name, tensor.shape) for tensor in module.tensors(architecture)]
        parameters = case.model().parameters()
        assert found == [(name, p.value.shape) for name, p in parameters.items()]
        n_real = sum(p.value.size for p in parameters.values())
        assert module.count_parameters(architecture) == n_real
        assert sum(module.count_by_part(architecture).values()) == n_real


def test_parts_are_what_the_names_say(module: ModuleType) -> None:
    architecture = Architecture(
        11, 12, 5, TINY, TINY, source_vocab_size=9, n_segments=2, embedding_norm=True,
        tie_embeddings=False,
    )  # fmt: skip
    for tensor in module.tensors(architecture):
        words = set(tensor.name.split("."))
        expected = {
            "attention": {"self_attn", "cross_attn"}, "FFN": {"ffn"}, "head": {"head"},
            "norms": {"norm", "norm1", "norm2", "norm3", "final_norm"},
            "embeddings": {"tok", "pos", "segment"},
        }[tensor.part]  # fmt: skip
        assert words & expected, tensor
    assert set(module.count_by_part(architecture)) == set(module.PARTS)


def test_parts_of_the_layers(module: ModuleType) -> None:
    """D 12, H K 12, Hkv K 6, F 7, two layers, biases: counted by hand."""
    architecture = Architecture(11, 12, 5, decoder=TINY)
    attention = 12 * 12 + 12 + 2 * (12 * 6 + 6) + 12 * 12 + 12
    ffn = 12 * 7 + 7 + 7 * 12 + 12
    expected = {"attention": 2 * attention, "FFN": 2 * ffn, "norms": 2 * 2 * 2 * 12}
    assert module.layer_by_part(architecture) == expected
    assert module.count_by_part(architecture)["norms"] == 2 * 2 * 2 * 12 + 2 * 12


def test_what_tinytf_does_not_build(module: ModuleType) -> None:
    relative = Architecture(
        11, 10, None, TINY, TINY, "rmsnorm", positions="relative", n_buckets=8, gated=True,
        qkv_bias=False, out_bias=False, ffn_bias=False,
    )  # fmt: skip
    found = sizes(module, relative)
    assert len([name for name in found if "relative" in name]) == 2  # not one for each layer
    assert module.count_by_part(relative)["attention"] == 64 + 3 * 2 * (2 * 120 + 2 * 60)
    assert found["encoder.relative_bias.weight"] == 8 * 4
    assert found["decoder.relative_bias.weight"] == 8 * 4
    assert found["encoder.layers.1.self_attn.q.weight"] == 10 * 12  # heads wider than D / H
    assert found["encoder.layers.1.self_attn.out.weight"] == 12 * 10
    assert not [name for name in found if "bias" in name and "relative" not in name]
    offset = Architecture(11, 12, 5, decoder=TINY, extra_positions=2, qkv_bias=False)
    found = sizes(module, offset)
    assert found["decoder.embed.pos.weight"] == 7 * 12
    assert "decoder.layers.0.self_attn.q.bias" not in found
    assert "decoder.layers.0.self_attn.out.bias" in found
    gated = sizes(module, Architecture(11, 12, 5, decoder=TINY, gated=True))
    names = ["w_gate", "b_gate", "w_up", "b_up", "w_down", "b_down"]
    expected = [84, 7, 84, 7, 84, 12]
    assert [gated[f"decoder.layers.0.ffn.{name}"] for name in names] == expected


def test_a_body_without_a_head(module: ModuleType) -> None:
    free = Architecture(11, 12, 5, decoder=TINY, tie_embeddings=False)
    body = Architecture(11, 12, 5, decoder=TINY, tie_embeddings=False, language_head=False)
    assert module.count_parameters(free) - module.count_parameters(body) == 11 * 12
    assert "decoder.final_norm.gamma" in sizes(module, body)


def test_rows_say_what_a_matrix_is_multiplied_with(module: ModuleType) -> None:
    both = Architecture(11, 12, 5, TINY, TINY, tie_embeddings=False)
    rows = {tensor.name: tensor.rows for tensor in module.tensors(both)}
    assert rows["encoder.embed.tok.weight"] == "none"
    assert rows["encoder.layers.0.ffn.w_in"] == "source"
    assert rows["decoder.layers.0.cross_attn.q.weight"] == "target"
    assert rows["decoder.layers.0.cross_attn.k.weight"] == "source"
    assert rows["decoder.layers.0.cross_attn.v.weight"] == "source"
    assert rows["decoder.layers.0.cross_attn.out.weight"] == "target"
    assert rows["head.weight"] == "target"
    assert all(row == "none" for name, row in rows.items() if "bias" in name or "norm" in name)


def test_a_stack_is_refused_where_its_numbers_make_none() -> None:
    with pytest.raises(ArchitectureError, match="n_kv_heads: expected a number that divides"):
        Stack(1, 4, 3, 2, 8)

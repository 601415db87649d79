"""Counted FLOPs are those of the matrix products that real models compute."""

from types import ModuleType

from tests.key_variables.real_models import N_LABELS, Case, cases, counted_flops
from tests.ops.claims import claim
from tinytf.key_variables.architecture import Architecture, Stack
from tinytf.key_variables.shapes import tensors
from tinytf.key_variables.tinytf_config import of_config

GPT2 = Architecture(50257, 768, 1024, decoder=Stack(12, 12, 12, 64, 3072))


@claim(25, models=cases())
def test_forward_and_backward_of_real_models(module: ModuleType, models: list[Case]) -> None:
    for case in models:
        architecture = of_config(case.config, case.kind, N_LABELS)
        lengths = module.Lengths(*case.lengths)
        forward = case.batch * module.count_flops(architecture, lengths)
        assert forward == counted_flops(case, backward=False)
        both = forward * (1 + module.BACKWARD_PER_FORWARD)
        assert both == counted_flops(case, backward=True)


def test_gpt2_by_hand(module: ModuleType) -> None:
    """A token of GPT-2 at T = 1,024: 24 D^2 + 4 T D for each layer, 2 V D for the head."""
    parts = module.flops_by_part(GPT2, module.full_lengths(GPT2, 1024))
    per_token = {part: flops / 1024 for part, flops in parts.items()}
    assert per_token == {
        "attention, matrices": 12 * 8 * 768**2,
        "attention, scores": 12 * 4 * 1024 * 768,
        "FFN": 12 * 16 * 768**2,
        "head": 2 * 50257 * 768,
    }
    assert tuple(parts) == module.WORK_PARTS


def test_two_flops_for_each_parameter_of_a_matrix_and_token(module: ModuleType) -> None:
    parts = module.flops_by_part(GPT2, module.full_lengths(GPT2, 100))
    matrices = sum(t.size for t in tensors(GPT2) if len(t.shape) == 2 and ".layers." in t.name)
    assert parts["attention, matrices"] + parts["FFN"] == 2 * matrices * 100


def test_full_lengths(module: ModuleType) -> None:
    stack = Stack(1, 2, 2, 2, 4)
    assert module.full_lengths(Architecture(5, 4, 9, decoder=stack), 9) == (0, 9, 0)
    assert module.full_lengths(Architecture(5, 4, 9, stack), 9) == (9, 0, 0)
    assert module.full_lengths(Architecture(5, 4, 9, stack, stack), 9) == (9, 9, 0)
    assert module.full_lengths(Architecture(5, 4, 100, stack, masked_head=True), 100) == (
        100,
        0,
        15,
    )
    assert module.full_lengths(Architecture(5, 4, 2, stack, masked_head=True), 2) == (2, 0, 1)


def test_heads_of_bert_read_few_rows(module: ModuleType) -> None:
    """15 of 100 tokens pass through the head for masked tokens, one through pooler and labels."""
    stack = Stack(1, 2, 2, 8, 64)
    bert = Architecture(50, 16, 100, stack, pooler=True, masked_head=True, n_labels=2)
    parts = module.flops_by_part(bert, module.full_lengths(bert, 100))
    assert parts["head"] == 2 * (15 * (16 * 16 + 16 * 50) + 16 * 16 + 16 * 2)

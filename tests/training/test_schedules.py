"""Learning rates at points worked out by hand."""

import math
from types import ModuleType

import pytest
from hypothesis import strategies as st

from tests.ops.claims import claim


def test_constant(module: ModuleType) -> None:
    schedule = module.Constant(0.25)
    assert [schedule(step) for step in (0, 1, 10**6)] == [0.25] * 3


def test_warmup_cosine_by_hand(module: ModuleType) -> None:
    schedule = module.WarmupCosine(peak=1.0, floor=0.1, warmup_steps=4, total_steps=12)
    expected = {
        0: 1 / 5,  # the first step already moves
        3: 4 / 5,  # the last step of the warm-up is below the peak
        4: 1.0,  # the peak, exactly
        6: 0.1 + 0.9 * (1 + math.sqrt(0.5)) / 2,  # a quarter of the way: cos 45 degrees
        8: 0.55,  # half way down
        10: 0.1 + 0.9 * (1 - math.sqrt(0.5)) / 2,
        12: 0.1,
        13: 0.1,
        10**9: 0.1,
    }
    for step, rate in expected.items():
        assert schedule(step) == pytest.approx(rate, rel=1e-12), step


@claim(
    peak=st.floats(1e-5, 1),
    share=st.floats(0, 1),
    warmup_steps=st.integers(0, 20),
    decay_steps=st.integers(1, 50),
    step=st.integers(0, 80),
)
def test_warmup_cosine_is_nanogpts(
    module: ModuleType,
    peak: float,
    share: float,
    warmup_steps: int,
    decay_steps: int,
    step: int,
) -> None:
    """The three cases of get_lr in nanoGPT's train.py."""
    floor, total_steps = peak * share, warmup_steps + decay_steps
    if step < warmup_steps:
        expected = peak * (step + 1) / (warmup_steps + 1)
    elif step > total_steps:
        expected = floor
    else:
        ratio = (step - warmup_steps) / (total_steps - warmup_steps)
        expected = floor + 0.5 * (1.0 + math.cos(math.pi * ratio)) * (peak - floor)
    rate = module.WarmupCosine(peak, floor, warmup_steps, total_steps)(step)
    assert rate == pytest.approx(expected, rel=1e-12)


def test_warmup_cosine_without_warm_up_and_without_decay(module: ModuleType) -> None:
    assert module.WarmupCosine(1.0, 0.0, 0, 10)(0) == 1.0
    only_warm_up = module.WarmupCosine(1.0, 0.1, 4, 4)
    assert [only_warm_up(step) for step in (0, 3, 4, 5)] == [0.2, 0.8, 0.1, 0.1]


def test_noam_by_hand(module: ModuleType) -> None:
    schedule = module.Noam(d_model=16, warmup_steps=4)
    # 16^-0.5 = 1/4; rise s * 4^-1.5 = s / 8; fall 1 / sqrt(s); with s = step + 1.
    expected = {0: 1 / 32, 1: 2 / 32, 3: 4 / 32, 8: 1 / 12, 15: 1 / 16, 99: 1 / 40}
    for step, rate in expected.items():
        assert schedule(step) == pytest.approx(rate, rel=1e-12), step
    assert module.Noam(16, 4, factor=3.0)(3) == pytest.approx(3 / 8, rel=1e-12)


@claim(d_model=st.integers(1, 1000), warmup_steps=st.integers(1, 5000))
def test_the_peak_of_noam(module: ModuleType, d_model: int, warmup_steps: int) -> None:
    schedule = module.Noam(d_model, warmup_steps)
    peak = schedule(warmup_steps - 1)
    assert peak == pytest.approx(1 / math.sqrt(d_model * warmup_steps), rel=1e-9)
    assert schedule(warmup_steps) < peak
    assert warmup_steps == 1 or schedule(warmup_steps - 2) < peak


def test_the_first_transformers_peak(module: ModuleType) -> None:
    """d_model 512 and 4000 steps of warm-up (Vaswani et al. 2017): 7.0e-4."""
    assert module.Noam(512, 4000)(3999) == pytest.approx(6.9877e-4, rel=1e-4)

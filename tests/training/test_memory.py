"""Keeping freed memory."""

import sys
from types import ModuleType

import numpy as np
import pytest

from tests.training.small import small_model, snapshot, windows
from tinytf.training.next_token import NextTokenTask
from tinytf.training.optimizers import AdamW


def train_a_little() -> dict[str, bytes]:
    model = small_model(dtype=np.float32)
    optimizer = AdamW(model)
    task = NextTokenTask(model, windows(), windows())
    rng = np.random.default_rng(0)
    for _ in range(3):
        optimizer.zero_grad()
        task.train_batch(task.draw_batch(rng), rng, 1.0)
        optimizer.step(0.01)
    return snapshot(model)


def test_it_says_whether_it_was_possible_and_changes_no_result(module: ModuleType) -> None:
    before = train_a_little()
    possible = module.reuse_freed_memory()
    assert type(possible) is bool
    assert module.reuse_freed_memory() is possible
    assert train_a_little() == before


def test_other_systems(module: ModuleType) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for platform in ("darwin", "win32"):
            patch.setattr(sys, "platform", platform)
            assert module.reuse_freed_memory() is False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc is on Linux")
def test_glibc(module: ModuleType) -> None:
    import platform

    assert module.reuse_freed_memory() is (platform.libc_ver()[0] == "glibc")

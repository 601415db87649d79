"""Inputs for property tests with hypothesis: every one shrinks to something small and readable.

    from hypothesis import given
    from tinytf.gradcheck import assert_gradients, strategies

    @given(strategies.shapes().flatmap(strategies.generic_arrays))
    def test_softmax(x):
        assert_gradients(softmax_forward, softmax_backward, x)

Two kinds of numbers: `readable_arrays` (small integers, shrinking to zeros) to *find* the smallest
failing case, `generic_arrays` (random numbers) to *diagnose* it: on x = [[0]] many mistakes look
alike, on generic numbers nearly each has its own signature.
"""

from typing import NamedTuple

import numpy as np

from tinytf.ops.arrays import Array

try:
    from hypothesis import strategies as st
    from hypothesis.extra import numpy as hnp
except ImportError as error:
    raise ImportError("tinytf.gradcheck.strategies needs: pip install hypothesis") from error


class AttentionShape(NamedTuple):
    """Sizes of one attention call: q (B, H, Tq, K), k and v (B, Hkv, Tk, K)."""

    batch: int
    n_heads: int
    n_kv_heads: int
    n_queries: int
    n_keys: int
    d_head: int

    @property
    def q(self) -> tuple[int, int, int, int]:
        """(B, H, Tq, K)."""
        return self.batch, self.n_heads, self.n_queries, self.d_head

    @property
    def kv(self) -> tuple[int, int, int, int]:
        """(B, Hkv, Tk, K)."""
        return self.batch, self.n_kv_heads, self.n_keys, self.d_head

    @property
    def scores(self) -> tuple[int, int, int, int]:
        """(B, H, Tq, Tk)."""
        return self.batch, self.n_heads, self.n_queries, self.n_keys


def shapes(
    min_dims: int = 1, max_dims: int = 3, max_side: int = 4
) -> st.SearchStrategy[tuple[int, ...]]:
    """Shapes with sides from 1 to max_side; shrinks to (1,)."""
    return hnp.array_shapes(min_dims=min_dims, max_dims=max_dims, min_side=1, max_side=max_side)


def readable_arrays(shape: tuple[int, ...], largest: int = 3) -> st.SearchStrategy[Array]:
    """float64 arrays of integers from -largest to largest; shrinks to zeros with few exceptions."""
    elements = st.integers(-largest, largest).map(float)
    return hnp.arrays(np.float64, shape, elements=elements, fill=st.just(0.0))


def generic_arrays(shape: tuple[int, ...], scale: float = 1.0) -> st.SearchStrategy[Array]:
    """float64 arrays of normal random numbers; no two entries alike, never at a kink."""
    seeds = st.integers(0, 2**32 - 1)
    return seeds.map(lambda seed: scale * np.random.default_rng(seed).normal(size=shape))


def attention_shapes(max_side: int = 3) -> st.SearchStrategy[AttentionShape]:
    """Every size from 1 to max_side (H: its multiples of Hkv), Tq and Tk apart; shrinks to ones."""
    side = st.integers(1, max_side)

    def build(batch: int, kv: int, group: int, tq: int, tk: int, d_head: int) -> AttentionShape:
        return AttentionShape(batch, kv * group, kv, tq, tk, d_head)

    return st.builds(build, side, side, st.integers(1, 2), side, side, side)


@st.composite
def masks(draw: st.DrawFn, shape: AttentionShape) -> Array:
    """bool masks, True = may attend, in every shape that broadcasts to (B, H, Tq, Tk).

    Dead rows (a query with nothing to attend to) are common. Shrinks to a (Tk,) mask of all True.
    """
    n_axes = draw(st.integers(1, 4))
    sizes = shape.scores[4 - n_axes :]
    kept = draw(st.tuples(*[st.booleans() for _ in sizes[:-1]]))
    small = [size if keep else 1 for size, keep in zip(sizes[:-1], kept, strict=True)]
    hidden = draw(
        hnp.arrays(bool, (*small, sizes[-1]), elements=st.booleans(), fill=st.just(False))
    )
    if draw(st.booleans()):
        dead_row = tuple(draw(st.integers(0, size - 1)) for size in small)
        hidden[dead_row] = True
    return ~hidden


def ids(
    shape: tuple[int, ...], vocab_size: int, padding_idx: int | None = None
) -> st.SearchStrategy[Array]:
    """int64 ids from 0 to vocab_size - 1, duplicates common; shrinks to all 0.

    With padding_idx, some sequences (rows of the last axis) end in padding.
    """
    elements = st.integers(0, vocab_size - 1)
    tokens = hnp.arrays(np.int64, shape, elements=elements, fill=st.just(0))
    if padding_idx is None:
        return tokens
    lengths = hnp.arrays(np.int64, shape[:-1], elements=st.integers(0, shape[-1]))
    return st.builds(
        lambda token, padded: np.where(
            np.arange(shape[-1]) < shape[-1] - padded[..., None], token, padding_idx
        ),
        tokens,
        lengths,
    )


def targets(
    shape: tuple[int, ...], vocab_size: int, ignore_index: int = -100
) -> st.SearchStrategy[Array]:
    """Like `ids`, where any place may be ignored, but not all; shrinks to all 0."""
    elements = st.one_of(st.integers(0, vocab_size - 1), st.just(ignore_index))
    drawn = hnp.arrays(np.int64, shape, elements=elements, fill=st.just(0))
    return drawn.filter(lambda target: bool((target != ignore_index).any()))

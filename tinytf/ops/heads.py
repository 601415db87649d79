"""Heads: the same numbers seen as one vector for each position, or as H short ones.

Source: Vaswani et al. 2017, section 3.2.2. Each function is the other's inverse and, because both
only move numbers, the other's backward too.
"""

from tinytf.ops.arrays import Array


def split_heads(x: Array, n_heads: int) -> Array:
    """(B, T, H K) -> (B, H, T, K): head h gets the features h K to (h + 1) K.

    Args:
        x: (B, T, H K).
        n_heads: H.

    Returns:
        A view of x; the features of a position stay side by side in memory.

    Raises:
        ValueError: x does not have three axes, or H does not divide its last one.
    """
    if x.ndim != 3 or x.shape[-1] % n_heads:
        raise ValueError(f"x: expected shape (batch, length, {n_heads} heads x K), got {x.shape}")
    # BEGIN SOLUTION
    batch, length, d_model = x.shape
    return x.reshape(batch, length, n_heads, d_model // n_heads).transpose(0, 2, 1, 3)
    # END SOLUTION


def merge_heads(z: Array) -> Array:
    """(B, H, T, K) -> (B, T, H K): the inverse of `split_heads`.

    Args:
        z: (B, H, T, K).

    Raises:
        ValueError: z does not have four axes.
    """
    if z.ndim != 4:
        raise ValueError(f"z: expected shape (batch, heads, length, K), got {z.shape}")
    # BEGIN SOLUTION
    batch, n_heads, length, d_head = z.shape
    return z.transpose(0, 2, 1, 3).reshape(batch, length, n_heads * d_head)
    # END SOLUTION

"""The output head of a model that predicts tokens: one score (logit) for each of the vocabulary."""

from typing import Any

import numpy as np
import numpy.typing as npt

from tinytf.config import Config
from tinytf.layers.embedding import Embedding
from tinytf.layers.linear import Linear
from tinytf.layers.parameter import add_grad
from tinytf.ops.arrays import Array
from tinytf.ops.linear import linear_backward, linear_forward


def make_head(config: Config, rng: np.random.Generator, dtype: npt.DTypeLike) -> Linear | None:
    """The head's own matrix, or None where the embedding table serves as the head (tied)."""
    if config.tie_embeddings:
        return None
    return Linear(config.d_model, config.vocab_size, rng, config.init_std, bias=False, dtype=dtype)


def head_forward(resid: Array, head: Linear | None, table: Embedding) -> tuple[Array, Any]:
    """resid (B, T, D) -> logits (B, T, V), and the cache for `head_backward`.

    Tied, the table of token embeddings, transposed, scores every token against the vector.
    Source: Press and Wolf 2017, "Using the Output Embedding to Improve Language Models".

    Args:
        resid: what the last layer (or the final norm) gave.
        head: from `make_head`.
        table: the stack's token embeddings.
    """
    # BEGIN SOLUTION
    if head is None:
        return linear_forward(resid, table.weight.value.T)
    return head.forward(resid)
    # END SOLUTION


def head_backward(dlogits: Array, head: Linear | None, table: Embedding, cache: Any) -> Array:
    """dlogits (B, T, V) -> dresid (B, T, D); arguments as in `head_forward`."""
    # BEGIN SOLUTION
    if head is None:
        dresid, dweight, _ = linear_backward(dlogits, cache)
        # The tied table gets its gradient from two places: here, and from the look-up.
        add_grad(table.weight, dweight.T)
        return dresid
    return head.backward(dlogits, cache)
    # END SOLUTION

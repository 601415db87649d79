"""The encoder: every position attends to every other; what comes out describes the whole input.

BERT is this stack with a head on top (`bert.py`); in an encoder-decoder its output is the memory
that the decoder asks (`encoder_decoder.py`). Source: Vaswani et al. 2017, section 3.1.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from tinytf.config import Config
from tinytf.layers.embedding import Embedding
from tinytf.layers.parameter import Layer
from tinytf.layers.transformer_layer import TransformerLayer, make_norm
from tinytf.models.embeddings import Embeddings, make_table, require_ids
from tinytf.ops.arrays import Array


class Encoder(Layer):
    """Embeddings, n_layers layers that look both ways, and (pre-norm only) a final norm.

    Args:
        config: sizes and switches.
        rng: where the parameters' random start comes from.
        dtype: float32 or float64.
        tok: the table of token embeddings; None for a new one of vocab_size rows.

    Raises:
        ValueError: the config asks for ALiBi, whose bias is made for looking back only.
    """

    def __init__(
        self,
        config: Config,
        rng: np.random.Generator,
        dtype: npt.DTypeLike = np.float32,
        tok: Embedding | None = None,
    ) -> None:
        if config.positions == "alibi":
            raise ValueError(
                "positions: expected learned, sinusoidal or rope for an encoder, got alibi, which "
                "would reward the keys behind the query"
            )
        tok = tok or make_table(config.vocab_size, config, rng, dtype)
        self.embed = Embeddings(tok, config, rng, dtype)
        self.layers = [
            TransformerLayer(config, rng, causal=False, dtype=dtype) for _ in range(config.n_layers)
        ]
        self.final_norm = make_norm(config, dtype) if config.norm_position == "pre" else None
        self.config = config

    def forward(
        self,
        ids: Array,
        mask: Array | None = None,
        segments: Array | None = None,
        rng: np.random.Generator | None = None,
    ) -> tuple[Array, Any]:
        """Read a batch.

        Args:
            ids: (B, S) integers, S at most max_len.
            mask: booleans that broadcast to (B, H, S, S), True = may attend; `padding_mask` makes
                one that hides what follows each sequence's end.
            segments: (B, S) integers, for a model with segments; None for all 0.
            rng: dropout's randomness, in training; None for evaluation.

        Returns:
            out (B, S, D), and the cache for `backward`. What stands at padded positions means
            nothing; neither a loss nor attention should read it.

        Raises:
            TypeError: ids are not integers, or mask is not boolean.
            ValueError: a shape does not fit, an id is outside the vocabulary, or S is too long.
        """
        require_ids("ids", ids, self.config.max_len)
        resid, embed_cache = self.embed.forward(ids, 0, rng, segments)  # (B, S, D)
        layer_caches = []
        for layer in self.layers:
            resid, layer_cache = layer.forward(resid, mask, None, rng)
            layer_caches.append(layer_cache)
        norm_cache: Any = None
        if self.final_norm is not None:
            resid, norm_cache = self.final_norm.forward(resid)
        return resid, (embed_cache, layer_caches, norm_cache)

    def backward(self, dout: Array, cache: Any) -> None:
        """dout (B, S, D): the layers undone from the last to the first."""
        embed_cache, layer_caches, norm_cache = cache
        dresid = dout
        if self.final_norm is not None:
            dresid = self.final_norm.backward(dresid, norm_cache)
        for layer, layer_cache in zip(reversed(self.layers), reversed(layer_caches), strict=True):
            dresid = layer.backward(dresid, layer_cache)
        self.embed.backward(dresid, embed_cache)

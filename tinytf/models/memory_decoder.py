"""The decoder of an encoder-decoder: it writes the target, and asks the memory at every layer.

The memory is the encoder's output. Source: Vaswani et al. 2017, section 3.1 and figure 1, right.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tinytf.config import Config
from tinytf.layers.cross_attention import KeysValues
from tinytf.layers.decoder_layer import DecoderLayer
from tinytf.layers.embedding import Embedding
from tinytf.layers.kv_cache import KVCache
from tinytf.layers.parameter import Layer
from tinytf.layers.transformer_layer import make_norm
from tinytf.models.embeddings import Embeddings, require_ids
from tinytf.ops.arrays import Array


@dataclass
class DecoderState:
    """What generation keeps between two steps.

    The past of the target grows with every token; what the source answers with stays.

    Attributes:
        kv_caches: for each layer, self-attention's keys and values of the tokens written so far.
        memory: for each layer, cross-attention's keys and values, (B, Hkv, S, K) each.
        memory_mask: booleans (B, 1, 1, S), True = may attend; None without padding.
    """

    kv_caches: list[KVCache]
    memory: list[KeysValues]
    memory_mask: Array | None

    def select(self, rows: Array) -> None:
        """Keep these rows of the batch, in this order; a row may be kept several times."""
        for kv_cache in self.kv_caches:
            kv_cache.select(rows)
        self.memory = [(k[rows], v[rows]) for k, v in self.memory]
        if self.memory_mask is not None:
            self.memory_mask = self.memory_mask[rows]


class MemoryDecoder(Layer):
    """Embeddings, n_layers layers with cross-attention, and (pre-norm only) a final norm.

    Args:
        tok: the table of token embeddings; the encoder may share it.
        config: sizes and switches.
        rng: where the parameters' random start comes from.
        dtype: float32 or float64.
    """

    def __init__(
        self,
        tok: Embedding,
        config: Config,
        rng: np.random.Generator,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        self.embed = Embeddings(tok, config, rng, dtype)
        self.layers = [DecoderLayer(config, rng, dtype) for _ in range(config.n_layers)]
        self.final_norm = make_norm(config, dtype) if config.norm_position == "pre" else None
        self.config = config

    def forward(
        self,
        ids: Array,
        memory: Array,
        memory_mask: Array | None = None,
        rng: np.random.Generator | None = None,
    ) -> tuple[Array, Any]:
        """Read whole targets.

        Args:
            ids: (B, T) integers, T at most max_len. Padding behind a target's end needs no mask:
                causal attention keeps it from what stands before.
            memory: (B, S, D), the encoder's output.
            memory_mask: booleans that broadcast to (B, H, T, S), True = may attend.
            rng: dropout's randomness, in training; None for evaluation.

        Returns:
            resid (B, T, D), and the cache for `backward`.

        Raises:
            TypeError: ids are not integers, or the mask is not boolean.
            ValueError: a shape does not fit, an id is outside the vocabulary, or T is too long.
        """
        require_ids("target", ids, self.config.max_len)
        resid, embed_cache = self.embed.forward(ids, 0, rng)  # (B, T, D)
        layer_caches = []
        for layer in self.layers:
            resid, layer_cache = layer.forward(resid, memory, memory_mask, rng)
            layer_caches.append(layer_cache)
        norm_cache: Any = None
        if self.final_norm is not None:
            resid, norm_cache = self.final_norm.forward(resid)
        return resid, (embed_cache, layer_caches, norm_cache)

    def backward(self, dresid: Array, cache: Any) -> Array:
        """dresid (B, T, D) -> dmemory (B, S, D), the sum over all layers' cross-attentions."""
        embed_cache, layer_caches, norm_cache = cache
        # BEGIN SOLUTION
        if self.final_norm is not None:
            dresid = self.final_norm.backward(dresid, norm_cache)
        shares = []  # each layer's part of dmemory, (B, S, D)
        for layer, layer_cache in zip(reversed(self.layers), reversed(layer_caches), strict=True):
            dresid, dmemory_of_layer = layer.backward(dresid, layer_cache)
            shares.append(dmemory_of_layer)
        self.embed.backward(dresid, embed_cache)
        dmemory = shares[0]
        for share in shares[1:]:
            dmemory = dmemory + share
        return dmemory
        # END SOLUTION

    def start(self, memory: Array, memory_mask: Array | None = None) -> DecoderState:
        """The state before the first token: an empty past, and the memory's keys and values."""
        config, batch = self.config, len(memory)
        kv_caches = [
            KVCache(batch, config.kv_heads, config.max_len, config.d_head, memory.dtype)
            for _ in self.layers
        ]
        keys_values = [layer.cross_attn.keys_values(memory)[0] for layer in self.layers]
        return DecoderState(kv_caches, keys_values, memory_mask)

    def step(self, ids: Array, state: DecoderState) -> Array:
        """Read new tokens, behind those of the state: ids (B, T) -> resid (B, T, D).

        Raises:
            TypeError: ids are not integers.
            ValueError: a shape does not fit, an id is outside the vocabulary, or the target gets
                longer than max_len.
        """
        n_past = state.kv_caches[0].length
        require_ids("target", ids, self.config.max_len, n_past)
        resid, _ = self.embed.forward(ids, n_past)  # (B, T, D)
        for layer, memory, kv_cache in zip(self.layers, state.memory, state.kv_caches, strict=True):
            resid, _ = layer.forward(resid, memory, state.memory_mask, kv_cache=kv_cache)
        if self.final_norm is not None:
            resid, _ = self.final_norm.forward(resid)
        return resid

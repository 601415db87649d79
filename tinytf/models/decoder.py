"""The decoder-only stack: embeddings, layers, final norm; and the language model on top of it.

GPT, Llama and MPT are this one stack with different switches (`tinytf.models.presets`).
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from tinytf.config import Config
from tinytf.layers.kv_cache import KVCache
from tinytf.layers.parameter import Layer
from tinytf.layers.transformer_layer import TransformerLayer, make_norm
from tinytf.models.embeddings import Embeddings, make_table, require_ids
from tinytf.models.head import head_backward, head_forward, make_head
from tinytf.ops.arrays import Array
from tinytf.ops.positions import alibi_bias


class Decoder(Layer):
    """Embeddings, n_layers layers, and (pre-norm only) a final norm.

    Args:
        config: sizes and switches.
        rng: where the parameters' random start comes from.
        dtype: float32 or float64.
    """

    def __init__(
        self, config: Config, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
    ) -> None:
        tok = make_table(config.vocab_size, config, rng, dtype)
        self.embed = Embeddings(tok, config, rng, dtype)
        self.layers = [
            TransformerLayer(config, rng, causal=True, dtype=dtype) for _ in range(config.n_layers)
        ]
        self.final_norm = make_norm(config, dtype) if config.norm_position == "pre" else None
        self.config = config

    def forward(
        self,
        ids: Array,
        rng: np.random.Generator | None = None,
        kv_caches: list[KVCache] | None = None,
    ) -> tuple[Array, Any]:
        """ids (B, T) -> resid (B, T, D); options as in `DecoderLM.forward`."""
        config = self.config
        n_past = kv_caches[0].length if kv_caches else 0
        require_ids("ids", ids, config.max_len, n_past)
        n_queries, n_keys = ids.shape[1], n_past + ids.shape[1]
        bias = None
        if config.positions == "alibi":
            bias = alibi_bias(config.n_heads, n_queries, n_keys)  # (H, T, Tk)
        resid, embed_cache = self.embed.forward(ids, n_past, rng)  # (B, T, D)
        layer_caches = []
        for i, layer in enumerate(self.layers):
            kv_cache = kv_caches[i] if kv_caches else None
            resid, layer_cache = layer.forward(resid, None, bias, rng, kv_cache)
            layer_caches.append(layer_cache)
        norm_cache: Any = None
        if self.final_norm is not None:
            resid, norm_cache = self.final_norm.forward(resid)
        return resid, (embed_cache, layer_caches, norm_cache)

    def backward(self, dresid: Array, cache: Any) -> None:
        """dresid (B, T, D): the layers undone from the last to the first."""
        embed_cache, layer_caches, norm_cache = cache
        if self.final_norm is not None:
            dresid = self.final_norm.backward(dresid, norm_cache)
        for layer, layer_cache in zip(reversed(self.layers), reversed(layer_caches), strict=True):
            dresid = layer.backward(dresid, layer_cache)
        self.embed.backward(dresid, embed_cache)


class DecoderLM(Layer):
    """Decoder-only language model: at each position, logits for the next token.

    Args:
        config: sizes and switches.
        rng: where the parameters' random start comes from.
        dtype: float32 (for training) or float64 (for gradient checks).
    """

    def __init__(
        self, config: Config, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
    ) -> None:
        self.decoder = Decoder(config, rng, dtype)
        self.head = make_head(config, rng, dtype)
        self.config = config

    def forward(
        self,
        ids: Array,
        rng: np.random.Generator | None = None,
        kv_caches: list[KVCache] | None = None,
    ) -> tuple[Array, Any]:
        """Compute the logits.

        Args:
            ids: (B, T) integers, T at most max_len.
            rng: dropout's randomness, in training; None for evaluation (no dropout).
            kv_caches: from `new_kv_caches`, when generating: ids are then only the new tokens.

        Returns:
            logits (B, T, V), and the cache for `backward`.

        Raises:
            TypeError: ids are not integers.
            ValueError: ids is not (B, T), an id is outside the vocabulary, or T is too long.
        """
        resid, decoder_cache = self.decoder.forward(ids, rng, kv_caches)  # (B, T, D)
        logits, head_cache = head_forward(resid, self.head, self.decoder.embed.tok)
        return logits, (decoder_cache, head_cache)

    def backward(self, dlogits: Array, cache: Any) -> None:
        """Add the gradient of every parameter into its `.grad`.

        Args:
            dlogits: (B, T, V), the gradient of the loss with respect to the logits.
            cache: what `forward` returned.
        """
        decoder_cache, head_cache = cache
        dresid = head_backward(dlogits, self.head, self.decoder.embed.tok, head_cache)
        self.decoder.backward(dresid, decoder_cache)

    def new_kv_caches(self, batch_size: int) -> list[KVCache]:
        """Empty KV caches for max_len tokens, one for each layer."""
        config = self.config
        dtype = self.decoder.embed.tok.weight.value.dtype
        return [
            KVCache(batch_size, config.kv_heads, config.max_len, config.d_head, dtype)
            for _ in range(config.n_layers)
        ]

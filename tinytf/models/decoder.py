"""The decoder-only stack: embeddings, layers, final norm; and the language model on top of it.

GPT, Llama and MPT are this one stack with different switches (`tinytf.models.presets`).
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from tinytf.config import Config
from tinytf.layers.embedding import Embedding
from tinytf.layers.kv_cache import KVCache
from tinytf.layers.linear import Linear
from tinytf.layers.parameter import Layer
from tinytf.layers.transformer_layer import TransformerLayer, make_norm
from tinytf.ops.arrays import Array
from tinytf.ops.dropout import dropout_backward, dropout_forward
from tinytf.ops.linear import linear_backward, linear_forward
from tinytf.ops.positions import alibi_bias, sinusoidal_positions


class DecoderEmbeddings(Layer):
    """Token embeddings, plus positions where the model adds them.

    Args:
        config: sizes and switches.
        rng: where the tables' random start comes from.
        dtype: float32 or float64.
    """

    def __init__(
        self, config: Config, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
    ) -> None:
        learned = config.positions == "learned"
        self.tok = Embedding(config.vocab_size, config.d_model, rng, dtype=dtype)
        self.pos = Embedding(config.max_len, config.d_model, rng, dtype=dtype) if learned else None
        self.config = config

    def forward(
        self, ids: Array, start: int = 0, rng: np.random.Generator | None = None
    ) -> tuple[Array, Any]:
        """ids (B, T), of which the first stands at position `start` -> out (B, T, D)."""
        positions = np.arange(start, start + ids.shape[1])
        tok, tok_cache = self.tok.forward(ids)  # (B, T, D)
        pos_cache: Any = None
        out = tok
        if self.pos is not None:
            pos, pos_cache = self.pos.forward(positions)  # (T, D)
            out = tok + pos
        elif self.config.positions == "sinusoidal":
            pos = sinusoidal_positions(start + ids.shape[1], self.config.d_model)[positions]
            out = tok * math.sqrt(self.config.d_model) + pos.astype(tok.dtype)
        out, dropout_cache = dropout_forward(
            out, self.config.dropout, rng, training=rng is not None
        )
        return out, (tok_cache, pos_cache, dropout_cache)

    def backward(self, dout: Array, cache: Any) -> None:
        """dout (B, T, D); every sequence of the batch used the same positions, so dpos sums."""
        tok_cache, pos_cache, dropout_cache = cache
        dout = dropout_backward(dout, dropout_cache)
        dtok = dout
        if self.pos is not None:
            self.pos.backward(dout.sum(axis=0), pos_cache)
        elif self.config.positions == "sinusoidal":
            dtok = dout * math.sqrt(self.config.d_model)
        self.tok.backward(dtok, tok_cache)


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
        self.embed = DecoderEmbeddings(config, rng, dtype)
        self.layers = [TransformerLayer(config, rng, dtype) for _ in range(config.n_layers)]
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
        n_queries, n_keys = ids.shape[1], n_past + ids.shape[1]
        if n_keys > config.max_len:
            raise ValueError(f"ids: expected at most max_len {config.max_len} tokens, got {n_keys}")
        bias = None
        if config.positions == "alibi":
            bias = alibi_bias(config.n_heads, n_queries, n_keys)  # (H, T, Tk)
        resid, embed_cache = self.embed.forward(ids, n_past, rng)  # (B, T, D)
        layer_caches = []
        for i, layer in enumerate(self.layers):
            kv_cache = kv_caches[i] if kv_caches else None
            resid, layer_cache = layer.forward(resid, bias, rng, kv_cache)
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
        self.head = (
            None
            if config.tie_embeddings
            else Linear(config.d_model, config.vocab_size, rng, bias=False, dtype=dtype)
        )
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
        if not isinstance(ids, np.ndarray):
            raise TypeError(f"ids: expected an array of integers, got {type(ids).__name__}")
        if ids.ndim != 2:
            raise ValueError(f"ids: expected shape (batch, length), got {ids.shape}")
        if np.shape(ids)[1] == 0:
            raise ValueError(f"ids: expected at least one token, got shape {np.shape(ids)}")
        resid, decoder_cache = self.decoder.forward(ids, rng, kv_caches)  # (B, T, D)
        if self.head is None:
            # Tied: the embedding table, transposed, scores every token against the vector.
            logits, head_cache = linear_forward(resid, self.decoder.embed.tok.weight.value.T)
        else:
            logits, head_cache = self.head.forward(resid)
        return logits, (decoder_cache, head_cache)

    def backward(self, dlogits: Array, cache: Any) -> None:
        """Add the gradient of every parameter into its `.grad`.

        Args:
            dlogits: (B, T, V), the gradient of the loss with respect to the logits.
            cache: what `forward` returned.
        """
        decoder_cache, head_cache = cache
        if self.head is None:
            dresid, dweight, _ = linear_backward(dlogits, head_cache)
            # The tied table gets its gradient from two places: here, and from the look-up.
            self.decoder.embed.tok.weight.grad += dweight.T
        else:
            dresid = self.head.backward(dlogits, head_cache)
        self.decoder.backward(dresid, decoder_cache)

    def new_kv_caches(self, batch_size: int) -> list[KVCache]:
        """Empty KV caches for max_len tokens, one for each layer."""
        config = self.config
        dtype = self.decoder.embed.tok.weight.value.dtype
        return [
            KVCache(batch_size, config.kv_heads, config.max_len, config.d_head, dtype)
            for _ in range(config.n_layers)
        ]

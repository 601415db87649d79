"""One layer of the decoder of an encoder-decoder: self-attention, cross-attention, FFN.

Source: Vaswani et al. 2017, section 3.1 and figure 1, right half.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from tinytf.config import Config
from tinytf.layers.attention import SelfAttention
from tinytf.layers.cross_attention import CrossAttention, KeysValues
from tinytf.layers.kv_cache import KVCache
from tinytf.layers.parameter import Layer
from tinytf.layers.residual import residual_backward, residual_forward
from tinytf.layers.start import output_std
from tinytf.layers.transformer_layer import make_feed_forward, make_norm
from tinytf.ops.arrays import Array


class DecoderLayer(Layer):
    """Causal self-attention over the target, cross-attention to the memory, FFN.

    Args:
        config: sizes and switches.
        rng: where the weights' random start comes from.
        dtype: float32 or float64.
    """

    def __init__(
        self, config: Config, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
    ) -> None:
        std_out = output_std(config, n_sublayers=3)
        self.norm1 = make_norm(config, dtype)
        self.self_attn = SelfAttention(config, rng, causal=True, std_out=std_out, dtype=dtype)
        self.norm2 = make_norm(config, dtype)
        self.cross_attn = CrossAttention(config, rng, std_out, dtype)
        self.norm3 = make_norm(config, dtype)
        self.ffn = make_feed_forward(config, rng, std_out, dtype)
        self.config = config

    def forward(
        self,
        resid_pre: Array,
        memory: Array | KeysValues,
        memory_mask: Array | None = None,
        rng: np.random.Generator | None = None,
        kv_cache: KVCache | None = None,
    ) -> tuple[Array, Any]:
        """One layer.

        Args:
            resid_pre: (B, T, D), the residual stream.
            memory: (B, S, D), the encoder's output, or in generation its keys and values.
            memory_mask: booleans that broadcast to (B, H, T, S), True = may attend.
            rng: dropout's randomness, in training; None for evaluation.
            kv_cache: in generation, keys and values of the target tokens before resid_pre.

        Returns:
            resid_post (B, T, D), and the cache for `backward`.
        """
        config = self.config
        resid_mid, self_cache = residual_forward(
            resid_pre,
            self.norm1,
            lambda x: self.self_attn.forward(x, rng=rng, kv_cache=kv_cache),
            config.norm_position,
            config.dropout,
            rng,
        )
        resid_mid_cross, cross_cache = residual_forward(
            resid_mid,
            self.norm2,
            lambda x: self.cross_attn.forward(x, memory, memory_mask, rng),
            config.norm_position,
            config.dropout,
            rng,
        )
        resid_post, ffn_cache = residual_forward(
            resid_mid_cross, self.norm3, self.ffn.forward, config.norm_position, config.dropout, rng
        )
        return resid_post, (self_cache, cross_cache, ffn_cache)

    def backward(self, dresid_post: Array, cache: Any) -> tuple[Array, Array]:
        """dresid_post (B, T, D) -> dresid_pre (B, T, D) and dmemory (B, S, D).

        dmemory is this layer's share only: every decoder layer read the same memory, so whoever
        runs the layers adds the shares up.
        """
        self_cache, cross_cache, ffn_cache = cache
        # BEGIN SOLUTION
        norm_position = self.config.norm_position
        dresid_mid_cross = residual_backward(
            dresid_post, self.norm3, self.ffn.backward, norm_position, ffn_cache
        )
        dresid_mid, dmemory = residual_backward(
            dresid_mid_cross, self.norm2, self.cross_attn.backward, norm_position, cross_cache
        )
        dresid_pre = residual_backward(
            dresid_mid, self.norm1, self.self_attn.backward, norm_position, self_cache
        )
        return dresid_pre, dmemory
        # END SOLUTION

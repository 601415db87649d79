"""One layer of an encoder or a decoder-only stack: self-attention, then FFN, each in a residual.

Every switch of the family is decided in one place: the norm's kind in `make_norm`, its position in
`residual.py`, the FFN in `make_feed_forward`, heads and RoPE in `attention.py`.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from tinytf.config import Config
from tinytf.layers.attention import SelfAttention
from tinytf.layers.feed_forward import FeedForward, SwigluFeedForward
from tinytf.layers.kv_cache import KVCache
from tinytf.layers.norm import LayerNorm, RMSNorm
from tinytf.layers.parameter import Layer
from tinytf.layers.residual import residual_backward, residual_forward
from tinytf.layers.start import output_std
from tinytf.ops.arrays import Array


class TransformerLayer(Layer):
    """Self-attention and FFN.

    Args:
        config: sizes and switches.
        rng: where the weights' random start comes from.
        causal: as in `SelfAttention`: True for decoders, False for encoders.
        dtype: float32 or float64.
    """

    def __init__(
        self,
        config: Config,
        rng: np.random.Generator,
        causal: bool = True,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        std_out = output_std(config, n_sublayers=2)
        self.norm1 = make_norm(config, dtype)
        self.self_attn = SelfAttention(config, rng, causal, std_out, dtype)
        self.norm2 = make_norm(config, dtype)
        self.ffn = make_feed_forward(config, rng, std_out, dtype)
        self.config = config

    def forward(
        self,
        resid_pre: Array,
        mask: Array | None = None,
        bias: Array | None = None,
        rng: np.random.Generator | None = None,
        kv_cache: KVCache | None = None,
    ) -> tuple[Array, Any]:
        """resid_pre (B, T, D) -> resid_post (B, T, D); options as in `SelfAttention.forward`."""
        config = self.config
        resid_mid, attn_cache = residual_forward(
            resid_pre,
            self.norm1,
            lambda x: self.self_attn.forward(x, mask, bias, rng, kv_cache),
            config.norm_position,
            config.dropout,
            rng,
        )
        resid_post, ffn_cache = residual_forward(
            resid_mid, self.norm2, self.ffn.forward, config.norm_position, config.dropout, rng
        )
        return resid_post, (attn_cache, ffn_cache)

    def backward(self, dresid_post: Array, cache: Any) -> Array:
        """dresid_post (B, T, D) -> dresid_pre (B, T, D)."""
        attn_cache, ffn_cache = cache
        # BEGIN SOLUTION
        norm_position = self.config.norm_position
        dresid_mid = residual_backward(
            dresid_post, self.norm2, self.ffn.backward, norm_position, ffn_cache
        )
        dresid_pre = residual_backward(
            dresid_mid, self.norm1, self.self_attn.backward, norm_position, attn_cache
        )
        return dresid_pre
        # END SOLUTION


def make_norm(config: Config, dtype: npt.DTypeLike) -> LayerNorm | RMSNorm:
    """The norm that the config asks for."""
    if config.norm == "rmsnorm":
        return RMSNorm(config.d_model, config.norm_eps, dtype)
    return LayerNorm(config.d_model, config.norm_eps, config.bias, dtype)


def make_feed_forward(
    config: Config, rng: np.random.Generator, std_out: float | None, dtype: npt.DTypeLike
) -> FeedForward | SwigluFeedForward:
    """The feed-forward network that the config asks for."""
    d_model, d_ff, std = config.d_model, config.d_ff, config.init_std
    if config.activation == "swiglu":
        return SwigluFeedForward(d_model, d_ff, rng, std, std_out, dtype)
    return FeedForward(d_model, d_ff, config.activation, rng, std, std_out, config.bias, dtype)

"""Multi-head self-attention: the op `attention` with its four projections.

Source: Vaswani et al. 2017, section 3.2.2.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from tinytf.config import Config
from tinytf.layers.kv_cache import KVCache
from tinytf.layers.linear import Linear
from tinytf.layers.parameter import Layer
from tinytf.ops.arrays import Array
from tinytf.ops.attention import attention_backward, attention_forward
from tinytf.ops.heads import merge_heads, split_heads
from tinytf.ops.rope import rope_backward, rope_forward


class SelfAttention(Layer):
    """Each position asks (q), the positions of the same sequence answer (k, v), heads side by side.

    Args:
        config: sizes and switches (n_heads, n_kv_heads, bias, positions, dropout).
        rng: where the weights' random start comes from.
        causal: True: a position hears itself and those before it (decoders); False: all of them
            (encoders).
        std_out: standard deviation of the output projection at the start; None for Glorot's.
        dtype: float32 or float64.
    """

    def __init__(
        self,
        config: Config,
        rng: np.random.Generator,
        causal: bool = True,
        std_out: float | None = 0.02,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        d_model, d_kv = config.d_model, config.kv_heads * config.d_head
        std = config.init_std
        self.q = Linear(d_model, d_model, rng, std, bias=config.bias, dtype=dtype)
        self.k = Linear(d_model, d_kv, rng, std, bias=config.bias, dtype=dtype)
        self.v = Linear(d_model, d_kv, rng, std, bias=config.bias, dtype=dtype)
        self.out = Linear(d_model, d_model, rng, std_out, bias=config.bias, dtype=dtype)
        self.causal = causal
        self.config = config

    def forward(
        self,
        x: Array,
        mask: Array | None = None,
        bias: Array | None = None,
        rng: np.random.Generator | None = None,
        kv_cache: KVCache | None = None,
    ) -> tuple[Array, Any]:
        """Attend.

        Args:
            x: (B, T, D).
            mask: booleans that broadcast to (B, H, T, Tk), True = may attend; hides padding.
            bias: what to add to the scores (ALiBi), broadcastable to (B, H, T, Tk).
            rng: dropout's randomness, in training; None for evaluation.
            kv_cache: keys and values of the tokens before x, when generating; grows by T.

        Returns:
            out (B, T, D), and the cache for `backward`.
        """
        config = self.config
        q_merged, q_cache = self.q.forward(x)  # (B, T, D)
        k_merged, k_cache = self.k.forward(x)  # (B, T, Hkv K)
        v_merged, v_cache = self.v.forward(x)  # (B, T, Hkv K)
        q = split_heads(q_merged, config.n_heads)  # (B, H, T, K)
        k = split_heads(k_merged, config.kv_heads)  # (B, Hkv, T, K)
        v = split_heads(v_merged, config.kv_heads)  # (B, Hkv, T, K)
        rope_caches: tuple[Any, Any] | None = None
        if config.positions == "rope":
            start = kv_cache.length if kv_cache else 0
            positions = np.arange(start, start + x.shape[1])
            q_rotated, q_rope = rope_forward(q, positions, config.rope_base)
            k_rotated, k_rope = rope_forward(k, positions, config.rope_base)
            rope_caches = q_rope, k_rope
        else:
            q_rotated, k_rotated = q, k
        keys, values = k_rotated, v
        if kv_cache is not None:
            keys, values = kv_cache.append(k_rotated, v)  # (B, Hkv, Tk, K), the past in front
        z, attention_cache = attention_forward(
            q_rotated,
            keys,
            values,
            mask,
            bias,
            causal=self.causal,
            dropout_p=config.dropout if rng else 0.0,
            rng=rng,
        )  # (B, H, T, K)
        merged = merge_heads(z)  # (B, T, D)
        out, out_cache = self.out.forward(merged)  # (B, T, D)
        return out, (q_cache, k_cache, v_cache, rope_caches, attention_cache, out_cache)

    def backward(self, dout: Array, cache: Any) -> Array:
        """dout (B, T, D) -> dx (B, T, D): x fed q, k and v, so dx is the sum of three parts."""
        q_cache, k_cache, v_cache, rope_caches, attention_cache, out_cache = cache
        # BEGIN SOLUTION
        dmerged = self.out.backward(dout, out_cache)  # (B, T, D)
        dz = split_heads(dmerged, self.config.n_heads)  # (B, H, T, K)
        dq_rotated, dk_rotated, dv = attention_backward(dz, attention_cache)
        if rope_caches is not None:
            q_rope, k_rope = rope_caches
            dq = rope_backward(dq_rotated, q_rope)
            dk = rope_backward(dk_rotated, k_rope)
        else:
            dq, dk = dq_rotated, dk_rotated
        dq_merged, dk_merged, dv_merged = merge_heads(dq), merge_heads(dk), merge_heads(dv)
        dx_q = self.q.backward(dq_merged, q_cache)  # (B, T, D)
        dx_k = self.k.backward(dk_merged, k_cache)
        dx_v = self.v.backward(dv_merged, v_cache)
        dx = dx_q + dx_k + dx_v
        return dx
        # END SOLUTION

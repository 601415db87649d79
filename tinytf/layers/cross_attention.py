"""Multi-head cross-attention: the decoder asks, the encoder's output answers.

The same op as self-attention; only where q, k and v come from differs. The queries come from the
decoder (T positions), keys and values from the encoder's output, here called the memory (S
positions): so the pattern is (B, H, T, S), no causal mask belongs in it (the whole source is known
from the start), and the only mask is that of the source's padding. Nor is RoPE applied: it makes
scores depend on the distance between two positions, and positions of two texts have none.

Source: Vaswani et al. 2017, section 3.2.3, first item.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from tinytf.config import Config
from tinytf.layers.linear import Linear
from tinytf.layers.parameter import Layer
from tinytf.ops.arrays import Array
from tinytf.ops.attention import attention_backward, attention_forward
from tinytf.ops.heads import merge_heads, split_heads

KeysValues = tuple[Array, Array]  # (B, Hkv, S, K) each


class CrossAttention(Layer):
    """Each position of the target asks (q), every position of the source answers (k, v).

    Args:
        config: sizes and switches (n_heads, n_kv_heads, bias, dropout).
        rng: where the weights' random start comes from.
        std_out: standard deviation of the output projection at the start; None for Glorot's.
        dtype: float32 or float64.
    """

    def __init__(
        self,
        config: Config,
        rng: np.random.Generator,
        std_out: float | None = 0.02,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        d_model, d_kv = config.d_model, config.kv_heads * config.d_head
        std = config.init_std
        self.q = Linear(d_model, d_model, rng, std, bias=config.bias, dtype=dtype)
        self.k = Linear(d_model, d_kv, rng, std, bias=config.bias, dtype=dtype)
        self.v = Linear(d_model, d_kv, rng, std, bias=config.bias, dtype=dtype)
        self.out = Linear(d_model, d_model, rng, std_out, bias=config.bias, dtype=dtype)
        self.config = config

    def forward(
        self,
        x: Array,
        memory: Array | KeysValues,
        mask: Array | None = None,
        rng: np.random.Generator | None = None,
    ) -> tuple[Array, Any]:
        """Attend to the memory.

        Args:
            x: (B, T, D), the decoder's residual stream.
            memory: (B, S, D), the encoder's output; in generation, which has no backward, the keys
                and values that `keys_values` made of it.
            mask: booleans that broadcast to (B, H, T, S), True = may attend; hides padding.
            rng: dropout's randomness, in training; None for evaluation.

        Returns:
            out (B, T, D), and the cache for `backward`.
        """
        # BEGIN SOLUTION
        keys_values_cache: Any = None
        if not isinstance(memory, tuple):
            memory, keys_values_cache = self.keys_values(memory)
        k, v = memory  # (B, Hkv, S, K) each
        q_merged, q_cache = self.q.forward(x)  # (B, T, D)
        q = split_heads(q_merged, self.config.n_heads)  # (B, H, T, K)
        dropout_p = self.config.dropout if rng else 0.0
        z, attention_cache = attention_forward(
            q, k, v, mask, dropout_p=dropout_p, rng=rng
        )  # (B, H, T, K)
        merged = merge_heads(z)  # (B, T, D)
        out, out_cache = self.out.forward(merged)  # (B, T, D)
        return out, (keys_values_cache, q_cache, attention_cache, out_cache)
        # END SOLUTION

    def backward(self, dout: Array, cache: Any) -> tuple[Array, Array]:
        """dout (B, T, D) -> dx (B, T, D) and dmemory (B, S, D).

        x fed q only, the memory fed k and v: so dx comes through q alone, and dmemory is the sum of
        what comes through k and through v.
        """
        # BEGIN SOLUTION
        keys_values_cache, q_cache, attention_cache, out_cache = cache
        dmerged = self.out.backward(dout, out_cache)  # (B, T, D)
        dz = split_heads(dmerged, self.config.n_heads)  # (B, H, T, K)
        dq, dk, dv = attention_backward(dz, attention_cache)
        dq_merged = merge_heads(dq)  # (B, T, D)
        dx = self.q.backward(dq_merged, q_cache)  # (B, T, D)
        dmemory = self.keys_values_backward(dk, dv, keys_values_cache)  # (B, S, D)
        return dx, dmemory
        # END SOLUTION

    def keys_values(self, memory: Array) -> tuple[KeysValues, Any]:
        """What the source answers with: memory (B, S, D) -> (k, v), (B, Hkv, S, K) each, and cache.

        They depend on the source alone, so in generation they are computed once for all steps.
        """
        # BEGIN SOLUTION
        k_merged, k_cache = self.k.forward(memory)  # (B, S, Hkv K)
        v_merged, v_cache = self.v.forward(memory)  # (B, S, Hkv K)
        k = split_heads(k_merged, self.config.kv_heads)  # (B, Hkv, S, K)
        v = split_heads(v_merged, self.config.kv_heads)  # (B, Hkv, S, K)
        return (k, v), (k_cache, v_cache)
        # END SOLUTION

    def keys_values_backward(self, dk: Array, dv: Array, cache: Any) -> Array:
        """dk and dv (B, Hkv, S, K) -> dmemory (B, S, D), the sum of both paths."""
        # BEGIN SOLUTION
        k_cache, v_cache = cache
        dk_merged, dv_merged = merge_heads(dk), merge_heads(dv)  # (B, S, Hkv K) each
        dmemory_k = self.k.backward(dk_merged, k_cache)  # (B, S, D)
        dmemory_v = self.v.backward(dv_merged, v_cache)
        dmemory = dmemory_k + dmemory_v
        return dmemory
        # END SOLUTION

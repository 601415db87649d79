"""Every operation of a transformer as a pair of pure functions: `x_forward` and `x_backward`.

`y, cache = x_forward(inputs..., options)` and `dx, dw, ... = x_backward(dy, cache)`: gradients in
the order of the inputs. Each pair stands in a file of its own name, with formula and derivation.

To save memory a cache holds inputs and outputs themselves, not copies: change neither in place
between the forward and its backward.
"""

from tinytf.ops.attention import attention_backward, attention_forward
from tinytf.ops.cross_entropy import cross_entropy_backward, cross_entropy_forward
from tinytf.ops.dropout import dropout_backward, dropout_forward
from tinytf.ops.embedding import embedding_backward, embedding_forward
from tinytf.ops.ffn import ffn_backward, ffn_forward
from tinytf.ops.gelu import gelu_backward, gelu_forward
from tinytf.ops.heads import merge_heads, split_heads
from tinytf.ops.layernorm import layernorm_backward, layernorm_forward
from tinytf.ops.linear import linear_backward, linear_forward
from tinytf.ops.masks import causal_mask, padding_mask
from tinytf.ops.positions import alibi_bias, sinusoidal_positions
from tinytf.ops.relu import relu_backward, relu_forward
from tinytf.ops.rmsnorm import rmsnorm_backward, rmsnorm_forward
from tinytf.ops.rope import rope_backward, rope_forward
from tinytf.ops.silu import silu_backward, silu_forward
from tinytf.ops.softmax import (
    log_softmax_backward,
    log_softmax_forward,
    softmax_backward,
    softmax_forward,
)
from tinytf.ops.squared_error import squared_error_backward, squared_error_forward
from tinytf.ops.swiglu_ffn import swiglu_ffn_backward, swiglu_ffn_forward
from tinytf.ops.tanh import tanh_backward, tanh_forward

__all__ = [
    "alibi_bias",
    "attention_backward",
    "attention_forward",
    "causal_mask",
    "cross_entropy_backward",
    "cross_entropy_forward",
    "dropout_backward",
    "dropout_forward",
    "embedding_backward",
    "embedding_forward",
    "ffn_backward",
    "ffn_forward",
    "gelu_backward",
    "gelu_forward",
    "layernorm_backward",
    "layernorm_forward",
    "linear_backward",
    "linear_forward",
    "log_softmax_backward",
    "log_softmax_forward",
    "merge_heads",
    "padding_mask",
    "relu_backward",
    "relu_forward",
    "rmsnorm_backward",
    "rmsnorm_forward",
    "rope_backward",
    "rope_forward",
    "silu_backward",
    "silu_forward",
    "sinusoidal_positions",
    "softmax_backward",
    "softmax_forward",
    "split_heads",
    "squared_error_backward",
    "squared_error_forward",
    "swiglu_ffn_backward",
    "swiglu_ffn_forward",
    "tanh_backward",
    "tanh_forward",
]

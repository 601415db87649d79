"""Layers: an op together with its parameters and their gradients.

`y, cache = layer.forward(x)` and `dx = layer.backward(dy, cache)`: the backward reads as the mirror
of the forward and adds into each parameter's `.grad`. A layer keeps nothing between calls.
"""

from tinytf.layers.attention import SelfAttention
from tinytf.layers.cross_attention import CrossAttention
from tinytf.layers.decoder_layer import DecoderLayer
from tinytf.layers.embedding import Embedding
from tinytf.layers.feed_forward import FeedForward, SwigluFeedForward
from tinytf.layers.kv_cache import KVCache
from tinytf.layers.linear import Linear
from tinytf.layers.norm import LayerNorm, RMSNorm
from tinytf.layers.parameter import FlatParameters, Layer, Parameter
from tinytf.layers.transformer_layer import TransformerLayer

__all__ = [
    "CrossAttention",
    "DecoderLayer",
    "Embedding",
    "FeedForward",
    "FlatParameters",
    "KVCache",
    "Layer",
    "LayerNorm",
    "Linear",
    "Parameter",
    "RMSNorm",
    "SelfAttention",
    "SwigluFeedForward",
    "TransformerLayer",
]

"""What BERT puts on top of its encoder: the pooler, and the head that fills in masked tokens.

`bert.py` joins them to the encoder for pre-training; the fine-tuned models (`bert_fine_tuning.py`)
keep the pooler only.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from tinytf.config import Config
from tinytf.layers.embedding import Embedding
from tinytf.layers.linear import Linear
from tinytf.layers.parameter import Layer, Parameter, add_grad
from tinytf.layers.transformer_layer import make_norm
from tinytf.models.head import head_backward, head_forward, make_head
from tinytf.ops.arrays import Array
from tinytf.ops.gelu import gelu_backward, gelu_forward
from tinytf.ops.tanh import tanh_backward, tanh_forward


class Pooler(Layer):
    """One vector for a whole input: that of its first token, [CLS], through a layer with tanh.

    [CLS] says nothing itself, so attention is free to gather there what describes the input.

    Args:
        config: sizes and switches.
        rng: where the weights' random start comes from.
        dtype: float32 or float64.
    """

    def __init__(
        self, config: Config, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
    ) -> None:
        d_model = config.d_model
        self.dense = Linear(d_model, d_model, rng, config.init_std, config.bias, dtype)

    def forward(self, h: Array) -> tuple[Array, Any]:
        """h (B, S, D), the encoder's output -> pooled (B, D)."""
        cls = h[:, 0]  # (B, D)
        pre, dense_cache = self.dense.forward(cls)  # (B, D)
        pooled, tanh_cache = tanh_forward(pre)  # (B, D)
        return pooled, (h.shape, dense_cache, tanh_cache)

    def backward(self, dpooled: Array, cache: Any) -> Array:
        """dpooled (B, D) -> dh (B, S, D): 0 but at the first token, the only one that was read."""
        h_shape, dense_cache, tanh_cache = cache
        dpre = tanh_backward(dpooled, tanh_cache)
        dcls = self.dense.backward(dpre, dense_cache)
        dh = np.zeros(h_shape, dcls.dtype)
        dh[:, 0] = dcls
        return dh


class MaskedLanguageHead(Layer):
    """Logits for some positions of the encoder's output: dense, exact GELU, norm, vocabulary.

    The product with the vocabulary is by far the largest of a small model. The loss looks at 15 %
    of the positions only, so those rows are gathered first and the others never multiplied.
    Source: Devlin et al. 2018, section 3.1, task 1, and the code of the authors.

    Args:
        config: sizes and switches. With tie_embeddings the table of token embeddings scores the
            tokens; a bias for each of them is learned here either way.
        rng: where the weights' random start comes from.
        dtype: float32 or float64.
    """

    def __init__(
        self, config: Config, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
    ) -> None:
        d_model = config.d_model
        self.dense = Linear(d_model, d_model, rng, config.init_std, config.bias, dtype)
        self.norm = make_norm(config, dtype)
        self.decoder = make_head(config, rng, dtype)
        self.bias = Parameter(np.zeros(config.vocab_size, dtype))

    def forward(self, h: Array, predict: Array, table: Embedding) -> tuple[Array, Any]:
        """Compute the logits of the positions that `predict` marks.

        Args:
            h: (B, S, D), the encoder's output.
            predict: (B, S) booleans, True at N positions.
            table: the encoder's token embeddings.

        Returns:
            logits (N, V), row by row of the batch, and the cache for `backward`.
        """
        picked = h[predict]  # (N, D)
        pre, dense_cache = self.dense.forward(picked)  # (N, D)
        post, gelu_cache = gelu_forward(pre)  # (N, D)
        inner, norm_cache = self.norm.forward(post)  # (N, D)
        scores, head_cache = head_forward(inner, self.decoder, table)  # (N, V)
        logits = scores + self.bias.value  # (N, V)
        return logits, (h.shape, predict, dense_cache, gelu_cache, norm_cache, head_cache)

    def backward(self, dlogits: Array, table: Embedding, cache: Any) -> Array:
        """dlogits (N, V) -> dh (B, S, D), 0 where nothing was predicted."""
        h_shape, predict, dense_cache, gelu_cache, norm_cache, head_cache = cache
        add_grad(self.bias, dlogits.sum(axis=0))
        dscores = dlogits
        dinner = head_backward(dscores, self.decoder, table, head_cache)  # (N, D)
        dpost = self.norm.backward(dinner, norm_cache)
        dpre = gelu_backward(dpost, gelu_cache)
        dpicked = self.dense.backward(dpre, dense_cache)
        # Each position stands in `predict` once, so the rows go back without meeting.
        dh = np.zeros(h_shape, dpicked.dtype)
        dh[predict] = dpicked
        return dh

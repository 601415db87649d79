"""BERT for pre-training: an encoder that fills in masked tokens and judges whether b follows a.

Source: Devlin et al. 2018, "BERT: Pre-training of Deep Bidirectional Transformers for Language
Understanding" (arXiv:1810.04805), section 3.1.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from tinytf.config import Config
from tinytf.layers.linear import Linear
from tinytf.layers.parameter import Layer
from tinytf.models.bert_heads import MaskedLanguageHead, Pooler
from tinytf.models.encoder import Encoder
from tinytf.ops.arrays import Array

IS_NEXT, NOT_NEXT = 0, 1  # the two classes of next-sentence prediction, as in published weights


class BertPretraining(Layer):
    """Encoder, masked-language head `mlm`, and pooler with next-sentence head `nsp`.

    Args:
        config: sizes and switches; `PRESETS["bert"]` has those of the paper.
        rng: where the parameters' random start comes from.
        dtype: float32 (for training) or float64 (for gradient checks).

    Raises:
        ValueError: the config asks for ALiBi, whose bias is made for looking back only.
    """

    def __init__(
        self, config: Config, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
    ) -> None:
        self.encoder = Encoder(config, rng, dtype)
        self.pooler = Pooler(config, rng, dtype)
        self.mlm = MaskedLanguageHead(config, rng, dtype)
        self.nsp = Linear(config.d_model, 2, rng, config.init_std, dtype=dtype)
        self.config = config

    def forward(
        self,
        ids: Array,
        predict: Array,
        mask: Array | None = None,
        segments: Array | None = None,
        rng: np.random.Generator | None = None,
    ) -> tuple[tuple[Array, Array], Any]:
        """Compute the logits of both tasks.

        Args:
            ids: (B, S) integers, S at most max_len: [CLS] a [SEP] b [SEP], some tokens masked.
            predict: (B, S) booleans, True at the N positions whose tokens are asked for. Logits of
                other positions are not computed.
            mask: booleans that broadcast to (B, H, S, S), True = may attend; `padding_mask` makes
                one. None: there is no padding.
            segments: (B, S) integers, 0 for [CLS] a [SEP] and 1 for b [SEP]; None for all 0.
            rng: dropout's randomness, in training; None for evaluation.

        Returns:
            The logits - a pair: of the tokens (N, V), in the order of `ids[predict]`, and of
            IS_NEXT and NOT_NEXT (B, 2) - and the cache for `backward`.

        Raises:
            TypeError: ids are not integers, or a mask is not boolean.
            ValueError: a shape does not fit, an id is outside the vocabulary, or S is too long.
        """
        h, encoder_cache = self.encoder.forward(ids, mask, segments, rng)  # (B, S, D)
        _require_predict(predict, ids)
        mlm_logits, mlm_cache = self.mlm.forward(h, predict, self.encoder.embed.tok)  # (N, V)
        pooled, pooler_cache = self.pooler.forward(h)  # (B, D)
        nsp_logits, nsp_cache = self.nsp.forward(pooled)  # (B, 2)
        return (mlm_logits, nsp_logits), (encoder_cache, mlm_cache, pooler_cache, nsp_cache)

    def backward(self, dlogits: tuple[Array, Array], cache: Any) -> None:
        """Add the gradient of every parameter into its `.grad`.

        Args:
            dlogits: the gradients of the loss with respect to both logits, (N, V) and (B, 2).
            cache: what `forward` returned.
        """
        dmlm_logits, dnsp_logits = dlogits
        encoder_cache, mlm_cache, pooler_cache, nsp_cache = cache
        dpooled = self.nsp.backward(dnsp_logits, nsp_cache)
        # h fed both heads and receives the sum of what they send back.
        dh_pooler = self.pooler.backward(dpooled, pooler_cache)
        dh_mlm = self.mlm.backward(dmlm_logits, self.encoder.embed.tok, mlm_cache)
        dh = dh_pooler + dh_mlm
        self.encoder.backward(dh, encoder_cache)


def _require_predict(predict: Array, ids: Array) -> None:
    """`predict` is (B, S) booleans; integers would pick rows of the batch instead."""
    if not isinstance(predict, np.ndarray) or predict.dtype != bool:
        came = predict.dtype if isinstance(predict, np.ndarray) else type(predict).__name__
        raise TypeError(f"predict: expected an array of booleans, got {came}")
    if predict.shape != ids.shape:
        raise ValueError(f"predict: expected shape {ids.shape} as the ids, got {predict.shape}")

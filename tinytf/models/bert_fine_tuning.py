"""BERT with a new head for each kind of task, to be trained further from pre-trained parameters.

One linear layer, `head`, is all that is new; which rows of the encoder's output it reads makes the
difference. Source: Devlin et al. 2018, section 4 and figure 4.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tinytf.config import Config
from tinytf.layers.linear import Linear
from tinytf.layers.parameter import Layer
from tinytf.models.bert import BertPretraining
from tinytf.models.bert_heads import Pooler
from tinytf.models.encoder import Encoder
from tinytf.ops.arrays import Array
from tinytf.ops.dropout import dropout_backward, dropout_forward


class BertClassifier(Layer):
    """A label for a whole sentence, or for a pair of sentences: encoder, pooler, dropout, head.

    Args:
        config: sizes and switches, those of the pre-trained model.
        n_labels: L, the number of labels.
        rng: where the parameters' random start comes from.
        dtype: float32 (for training) or float64 (for gradient checks).
    """

    def __init__(
        self,
        config: Config,
        n_labels: int,
        rng: np.random.Generator,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        self.encoder = Encoder(config, rng, dtype)
        self.pooler = Pooler(config, rng, dtype)
        self.head = Linear(config.d_model, n_labels, rng, config.init_std, dtype=dtype)
        self.config = config

    def forward(
        self,
        ids: Array,
        mask: Array | None = None,
        segments: Array | None = None,
        rng: np.random.Generator | None = None,
    ) -> tuple[Array, Any]:
        """Arguments as in `Encoder.forward`; the first token of each row is [CLS].

        Returns:
            logits (B, L), and the cache for `backward`.
        """
        h, encoder_cache = self.encoder.forward(ids, mask, segments, rng)  # (B, S, D)
        pooled, pooler_cache = self.pooler.forward(h)  # (B, D)
        dropped, dropout_cache = dropout_forward(
            pooled, self.config.dropout, rng, training=rng is not None
        )
        logits, head_cache = self.head.forward(dropped)  # (B, L)
        return logits, (encoder_cache, pooler_cache, dropout_cache, head_cache)

    def backward(self, dlogits: Array, cache: Any) -> None:
        """dlogits (B, L): add the gradient of every parameter into its `.grad`."""
        encoder_cache, pooler_cache, dropout_cache, head_cache = cache
        ddropped = self.head.backward(dlogits, head_cache)
        dpooled = dropout_backward(ddropped, dropout_cache)
        dh = self.pooler.backward(dpooled, pooler_cache)
        self.encoder.backward(dh, encoder_cache)


class BertRegressor(BertClassifier):
    """A number for a whole sentence or pair: the classifier's only logit, taken as it is.

    Args:
        config, rng, dtype: as in `BertClassifier`.
    """

    def __init__(
        self, config: Config, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
    ) -> None:
        super().__init__(config, 1, rng, dtype)

    def forward(
        self,
        ids: Array,
        mask: Array | None = None,
        segments: Array | None = None,
        rng: np.random.Generator | None = None,
    ) -> tuple[Array, Any]:
        """As `BertClassifier.forward`, but returns predictions (B,) and the cache."""
        logits, cache = super().forward(ids, mask, segments, rng)  # (B, 1)
        predictions = logits[:, 0]
        return predictions, cache

    def backward(self, dpredictions: Array, cache: Any) -> None:
        """dpredictions (B,): add the gradient of every parameter into its `.grad`."""
        dlogits = dpredictions[:, None]  # (B, 1)
        super().backward(dlogits, cache)


class BertTagger(Layer):
    """A label for each token, such as those of names: encoder, dropout, head; there is no pooler.

    Args:
        config, n_labels, rng, dtype: as in `BertClassifier`.
    """

    def __init__(
        self,
        config: Config,
        n_labels: int,
        rng: np.random.Generator,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        self.encoder = Encoder(config, rng, dtype)
        self.head = Linear(config.d_model, n_labels, rng, config.init_std, dtype=dtype)
        self.config = config

    def forward(
        self,
        ids: Array,
        mask: Array | None = None,
        segments: Array | None = None,
        rng: np.random.Generator | None = None,
    ) -> tuple[Array, Any]:
        """Arguments as in `Encoder.forward`.

        Returns:
            logits (B, S, L), and the cache for `backward`.
        """
        h, encoder_cache = self.encoder.forward(ids, mask, segments, rng)  # (B, S, D)
        dropped, dropout_cache = dropout_forward(
            h, self.config.dropout, rng, training=rng is not None
        )
        logits, head_cache = self.head.forward(dropped)  # (B, S, L)
        return logits, (encoder_cache, dropout_cache, head_cache)

    def backward(self, dlogits: Array, cache: Any) -> None:
        """dlogits (B, S, L): add the gradient of every parameter into its `.grad`."""
        encoder_cache, dropout_cache, head_cache = cache
        ddropped = self.head.backward(dlogits, head_cache)
        dh = dropout_backward(ddropped, dropout_cache)
        self.encoder.backward(dh, encoder_cache)


class BertAnswerer(Layer):
    """Where in a text an answer starts and ends: two scores for each token, no pooler, no dropout.

    Args:
        config, rng, dtype: as in `BertClassifier`.
    """

    def __init__(
        self, config: Config, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
    ) -> None:
        self.encoder = Encoder(config, rng, dtype)
        self.head = Linear(config.d_model, 2, rng, config.init_std, dtype=dtype)
        self.config = config

    def forward(
        self,
        ids: Array,
        mask: Array | None = None,
        segments: Array | None = None,
        rng: np.random.Generator | None = None,
    ) -> tuple[Array, Any]:
        """Arguments as in `Encoder.forward`.

        Returns:
            logits (B, 2, S) - [:, 0] scores each position as the answer's first token, [:, 1] as
            its last - and the cache for `backward`. The positions stand on the last axis, because
            they are the classes of the softmax.
        """
        h, encoder_cache = self.encoder.forward(ids, mask, segments, rng)  # (B, S, D)
        scores, head_cache = self.head.forward(h)  # (B, S, 2)
        logits = scores.swapaxes(1, 2)  # (B, 2, S)
        return logits, (encoder_cache, head_cache)

    def backward(self, dlogits: Array, cache: Any) -> None:
        """dlogits (B, 2, S): add the gradient of every parameter into its `.grad`."""
        encoder_cache, head_cache = cache
        dscores = dlogits.swapaxes(1, 2)  # (B, S, 2)
        dh = self.head.backward(dscores, head_cache)
        self.encoder.backward(dh, encoder_cache)


FineTuned = BertClassifier | BertTagger | BertAnswerer


def start_from_pretrained(model: FineTuned, pretrained: BertPretraining) -> None:
    """Copy the pre-trained encoder, and the pooler where the model has one; the head stays random.

    To train the head alone, with the encoder frozen, make the optimiser and the trainer from
    `model.head` instead of the model.

    Raises:
        ValueError: the two have different configs (batch_size and dropout may differ).
    """
    expected = replace(
        model.config, batch_size=pretrained.config.batch_size, dropout=pretrained.config.dropout
    )
    if pretrained.config != expected:
        raise ValueError(f"pretrained: expected {expected}, got {pretrained.config}")
    source = pretrained.parameters()
    for name, parameter in model.parameters().items():
        if not name.startswith("head."):
            parameter.value[...] = source[name].value

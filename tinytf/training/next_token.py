"""The task of a decoder-only model: predict each next token of a text."""

import numpy as np

from tinytf.models.decoder import DecoderLM
from tinytf.ops.cross_entropy import cross_entropy_backward, cross_entropy_forward
from tinytf.training.windows import TokenWindows


class NextTokenTask:
    """Gives the trainer its two numbers: the loss of a training batch, and the validation loss.

    Args:
        model: the language model.
        training: windows to draw batches from.
        validation: windows never trained on; all of them are used for the validation loss.
        batch_size: B; None for the one in the model's config.
    """

    def __init__(
        self,
        model: DecoderLM,
        training: TokenWindows,
        validation: TokenWindows,
        batch_size: int | None = None,
    ) -> None:
        self.model = model
        self.training = training
        self.validation = validation
        self.batch_size = batch_size or model.config.batch_size

    @property
    def tokens_per_batch(self) -> int:
        """Tokens that one call of `train_batch` reads."""
        return self.batch_size * self.training.max_len

    def train_batch(self, rng: np.random.Generator, dloss: float) -> float:
        """Forward, loss, loss backward, model backward on one random batch.

        Args:
            rng: draws the batch, and dropout.
            dloss: the gradient of the step's loss with respect to this batch's loss: 1, or
                1 / n where n batches are accumulated.

        Returns:
            The mean loss of the batch, in nats for each token.
        """
        ids, targets = self.training.random_batch(self.batch_size, rng)
        logits, cache = self.model.forward(ids, rng)
        loss, loss_cache = cross_entropy_forward(logits, targets)
        dlogits = cross_entropy_backward(dloss, loss_cache)
        self.model.backward(dlogits, cache)
        return float(loss)

    def validation_loss(self) -> float:
        """Mean loss over the validation text, without dropout, in nats for each token."""
        total, count = 0.0, 0
        for ids, targets in self.validation.all_batches(4 * self.batch_size):
            logits, _ = self.model.forward(ids)
            loss, _ = cross_entropy_forward(logits, targets)
            total += float(loss) * targets.size
            count += targets.size
        return total / count

"""The task of a decoder-only model: predict each next token of a text."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tinytf.models.decoder import DecoderLM
from tinytf.ops.arrays import Array
from tinytf.ops.cross_entropy import cross_entropy_backward, cross_entropy_forward
from tinytf.training.windows import TokenWindows


@dataclass(frozen=True)
class TokenBatch:
    """Windows of a text: ids (B, T), and the token that follows each as its target (B, T)."""

    ids: Array
    targets: Array

    @property
    def n_targets(self) -> int:
        """All of them: a window has no padding."""
        return self.targets.size

    @property
    def n_tokens(self) -> int:
        """Tokens that the model reads."""
        return self.ids.size


class NextTokenTask:
    """Gives the trainer batches, and two numbers: a batch's loss, and the validation loss.

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

    def draw_batch(self, rng: np.random.Generator) -> TokenBatch:
        """Windows that start anywhere in the training text."""
        return TokenBatch(*self.training.random_batch(self.batch_size, rng))

    def train_batch(
        self, batch: TokenBatch, rng: np.random.Generator | None, dloss: float
    ) -> float:
        """Forward, loss, loss backward, model backward.

        Args:
            batch: what to train on.
            rng: draws dropout; None for none.
            dloss: the gradient of the step's loss with respect to this batch's loss: 1, or the
                batch's share of the targets where batches are accumulated.

        Returns:
            The mean loss of the batch, in nats for each token.
        """
        logits, cache = self.model.forward(batch.ids, rng)
        loss, loss_cache = cross_entropy_forward(logits, batch.targets)
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

    def state(self) -> dict[str, Any]:
        """Nothing: each batch is drawn anew."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Nothing to do."""

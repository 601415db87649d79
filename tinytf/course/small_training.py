"""The training loop at its smallest: forward, loss, backward, step.

`tinytf.training.trainer` is the same for long runs, with validation, clipping and checkpoints.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from tinytf.ops.arrays import Array
from tinytf.ops.cross_entropy import cross_entropy_backward, cross_entropy_forward


class LanguageModel(Protocol):
    """A model that gives logits for the next token at each position, such as `DecoderLM`."""

    def forward(self, ids: Array) -> tuple[Array, Any]:
        """ids (B, T) integers -> logits (B, T, V), and the cache for `backward`."""

    def backward(self, dlogits: Array, cache: Any) -> None:
        """Add the gradient of every parameter into its `.grad`."""


class Stepper(Protocol):
    """An optimiser made for the model's parameters, such as `SGD` or `AdamW`."""

    def zero_grad(self) -> None:
        """Set every gradient to 0."""

    def step(self, learning_rate: float) -> None:
        """Change the parameters by one step against their gradients."""


def train(
    model: LanguageModel,
    optimizer: Stepper,
    batches: Sequence[Array],
    learning_rate: float,
    warmup_steps: int = 0,
) -> list[float]:
    """Teach the model to predict each next token: one step for each batch, in their order.

    At step i, counted from 0, the learning rate is `learning_rate` once the warm-up is over
    (i >= warmup_steps), and before that it rises in a straight line:
        rate[i] = learning_rate * (i + 1) / (warmup_steps + 1)

    Args:
        model: gives logits for the token that follows each position.
        optimizer: made for the model's parameters.
        batches: token ids, (B, T + 1) each: the model reads the first T tokens of every row, and
            at each of them the target is the token one further on.
        learning_rate: the highest one.
        warmup_steps: number of rising steps.

    Returns:
        The mean loss of each batch, before its step.
    """
    # BEGIN SOLUTION
    losses = []
    for i, tokens in enumerate(batches):
        ids, targets = tokens[:, :-1], tokens[:, 1:]
        optimizer.zero_grad()
        logits, cache = model.forward(ids)
        loss, loss_cache = cross_entropy_forward(logits, targets)
        dlogits = cross_entropy_backward(1.0, loss_cache)
        model.backward(dlogits, cache)
        rise = min(1.0, (i + 1) / (warmup_steps + 1))
        optimizer.step(learning_rate * rise)
        losses.append(float(loss))
    return losses
    # END SOLUTION

"""The model and the optimiser that a student's training loop trains: they stay with the grader.

The student's process has stand-ins for them, so a mistake in the student's own layers does not
count again here, and what the loop has made of the model is measured where nobody can forge it.
"""

from typing import Any

import numpy as np

from tinytf.config import Config
from tinytf.course.grading.remote import Remote
from tinytf.models.decoder import DecoderLM
from tinytf.ops.arrays import Array
from tinytf.ops.cross_entropy import cross_entropy_forward
from tinytf.training.optimizers import SGD, Adam, Optimizer

NO_GOAL = 1e9  # as a stated loss: any loss reaches it


class TrainingSession:
    """A small decoder with its optimiser, both made anew by `start`.

    Args:
        config: the model's.
        seed: draws the model's parameters.
        optimizer: "sgd" or "adam". SGD shows a constant factor on the gradient, Adam hides it.
        held_out: (B, T + 1) tokens that the loop does not get.
        stated_loss: what the mean loss on `held_out` must come down to.
    """

    def __init__(
        self, config: Config, seed: int, optimizer: str, held_out: Array, stated_loss: float
    ) -> None:
        self.config = config
        self.seed = seed
        self.optimizer_name = optimizer
        self.held_out = held_out
        self.stated_loss = stated_loss
        self.start()

    def start(self) -> None:
        """Model and optimiser as they were at first."""
        self.model = DecoderLM(self.config, np.random.default_rng(self.seed), np.float64)
        self.optimizer: Optimizer = (
            Adam(self.model) if self.optimizer_name == "adam" else SGD(self.model)
        )

    def forward(self, ids: Array) -> tuple[Array, Any]:
        """The model's."""
        return self.model.forward(ids)

    def backward(self, dlogits: Array, cache: Any) -> None:
        """The model's."""
        self.model.backward(dlogits, cache)

    def zero_grad(self) -> None:
        """The optimiser's."""
        self.optimizer.zero_grad()

    def step(self, learning_rate: float) -> None:
        """The optimiser's."""
        self.optimizer.step(learning_rate)

    def parameters(self) -> Array:
        """All parameters' numbers, one after the other: the matrices first."""
        return self.optimizer.flat.value

    def loss(self) -> float:
        """The mean loss on `held_out`."""
        logits, _ = self.model.forward(self.held_out[:, :-1])
        return float(cross_entropy_forward(logits, self.held_out[:, 1:])[0])

    def loss_above_goal(self) -> float:
        """By how much the loss on `held_out` is above the stated one; 0 where it is not."""
        loss = self.loss()
        return max(0.0, loss - self.stated_loss) if np.isfinite(loss) else float("inf")

    def __repr__(self) -> str:
        config = self.config
        return (
            f"DecoderLM(V={config.vocab_size}, D={config.d_model}, H={config.n_heads}, "
            f"seed {self.seed}) with {self.optimizer_name}"
        )


def remotes(session: TrainingSession) -> dict[str, Remote]:
    """The inputs `model` and `optimizer` of the exercise, and what is measured afterwards."""
    measured = {"parameters": session.parameters, "loss_above_goal": session.loss_above_goal}
    return {
        "model": Remote(session, ("start", "forward", "backward"), measured),
        "optimizer": Remote(session, ("zero_grad", "step")),
    }

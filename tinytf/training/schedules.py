"""Learning rate schedules: the learning rate of each step, counted from 0."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Constant:
    """The same learning rate at every step."""

    learning_rate: float

    def __call__(self, step: int) -> float:
        """The learning rate of a step."""
        return self.learning_rate


@dataclass(frozen=True)
class WarmupCosine:
    """Rise in a straight line to the peak, then fall along half a cosine to the floor.

    Source: Loshchilov, Hutter 2017 (arXiv:1608.03983), equation 5, with the warm-up of GPT
    (Radford et al. 2018, section 4.1).

    Attributes:
        peak: the highest learning rate.
        floor: the learning rate from total_steps on.
        warmup_steps: number of rising steps.
        total_steps: the step at which the floor is reached.

    Raises:
        ValueError: the warm-up is longer than the whole schedule.
    """

    peak: float
    floor: float
    warmup_steps: int
    total_steps: int

    def __post_init__(self) -> None:
        if not 0 <= self.warmup_steps <= self.total_steps:
            raise ValueError(
                f"warmup_steps: expected 0 <= warmup_steps <= total_steps {self.total_steps}, "
                f"got {self.warmup_steps}"
            )

    def __call__(self, step: int) -> float:
        """The learning rate of a step."""
        if step < self.warmup_steps:
            return self.peak * (step + 1) / (self.warmup_steps + 1)
        if step >= self.total_steps:
            return self.floor
        progress = (step - self.warmup_steps) / (self.total_steps - self.warmup_steps)
        return self.floor + 0.5 * (1 + math.cos(math.pi * progress)) * (self.peak - self.floor)


@dataclass(frozen=True)
class Noam:
    """The schedule of the first transformer: a straight rise, then 1 / sqrt(step).

    Formula: `factor * d_model^-0.5 * min(s^-0.5, s * warmup_steps^-1.5)` with s = step + 1.
    Source: Vaswani et al. 2017, section 5.3, equation 3.

    Attributes:
        d_model: model size.
        warmup_steps: number of rising steps; the peak is factor / sqrt(d_model warmup_steps).
        factor: scales the whole curve.
    """

    d_model: int
    warmup_steps: int
    factor: float = 1.0

    def __post_init__(self) -> None:
        if self.d_model < 1 or self.warmup_steps < 1:
            raise ValueError(
                f"Noam: expected d_model and warmup_steps of at least 1, "
                f"got {self.d_model} and {self.warmup_steps}"
            )

    def __call__(self, step: int) -> float:
        """The learning rate of a step."""
        count = step + 1
        rise, fall = count * math.pow(self.warmup_steps, -1.5), 1 / math.sqrt(count)
        return self.factor / math.sqrt(self.d_model) * min(rise, fall)


Schedule = Constant | WarmupCosine | Noam

"""The optimisers for one single number, written as their papers do; slow and plain."""

import math
from dataclasses import dataclass


@dataclass
class ScalarSGD:
    """PyTorch's form of momentum, decay inside the gradient."""

    momentum: float = 0.0
    decay: float = 0.0
    velocity: float = 0.0

    def step(self, value: float, grad: float, learning_rate: float) -> float:
        """The value after one step."""
        grad = grad + self.decay * value
        self.velocity = self.momentum * self.velocity + grad
        return value - learning_rate * self.velocity


@dataclass
class ScalarAdam:
    """Kingma and Ba 2015, algorithm 1; with decay, Loshchilov and Hutter 2019, algorithm 2."""

    beta1: float
    beta2: float
    eps: float
    decay: float = 0.0
    first: float = 0.0
    second: float = 0.0
    time: int = 0

    def step(self, value: float, grad: float, learning_rate: float) -> float:
        """The value after one step."""
        self.time += 1
        self.first = self.beta1 * self.first + (1 - self.beta1) * grad
        self.second = self.beta2 * self.second + (1 - self.beta2) * grad**2
        first = self.first / (1 - self.beta1**self.time)
        second = self.second / (1 - self.beta2**self.time)
        update = first / (math.sqrt(second) + self.eps)
        return value - learning_rate * (update + self.decay * value)

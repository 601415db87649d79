"""Optimisers: SGD, Adam and AdamW on the flat parameter vector.

By hand, SGD is one line for each parameter: `parameter.value -= learning_rate * parameter.grad`.
The classes here do the same on `FlatParameters`, tile by tile: the handful of vector operations of
one tile then find their operands in the processor's cache instead of fetching the whole vector
from memory once for each operation.
"""

from collections.abc import Iterator

import numpy as np

from tinytf.layers.parameter import FlatParameters, Layer
from tinytf.ops.arrays import Array
from tinytf.ops.tiles import TILE


class Optimizer:
    """What every optimiser shares: the flat vector, and the state that a checkpoint keeps.

    Args:
        model: whose parameters to train; from now on they are views into one flat vector.
        weight_decay: strength of the pull of matrices towards 0; biases and norms are left alone.

    Attributes:
        n_steps: how many steps have been taken.
        state: name -> vector as long as the parameters, such as Adam's moments.
    """

    def __init__(self, model: Layer, weight_decay: float = 0.0) -> None:
        _require_weight_decay(weight_decay)
        if not isinstance(model, Layer):
            raise TypeError(f"model: expected a Layer (or model), got {type(model).__name__}")
        self.flat = FlatParameters(model.parameters())
        self.weight_decay = weight_decay
        self.n_steps = 0
        self.state: dict[str, Array] = {}

    def step(self, learning_rate: float) -> None:
        """Change the parameters by one step against their gradients.

        Raises:
            RuntimeError: the parameters now belong to another optimiser.
        """
        self.flat.require_in_use()
        self.n_steps += 1
        for tile, decay in self._tiles():
            self._update(tile, learning_rate, decay)

    def zero_grad(self) -> None:
        """Set every gradient to 0, as the start of each step needs."""
        self.flat.grad[...] = 0

    def _update(self, tile: slice, learning_rate: float, decay: float) -> None:
        """Change one tile of the flat vector; each optimiser has its own.

        Args:
            tile: which numbers.
            learning_rate: of this step.
            decay: the weight decay of these numbers, 0 for those of biases and norms.
        """
        raise NotImplementedError

    def _tiles(self) -> Iterator[tuple[slice, float]]:
        """Slices of the flat vector, each with the weight decay that holds for all of it."""
        n_decayed, size = self.flat.n_decayed, self.flat.value.size
        for first, last, decay in ((0, n_decayed, self.weight_decay), (n_decayed, size, 0.0)):
            for start in range(first, last, TILE):
                yield slice(start, min(start + TILE, last)), decay


class SGD(Optimizer):
    """Stochastic gradient descent with momentum.

    Formula: `velocity = momentum * velocity + (grad + weight_decay * value)`,
    `value -= learning_rate * velocity` (PyTorch's form of Polyak 1964).

    Args:
        model: whose parameters to train.
        momentum: 0 for plain SGD.
        weight_decay: for the matrices.
    """

    def __init__(self, model: Layer, momentum: float = 0.0, weight_decay: float = 0.0) -> None:
        super().__init__(model, weight_decay)
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum: expected 0 <= momentum < 1, got {momentum}")
        self.momentum = momentum
        if momentum:
            self.state["velocity"] = np.zeros_like(self.flat.value)

    def _update(self, tile: slice, learning_rate: float, decay: float) -> None:
        """Change one tile: velocity and value in place, both of them views.

        Args:
            tile: which numbers of the flat vector.
            learning_rate: of this step.
            decay: the weight decay of these numbers, added to the gradient as decay * value.
        """
        value, grad = self.flat.value[tile], self.flat.grad[tile]
        # BEGIN SOLUTION
        direction = grad + decay * value if decay else grad
        if self.momentum:
            velocity = self.state["velocity"][tile]
            velocity *= self.momentum
            velocity += direction
            direction = velocity
        value -= learning_rate * direction
        # END SOLUTION


class Adam(Optimizer):
    """Adam: each number's step is scaled by the recent size of its own gradient.

    Formula, at step t, with g = grad:
        first = beta1 first + (1 - beta1) g,  second = beta2 second + (1 - beta2) g^2
        value -= learning_rate * (first / (1 - beta1^t)) / (sqrt(second / (1 - beta2^t)) + eps)
    The divisions by 1 - beta^t undo the moments' start at 0. A constant factor on the gradient
    cancels between the roots: Adam hides such bugs, plain SGD shows them.
    Source: Kingma, Ba 2015 (arXiv:1412.6980), algorithm 1.

    Args:
        model: whose parameters to train.
        betas: beta1 and beta2.
        eps: keeps the division finite; in units of the gradient.
    """

    def __init__(
        self, model: Layer, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8
    ) -> None:
        super().__init__(model)
        if not all(0 <= beta < 1 for beta in betas):
            raise ValueError(f"betas: expected 0 <= beta < 1, got {betas}")
        if not eps >= 0:
            raise ValueError(f"eps: expected at least 0, got {eps}")
        self.betas = betas
        self.eps = eps
        self.state["first_moment"] = np.zeros_like(self.flat.value)
        self.state["second_moment"] = np.zeros_like(self.flat.value)

    def _update(self, tile: slice, learning_rate: float, decay: float) -> None:
        """Change one tile: both moments and value in place, all of them views.

        Args:
            tile: which numbers of the flat vector.
            learning_rate: of this step.
            decay: AdamW's weight decay of these numbers; it shrinks the value itself and never
                enters the gradient or its moments.
        """
        value, grad = self.flat.value[tile], self.flat.grad[tile]
        first, second = self.state["first_moment"][tile], self.state["second_moment"][tile]
        # BEGIN SOLUTION
        beta1, beta2 = self.betas
        first *= beta1
        first += (1 - beta1) * grad
        second *= beta2
        second += (1 - beta2) * (grad * grad)
        correction1 = 1 - beta1**self.n_steps
        correction2 = 1 - beta2**self.n_steps
        root = np.sqrt(second) * (1 / correction2**0.5) + self.eps
        if decay:
            value *= 1 - learning_rate * decay
        value -= (learning_rate / correction1) * first / root
        # END SOLUTION


class AdamW(Adam):
    """Adam with decoupled weight decay: `value -= learning_rate * weight_decay * value`.

    The decay does not pass through Adam's scaling, which is what weight decay inside the gradient
    would do. Source: Loshchilov, Hutter 2019 (arXiv:1711.05101), algorithm 2; that the learning
    rate scales the decay too is PyTorch's form.

    Args:
        model: whose parameters to train.
        betas: beta1 and beta2.
        eps: keeps the division finite; in units of the gradient.
        weight_decay: for the matrices; biases and norms are left alone.
    """

    def __init__(
        self,
        model: Layer,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(model, betas, eps)
        _require_weight_decay(weight_decay)
        self.weight_decay = weight_decay


def clip_gradient_norm(grad: Array, max_norm: float) -> float:
    """Scale the whole gradient down, in place, so that its length is at most max_norm.

    Source: Pascanu et al. 2013 (arXiv:1211.5063), section 3.2.

    Args:
        grad: (N,), the flat gradient.
        max_norm: the greatest length allowed.

    Returns:
        The length before clipping.

    Raises:
        ValueError: max_norm is not positive.
    """
    if not max_norm > 0:
        raise ValueError(f"max_norm: expected a number > 0, got {max_norm}")
    norm = float(np.sqrt(grad @ grad))
    if max_norm < norm < np.inf:
        grad *= max_norm / norm
    return norm


def _require_weight_decay(weight_decay: float) -> None:
    if not weight_decay >= 0:
        raise ValueError(f"weight_decay: expected at least 0, got {weight_decay}")

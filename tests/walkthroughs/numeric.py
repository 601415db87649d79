"""Other ways to compute what the walkthroughs claim."""

import numpy as np


def slope(loss, x: np.ndarray) -> np.ndarray:
    """Central differences: another method than the complex-step of the walkthroughs."""
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = 1e-5
        gradient[index] = (loss(x + step) - loss(x - step)) / 2e-5
    return gradient


def softmax(x: np.ndarray) -> np.ndarray:
    return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)

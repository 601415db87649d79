"""Public tests of hw1: examples worked by hand, and your gradients against measured ones.

python -m pytest                  all of them
python -m pytest -m softmax       one exercise: softmax, log_softmax or cross_entropy
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
warnings.filterwarnings("ignore", category=pytest.PytestUnknownMarkWarning)

from hw1 import ops

pytestmark = pytest.mark.filterwarnings("ignore:cross_entropy")


def measured(function, x, step=1e-5):
    """The gradient of function(x), a number, by central differences."""
    gradient = np.zeros(x.shape)
    for i in range(x.size):
        up, down = x.copy(), x.copy()
        up.flat[i] += step
        down.flat[i] -= step
        gradient.flat[i] = (function(up) - function(down)) / (2 * step)
    return gradient


def assert_gradient(forward, backward, x, dy, **options):
    """Compare dx with the measured gradient of sum(dy * y)."""
    _, cache = forward(x, **options)
    dx = backward(dy, cache)
    assert np.shape(dx) == x.shape, f"expected dx of shape {x.shape}, got {np.shape(dx)}"
    expected = measured(lambda moved: float(np.sum(dy * forward(moved, **options)[0])), x)
    np.testing.assert_allclose(dx, expected, rtol=1e-6, atol=1e-8)


# --- softmax -------------------------------------------------------------------------------------


@pytest.mark.softmax
def test_equal_scores_share_equally():
    y, _ = ops.softmax_forward(np.array([[2.0, 2.0, 2.0, 2.0]]))
    np.testing.assert_allclose(y, [[0.25, 0.25, 0.25, 0.25]])


@pytest.mark.softmax
def test_each_row_has_a_sum_of_its_own():
    # exp(log 3) = 3, so the first row is 1 : 3
    y, _ = ops.softmax_forward(np.array([[0.0, np.log(3.0)], [5.0, 5.0]]))
    np.testing.assert_allclose(y, [[0.25, 0.75], [0.5, 0.5]])


@pytest.mark.softmax
def test_large_scores_do_not_overflow():
    y, _ = ops.softmax_forward(np.array([1000.0, 1000.0]))
    np.testing.assert_allclose(y, [0.5, 0.5])


@pytest.mark.softmax
def test_softmax_backward_by_hand():
    # y = (1/2, 1/2): moving one score up by h moves y by (h/4, -h/4)
    _, cache = ops.softmax_forward(np.array([0.0, 0.0]))
    np.testing.assert_allclose(ops.softmax_backward(np.array([1.0, 0.0]), cache), [0.25, -0.25])


@pytest.mark.softmax
@pytest.mark.parametrize(("shape", "axis"), [((3, 5), -1), ((4, 3), 0), ((2, 3, 4), 1)])
def test_softmax_backward_against_differences(shape, axis):
    rng = np.random.default_rng(1)
    x, dy = rng.normal(size=shape), rng.normal(size=shape)
    assert_gradient(ops.softmax_forward, ops.softmax_backward, x, dy, axis=axis)


# --- log-softmax ---------------------------------------------------------------------------------


@pytest.mark.log_softmax
def test_logarithms_of_probabilities():
    y, _ = ops.log_softmax_forward(np.array([[0.0, np.log(3.0)]]))
    np.testing.assert_allclose(y, np.log([[0.25, 0.75]]))


@pytest.mark.log_softmax
def test_a_tiny_probability_has_a_logarithm():
    y, _ = ops.log_softmax_forward(np.array([1000.0, 0.0]))
    np.testing.assert_allclose(y, [0.0, -1000.0])


@pytest.mark.log_softmax
@pytest.mark.parametrize(("shape", "axis"), [((3, 5), -1), ((4, 3), 0), ((2, 3, 4), 1)])
def test_log_softmax_backward_against_differences(shape, axis):
    rng = np.random.default_rng(2)
    x, dy = rng.normal(size=shape), rng.normal(size=shape)
    assert_gradient(ops.log_softmax_forward, ops.log_softmax_backward, x, dy, axis=axis)


# --- cross-entropy -------------------------------------------------------------------------------


@pytest.mark.cross_entropy
def test_a_guess_at_random_costs_the_logarithm_of_the_number_of_classes():
    loss, _ = ops.cross_entropy_forward(np.zeros((3, 4)), np.array([0, 1, 3]))
    np.testing.assert_allclose(loss, np.log(4.0))


@pytest.mark.cross_entropy
def test_the_loss_is_a_mean():
    # probabilities of the targets: 1/4 and 1/2, so the loss is (log 4 + log 2) / 2
    logits = np.array([[0.0, np.log(3.0)], [7.0, 7.0]])
    loss, _ = ops.cross_entropy_forward(logits, np.array([0, 1]))
    np.testing.assert_allclose(loss, 1.5 * np.log(2.0))


@pytest.mark.cross_entropy
def test_ignored_targets_take_no_part():
    logits = np.array([[0.0, np.log(3.0)], [7.0, 7.0]])
    loss, cache = ops.cross_entropy_forward(logits, np.array([-100, 1]))
    np.testing.assert_allclose(loss, np.log(2.0))
    dlogits = ops.cross_entropy_backward(1.0, cache)
    np.testing.assert_allclose(dlogits, [[0.0, 0.0], [0.5, -0.5]])


@pytest.mark.cross_entropy
@pytest.mark.parametrize("shape", [(4, 5), (2, 3, 4), (6,)])
def test_cross_entropy_backward_against_differences(shape):
    rng = np.random.default_rng(3)
    logits, targets = rng.normal(size=shape), rng.integers(0, shape[-1], shape[:-1])
    dloss = 0.7

    def forward(moved):
        return ops.cross_entropy_forward(moved, targets)

    assert_gradient(forward, ops.cross_entropy_backward, logits, dloss)


@pytest.mark.cross_entropy
def test_label_smoothing_shares_equally():
    # smoothing of 1 asks for 1/2 each: the loss is the mean of log 4 and log(4/3)
    logits = np.array([[0.0, np.log(3.0)]])
    loss, _ = ops.cross_entropy_forward(logits, np.array([0]), label_smoothing=1.0)
    np.testing.assert_allclose(loss, np.log(4.0) - 0.5 * np.log(3.0))

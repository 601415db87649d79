"""Check hand-written gradients, yours or ours, and say what is wrong with them.

In your own pytest file:

    from tinytf.gradcheck import assert_gradients

    def test_softmax():
        x = np.random.default_rng(0).normal(size=(3, 4))
        assert_gradients(softmax_forward, softmax_backward, x)

where `y, cache = softmax_forward(x)` and `dx = softmax_backward(dy, cache)`. A failing test prints
a report: each input's worst entry, yours and expected, and facts such as "yours / expected is
0.333333333 = 1 / (size of axis 0 of x) on all entries".

* `check_gradients`: an op pair; `assert_gradients` raises instead of returning a failed report.
* `check_layer`: a layer's inputs and parameters.
* `check_model`: every parameter of a model, a few entries each, with the loss on top.
* `tinytf.gradcheck.all_ops.check_everything`: all that tinytf itself computes.
* `tinytf.gradcheck.strategies`: inputs for hypothesis (needs `pip install hypothesis`).

Expected gradients come from the forward alone: complex-step derivatives (`numeric.py`), which are
right to rounding, or central differences where the forward cannot carry complex numbers. Entries at
a kink (ReLU at 0) have no derivative; they are skipped, and counted.
"""

from tinytf.gradcheck.check import assert_gradients, check_gradients
from tinytf.gradcheck.model import check_layer, check_model
from tinytf.gradcheck.report import GradientError, InputResult, Problem, Report

__all__ = [
    "GradientError",
    "InputResult",
    "Problem",
    "Report",
    "assert_gradients",
    "check_gradients",
    "check_layer",
    "check_model",
]

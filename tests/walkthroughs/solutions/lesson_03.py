"""Lesson 3: a solution and near misses for each exercise."""

import numpy as np

from .exercise import Exercise

# Units: b, -b, a - b; then max = b + relu(a - b), and min = a + b - max = a - relu(a - b).
SORT = (
    np.array([[0, 0, 1, -1, 1], [1, -1, 0, 0, -1]]),
    np.zeros(5),
    np.array([[0, 1], [0, -1], [1, 0], [-1, 0], [-1, 1]]),
    np.zeros(2),
)


def sort_two():
    return SORT


def sort_two_descending():
    w_in, b_in, w_out, b_out = SORT
    return w_in, b_in, w_out[:, ::-1], b_out


def sort_two_positive_only():
    """b and a pass one ReLU each: right for positive numbers only."""
    w_in, b_in, w_out, b_out = SORT
    kept = [0, 2, 4]
    return w_in[:, kept], b_in[kept], w_out[kept], b_out


def sort_two_shifted():
    """A bias lifts negative numbers over the kink, and is not taken back."""
    return np.array([[0, 1, 1], [1, 0, -1]]), np.array([9, 9, 0]), SORT[2][[0, 2, 4]], np.zeros(2)


def tied_backward(dout, x, weight):
    post = np.maximum(x @ weight, 0)
    dpre = (dout @ weight) * (post > 0)
    as_w_in = np.einsum("btd,btf->df", x, dpre)
    as_w_out = np.einsum("btd,btf->df", dout, post)
    return dpre @ weight.T, as_w_in + as_w_out


def tied_backward_one_use(dout, x, weight):
    dpre = (dout @ weight) * (x @ weight > 0)
    return dpre @ weight.T, np.einsum("btd,btf->df", x, dpre)


def tied_backward_without_slope(dout, x, weight):
    dpre = dout @ weight
    post = np.maximum(x @ weight, 0)
    dweight = np.einsum("btd,btf->df", x, dpre) + np.einsum("btd,btf->df", dout, post)
    return dpre @ weight.T, dweight


def tied_backward_pre_for_post(dout, x, weight):
    """The second matrix was given post, not pre."""
    pre = x @ weight
    dpre = (dout @ weight) * (pre > 0)
    dweight = np.einsum("btd,btf->df", x, dpre) + np.einsum("btd,btf->df", dout, pre)
    return dpre @ weight.T, dweight


def tied_backward_mean(dout, x, weight):
    dx, dweight = tied_backward(dout, x, weight)
    return dx, dweight / x.shape[0]


EXERCISES = [
    Exercise(
        "03_linear_activations_ffn",
        "check_sort_two",
        "sort_two_yours",
        sort_two,
        [
            sort_two_descending,
            sort_two_positive_only,
            sort_two_shifted,
            lambda: SORT[0],
            lambda: SORT[:3],
            lambda: [*SORT, SORT[3]],
            lambda: (SORT[0].T, *SORT[1:]),
        ],
    ),
    Exercise(
        "03_linear_activations_ffn",
        "check_tied",
        "tied_backward_yours",
        tied_backward,
        [
            tied_backward_one_use,
            tied_backward_without_slope,
            tied_backward_pre_for_post,
            tied_backward_mean,
            lambda *inputs: tied_backward(*inputs)[0],
            lambda *inputs: (*tied_backward(*inputs), inputs[0]),
        ],
    ),
]

"""Lesson 7: a solution and near misses for each exercise."""

from .exercise import Exercise


def rezero_backward(dy, out, alpha, f_backward):
    return dy + f_backward(alpha * dy), (dy * out).sum()


def sandwich_backward(dy, norm1_backward, f_backward, norm2_backward):
    return dy + norm1_backward(f_backward(norm2_backward(dy)))


EXERCISES = [
    Exercise(
        "07_residuals_pre_and_post_norm",
        "check_rezero",
        "rezero_backward_yours",
        rezero_backward,
        [
            lambda dy, out, alpha, f: (f(alpha * dy), (dy * out).sum()),  # not past the layer
            lambda dy, out, alpha, f: (dy + f(dy), (dy * out).sum()),  # alpha forgotten
            lambda dy, out, alpha, f: (dy + f(0.7 * dy), (dy * out).sum()),  # one alpha alone
            lambda dy, out, alpha, f: (dy + f(alpha * dy), None),
            lambda dy, out, alpha, f: (alpha * (dy + f(dy)), (dy * out).sum()),  # alpha on both
            lambda dy, out, alpha, f: (dy + f(alpha * dy), dy * out),  # not summed
            lambda dy, out, alpha, f: (dy + f(alpha * dy), dy.sum()),
            lambda *inputs: rezero_backward(*inputs)[::-1],
            lambda *inputs: rezero_backward(*inputs)[0],
        ],
    ),
    Exercise(
        "07_residuals_pre_and_post_norm",
        "check_sandwich",
        "sandwich_backward_yours",
        sandwich_backward,
        [
            lambda dy, norm1, f, norm2: norm1(f(norm2(dy))),  # not past the layer
            lambda dy, norm1, f, norm2: dy + norm2(f(norm1(dy))),  # in the forward's order
            lambda dy, norm1, f, norm2: norm2(dy) + norm1(f(norm2(dy))),  # norm2 of the sum
            lambda dy, norm1, f, norm2: dy + norm1(f(dy)),  # norm2 forgotten
        ],
    ),
]

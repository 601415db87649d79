"""Known mistakes in the exercise "linear"."""

from tinytf.course.exercise import Mistake

_DBIAS = "dy_rows.sum(axis=0) if has_bias else None"
_DWEIGHT = "x.reshape(-1, d_in).T @ dy_rows"
_DX = "(dy_rows @ weight.T).reshape(x.shape)"
_Y = "y = x_rows @ weight  #"

MISTAKES = (
    Mistake(
        "dbias averaged",
        "dbias is averaged over the rows of dy; every row adds its share, so it is their sum",
        "your dbias times the number of rows is the correct one",
        ((_DBIAS, "dy_rows.mean(axis=0) if has_bias else None"),),
    ),
    Mistake(
        "dbias over axis 0 only",
        "dbias is summed over axis 0 only; with a batch of sequences there are more leading axes, "
        "and all of them are summed",
        "with x (N, d_in) your dbias is right, with x (B, T, d_in) it has the shape (T, d_out)",
        ((_DBIAS, "dy.sum(axis=0) if has_bias else None"),),
    ),
    Mistake(
        "dbias divided by the batch",
        "dbias is divided by the size of the first axis; it is a plain sum",
        "your dbias times the size of x's axis 0 is the correct one",
        ((_DBIAS, "dy_rows.sum(axis=0) / dy.shape[0] if has_bias else None"),),
    ),
    Mistake(
        "dbias keeps an axis",
        "dbias keeps the summed axis with size 1; it must have the bias's own shape",
        "your dbias has the shape (1, d_out), the bias (d_out,)",
        ((_DBIAS, "dy_rows.sum(axis=0, keepdims=True) if has_bias else None"),),
    ),
    Mistake(
        "dbias summed over the outputs too",
        "dbias is summed over every axis, also over the outputs; each output has a bias of its own",
        "your dbias is a single number: the sum of the correct one",
        ((_DBIAS, "dy_rows.sum() if has_bias else None"),),
    ),
    Mistake(
        "dbias without a bias",
        "where there is no bias there is no dbias: the backward returns None in its place",
        "your dbias is an array although bias is None",
        ((_DBIAS, "dy_rows.sum(axis=0)"),),
    ),
    Mistake(
        "dweight transposed",
        "dweight is transposed; it must have the weight's own shape (d_in, d_out)",
        "the transpose of your dweight is the correct one",
        ((_DWEIGHT, "dy_rows.T @ x.reshape(-1, d_in)"),),
    ),
    Mistake(
        "dweight averaged",
        "dweight is averaged over the rows; every row adds its share, so it is their sum",
        "your dweight times the number of rows is the correct one",
        ((_DWEIGHT, f"{_DWEIGHT} / len(dy_rows)"),),
    ),
    Mistake(
        "dweight divided by the batch",
        "dweight is divided by the size of the first axis; it is a plain sum",
        "your dweight times the size of x's axis 0 is the correct one",
        ((_DWEIGHT, f"{_DWEIGHT} / dy.shape[0]"),),
    ),
    Mistake(
        "dweight not summed over the batch",
        "dweight has one matrix for each entry of the batch; the weight is shared by all of them, "
        "so their gradients add up",
        "with x (B, T, d_in) the sum of your dweight over axis 0 is the correct one",
        ((_DWEIGHT, "x.swapaxes(-1, -2) @ dy"),),
    ),
    Mistake(
        "x.T of more than two axes",
        "x.T turns round all axes of a batch (B, T, d_in), not just the last two; bring x and dy "
        "into the shape of matrices with N = B T rows first",
        "your dweight is right for x with two axes, and fails for x with three",
        ((_DWEIGHT, "x.T @ dy"),),
    ),
    Mistake(
        "rows of x read in another order",
        "x is reshaped to (d_in, N) where it must be reshaped to (N, d_in) and then transposed; "
        "reshape keeps the order in which the numbers stand in memory",
        "your dweight is what x.reshape(d_in, -1) @ dy gives",
        ((_DWEIGHT, "x.reshape(d_in, -1) @ dy_rows"),),
    ),
    Mistake(
        "dx without the transpose",
        "dx multiplies dy by the weight as it is; going back it is the weight's transpose",
        "the shapes fit only where d_in = d_out, and there your dx is dy @ weight",
        ((_DX, "(dy_rows @ weight).reshape(x.shape)"),),
    ),
    Mistake(
        "bias forgotten",
        "the bias is not added to y",
        "your y lacks exactly the bias",
        (("y = y + bias", "y = y + 0 * bias"),),
    ),
    Mistake(
        "weight transposed in the forward",
        "y multiplies x by the weight's transpose; here weight is (d_in, d_out) and stands to the "
        "right of x as it is (PyTorch stores the transpose)",
        "the shapes fit only where d_in = d_out, and there your y is x @ weight.T + bias",
        ((_Y, "y = x_rows @ weight.T  #"),),
    ),
)

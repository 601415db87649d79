"""Known mistakes in the tied output head."""

from tinytf.course.exercise import Mistake

_LOGITS = "linear_forward(resid, table.weight.value.T)"
_ADDED = "add_grad(table.weight, dweight.T)"
_TWO = "the table already has the look-up's gradient, and gets the head's in addition"
_FREE = "return head.backward(dlogits, cache)"

MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "table reshaped",
        "the table is reshaped to (D, V), not transposed",
        "logit v must be the dot product with row v of the table",
        ((_LOGITS, _LOGITS.replace(".T)", ".reshape(table.weight.value.shape[::-1]))")),),
    ),
    Mistake(
        "table not transposed",
        "the table multiplies without being transposed",
        "with V different from D the shapes do not even fit",
        ((_LOGITS, _LOGITS.replace(".T)", ")")),),
    ),
    Mistake(
        "logits divided by sqrt(D)",
        "the logits are divided by sqrt(D); that is for attention's scores",
        "your logits are too small by the factor sqrt(D)",
        (
            (_LOGITS, _LOGITS.replace(".T)", ".T / math.sqrt(resid.shape[-1]))")),
            ("from typing import Any\n", "import math\nfrom typing import Any\n"),
        ),
    ),
    Mistake(
        "the table gets no gradient from the head",
        "the head's gradient is not added to the table's",
        f"your dweight is what the look-up had put there; {_TWO}",
        ((_ADDED, "pass"),),
    ),
    Mistake(
        "the look-up's gradient overwritten",
        "the head's gradient replaces what the look-up had put there: tied weights count once",
        _TWO,
        ((_ADDED, "table.weight.grad[...] = dweight.T"),),
    ),
    Mistake(
        "tied gradient reshaped",
        "the head's gradient is reshaped to the table's shape, not transposed",
        "the numbers of your gradient are right, their places are not",
        ((_ADDED, "add_grad(table.weight, dweight.reshape(table.weight.grad.shape))"),),
    ),
    Mistake(
        "tied gradient not transposed",
        "the head's gradient is added without being transposed: the head is the table's transpose",
        "with V different from D the shapes do not even fit",
        ((_ADDED, "add_grad(table.weight, dweight)"),),
    ),
    Mistake(
        "tied gradient subtracted",
        "the head's gradient is subtracted from the table's, not added",
        _TWO,
        ((_ADDED, "add_grad(table.weight, -dweight.T)"),),
    ),
    Mistake(
        "tied gradient added twice",
        "the head's gradient is added twice",
        _TWO,
        ((_ADDED, "add_grad(table.weight, 2 * dweight.T)"),),
    ),
    Mistake(
        "tied gradient averaged with the look-up's",
        "the table gets the mean of both gradients, not their sum",
        _TWO,
        ((_ADDED, f"{_ADDED}\n        table.weight.grad /= 2"),),
    ),
    Mistake(
        "tied gradient averaged over the tokens",
        "the head's gradient is averaged over the tokens; it is a sum, the loss averages already",
        "your share of the head is too small by the number of tokens",
        ((_ADDED, "add_grad(table.weight, dweight.T / dlogits[..., 0].size)"),),
    ),
    Mistake(
        "a free head's gradient lost",
        "a head with a matrix of its own gets no gradient",
        "where the table is the head nothing is wrong",
        ((_FREE, "return dlogits @ head.weight.value.T"),),
    ),
    Mistake(
        "dresid of a free head through the table",
        "with a head of its own, the gradient goes back through the table",
        "where the table is the head nothing is wrong",
        ((_FREE, "return dlogits @ table.weight.value"),),
    ),
)

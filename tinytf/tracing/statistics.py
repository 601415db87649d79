"""Each tensor of a trace in a few numbers, with flags for what is probably wrong.

`table.py` and `html.py` lay out what is found here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

import numpy as np

from tinytf.ops.arrays import Array
from tinytf.tracing.tensors import TracedTensor, rms

EXPLODING = 100.0
VANISHING = 1e-6
_LAYER = re.compile(r"\.layers\.\d+\.")
# A vector's gradient below this share of the gradient of the matrix beside it has cancelled;
# rounding in float32 leaves less.
_CANCELLED = 1e-4
_BESIDE = {"bias": "weight", "beta": "gamma", "b_in": "w_in", "b_out": "w_out"}

# A remark, and why it is no alarm.
CANCELS = "grad cancels"
WHY_CANCELS = (
    "the gradient of a vector is a sum over all positions, and nothing but rounding is left of "
    "this one; so it must be where softmax follows, as behind the bias of keys: softmax does not "
    "change when all its inputs grow alike"
)


@dataclass(frozen=True)
class Summary:
    """A tensor in a few numbers.

    Attributes:
        tensor: the tensor itself.
        rms: root mean square of the value's finite numbers; None for integers, booleans and where
            no number is finite.
        largest: of their |value|; None where no number is finite.
        zeros: the share of exact zeros; None for an empty tensor.
        grad_rms: root mean square of the gradient; None without one.
        update: of a parameter, RMS of its update in units of its own RMS, infinite where it was all
            zero; None where no parameter of the trace was updated.
        flags: what is probably wrong, such as "NaN" or "vanishing"; see `summaries`.
        remarks: what looks wrong and is not: "masked 40%", CANCELS.
    """

    tensor: TracedTensor
    rms: float | None
    largest: float | None
    zeros: float | None
    grad_rms: float | None
    update: float | None = None
    flags: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def summaries(tensors: Iterable[TracedTensor]) -> list[Summary]:
    """Summarise the tensors of a trace; all of them, for some flags compare one with the others.

    The flags:

    * `NaN`, `Inf`: such numbers in the value; `grad NaN`, `grad Inf`: in the gradient. -inf in
      scores, and in what the user gives, says that something must not be chosen: `masked 40%`, a
      remark.
    * `all zero`: every number of a float tensor is 0. Vectors of parameters are left out, since
      biases start at 0.
    * `grad all zero`: every number of the gradient is 0: the loss does not depend on the tensor.
    * `exploding`: the gradient's RMS is more than 100 times the median of those of the same tensor
      in the other layers of its stack. So a model of one layer never has this flag.
    * `vanishing`: the gradient's RMS is below 1e-6 of the largest one of all tensors but the loss
      (and what else has one number only).

    Two kinds of tensors can have next to no gradient in a healthy model, and get neither of the
    last two flags: vectors of parameters, which have the remark `grad cancels` then, and a norm's
    rstd, which scales a whole row: where another norm follows, that makes next to no difference.
    """
    tensors = list(tensors)
    grads = {one.name: size_of(one.grad) for one in tensors if one.grad is not None}
    several = [one.name for one in tensors if one.grad is not None and one.grad.size > 1]
    largest = max((grads[name] for name in several if np.isfinite(grads[name])), default=0.0)
    kin: dict[str, list[str]] = {}
    for name in grads:
        if np.isfinite(grads[name]):
            kin.setdefault(_of_any_layer(name), []).append(name)
    is_updated = any(one.delta is not None and bool(one.delta.any()) for one in tensors)
    found = []
    for tensor in tensors:
        update = _update(tensor) if is_updated else None
        summary = _summary(tensor, grads.get(tensor.name), update)
        _judge_values(summary)
        others = [name for name in kin.get(_of_any_layer(tensor.name), []) if name != tensor.name]
        path, _, last = tensor.name.rpartition(".")
        beside = grads.get(f"{path}.{_BESIDE.get(last)}", 0.0)
        _judge_gradient(summary, [grads[name] for name in others], largest, beside)
        found.append(summary)
    return found


def size_of(array: Array) -> float:
    """Root mean square of |number|, without a warning where there are infinite or huge ones."""
    with np.errstate(over="ignore", invalid="ignore"):
        return rms(np.abs(array))


def _of_any_layer(name: str) -> str:
    return _LAYER.sub(".layers.*.", name)


def _update(tensor: TracedTensor) -> float | None:
    if tensor.delta is None:
        return None
    size, of_value = size_of(tensor.delta), size_of(tensor.value)
    return 0.0 if size == 0 else size / of_value if of_value else float("inf")


def _summary(tensor: TracedTensor, grad_rms: float | None, update: float | None) -> Summary:
    value = tensor.value
    if value.dtype.kind not in "biufc":  # texts and the like, in an op of the user's own
        return Summary(tensor, None, None, None, grad_rms)
    finite = np.abs(value[np.isfinite(value)]).astype(np.float64)
    return Summary(
        tensor,
        rms=size_of(finite) if finite.size and value.dtype.kind in "fc" else None,
        largest=float(finite.max()) if finite.size else None,
        zeros=float(np.mean(value == 0)) if value.size else None,
        grad_rms=grad_rms,
        update=update,
    )


def _judge_values(summary: Summary) -> None:
    tensor = summary.tensor
    value = tensor.value
    if value.dtype.kind not in "fc" or not value.size:
        return
    may_mask = tensor.kind == "input" or tensor.name.rpartition(".")[2] == "scores"
    masked = np.isneginf(value) if may_mask and value.dtype.kind == "f" else np.zeros(1, bool)
    if masked.any():
        summary.remarks.append(f"masked {masked.mean():.0%}")
    if np.isnan(value).any():
        summary.flags.append("NaN")
    if (np.isinf(value) & ~masked).any():
        summary.flags.append("Inf")
    if not value.any() and not (tensor.kind == "parameter" and value.ndim == 1):
        summary.flags.append("all zero")


def _judge_gradient(summary: Summary, others: list[float], largest: float, beside: float) -> None:
    """Flags of the gradient.

    Args:
        summary: gets the flags.
        others: RMS of the gradients of the same tensor in other layers.
        largest: the largest RMS of a gradient in the trace.
        beside: of a bias, RMS of the gradient of the weights beside it.
    """
    tensor, size = summary.tensor, summary.grad_rms
    if tensor.grad is None or size is None or not tensor.grad.size:
        return
    broken = _not_finite(tensor.grad)
    if broken:
        summary.flags.extend(broken)
    elif not tensor.grad.any():
        summary.flags.append("grad all zero")
    elif tensor.kind == "parameter" and tensor.value.ndim == 1:
        if size < max(_CANCELLED * beside, VANISHING * largest):
            summary.remarks.append(CANCELS)
    elif tensor.name.endswith(".rstd"):
        return
    elif size < VANISHING * largest:
        summary.flags.append("vanishing")
    elif others and 0 < median(others) * EXPLODING < size:
        summary.flags.append("exploding")


def _not_finite(grad: Array) -> list[str]:
    kinds = (("grad NaN", np.isnan(grad)), ("grad Inf", np.isinf(grad)))
    return [flag for flag, where in kinds if where.any()]

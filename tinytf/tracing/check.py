"""Every gradient of a trace against complex-step: the intermediate itself is moved.

The pass is run once more for each tensor, with the tensor moved by i h along a random direction
where its last line has run; everything after it is computed from the moved numbers. The imaginary
part of what comes out is the slope, right to the last digits (Squire and Trapp 1998), and must
equal the scalar product of gradient and direction.

Only the numbers that the moved tensor reaches are complex, which is fast. Where an op writes such
numbers into an array that has none, NumPy refuses; the pass is run again with complex inputs and
parameters then, so that arrays made from them are complex, too.
"""

import inspect
import traceback
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from tinytf.ops.arrays import Array
from tinytf.tracing.frames import Frame
from tinytf.tracing.recorder import Lines, Recorder
from tinytf.tracing.reporting import reporting
from tinytf.tracing.source_copy import TraceError
from tinytf.tracing.tensors import Source, TracedTensor
from tinytf.tracing.values import copied, without_cache

STEP = 1e-20
# Gradients shorter than this share of the longest one are compared with that share of it, ...
FLOOR = 1e-6
# ... and, where numbers are coarser than in float64, with this many of their rounding steps.
ROUNDINGS = 1e5
# What an op raises that cannot be run with complex numbers.
_REFUSALS = (TypeError, ValueError, np.exceptions.ComplexWarning)


class Replay(Recorder):
    """A recorder that moves one tensor when it hears of it for the last time.

    Tensors are known by their place in the order in which they are made, which is the same in every
    run.
    """

    def __init__(self, original: Recorder) -> None:
        super().__init__(original.root, original.watched, _nothing)
        self.place, self.n_times, self.move = -1, 0, np.zeros(())

    def start(self, place: int, n_times: int, move: Array) -> None:
        """Forget the last run; in the next one, add `move` to the tensor in this place.

        Args:
            place: the tensor's, counted from the call that is run again; below 0: none.
            n_times: at which report of the tensor.
            move: of its shape.
        """
        super().__init__(self.root, self.watched, _nothing)
        self.place, self.n_times, self.move = place, n_times, move

    def _description(
        self, frame: Frame, name: str, value: Array, lines: Lines
    ) -> tuple[str, Source | None, tuple[str, ...]]:
        return "", None, ("",) * value.ndim  # nobody reads it

    def _reported(self, tensor: TracedTensor, value: Array) -> Array:
        super()._reported(tensor, value)
        its_turn = tensor.place == self.place and self.n_reports[tensor.place] == self.n_times
        return np.asarray(value + self.move) if its_turn else value


def check_gradients_of(
    tensors: Iterable[TracedTensor],
    recorder: Recorder,
    rng: np.random.Generator,
    names: Collection[str] | None = None,
) -> dict[str, float]:
    """How far each gradient is from the measured slope: name -> relative error.

    `|measured - sum(gradient * direction)| / sum(|gradient * direction|)`. The divisor is at least
    1e-6 of the longest gradient: a gradient that is 0 but for rounding (that of keys' biases, since
    softmax does not change when all scores of a row grow alike) has no size of its own. How much is
    left of it depends on the rounding; for a float32 gradient the divisor is at least 1.2e-2 of the
    longest one (100 000 rounding steps), so that a wrong one a thousand times shorter than the
    longest shows as an error of about 0.1, not of 1.

    Everything runs in float64. The measured loss is the scalar product of what the outermost call
    returned and the gradient that its backward was given; so nothing depends on what the loss was.

    Args:
        tensors: those of the trace; without a gradient they are left out.
        recorder: what the trace was recorded with.
        rng: draws the directions.
        names: of the tensors to check; None: all.

    Raises:
        TraceError: no outermost call has a backward, or a parameter was not kept, or an op cannot
            be run with complex numbers.
    """
    outer = [f for f in recorder.frames if f.parent is None and f.backward is not None]
    if not outer:
        raise TraceError("expected a trace with a forward and its backward, got no backward")
    tensors = list(tensors)
    longest = max((float(np.linalg.norm(t.grad)) for t in tensors if t.grad is not None), default=0)
    replay = Replay(recorder)

    def measured(tensor: TracedTensor, move: Array, dtype: type) -> float:
        slopes = 0.0
        for frame in _calls_after(tensor, recorder, outer):
            with _numbers(recorder, before, tensor, move, dtype):
                place = tensor.place - frame.n_made_before
                replay.start(place, recorder.n_reports.get(tensor.place, 0), move)
                slopes += _slope(frame, tensor, move, recorder, dtype)
        return slopes

    def error(tensor: TracedTensor) -> float:
        direction = rng.normal(size=tensor.shape)
        move = 1j * STEP * direction
        try:
            slope = measured(tensor, move, np.float64)
        except _REFUSALS:
            try:
                slope = measured(tensor, move, np.complex128)
            except _REFUSALS as refusal:
                raise _not_complex(refusal, recorder) from refusal
        grad = np.asarray(tensor.grad)
        product = grad * direction
        floor = max(FLOOR, ROUNDINGS * float(np.finfo(grad.dtype).eps))
        scale = max(float(np.abs(product).sum()), floor * longest)
        return abs(slope - float(product.sum())) / (scale or 1.0)

    checked = [t for t in tensors if t.grad is not None and (names is None or t.name in names)]
    before = _parameters_before(recorder, tensors)
    with warnings.catch_warnings():
        warnings.simplefilter("error", np.exceptions.ComplexWarning)  # an imaginary part is lost
        # Inputs and parameters are moved from outside.
        errors = {tensor.name: error(tensor) for tensor in checked if tensor.place < 0}
        with reporting(recorder.watched, replay):
            errors |= {tensor.name: error(tensor) for tensor in checked if tensor.place >= 0}
    return {tensor.name: errors[tensor.name] for tensor in checked}


def _nothing(name: str) -> bool:
    return False


def _calls_after(tensor: TracedTensor, recorder: Recorder, outer: list[Frame]) -> list[Frame]:
    """The outermost calls that a tensor's gradient came through."""
    if tensor.kind == "parameter":
        return outer
    frame, _ = recorder.made_in[id(tensor)]
    while frame.parent is not None:
        frame = frame.parent
    return [frame] if frame in outer else []


def _slope(
    frame: Frame, tensor: TracedTensor, move: Array, recorder: Recorder, dtype: type
) -> float:
    """Run an outermost call again; slope of (output . what its backward was given)."""
    given = {name: copied(value, dtype) for name, value in frame.given.items()}
    for name, source in frame.note.inputs.items():
        parameter = recorder.register.parameters.get(source.removesuffix(".T"))
        if parameter is not None:  # an op that a script, or an untraced function, gave it to
            given[name] = parameter.value.T if source.endswith(".T") else parameter.value
    if tensor.kind == "input":
        name = recorder.made_in[id(tensor)][1]
        given[name] = given[name] + move
    outputs = _tuple(without_cache(_call(frame.watched.function, given))[0])
    total = 0.0
    for y, dy in zip(outputs, _cotangents(frame, len(outputs)), strict=True):
        total += float(np.sum(np.imag(y) * dy)) / STEP
    return total


def _cotangents(frame: Frame, n_outputs: int) -> tuple[Any, ...]:
    """What the backward of an outermost call was given: the arguments that begin with d."""
    assert frame.backward is not None
    given = [value for name, value in frame.backward.given.items() if name.startswith("d")]
    if given and isinstance(given[0], tuple):
        return given[0]
    return tuple(given[:n_outputs]) or (1.0,)  # a loss may leave dloss out


def _call(function: Callable[..., Any], given: dict[str, Any]) -> Any:
    """Call a function with the arguments that it had inside, by name."""
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        match parameter.kind:
            case parameter.VAR_POSITIONAL:
                positional += given[name]
            case parameter.VAR_KEYWORD:
                named |= given[name]
            case parameter.KEYWORD_ONLY:
                named[name] = given[name]
            case _:
                positional.append(given[name])
    return function(*positional, **named)


def _parameters_before(recorder: Recorder, tensors: list[TracedTensor]) -> dict[str, Array]:
    """The parameters' values from before the update, in float64."""
    parameters = [tensor for tensor in tensors if tensor.kind == "parameter"]
    before = {tensor.name: tensor.value.astype(np.float64) for tensor in parameters}
    missing = recorder.register.parameters.keys() - before.keys()
    if missing:
        raise TraceError(
            f"expected a trace of all parameters, got one without {min(missing)} and "
            f"{len(missing) - 1} more; trace with names='*' to check the gradients"
        )
    return before


@contextmanager
def _numbers(
    recorder: Recorder, before: dict[str, Array], tensor: TracedTensor, move: Array, dtype: type
) -> Iterator[None]:
    """Within the block the parameters have these values, and the tensor, if it is one, is moved."""
    parameters = recorder.register.parameters
    now = {name: parameter.value for name, parameter in parameters.items()}
    try:
        for name, parameter in parameters.items():
            value: Array = before[name].astype(dtype, copy=False)
            parameter.value = value + move if name == tensor.name else value
        yield
    finally:
        for name, parameter in parameters.items():
            parameter.value = now[name]


def _not_complex(error: Exception, recorder: Recorder) -> TraceError:
    """An error of an op that was run with complex numbers, with its place."""
    files = {one.function.__code__.co_filename for one in recorder.watched}
    lines = traceback.extract_tb(error.__traceback__)
    at = next((one for one in reversed(lines) if one.filename in files), lines[-1])
    return TraceError(
        f"expected ops that can be run with complex numbers, which check needs, but {at.name} "
        f"cannot, in {at.filename}, line {at.lineno}: {at.line} ({error})"
    )


def _tuple(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)

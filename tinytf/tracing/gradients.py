"""Gradients: what the variables of a backward whose names begin with d hold."""

from tinytf.ops.arrays import Array
from tinytf.tracing.frames import Frame, Gradient
from tinytf.tracing.register import Register
from tinytf.tracing.senders import Senders
from tinytf.tracing.values import arrays_in, as_array, is_float


class Gradients:
    """Gives the variables of the forwards their gradients.

    Args:
        register: every tensor.
        senders: who sent which array.
    """

    def __init__(self, register: Register, senders: Senders) -> None:
        self._register = register
        self._senders = senders

    def heard(self, frame: Frame, name: str, value: Array, given: bool = False) -> None:
        """A variable of a backward holds an array: a gradient, if the forward knows its name."""
        if frame.forward is None or not name.startswith("d"):
            return
        variable = frame.forward.variables.get(name[1:])
        if variable is None:
            return
        if not variable.fits(value):
            variable.misfits.append(value.shape)
            return
        if len(variable.tensors) == 1 and self._register.grad_of.get(value) is None:
            self._register.grad_of[value] = variable.tensors[0]
        if (sender := self._senders.of(value)) is not None:
            self._register.note_output(sender.note, value)
        if not any(map(self._register.is_kept, variable.tensors)):
            return
        parts = self._senders.parts(value, variable.tensors, frame, given)
        variable.grads.append(Gradient(value.copy(), parts, given))

    def of_inputs(self, frame: Frame) -> None:
        """An outermost backward returns gradients in the order of the forward's float inputs."""
        if frame.forward is None:
            return
        given = frame.forward.given.items()
        names = [
            name for name, value in given if (x := as_array(value)) is not None and is_float(x)
        ]
        for name, grad in zip(names, arrays_in(frame.result), strict=False):
            variable = frame.forward.variables.get(name)
            if variable is not None and not variable.grads and variable.fits(grad):
                parts = self._senders.parts(grad, variable.tensors, frame, given=False)
                variable.grads.append(Gradient(grad.copy(), parts, given=False))

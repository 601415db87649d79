"""Who sent an array: which call returned it, and which terms a sum was made of."""

from tinytf.ops.arrays import Array
from tinytf.tracing.frames import Frame
from tinytf.tracing.identity import ById
from tinytf.tracing.names import free_name, join
from tinytf.tracing.tensors import TracedTensor

Parts = dict[str, Array]  # consumer -> what it sent


class Senders:
    """Notes about arrays, from which the parts of a gradient are found.

    Args:
        grad_of: an array -> the tensor that it is the gradient of.
    """

    def __init__(self, grad_of: ById[TracedTensor]) -> None:
        self._grad_of = grad_of
        self._terms_of: ById[Parts] = ById()
        self._sender_of: ById[Frame] = ById()

    def returned(self, array: Array, frame: Frame) -> None:
        """A call is about to return an array; the innermost one is its sender."""
        if self._sender_of.get(array) is None:
            self._sender_of[array] = frame

    def of(self, array: Array) -> Frame | None:
        """The call that returned an array."""
        return self._sender_of.get(array)

    def summed(self, frame: Frame, name: str, total: Array, terms: list[tuple[str, Array]]) -> None:
        """`name = a + b + ...` in a backward; each term with its source text."""
        parts: Parts = {}
        for text, term in terms:
            for consumer, part in self._consumers(frame, name, text, term).items():
                parts[free_name(consumer, parts)] = part
        self.overwritten(total)
        self._terms_of[total] = parts

    def overwritten(self, array: Array) -> None:
        """An array was written into: what is known about the numbers of before holds no longer."""
        for notes in (self._grad_of, self._terms_of, self._sender_of):
            notes.forget(array)

    def kept(self, array: Array, copy: Array) -> None:
        """What is known about an array is known about its copy."""
        self._grad_of.copy(array, copy)
        self._terms_of.copy(array, copy)
        self._sender_of.copy(array, copy)

    def parts(self, gradient: Array, own: list[TracedTensor], frame: Frame, given: bool) -> Parts:
        """What a gradient was put together from; one part at least.

        What no other call sent and no sum made was computed by the function itself, out of what
        its own later lines did with the tensor: so it is its own consumer.

        Args:
            gradient: it.
            own: the tensors that it may be the gradient of.
            frame: the backward that has it.
            given: whether as an argument, so that the function around it is meant.
        """
        passed_on = self._grad_of.get(gradient)
        if passed_on is not None and passed_on not in own:
            return {passed_on.name: gradient.copy()}
        terms, sender = self._terms_of.get(gradient), self._sender_of.get(gradient)
        if terms is not None:
            return dict(terms)
        maker = sender or (frame.parent if given else frame)
        if maker is None:
            return {f"the caller of {frame.watched.name}": gradient.copy()}
        return {maker.prefix or maker.note.op: gradient.copy()}

    def _consumers(self, frame: Frame, name: str, text: str, term: Array) -> Parts:
        """Who sent a term of a gradient's sum.

        A term that is the gradient of another tensor went straight through an addition: the
        consumer is the sum. A term that is a sum itself is taken apart. Otherwise the
        consumer is the layer that returned the term; without one, the end of the term's name
        (dx_gate: "gate").
        """
        variables = frame.forward.variables if frame.forward is not None else {}
        held = variables.get(text.removeprefix("d")) if text != name else None
        own = variables.get(name.removeprefix("d"))
        of = held.tensors[-1] if held is not None and held.tensors else self._grad_of.get(term)
        sender, terms = self._sender_of.get(term), self._terms_of.get(term)
        if of is not None and (own is None or of not in own.tensors):
            consumer = of.name
        elif terms is not None:
            return terms
        elif text == name and own is not None and 1 <= len(own.grads) <= len(own.tensors) > 1:
            consumer = own.tensors[-len(own.grads)].name  # it goes on to the value before that one
        elif sender is not None and sender.prefix != frame.prefix:
            consumer = sender.prefix or sender.note.op
        else:
            consumer = join(frame.prefix, text.removeprefix(f"{name}_"))
        return {consumer: term.copy()}

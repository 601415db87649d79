"""The tensors of a trace: by name, and by the array that holds them."""

from collections.abc import Callable, Iterator

import numpy as np

from tinytf.layers.parameter import Layer, Parameter
from tinytf.ops.arrays import Array
from tinytf.tracing.axes import axis_names
from tinytf.tracing.identity import ById
from tinytf.tracing.names import KNOWN, free_name
from tinytf.tracing.parameter_grads import ParameterGrads
from tinytf.tracing.tensors import Call, Kind, Source, TracedTensor


class Register:
    """Every tensor that was made so far.

    Arrays are recognised by identity: what one function returns, another receives. An array whose
    numbers have been overwritten since is another tensor.

    Args:
        root: the model; None to watch ops alone.
        wanted: whether a tensor of this name is to be kept. Of others only the name is known.
    """

    def __init__(self, root: Layer | None, wanted: Callable[[str], bool]) -> None:
        self.wanted = wanted
        self.order: list[TracedTensor] = []
        self.parameters: dict[str, Parameter] = root.parameters() if root is not None else {}
        self.parameter_grads = ParameterGrads(self.parameters, wanted)
        self.grad_of: ById[TracedTensor] = ById()  # an array -> what it is the gradient of
        self.tensor_of: ById[TracedTensor] = ById()  # an array -> the tensor whose value it holds
        self._by_name: dict[str, TracedTensor] = {}
        self._kept: set[int] = set()  # ids of tensors
        self._prints: dict[int, int] = {}  # id of a tensor -> fingerprint of its numbers
        self.n_made = 0
        self._parameter_at: dict[int, str] = {}  # address of the first number -> name
        self.axis_names = axis_names(root)
        self.after: dict[str, Array] = {}  # the parameters where the recording ended

    def kept(self) -> Iterator[TracedTensor]:
        """The tensors whose numbers were kept, in the order they were made."""
        return (tensor for tensor in self.order if self.is_kept(tensor))

    def named(self, name: str) -> TracedTensor | None:
        """The tensor of this name or alias."""
        return self._by_name.get(name)

    def names(self) -> list[str]:
        """Every name and alias, those of the parameters included, kept or not."""
        return [*self._by_name, *self.parameters]

    def keep_after(self) -> None:
        """The recording ends here."""
        wanted = {name: p for name, p in self.parameters.items() if self.wanted(name)}
        self.after = {name: parameter.value.copy() for name, parameter in wanted.items()}

    def is_kept(self, tensor: TracedTensor) -> bool:
        """Whether the tensor's numbers were kept."""
        return id(tensor) in self._kept

    def new(
        self,
        name: str,
        value: Array,
        kind: Kind,
        op: str = "",
        source: Source | None = None,
        axes: tuple[str, ...] = (),
    ) -> TracedTensor:
        """A tensor that was not there before; its name is numbered where it is taken."""
        name = free_name(name, self._by_name)
        axes = axes if len(axes) == value.ndim else self._axes(name, value.shape, source)
        # A stand-in of the right shape, without memory.
        tensor = TracedTensor(name, np.broadcast_to(value.dtype.type(), value.shape), kind, axes)
        tensor.op, tensor.source = op, source
        if kind == "intermediate":
            tensor.place, self.n_made = self.n_made, self.n_made + 1
        self.order.append(tensor)
        self._by_name[name] = tensor
        self.hold(tensor, value)
        return tensor

    def _axes(self, name: str, shape: tuple[int, ...], source: Source | None) -> tuple[str, ...]:
        return self.axis_names.of(name, shape, source.text if source else "")

    def hold(self, tensor: TracedTensor, value: Array) -> None:
        """The tensor's numbers are those of this array."""
        self.tensor_of[value] = tensor
        self._prints[id(tensor)] = _fingerprint(value)
        if any(map(self.wanted, [tensor.name, *tensor.aliases])):
            tensor.value = value.copy()
            self._kept.add(id(tensor))

    def holder(self, value: Array) -> TracedTensor | None:
        """The tensor that this array holds; None if there is none, or its numbers have changed."""
        tensor = self.tensor_of.get(value)
        same = tensor is not None and self._prints[id(tensor)] == _fingerprint(value)
        return tensor if same else None

    def also_called(self, tensor: TracedTensor, name: str, value: Array) -> None:
        """A second name; a well-known one takes the place of one that is not."""
        if name in self._by_name:
            return
        tail, old_tail = name.rsplit(".", 1)[-1], tensor.name.rsplit(".", 1)[-1]
        self._by_name[name] = tensor
        if tail in KNOWN and old_tail not in KNOWN:
            tensor.name, name = name, tensor.name
            tensor.axes = self._axes(tensor.name, tensor.shape, tensor.source)
        tensor.aliases.append(name)
        if not self.is_kept(tensor):
            self.hold(tensor, value)

    def name_of(self, array: Array) -> str | None:
        """What an array is: a tensor, a gradient (".grad") or a parameter (".T": transposed)."""
        tensor = self.tensor_of.get(array)
        if tensor is not None:
            return tensor.name
        of = self.grad_of.get(array)
        if of is not None:
            return f"{of.name}.grad"
        return self.parameter_of(array)

    def note_output(self, call: Call, array: Array) -> None:
        """A call has returned an array."""
        name = self.name_of(array)
        if name is not None and name not in call.outputs:
            call.outputs.append(name)

    def locate_parameters(self) -> None:
        """Note where the parameters are in memory now (an optimiser may have moved them)."""
        self._parameter_at = {_address(p.value): name for name, p in self.parameters.items()}

    def parameter_of(self, array: Array) -> str | None:
        """The parameter whose value this array is, or the transpose of which (".T")."""
        name = self._parameter_at.get(_address(array))
        if name is None:
            return None
        value = self.parameters[name].value
        if array is value:
            return name
        return f"{name}.T" if array.shape == value.T.shape and array.base is not None else None


def _fingerprint(array: Array) -> int:
    return hash(array.tobytes())


def _address(array: Array) -> int:
    address: int = array.__array_interface__["data"][0]
    return address

"""Parameters, the layers that own them, and the one flat vector they all live in."""

from collections.abc import Iterator

import numpy as np

from tinytf.ops.arrays import Array


class Parameter:
    """A tensor that training changes.

    Attributes:
        value: the numbers.
        grad: the gradient of the loss with respect to value, of the same shape. A backward pass
            adds into it, so that several uses of one parameter, or several batches, sum up;
            whoever starts a new step sets it to zero (`grad[...] = 0`).
    """

    def __init__(self, value: Array) -> None:
        self.value = value
        self.grad = np.zeros_like(value)

    def __repr__(self) -> str:
        return f"Parameter(shape={self.value.shape}, dtype={self.value.dtype})"


def add_grad(parameter: Parameter | None, contribution: Array | None) -> None:
    """Add what one backward pass found into the parameter's grad; a missing bias gets nothing."""
    if parameter is not None and contribution is not None:
        parameter.grad += contribution


class Layer:
    """What has parameters: its own, and those of the layers it is made of.

    A layer is an op together with its parameters. `y, cache = layer.forward(x)` keeps nothing in
    the layer; `dx = layer.backward(dy, cache)` adds into each parameter's grad.
    """

    def parameters(self) -> dict[str, Parameter]:
        """Every parameter by its dotted name, such as "decoder.layers.0.self_attn.q.weight".

        The names are the attribute names on the way to it; in a list, tuple or dict of layers or
        parameters, the index or the key. A parameter that is reached twice, such as a tied
        embedding, appears once, under its first name.
        """
        named: dict[str, Parameter] = {}
        seen: set[int] = set()
        for name, parameter in self._walk():
            if id(parameter) not in seen:
                seen.add(id(parameter))
                named[name] = parameter
        return named

    def _walk(self) -> Iterator[tuple[str, Parameter]]:
        for name, attribute in vars(self).items():
            yield from _parameters_in(name, attribute)


def _parameters_in(name: str, thing: object) -> Iterator[tuple[str, Parameter]]:
    """The parameters in a parameter, a layer, or a list, tuple or dict of such; else none."""
    if isinstance(thing, Parameter):
        yield name, thing
    elif isinstance(thing, Layer):
        yield from ((f"{name}.{below}", parameter) for below, parameter in thing._walk())
    elif isinstance(thing, list | tuple):
        for i, item in enumerate(thing):
            yield from _parameters_in(f"{name}.{i}", item)
    elif isinstance(thing, dict):
        for key, item in thing.items():
            yield from _parameters_in(f"{name}.{key}", item)


class FlatParameters:
    """All parameters as one long vector, so that an optimiser is a few vector operations.

    Gathers the parameters' numbers into `value` and `grad`, and makes each parameter's own value
    and grad a view into them: changing one changes the other. Matrices come first, then vectors
    (biases and norms), because weight decay is for the matrices only.

    Attributes:
        value: (N,), every parameter's numbers one after the other.
        grad: (N,), the gradients in the same order.
        n_decayed: the first n_decayed numbers belong to matrices.
        names: the parameters' names in the order of the vector.
    """

    def __init__(self, parameters: dict[str, Parameter]) -> None:
        ordered = sorted(parameters.items(), key=lambda item: item[1].value.ndim < 2)
        self.names = [name for name, _ in ordered]
        self.value = np.concatenate([p.value.reshape(-1) for _, p in ordered])
        self.grad = np.concatenate([p.grad.reshape(-1) for _, p in ordered])
        self.n_decayed = sum(p.value.size for _, p in ordered if p.value.ndim >= 2)
        start = 0
        for _, parameter in ordered:
            shape, end = parameter.value.shape, start + parameter.value.size
            parameter.value = self.value[start:end].reshape(shape)
            parameter.grad = self.grad[start:end].reshape(shape)
            start = end
        self._parameters = [parameter for _, parameter in ordered]

    def require_in_use(self) -> None:
        """Raise RuntimeError if the parameters have been moved elsewhere since.

        That is so when a second optimiser was made for the same model: steps of the first one would
        change numbers that the model no longer reads.
        """
        if any(parameter.value.base is not self.value for parameter in self._parameters):
            raise RuntimeError(
                "optimiser: the model's parameters have been moved, for instance into a newer "
                "optimiser for the same model; use that one, or make a new one"
            )

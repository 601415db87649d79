"""Mistakes in parameters and their flat vector."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "gradient overwritten, not added": (
        "parameter.grad += contribution",
        "parameter.grad[...] = contribution",
    ),
    "gradient added into another array": (
        "parameter.grad += contribution",
        "parameter.grad = parameter.grad + contribution",
    ),
    "grad not zero at the start": ("np.zeros_like(value)", "np.ones_like(value)"),
    "tied parameters twice": ("if id(parameter) not in seen:", "if True:"),
    "equal numbers taken for tied": (
        "seen.add(id(parameter))",
        "seen.update(\n"
        "    id(p) for _, p in self._walk() if p.value.tobytes() == parameter.value.tobytes()\n"
        ")",
    ),
    "last name of a tied parameter": (
        "for name, parameter in self._walk():",
        "for name, parameter in reversed(list(self._walk())):",
    ),
    "the last layer of a list left out": ("enumerate(thing)", "enumerate(thing[:-1])"),
    "layers counted from 1": ("enumerate(thing)", "enumerate(thing, 1)"),
    "tuples left out": ("isinstance(thing, list | tuple)", "isinstance(thing, list)"),
    "dicts left out": ("isinstance(thing, dict)", "False"),
    "a step of parameters that moved": ("parameter.value.base is not self.value", "False"),
    "value copied, not a view": (
        "self.value[start:end].reshape(shape)",
        "self.value[start:end].reshape(shape).copy()",
    ),
    "grad not rebound": ("parameter.grad = self.grad[start:end].reshape(shape)", "pass"),
    "grad a view into value": (
        "parameter.grad = self.grad[start:end]",
        "parameter.grad = self.value[start:end]",
    ),
    "gradients of before lost": (
        "self.grad = np.concatenate([p.grad.reshape(-1) for _, p in ordered])",
        "self.grad = np.zeros_like(self.value)",
    ),
    "vectors first": ("item[1].value.ndim < 2", "item[1].value.ndim >= 2"),
    "in alphabetical order": ("key=lambda item: item[1].value.ndim < 2", "reverse=True"),
    "vectors decayed too": ("for _, p in ordered if p.value.ndim >= 2", "for _, p in ordered"),
    "three axes not decayed": ("if p.value.ndim >= 2", "if p.value.ndim == 2"),
    "numbers in memory order": ("[p.value.reshape(-1) for", "[p.value.ravel('K') for"),
    "every parameter at the start": ("start = end", "pass"),
}

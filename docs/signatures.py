"""Signatures as the source has them.

Python keeps what an annotation means, not how it is spelled: `Array` becomes
`numpy.ndarray[tuple[typing.Any, ...], numpy.dtype[typing.Any]]`, and the name of a cache the tuple
of all that is in it.
"""

import ast
from inspect import Parameter, Signature, formatannotation
from textwrap import dedent

from pdoc.doc import Function

SHORT = {
    "numpy.ndarray[tuple[typing.Any, ...], numpy.dtype[typing.Any]]": "Array",
    "numpy.random._generator.Generator": "np.random.Generator",
    "collections.abc.": "",
    "typing.": "",
}


class Spelled:
    """Something that is printed as it stands in the source."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def as_written(function: Function) -> Signature:
    """The signature of a function with annotations and default values as the source has them.

    Returns:
        A signature to be printed, not to be called with. Without a source (the constructor of a
        dataclass has none) it has the types by their short names.
    """
    signature = function.signature
    if not function.source:
        return signature.replace(
            parameters=[shortened(one) for one in signature.parameters.values()]
        )
    (node,) = ast.parse(dedent(function.source)).body
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return signature
    written = node.args
    every = [
        *written.posonlyargs,
        *written.args,
        written.vararg,
        *written.kwonlyargs,
        written.kwarg,
    ]
    annotations = {one.arg: one.annotation for one in every if one is not None}
    positional = [one.arg for one in (*written.posonlyargs, *written.args)]
    defaults: dict[str, ast.expr | None] = {}
    defaults |= zip(positional[::-1], written.defaults[::-1], strict=False)
    defaults |= zip([one.arg for one in written.kwonlyargs], written.kw_defaults, strict=True)
    parameters = [
        one.replace(
            annotation=_spelled(annotations[one.name], Parameter.empty),
            default=_spelled(defaults.get(one.name), Parameter.empty),
        )
        for one in signature.parameters.values()
    ]
    returned = _spelled(None if node.name == "__init__" else node.returns, Signature.empty)
    return signature.replace(parameters=parameters, return_annotation=returned)


def _spelled(node: ast.expr | None, empty: object) -> object:
    return empty if node is None else Spelled(ast.unparse(node))


def shortened(parameter: Parameter) -> Parameter:
    """A parameter whose type is printed by its short name."""
    if parameter.annotation is Parameter.empty:
        return parameter
    return parameter.replace(
        annotation=Spelled(short_types(formatannotation(parameter.annotation)))
    )


def short_types(text: str) -> str:
    """The types in a printed annotation by the names that the source uses."""
    for long, short in SHORT.items():
        text = text.replace(long, short)
    return text

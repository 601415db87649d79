"""A copy of a function that reports what it does, line by line: how a trace sees local variables.

While a trace is open, every watched function runs such a copy of itself. After each assignment the
copy has one more statement, which shows the recorder the new value; so

    pattern = np.divide(exponentials, total + (total == 0), out=exponentials)

is followed by

    pattern = recorder.assigned(call, "pattern", pattern, 86, 86)

Entering, returning and leaving are reported in the same way, and a sum (`dx = dx_q + dx_k + dx_v`)
reports its terms, because that is where a gradient is put together from several consumers. The
copy keeps file name and line numbers, so debuggers and tracebacks show the source as it stands.
Nothing is left of it when the trace is closed: the function has its own code again.
"""

import ast
import functools
import inspect
import linecache
from types import CodeType, FunctionType
from typing import Any

CALL = "_traced_call"  # the copy's own local variable: the recorder's note of this call
RECORDER = "tinytf recorder"  # stands for the recorder until the code's constants are exchanged


class TraceError(Exception):
    """Something cannot be traced; the message says what and why."""


def reporting_copy(function: FunctionType, recorder: object, index: int) -> CodeType:
    """The code of `function` with reports to `recorder`.

    Args:
        function: a function written in Python, whose source can be read.
        recorder: gets `entered`, `assigned`, `summed`, `added_to_grad`, `returned` and `left`.
        index: what the recorder knows the function by.

    Raises:
        TraceError: there is no source, or it is not the source of what runs.
    """
    definition = parse_function(function)
    _require_same_code(function, definition)
    _Reports(index).rewrite(definition)
    code = _compile(function, definition)
    constants = tuple(recorder if value == RECORDER else value for value in code.co_consts)
    return code.replace(co_consts=constants, co_qualname=function.__code__.co_qualname)


def parse_function(function: FunctionType) -> ast.FunctionDef:
    """The syntax tree of a function, with the line numbers of its file.

    Raises:
        TraceError: the source cannot be read.
    """
    try:
        lines, first = inspect.getsourcelines(function)
    except (OSError, TypeError) as error:
        raise TraceError(
            f"{function.__qualname__}: expected a function whose source can be read (from a file "
            f"or a notebook cell), got none: {error}"
        ) from error
    # An indented method parses as the body of an `if`, which keeps its columns.
    tree = ast.parse("if True:\n" + "".join(lines) if lines[0][0] in " \t" else "".join(lines))
    definition = tree.body[0].body[0] if isinstance(tree.body[0], ast.If) else tree.body[0]
    if not isinstance(definition, ast.FunctionDef):
        raise TraceError(f"{function.__qualname__}: expected a `def`, got something else")
    ast.increment_lineno(definition, first - (2 if lines[0][0] in " \t" else 1))
    definition.decorator_list = []
    return definition


def _compile(function: FunctionType, definition: ast.FunctionDef) -> CodeType:
    """Compile a definition so that its code fits the function: the same free variables."""
    free = function.__code__.co_freevars
    around = ast.FunctionDef(
        name="around",
        args=ast.arguments(
            posonlyargs=[], args=[ast.arg(name) for name in free], kwonlyargs=[], kw_defaults=[],
            defaults=[],
        ),
        body=[definition],
        decorator_list=[],
    )  # fmt: skip
    if hasattr(around, "type_params"):
        around.type_params = []
    file = function.__code__.co_filename
    module = ast.Module([*_imports(file), around], type_ignores=[])
    code = compile(ast.fix_missing_locations(module), file, "exec", dont_inherit=True)
    outer = next(c for c in code.co_consts if isinstance(c, CodeType))
    return next(
        c for c in outer.co_consts if isinstance(c, CodeType) and c.co_name == definition.name
    )


@functools.cache
def _imports(file: str) -> list[ast.stmt]:
    """A file's imports: Python compiles `np.exp(x)` in another way where np is an imported name."""
    nodes = ast.walk(ast.parse("".join(linecache.getlines(file))))
    return [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]


def _require_same_code(function: FunctionType, definition: ast.FunctionDef) -> None:
    """Raise TraceError unless compiling the source gives what the function runs."""
    original, compiled = function.__code__, _compile(function, definition)
    for part in ("co_code", "co_names", "co_varnames", "co_freevars"):
        if getattr(original, part) != getattr(compiled, part):
            raise TraceError(
                f"{function.__qualname__}: expected the source in {original.co_filename} to be "
                f"what runs, but it is not (edited since it was imported?); start Python again"
            )


class _Reports:
    """Adds the reports to a function's statements."""

    def __init__(self, index: int) -> None:
        self.index = index

    def rewrite(self, definition: ast.FunctionDef) -> None:
        """Change the definition in place."""
        arguments = definition.args
        names = [a.arg for a in arguments.posonlyargs + arguments.args + arguments.kwonlyargs]
        given = ast.Dict([ast.Constant(name) for name in names], [_load(name) for name in names])
        enter = ast.Assign([_store(CALL)], _report("entered", ast.Constant(self.index), given))
        leave = ast.Expr(_report("left", _load(CALL)))
        body = self._block(definition.body)
        first = [enter, ast.Try(body, [], [], [leave])]
        definition.body = [_at(definition.body[0], statement) for statement in first]

    def _block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        return [new for statement in statements for new in self._statement(statement)]

    def _statement(self, statement: ast.stmt) -> list[ast.stmt]:
        new: list[ast.stmt] = [statement]
        match statement:
            case ast.Return(value=ast.expr() as value):
                statement.value = _report("returned", _load(CALL), value)
            case ast.AugAssign(op=ast.Add(), target=target) if grad_owner(target) is not None:
                owner = grad_owner(target)
                assert owner is not None
                keep = ast.Assign([_store("_traced_term")], statement.value)
                statement.value = _load("_traced_term")
                added = _report("added_to_grad", _load(CALL), owner, _load("_traced_term"))
                new = [keep, ast.Expr(added), statement]
            case ast.AugAssign(op=ast.Add(), target=ast.Name(id=name)):
                keep = ast.Assign([_store("_traced_term")], statement.value)
                before = ast.Assign([_store("_traced_before")], _report("kept", _load(name)))
                terms: list[ast.expr] = [_load("_traced_before"), _load("_traced_term")]
                texts = [name, ast.unparse(statement.value)]
                statement.value = _load("_traced_term")
                new = [keep, before, statement, _sum_report(name, terms, texts, statement)]
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.BinOp(op=ast.Add())):
                new = self._sum(statement, name)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.BinOp(op=ast.Add())):
                new = self._sum(statement, name)
            case ast.Assign(targets=targets):
                new += [_assigned(name, statement) for t in targets for name in assigned_names(t)]
            case ast.AnnAssign(target=target, value=ast.expr()) | ast.AugAssign(target=target):
                new += [_assigned(name, statement) for name in assigned_names(target)]
            case ast.If() | ast.For() | ast.While() | ast.With() | ast.Try():
                for field in ("body", "orelse", "finalbody"):
                    if block := getattr(statement, field, None):
                        setattr(statement, field, self._block(block))
                for handler in getattr(statement, "handlers", []):
                    handler.body = self._block(handler.body)
        return [_at(statement, one) for one in new]

    def _sum(self, statement: ast.Assign | ast.AnnAssign, name: str) -> list[ast.stmt]:
        """`name = a + b + c`, its terms kept in variables first, in the order of evaluation."""
        terms = _terms(statement.value)
        texts = [ast.unparse(term) for term in terms]
        names = [f"_traced_term_{i}" for i in range(len(terms))]
        keep: list[ast.stmt] = [
            ast.Assign([_store(one)], term) for one, term in zip(names, terms, strict=True)
        ]
        total: ast.expr = _load(names[0])
        for one in names[1:]:
            total = ast.BinOp(total, ast.Add(), _load(one))
        statement.value = total
        report = _sum_report(name, [_load(one) for one in names], texts, statement)
        return [*keep, statement, report]


def assigned_names(target: ast.expr) -> list[str]:
    """The variables that an assignment to `target` binds, or whose contents it changes."""
    match target:
        case ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name)):
            return [name]
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return [name for part in parts for name in assigned_names(part)]
        case ast.Starred(value=value):
            return assigned_names(value)
    return []


def grad_owner(target: ast.expr) -> ast.expr | None:
    """What the `.grad` belongs to that an assignment adds to: `p` of `p.grad` and `p.grad[...]`."""
    match target:
        case ast.Attribute(attr="grad", value=owner):
            return owner
        case ast.Subscript(value=ast.Attribute(attr="grad", value=owner)):
            return owner
    return None


def _terms(expression: ast.expr | None) -> list[ast.expr]:
    """a + b + c -> [a, b, c], as Python adds them: from the left."""
    match expression:
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return [*_terms(left), right]
        case ast.expr():
            return [expression]
    return []


def _assigned(name: str, statement: ast.stmt) -> ast.stmt:
    lines = [ast.Constant(statement.lineno), ast.Constant(statement.end_lineno)]
    report = _report("assigned", _load(CALL), ast.Constant(name), _load(name), *lines)
    return ast.Assign([_store(name)], report)


def _sum_report(
    name: str, terms: list[ast.expr], texts: list[str], statement: ast.stmt
) -> ast.stmt:
    pairs: list[ast.expr] = [
        ast.Tuple([ast.Constant(text), term], ast.Load())
        for text, term in zip(texts, terms, strict=True)
    ]
    lines = [ast.Constant(statement.lineno), ast.Constant(statement.end_lineno)]
    given = [_load(CALL), ast.Constant(name), _load(name), ast.Tuple(pairs, ast.Load()), *lines]
    return ast.Assign([_store(name)], _report("summed", *given))


def _report(method: str, *arguments: ast.expr) -> ast.Call:
    recorder = ast.Constant(RECORDER)
    return ast.Call(ast.Attribute(recorder, method, ast.Load()), list(arguments), [])


def _load(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _store(name: str) -> ast.Name:
    return ast.Name(name, ast.Store())


def _at(place: ast.stmt, new: Any) -> Any:
    """Give a new statement, and everything in it that has none, the place of an old one."""
    for node in ast.walk(new):
        if isinstance(node, ast.stmt | ast.expr) and not hasattr(node, "lineno"):
            ast.copy_location(node, place)
    return new

"""The statements that a reporting copy has and its original has not (see `source_copy.py`)."""

import ast
from typing import Any

import numpy as np

CALL = "_traced_call"  # the copy's own local variable: the recorder's note of this call
RECORDER = "tinytf recorder"  # stands for the recorder until the code's constants are exchanged

_OWNER, _TERM, _BEFORE, _INDEX = (f"_traced_{it}" for it in ("owner", "term", "before", "index"))


class Reports:
    """Adds the reports to a function's statements.

    Args:
        index: what the recorder knows the function by.
    """

    def __init__(self, index: int) -> None:
        self.index = index

    def rewrite(self, definition: ast.FunctionDef) -> None:
        """Change the definition in place."""
        arguments = definition.args
        every = arguments.posonlyargs + arguments.args + arguments.kwonlyargs
        every += [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
        names = [one.arg for one in every]
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
                first = value.elts[0] if isinstance(value, ast.Tuple) and value.elts else value
                told = [value, *_lines(statement), ast.Constant(overwrites(first))]
                statement.value = _report("returned", _load(CALL), *told)
            case ast.AugAssign(op=ast.Add(), target=target) if is_grad(target):
                new = _grad_sum(statement)
            case ast.AugAssign(op=ast.Add(), target=ast.Name(id=name)):
                keep = ast.Assign([_store(_TERM)], statement.value)
                before = ast.Assign([_store(_BEFORE)], _report("kept", _load(name)))
                texts = [name, ast.unparse(statement.value)]
                statement.value = _load(_TERM)
                terms = [_load(_BEFORE), _load(_TERM)]
                new = [keep, before, statement, _sum_report(name, terms, texts, statement)]
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.BinOp(op=ast.Add())):
                new = self._sum(statement, name)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.BinOp(op=ast.Add())):
                new = self._sum(statement, name)
            case ast.Assign(targets=targets, value=value):
                found = [one for target in targets for one in assigned(target, value)]
                new += [_assigned(name, statement, written) for name, written in found]
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                found = assigned(target, value)
                new += [_assigned(name, statement, written) for name, written in found]
            case ast.AugAssign(target=target):
                new += [_assigned(name, statement, True) for name, _ in assigned(target)]
            case _:
                self._blocks_in(statement)
        new = [_at(statement, one) for one in new]
        return [_Walruses(statement).visit(one) for one in new] if _is_simple(statement) else new

    def _blocks_in(self, statement: ast.stmt) -> None:
        """Add the reports inside a compound statement; nothing is done to a nested function."""
        match statement:
            case ast.If() | ast.While():
                statement.test = _Walruses(statement).visit(statement.test)
            case ast.Match():
                statement.subject = _Walruses(statement).visit(statement.subject)
                for case in statement.cases:
                    case.body = self._block(case.body)
            case ast.For() | ast.With() | ast.Try() | ast.TryStar():
                pass
            case _:
                return
        bound = _bound_in_head(statement)
        for field in ("body", "orelse", "finalbody"):
            if block := getattr(statement, field, None):
                setattr(statement, field, self._block(block))
        for handler in getattr(statement, "handlers", []):
            handler.body = self._block(handler.body)
        if isinstance(statement, ast.For | ast.With):
            statement.body = [*bound, *statement.body]

    def _sum(self, statement: ast.Assign | ast.AnnAssign, name: str) -> list[ast.stmt]:
        """`name = a + b + c`, its terms kept in variables first, in the order of evaluation."""
        terms = _terms(statement.value)
        texts = [ast.unparse(term) for term in terms]
        names = [f"{_TERM}_{i}" for i in range(len(terms))]
        keep: list[ast.stmt] = [
            ast.Assign([_store(one)], term) for one, term in zip(names, terms, strict=True)
        ]
        total: ast.expr = _load(names[0])
        for one in names[1:]:
            total = ast.BinOp(total, ast.Add(), _load(one))
        statement.value = total
        report = _sum_report(name, [_load(one) for one in names], texts, statement)
        return [*keep, statement, report]


def assigned(target: ast.expr, value: ast.expr | None = None) -> list[tuple[str, bool]]:
    """The variables that an assignment to `target` binds, or whose contents it changes.

    With each, whether its array has just been written into (`h[0] = ...`, or see `overwrites`): it
    is new then, even where all its numbers are those of before, which NaN stays whatever is done.
    """
    match target:
        case ast.Name(id=name):
            return [(name, value is not None and overwrites(value))]
        case ast.Subscript(value=ast.Name(id=name)):
            return [(name, True)]
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            values: list[ast.expr | None] = [None] * len(parts)
            if isinstance(value, ast.Tuple) and len(value.elts) == len(parts):
                values = [*value.elts]
            pairs = zip(parts, values, strict=True)
            return [one for part, its in pairs for one in assigned(part, its)]
        case ast.Starred(value=inner):
            return assigned(inner)
    return []


def overwrites(expression: ast.expr) -> bool:
    """Whether what an expression gives, if it was there before, has been written into by it.

    So it is with `out=`. A NumPy function such as np.exp gives what it was given only then, too;
    whatever else gives an array that was there before (`y = x`, `y = np.asarray(x)`, a dropout that
    drops nothing) gives it a second name.
    """
    match expression:
        case ast.Call(keywords=named) if any(one.arg == "out" for one in named):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=name)):
            return isinstance(getattr(np, name, None), np.ufunc)
    return False


def is_grad(target: ast.expr) -> bool:
    """Whether something's `.grad`, or a part of it, is assigned: `p.grad` or `p.grad[...]`."""
    whole = target.value if isinstance(target, ast.Subscript) else target
    return isinstance(whole, ast.Attribute) and whole.attr == "grad"


class _Walruses(ast.NodeTransformer):
    """`(h := x @ w)` reports too; not inside comprehensions and lambdas, which are functions."""

    def __init__(self, statement: ast.stmt) -> None:
        self.statement = statement

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.AST:
        self.generic_visit(node)
        told = [ast.Constant(node.target.id), node.value]
        told += [_number(node.lineno), _number(node.end_lineno)]
        told.append(ast.Constant(overwrites(node.value)))
        node.value = _at(self.statement, _report("assigned", _load(CALL), *told))
        return node

    def _leave_alone(self, node: ast.AST) -> ast.AST:
        return node

    visit_Lambda = visit_ListComp = visit_SetComp = visit_DictComp = _leave_alone
    visit_GeneratorExp = _leave_alone


def _is_simple(statement: ast.stmt) -> bool:
    return not hasattr(statement, "body") and not isinstance(statement, ast.Match)


def _bound_in_head(statement: ast.stmt) -> list[ast.stmt]:
    """Reports of the variables that `for x in ...` and `with ... as x` bind."""
    targets: list[ast.expr] = []
    last: ast.expr | None = None
    match statement:
        case ast.For(target=target, iter=last):
            targets = [target]
        case ast.With(items=items):
            targets = [one.optional_vars for one in items if one.optional_vars is not None]
            last = items[-1].context_expr
    if last is None:
        return []
    lines = [_number(statement.lineno), _number(last.end_lineno)]
    return [
        _at(statement, ast.Assign([_store(name)], _assigned_value(name, lines)))
        for target in targets
        for name, _ in assigned(target)
    ]


def _grad_sum(statement: ast.AugAssign) -> list[ast.stmt]:
    """`owner.grad += term` or `owner.grad[index] += term`, each part evaluated once."""
    target, index = statement.target, ast.Constant(None)
    keep: list[ast.stmt] = []
    whole = target.value if isinstance(target, ast.Subscript) else target
    assert isinstance(whole, ast.Attribute)
    keep.append(ast.Assign([_store(_OWNER)], whole.value))
    whole.value = _load(_OWNER)
    if isinstance(target, ast.Subscript):
        of_recorder = ast.Attribute(ast.Constant(RECORDER), "index", ast.Load())
        keep.append(
            ast.Assign([_store(_INDEX)], ast.Subscript(of_recorder, target.slice, ast.Load()))
        )
        target.slice = _load(_INDEX)
        given: ast.expr = _load(_INDEX)
    else:
        given = index
    keep.append(ast.Assign([_store(_TERM)], statement.value))
    statement.value = _load(_TERM)
    added = _report("added_to_grad", _load(CALL), _load(_OWNER), _load(_TERM), given)
    return [*keep, statement, ast.Expr(added)]


def _terms(expression: ast.expr | None) -> list[ast.expr]:
    """a + b + c -> [a, b, c], as Python adds them: from the left."""
    match expression:
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return [*_terms(left), right]
        case ast.expr():
            return [expression]
    return []


def _assigned(name: str, statement: ast.stmt, written: bool) -> ast.stmt:
    told = [*_lines(statement), ast.Constant(written)]
    return ast.Assign([_store(name)], _assigned_value(name, told))


def _assigned_value(name: str, told: list[ast.expr]) -> ast.expr:
    return _report("assigned", _load(CALL), ast.Constant(name), _load(name), *told)


def _sum_report(
    name: str, terms: list[ast.Name], texts: list[str], statement: ast.stmt
) -> ast.stmt:
    pairs: list[ast.expr] = [
        ast.Tuple([ast.Constant(text), term], ast.Load())
        for text, term in zip(texts, terms, strict=True)
    ]
    sum_of = ast.Tuple(pairs, ast.Load())
    given = [_load(CALL), ast.Constant(name), _load(name), sum_of, *_lines(statement)]
    return ast.Assign([_store(name)], _report("summed", *given))


def _report(method: str, *arguments: ast.expr) -> ast.Call:
    recorder = ast.Constant(RECORDER)
    return ast.Call(ast.Attribute(recorder, method, ast.Load()), list(arguments), [])


def _lines(statement: ast.stmt) -> list[ast.expr]:
    return [_number(statement.lineno), _number(statement.end_lineno)]


def _number(line: int | None) -> ast.expr:
    return ast.Constant(line)


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

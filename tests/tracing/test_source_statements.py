"""Which sources can be copied with reports, and that every kind of statement in them is."""

import importlib.util
import linecache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.tracing import students_statements as students
from tests.tracing.subject import trace, tracing
from tinytf.ops.arrays import Array

rng = np.random.default_rng(11)


def test_statements_of_every_kind() -> None:
    x = rng.normal(size=(2, 3))
    expected, (_, walrus) = students.statements_forward(x)
    with trace(students.statements_forward) as t:
        got, _ = students.statements_forward(x)
    assert np.array_equal(got, expected)
    assert np.array_equal(t["statements.walrus"].value, walrus)
    recorded = {name.removeprefix("statements.").split("#")[0] for name in t.names()}
    recorded |= {alias.split(".")[1] for tensor in t for alias in tensor.aliases}
    expected_names = "x walrus total row inside raised handled final matched twice left right unset"
    assert recorded >= set(expected_names.split()), set(expected_names.split()) - recorded
    assert "hidden_in_inner" not in recorded
    for name, line in {"matched": "matched = final * rows", "raised": "raised = total / 2"}.items():
        assert t[f"statements.{name}"].source.text == line
    assert "statements.total#3" in t, "total = total + ... makes another tensor"


def test_arguments_of_every_kind() -> None:
    x = rng.normal(size=(2, 3))
    given: dict[str, Any] = {"scale": 3.0, "extra": x + 1}
    expected, _ = students.decorated_forward(x, x * 5, **given)
    with trace(students.decorated_forward.__wrapped__) as t:
        got, _ = students.decorated_forward(x, x * 5, **given)
    assert np.array_equal(got, expected)
    assert np.array_equal(t["decorated.x"].value, 2 * x)
    assert np.array_equal(t["decorated.first"].value, 6 * x)
    assert t["decorated.a"] is t["decorated.first"]


def test_a_decorated_op_is_found_behind_its_decorator() -> None:
    class Model(students.Layer):
        def forward(self, x: Array) -> Any:
            y, cache = students.decorated_forward(x)
            return y, cache

    # local classes of this test module can be read as any other source
    with trace(Model()) as t:
        Model().forward(rng.normal(size=(2, 3)))
    assert any(call.op == "decorated" for call in t.calls)


def test_zero_argument_super() -> None:
    layer, x = students.Derived(), rng.normal(size=(2, 3))
    with trace(layer) as t:
        y, cache = layer.forward(x)
        layer.backward(np.ones_like(y), cache)
    assert np.array_equal(y, 6 * x)
    assert np.array_equal(t["inner"].value, 3 * x)
    assert np.array_equal(t["x"].grad, np.full((2, 3), 6.0))
    assert max(t.check().values()) < 1e-8


def test_closures_and_bare_returns() -> None:
    forward = students.make_closure(4.0)
    with trace(forward) as t:
        y, _ = forward(np.ones(2))
        assert forward(None) is None  # type: ignore[arg-type]
    assert np.array_equal(y, [4, 4])
    assert np.array_equal(t["closure.y"].value, [4, 4])


# --- sources ---


def written(path: Path, text: str) -> ModuleType:
    path.write_text(text, encoding="utf-8")
    linecache.checkcache(str(path))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SOURCE = "def my_forward(x):\n    y = x * 2.5\n    return y, None\n"


@pytest.mark.parametrize(
    "edited",
    [
        SOURCE.replace("2.5", "2.75"),
        SOURCE.replace("x * 2.5", "x + 2.5"),
        SOURCE.replace("x * 2.5", "x * (2.5"),
        "import numpy\n\n" + SOURCE,
        SOURCE.replace("y", "z"),
        "",
    ],
)
def test_a_source_edited_after_the_import_is_refused(edited: str, tmp_path: Path) -> None:
    module = written(tmp_path / "edited.py", SOURCE)
    (tmp_path / "edited.py").write_text(edited + "# longer\n", encoding="utf-8")
    before = module.my_forward.__code__
    error = tracing().TraceError
    with pytest.raises(error, match="my_forward: expected"), trace(module.my_forward):
        pass
    assert module.my_forward.__code__ is before


def test_a_function_without_source_is_named() -> None:
    space: dict[str, Any] = {}
    exec(SOURCE, space)
    expected = "my_forward: expected a function whose source can be read .from a file or a notebook"
    with pytest.raises(tracing().TraceError, match=expected), trace(space["my_forward"]):
        pass


def test_a_generator_is_refused() -> None:
    expected = "generator_forward: expected a function that returns, got a generator"
    with pytest.raises(tracing().TraceError, match=expected), trace(students.generator_forward):
        pass


def test_a_notebook_cell() -> None:
    name = "<ipython-input-1-0123456789ab>"
    space: dict[str, Any] = {"__name__": "__main__"}
    linecache.cache[name] = (len(SOURCE), None, SOURCE.splitlines(True), name)
    try:
        exec(compile(SOURCE, name, "exec"), space)
        with trace(space["my_forward"]) as t:
            space["my_forward"](np.ones(2))
        assert np.array_equal(t["my.y"].value, [2.5, 2.5])
        assert t["my.y"].source == tracing().Source(name, 2, "y = x * 2.5")
    finally:
        del linecache.cache[name]

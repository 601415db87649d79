"""A trace in a file and back: every bit of it, and clear errors for everything else."""

import json
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import strategies as st

import tinytf.tracing
from tests.ops.claims import claim
from tinytf.tracing import Call, Source, TracedTensor, TraceError

from .by_hand import parameter, tensor, traced_decoder
from .strategies import calls, tensors


def assert_same_array(found: Any, expected: Any, what: str) -> None:
    """The same numbers bit for bit, in the same dtype and shape."""
    if expected is None:
        assert found is None, f"{what}: expected None, got {found}"
        return
    assert found is not None, f"{what}: expected {expected}, got None"
    assert (found.dtype, found.shape) == (expected.dtype, expected.shape), what
    assert found.tobytes() == expected.tobytes(), f"{what}: expected {expected}, got {found}"


def assert_same(found: list[TracedTensor], expected: list[TracedTensor]) -> None:
    """The same tensors in the same order, in every respect."""
    assert [one.name for one in found] == [one.name for one in expected]
    for one, other in zip(found, expected, strict=True):
        for name in ("kind", "axes", "op", "source", "aliases", "why_no_grad", "place"):
            assert getattr(one, name) == getattr(other, name), f"{other.name}: {name}"
        for name in ("value", "grad", "after"):
            assert_same_array(getattr(one, name), getattr(other, name), f"{other.name}.{name}")
        assert list(one.grad_parts) == list(other.grad_parts)
        for who, part in other.grad_parts.items():
            assert_same_array(one.grad_parts[who], part, f"{other.name} from {who}")


def test_names_that_look_like_paths_and_files(module: ModuleType, tmp_path: Path) -> None:
    names = ["a/b", "a.npy", "../x", "about", "array/0", "", "a\nb", "\0", "\N{SNOWMAN}", "A", "a"]
    sent = {name: np.ones(2) for name in names}
    given = [tensor(name, [float(i), 1.0], grad_parts=sent) for i, name in enumerate(names)]
    module.write_trace(tmp_path / "t", given, [], [])
    assert_same(module.read_trace(tmp_path / "t")[0], given)


def test_numbers_of_every_kind(module: ModuleType, tmp_path: Path) -> None:
    odd = [-0.0, np.nan, -np.inf, 5e-324, 1e308]
    given = [
        tensor("f8", odd),
        tensor("negative nan", np.array([0xFFF8000000000001], np.uint64).view(np.float64)),
        tensor("f2", np.array([1e-7, 65504], np.float16)),
        tensor("big endian", np.array([1.5, 2], ">f4")),
        tensor("complex", np.array([1 + 2j])),
        tensor("columns first", np.asfortranarray(np.arange(6.0).reshape(2, 3))),
        tensor("mask", np.array([True, False])),
        tensor("words", np.array(["a", "\N{SNOWMAN}"])),
        tensor("scalar", np.float32(3.0)),
        tensor("empty", np.zeros((0, 3))),
        tensor("zero", np.zeros(2)),
        tensor("minus zero", -np.zeros(2)),
        tensor("integer zero", np.zeros(2, np.int64)),
        tensor("other shape", np.zeros((2, 1))),
    ]
    module.write_trace(tmp_path / "t", given, [], [])
    assert_same(module.read_trace(tmp_path / "t")[0], given)


def test_equal_arrays_are_stored_once_and_read_as_arrays_of_their_own(
    module: ModuleType, tmp_path: Path
) -> None:
    given = tensor("y", [1.0, 2.0], 3.0)
    given.grad_parts = {"a": given.grad.copy()}  # type: ignore[union-attr]
    module.write_trace(tmp_path / "t", [given], [], [])
    with zipfile.ZipFile(tmp_path / "t") as archive:
        assert sorted(archive.namelist()) == ["about.npy", "array/0.npy", "array/1.npy"]
    (found,) = module.read_trace(tmp_path / "t")[0]
    found.grad[...] = 7.0
    assert found.grad_parts["a"].tolist() == [3.0, 3.0]


def test_arrays_that_differ_at_their_end_are_two(module: ModuleType, tmp_path: Path) -> None:
    given = tensor("y", [1.0, 2.0])
    given.grad = np.array([1.0, 3.0])
    module.write_trace(tmp_path / "t", [given], [], [])
    (found,) = module.read_trace(tmp_path / "t")[0]
    assert_same_array(found.grad, given.grad, "grad")


def test_nothing_is_pickled(module: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "t"
    path.write_bytes(b"before")
    with pytest.raises(TraceError, match=r"^y: expected numbers or texts, got dtype object$"):
        module.write_trace(path, [tensor("y", np.array([{}, None]))], [], [])
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path], "nothing half-written stays"


def test_a_failed_write_leaves_what_was_there(module: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "t"
    path.write_bytes(b"before")

    class Failing(Call):
        """Its text cannot be told: the failure comes in the middle of writing."""

    failing = Failing("a", "", "forward", 0)
    failing.inputs = {"x": object()}  # type: ignore[dict-item]
    with pytest.raises(TypeError):
        module.write_trace(path, [], [failing], [])
    with pytest.raises(FileNotFoundError, match=r"missing.t'$"):
        module.write_trace(tmp_path / "missing" / "t", [], [], [])
    (tmp_path / "directory").mkdir()
    with pytest.raises(OSError, match=r"directory'$"):
        module.write_trace(tmp_path / "directory", [tensor("y", [1.0])], [], [])
    full = OSError("no space left on the disk")
    with patch("os.fsync", side_effect=full), pytest.raises(OSError, match="no space"):
        module.write_trace(path, [tensor("y", [1.0])], [], [])
    assert path.read_bytes() == b"before"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["directory", "t"]


def saved(module: ModuleType, path: Path) -> bytes:
    """The bytes of a saved trace."""
    source = Source("a.py", 3, "y = x @ w")
    given = [tensor("y", [1.0, 2.0], 3.0, source=source), parameter("w", np.arange(300.0))]
    module.write_trace(path, given, [Call("linear", "", "forward", 0)], ["note"])
    return path.read_bytes()


def test_a_cut_or_changed_file_is_an_error_or_the_same(module: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "t"
    whole = saved(module, path)
    expected = module.read_trace(path)[0]
    rng = np.random.default_rng(0)
    cuts = [whole[:n] for n in rng.integers(0, len(whole), 30)]
    flips = []
    for place in rng.integers(0, len(whole), 150):
        changed = bytearray(whole)
        changed[place] ^= 1 << rng.integers(8)
        flips.append(bytes(changed))
    for content in [*cuts, *flips]:
        path.write_bytes(content)
        found = what_is_read(module, path)
        if isinstance(found, TraceError):
            assert str(found).startswith(f"{path}: ")
        else:
            assert len(content) == len(whole), "a cut file cannot be whole"
            assert_same(found, expected)


def what_is_read(module: ModuleType, path: Path) -> Any:
    """The tensors in a file, or the error."""
    try:
        return module.read_trace(path)[0]
    except TraceError as error:
        return error


def archive_of(**arrays: Any) -> Callable[[Path], None]:
    """Writes an archive with these arrays."""
    return lambda path: _save(path, arrays)


def _save(path: Path, arrays: dict[str, Any]) -> None:
    with open(path, "wb") as file:
        np.savez(file, **arrays)


def about(**values: Any) -> Callable[[Path], None]:
    """Writes an archive whose JSON text says this."""
    whole = {"format": "tinytf trace 1", "tensors": [], "calls": [], "notes": [], **values}
    return archive_of(about=np.array(json.dumps(whole)))


TENSOR: dict[str, Any] = {
    "name": "y", "kind": "input", "axes": [], "op": "", "source": None, "aliases": [],
    "why_no_grad": "", "place": -1, "value": None, "grad": None, "after": None, "grad_parts": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (lambda path: path.write_text("hello"), "expected a saved trace, got another kind of file"),
        (lambda path: path.write_bytes(b""), "expected a saved trace, got another kind of file"),
        (lambda path: path.write_bytes(b"PK\3\4"), "the trace is broken (BadZipFile: "),
        (archive_of(x=np.ones(2)), "expected a saved trace, got an archive without one"),
        (about(format="tinytf checkpoint 2"),
         "expected 'tinytf trace 1', got 'tinytf checkpoint 2'\n"),
        (about(format="tinytf trace 2"),
         "expected 'tinytf trace 1', got 'tinytf trace 2'; another version of tinytf wrote it\n"),
        (about(format=7), "expected 'tinytf trace 1', got 7\n"),
        (archive_of(about=np.array("[]")), "expected 'tinytf trace 1', got None\n"),
        (archive_of(about=np.array("{")), "the trace is broken (JSONDecodeError: "),
        (archive_of(about=np.array({}, object)), "the trace is broken (ValueError: "),
        (about(tensors=[TENSOR | {"value": 0}]), "the trace is broken (KeyError: "),
        (about(tensors=[{}]), "the trace is broken (KeyError: 'name')"),
        (about(tensors=[None]), "the trace is broken (TypeError: "),
        (about(tensors=7), "the trace is broken (TypeError: "),
        (about(calls=[{"what": 1}]), "the trace is broken (TypeError: "),
        (about(tensors=[TENSOR | {"source": {"file": "a"}}]), "the trace is broken (TypeError: "),
    ],
)  # fmt: skip
def test_what_is_no_trace(
    module: ModuleType, tmp_path: Path, write: Callable[[Path], None], said: str
) -> None:
    path = tmp_path / "t.npz"
    write(path)
    with pytest.raises(TraceError) as caught:
        module.read_trace(path)
    assert f"{caught.value}\n".startswith(f"{path}: {said}"), caught.value


def test_no_file_is_what_python_says_of_it(module: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        module.read_trace(tmp_path / "t.npz")
    with pytest.raises(IsADirectoryError):
        module.read_trace(tmp_path)


# The tests that take longest come last: test_mutants.py stops at the first one that fails.


@claim(
    tensors=st.lists(tensors(), max_size=4),
    calls=st.lists(calls(), max_size=3),
    notes=st.lists(st.text(), max_size=2),
)
def test_everything_comes_back(
    module: ModuleType,
    tensors: list[TracedTensor],
    calls: list[Call],
    notes: list[str],
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "t.npz"
        module.write_trace(path, tensors, calls, notes)
        found_tensors, found_calls, found_notes = module.read_trace(path)
    assert_same(found_tensors, tensors)
    # As text, since a NaN among the numbers is not equal to itself.
    assert repr(found_calls) == repr(calls)
    assert found_notes == notes


def test_a_models_trace_answers_all_but_check(tmp_path: Path) -> None:
    t = traced_decoder()
    t.notes.append("a note")
    t.save(tmp_path / "step.npz")
    loaded = tinytf.tracing.load(tmp_path / "step.npz")
    assert [one.name for one in tmp_path.iterdir()] == ["step.npz"]
    assert_same(list(loaded), list(t))
    assert [asdict(call) for call in loaded.calls] == [asdict(call) for call in t.calls]
    assert loaded.notes == ["a note"]
    for alias in (alias for one in t for alias in one.aliases):
        assert loaded[alias].name == t[alias].name
    assert loaded.names("*.layers.1.*") == t.names("*.layers.1.*")
    assert loaded.table() == t.table()
    assert loaded._repr_html_() == t._repr_html_()
    assert repr(loaded) == repr(t)
    weight = loaded["decoder.layers.0.ffn.w_in"]
    assert weight.before is not None
    assert weight.delta is not None
    assert weight.update_ratio == t["decoder.layers.0.ffn.w_in"].update_ratio
    with pytest.raises(TraceError, match="got one from a file; check gradients before saving"):
        loaded.check()

"""A report put together by hand, tensor by tensor, for the tests of the page."""

import base64
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
View = dict[str, Any]
Row = dict[str, Any]
Step = dict[str, Any]


class Sheet:
    """Collects labels, arrays, tensors and steps; `report` is the whole as a dict."""

    def __init__(self, title: str = "One training step") -> None:
        self.labels: dict[str, list[str]] = {}
        self.arrays: dict[str, dict[str, Any]] = {}
        self.tensors: dict[str, dict[str, Any]] = {}
        self.steps: list[Step] = []
        self.nodes: list[dict[str, Any]] = []
        self.edges: list[tuple[str, str]] = []
        self.attention: list[dict[str, Any]] = []
        self.flow: list[dict[str, Any]] = []
        self.header: dict[str, Any] = {
            "texts": [{"label": "input", "tokens": ["a", "b"]}],
            "loss_before": 1.0,
            "loss_after": 0.5,
            "loss_predicted": 0.25,
            "learning_rate": 0.1,
            "optimizer": "SGD",
            "notes": [],
        }
        self.title = title

    def label(self, label_id: str, names: list[str]) -> str:
        """A list of row or column labels; its id."""
        self.labels[label_id] = names
        return label_id

    def indices(self, n: int) -> str:
        """The labels "0" to "n - 1"."""
        return self.label(f"0-{n - 1}", [str(index) for index in range(n)])

    def tensor(
        self,
        tensor_id: str,
        value: Array,
        kind: str = "value",
        rows: str | None = None,
        cols: str | None = None,
        title: str | None = None,
        **more: Any,
    ) -> View:
        """Put an array (r, c) in; the view that shows it."""
        value = np.atleast_2d(np.asarray(value))
        self.arrays[tensor_id] = encoded(value)
        if isinstance(more.get("masked"), np.ndarray):
            self.arrays[f"{tensor_id} mask"] = encoded(more["masked"])
            more["masked"] = f"{tensor_id} mask"
        about = {
            "title": title or tensor_id,
            "name": tensor_id,
            "kind": kind,
            "array": tensor_id,
            "rows": rows or self.indices(value.shape[0]),
            "cols": cols or self.indices(value.shape[1]),
            "row_axis": "row",
            "col_axis": "feature",
            "of": None,
            "scale": None,
            "masked": None,
            "check": None,
        }
        self.tensors[tensor_id] = about | more
        return view(tensor_id)

    def step(self, phase: str, title: str, rows: list[Row], words: str = "", **more: Any) -> Step:
        """Add a step after those that are there."""
        step = {
            "id": len(self.steps),
            "phase": phase,
            "group": None,
            "title": title,
            "words": words or f"{title}.",
            "twin": None,
            "source": {"where": "sample.py:1", "lines": ["y = x @ w"]},
            "fills": [],
            "rows": rows,
            "sum": None,
        }
        self.steps.append(step | more)
        return self.steps[-1]

    def report(self) -> dict[str, Any]:
        """The report as `tinytf.report.assemble` takes it."""
        return {
            "version": 1,
            "title": self.title,
            "model": "decoder of the tests",
            "header": self.header,
            "labels": self.labels,
            "arrays": self.arrays,
            "tensors": self.tensors,
            "map": {"nodes": self.nodes, "edges": self.edges},
            "steps": self.steps,
            "attention": self.attention,
            "flow": self.flow,
        }


def encoded(value: Array) -> dict[str, Any]:
    """An array (r, c) as the page reads it: 32-bit floats, little-endian, base64."""
    raw = np.ascontiguousarray(value, dtype="<f4").tobytes()
    return {"shape": list(value.shape), "f32": base64.b64encode(raw).decode("ascii")}


def decoded(array: dict[str, Any]) -> Array:
    """What `encoded` wrote, (r, c)."""
    raw = np.frombuffer(base64.b64decode(array["f32"]), dtype="<f4")
    return raw.reshape(array["shape"]).copy()


def view(tensor_id: str, transposed: bool = False, title: str | None = None) -> View:
    """A tensor as an equation shows it."""
    return {"tensor": tensor_id, "transposed": transposed, "title": title}


def row(formula: str, kind: str, out: View, operands: list[View | None], **more: Any) -> Row:
    """One equation of a step."""
    return {"formula": formula, "kind": kind, "out": out, "operands": operands} | more

"""The sample report: one training step of the sample model, written down by hand."""

from functools import cache
from typing import Any

import numpy as np

from tests.report import sample_model as model
from tests.report.sheet import Sheet, Step, View, row, view

WHERE = {"causal": "decoder layer 0, self-attention", "cross": "decoder layer 1, cross-attention"}
# name -> (group, column, row, number of gradient contributions)
PLACES = {
    "tok": ("", 0, 1, 1),
    "x": ("", 1, 1, 4),
    "memory": ("", 1, 4, 2),
    "q": ("decoder.layers.0", 2, 0, 1),
    "k": ("decoder.layers.0", 2, 1, 1),
    "v": ("decoder.layers.0", 2, 2, 1),
    "scores": ("decoder.layers.0", 3, 0, 1),
    "pattern": ("decoder.layers.0", 4, 0, 1),
    "z": ("decoder.layers.0", 5, 1, 1),
    "out": ("decoder.layers.0", 6, 1, 1),
    "resid_mid": ("decoder.layers.0", 7, 1, 2),
    "cross.q": ("decoder.layers.1", 8, 1, 1),
    "cross.k": ("decoder.layers.1", 8, 2, 1),
    "cross.v": ("decoder.layers.1", 8, 3, 1),
    "cross.scores": ("decoder.layers.1", 9, 1, 1),
    "cross.pattern": ("decoder.layers.1", 10, 1, 1),
    "cross.z": ("decoder.layers.1", 11, 1, 1),
    "resid_post": ("decoder.layers.1", 12, 1, 1),
    "logits": ("", 13, 1, 1),
    "loss": ("", 14, 1, 1),
}
EDGES = [
    *(("tok", "x"), ("x", "q"), ("x", "k"), ("x", "v"), ("q", "scores"), ("k", "scores")),
    *(("scores", "pattern"), ("pattern", "z"), ("v", "z"), ("z", "out"), ("out", "resid_mid")),
    *(("x", "resid_mid"), ("resid_mid", "cross.q"), ("memory", "cross.k"), ("memory", "cross.v")),
    *(("cross.q", "cross.scores"), ("cross.k", "cross.scores"), ("cross.scores", "cross.pattern")),
    *(("cross.pattern", "cross.z"), ("cross.v", "cross.z"), ("cross.z", "resid_post")),
    *(("resid_mid", "resid_post"), ("resid_post", "logits"), ("logits", "loss")),
]
PARAMETER_GROUPS = {"W_E": "", "W_pos": "", "W_U": ""} | {
    name: "decoder.layers.1" if name.startswith("W_C") else "decoder.layers.0"
    for name in ("W_Q", "W_K", "W_V", "W_O", "W_CQ", "W_CK", "W_CV")
}


class Writer:
    """Writes the steps of the sample model into a sheet."""

    def __init__(self) -> None:
        self.sheet = Sheet("One training step")
        self.p = model.start()
        self.m = model.forward(self.p)
        self.d = model.backward(self.p, self.m)
        self.twins: dict[str, Step] = {}
        for name, words in (("T", model.TOKENS), ("S", model.SOURCE), ("V", model.WORDS)):
            self.sheet.label(name, [f"{n} {word}" for n, word in enumerate(words)])
        self.sheet.label("D", [str(n) for n in range(model.D)])
        self.sheet.label("1", ["mean"])
        self.add_tensors()

    def add_tensors(self) -> None:
        """Every value, gradient, contribution, parameter and update."""
        letters = {model.T: "T", model.S: "S", model.V: "V", 1: "1"}
        errors = model.numeric_errors(self.p, self.m, self.d)
        everything = (self.m | {"probs": self.d["probs"]}, self.d, self.p)
        for prefix, values in zip(("", "d ", "w "), everything, strict=True):
            for name, value in values.items():
                tensor = name.split(" via ")[0]
                rows, cols = (letters.get(n, "D") for n in value.shape)
                if rows == "T" and name.startswith("W_") and name != "W_pos":
                    rows = "D"
                if cols == "T" and tensor not in ("scores", "pattern"):
                    cols = "D"
                kind = {"d ": "gradient", "w ": "parameter"}.get(prefix, "value")
                if prefix == "" and name in ("pattern", "cross.pattern", "probs"):
                    kind = "probability"
                attends = tensor.endswith(("scores", "pattern"))
                self.sheet.tensor(
                    prefix + name,
                    value,
                    kind=kind,
                    rows=rows,
                    cols=cols,
                    title=("∂" if prefix == "d " else "") + tensor,
                    name=f"decoder.{name}",
                    row_axis="token that looks (query)" if attends else "token",
                    col_axis="token looked at (key)" if attends else "feature",
                    masked=~model.SEEN if tensor in ("scores", "pattern") else None,
                    check={"error": errors[name]} if prefix == "d " and name in errors else None,
                )

    def step(self, phase: str, title: str, fills: list[Any], rows: list[Any], **more: Any) -> Step:
        """A step; fills are names, or (name, done, of)."""
        what = {"forward": "value", "loss": "value", "backward": "gradient", "update": "update"}
        parts = [fill if isinstance(fill, tuple) else (fill, 1, 1) for fill in fills]
        more["fills"] = [
            {"node": name, "what": what[phase], "done": done, "of": of} for name, done, of in parts
        ]
        step = self.sheet.step(phase, title, rows, **more)
        twin = self.twins.get(title.removesuffix(" backward"))
        if phase == "forward":
            self.twins[title] = step
        elif twin is not None and twin["twin"] is None:
            step["twin"], twin["twin"] = twin["id"], step["id"]
        return step

    def linear(self, title: str, x: str, w: str, y: str, group: str | None = None) -> None:
        """The forward step y = x . W."""
        rows = [row(f"{y} = {x} · {w}", "matmul", view(y), [view(x), view(f"w {w}")])]
        self.step("forward", title, [y, w], rows, group=group)

    def linear_back(
        self,
        title: str,
        x: str,
        w: str,
        y: str,
        part: tuple[int, list[str]] | None = None,
        group: str | None = None,
    ) -> None:
        """The backward step; part says which contribution to x this is, and of which consumers."""
        to_x = f"d {x} via {y}" if part else f"d {x}"
        title_x = f"part of ∂{x}" if part else None
        operands = [view(f"d {y}"), view(f"w {w}", True)]
        rows = [
            row(
                f"∂{x} {'⊕' if part else ''}= ∂{y} · {w}ᵀ",
                "matmul",
                view(to_x, title=title_x),
                operands,
            ),
            row(f"∂{w} = {x}ᵀ · ∂{y}", "matmul", view(f"d {w}"), [view(x, True), view(f"d {y}")]),
        ]
        number, consumers = part or (1, [y])
        total = self.sum_of(x, number, consumers) if part else None
        fills = [(x, number, len(consumers)), w]
        self.step("backward", f"{title} backward", fills, rows, group=group, sum=total)

    def sum_of(self, x: str, number: int, consumers: list[str]) -> dict[str, Any]:
        """before + this = now, for contribution `number` (from 1) of these consumers."""
        done = [self.d[f"{x} via {name}"] for name in consumers[:number]]
        about = self.sheet.tensors[f"d {x}"] | {"check": None}
        views: list[View | None] = []
        for count in (number - 1, number):
            tensor = f"d {x} after {count}"
            if count == len(consumers):
                tensor = f"d {x}"
            elif count:
                self.sheet.tensor(tensor, sum(done[:count]))
                self.sheet.tensors[tensor] = about | {"array": tensor}
            views.append(view(tensor) if count else None)
        parts = [
            {"consumer": f"via {name}", "done": n < number - 1, "this": n == number - 1}
            for n, name in enumerate(consumers)
        ]
        this = view(f"d {x} via {consumers[number - 1]}")
        return {
            "label": f"∂{x}",
            "parts": parts,
            "before": views[0],
            "this": this,
            "now": views[1],
            "number": number,
            "of": len(consumers),
        }


@cache
def _written() -> Writer:
    from tests.report import sample_steps

    writer = Writer()
    sample_steps.write(writer)
    sheet = writer.sheet
    for name, (group, column, line, parts) in PLACES.items():
        node = {"id": name, "label": name.removeprefix("cross."), "group": group, "column": column}
        sheet.nodes.append(node | {"row": line, "parts": parts, "parameter": False})
    for n, (name, group) in enumerate(PARAMETER_GROUPS.items()):
        node = {"id": name, "label": name, "group": group, "column": n, "row": 9}
        sheet.nodes.append(node | {"parts": 1, "parameter": True})
    sheet.edges = EDGES
    return writer


def sample_report() -> dict[str, Any]:
    """The report of the sample model's training step. Change it as you like: it is a copy."""
    import copy

    return copy.deepcopy(_written().sheet.report())


def total_square(gradients: list[Any]) -> float:
    """The sum of all squares: what first order says an SGD step gains, times the learning rate."""
    return float(sum(np.square(gradient).sum() for gradient in gradients))

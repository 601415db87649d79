"""What is wrong with a report of a training step: nothing, if it is right."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import tinytf
from tests.report.recompute import ALLOWED, decoded, numbers_of, remake
from tinytf.report import Step

PACKAGE = Path(tinytf.__file__).parent
# What may be shown without being made again, in a report of a part of a large model.
MAY_BE_PARTIAL = {"mean_cols", "dot_rows", "pick_nll"}


def faults(step: Step, report: dict[str, Any]) -> Iterator[str]:
    """Each fault in words.

    Args:
        step: what the report was made from.
        report: the report.
    """
    yield from _equations(report)
    yield from _numbers(step, report)
    yield from _gradients_come_in(step, report)
    yield from _map(report)
    yield from _sums(report)
    yield from _order(report)
    yield from _sources(report)
    yield from _masks(step, report)


def _equations(report: dict[str, Any]) -> Iterator[str]:
    """Every equation can be made again from what is shown."""
    for remade in remake(report):
        if remade.error is None:
            if not any(f", {one}:" in remade.where for one in MAY_BE_PARTIAL):
                yield f"{remade.where}: expected it whole, got a part"
        elif not remade.error <= ALLOWED:
            yield f"{remade.where}: remade with an error of {remade.error:.1e}"


def _numbers(step: Step, report: dict[str, Any]) -> Iterator[str]:
    """What is shown under a name is what the trace has under that name."""
    trace = step.trace
    for tensor in report["tensors"].values():
        name, _, head = tensor["name"].partition(", head ")
        if name not in trace or tensor["title"].startswith("part of"):
            continue
        found = trace[name]
        array = {
            "value": found.value,
            "probability": found.value,
            "gradient": found.grad,
            "parameter": found.after if tensor["title"].endswith(" after") else found.value,
        }.get(tensor["kind"])
        if array is None:
            continue
        if head:
            array = array[0, int(head)]
        shown = decoded(report["arrays"][tensor["array"]])
        whole = np.asarray(array).reshape(tensor["of"] or shown.shape)
        rows, cols = (
            _places(report["labels"][tensor[side]], whole.shape[i])
            for i, side in enumerate(("rows", "cols"))
        )
        expected = whole[np.ix_(rows, cols)]
        same = np.isclose(shown, expected, rtol=1e-6, atol=1e-30) | ~np.isfinite(expected)
        same |= hidden_places(report, tensor, shown.shape)
        if not same.all():
            yield f"{tensor['name']} ({tensor['kind']}): other numbers than in the trace"


def hidden_places(report: dict[str, Any], tensor: dict[str, Any], shape: tuple[int, ...]) -> Any:
    """Where a mask hides the numbers."""
    if tensor["masked"] is None:
        return np.zeros(shape, bool)
    return decoded(report["arrays"][tensor["masked"]]) != 0


def _places(labels: list[str], size: int) -> list[int]:
    """The places of an axis that labels such as "12" or "12 the" stand for."""
    if len(labels) == size:
        return list(range(size))
    return [int(label.split(" ")[0]) for label in labels]


def _gradients_come_in(step: Step, report: dict[str, Any]) -> Iterator[str]:
    """At the end, every tensor of the map has its value, its gradient and its update."""
    arrived: dict[tuple[str, str], float] = {}
    for one in report["steps"]:
        for fill in one["fills"]:
            key = fill["node"], fill["what"]
            if fill["done"] / fill["of"] <= arrived.get(key, 0) and fill["of"] > 1:
                yield f"step {one['id']}: {key} came {fill['done']} of {fill['of']} once more"
            arrived[key] = fill["done"] / fill["of"]
    nodes = {node["id"]: node for node in report["map"]["nodes"]}
    skipped = _skips_layers(report)
    for tensor in step.trace:
        if tensor.grad is None:
            continue
        if tensor.name not in nodes:
            if not skipped:
                yield f"{tensor.name}: has a gradient, but no place in the map"
            continue
        expected = ["value", "gradient"] + ["update"] * (tensor.kind == "parameter")
        for what in expected:
            if arrived.get((tensor.name, what)) != 1 and not skipped:
                yield f"{tensor.name}: its {what} is not there at the end"


def _map(report: dict[str, Any]) -> Iterator[str]:
    """No two pills in one place, whichever layer is open; a closed one stands where it begins."""
    nodes = [node for node in report["map"]["nodes"] if not node["parameter"]]
    for is_open in {node["group"] for node in nodes}:
        places: dict[str, tuple[int, int]] = {}
        for node in nodes:
            closed = node["group"] and node["group"] != is_open
            key = node["group"] if closed else node["id"]
            column, row = places.get(key, (node["column"], node["row"]))
            places[key] = min(column, node["column"]), min(row, node["row"])
        if len(set(places.values())) < len(places):
            yield f"the map, {is_open or 'all layers closed'}: two pills in one place"
    known = {node["id"] for node in report["map"]["nodes"]}
    for edge in report["map"]["edges"]:
        if not set(edge) <= known:
            yield f"the map: an edge between {edge}, which are not both there"


def _skips_layers(report: dict[str, Any]) -> bool:
    return any("are left out to keep the file small" in one["words"] for one in report["steps"])


def _sums(report: dict[str, Any]) -> Iterator[str]:
    """Contributions are counted from 1 to their number, and end with the whole gradient."""
    seen: dict[str, list[int]] = {}
    for step in report["steps"]:
        total = step["sum"]
        if total is None:
            continue
        key = next(fill["node"] for fill in step["fills"] if fill["of"] > 1)
        seen.setdefault(key, []).append(total["number"])
        states = [(part["done"], part["this"]) for part in total["parts"]]
        n_done = sum(done for done, _ in states)
        if n_done != total["number"] - 1 or sum(this for _, this in states) != 1:
            yield f"step {step['id']}: {total['number']} of {total['of']}, but chips {states}"
        if (total["before"] is None) != (total["number"] == 1):
            yield f"step {step['id']}: contribution {total['number']} has the wrong before"
        if total["number"] == total["of"]:
            tensor = report["tensors"][total["now"]["tensor"]]
            if not np.isfinite(numbers_of(report, total["now"])).all() or tensor["name"] != key:
                yield f"step {step['id']}: the last sum is not the gradient of {key}"
    for key, numbers in seen.items():
        # What layers send that are shown as statistics only has no step of its own.
        expected = sorted(set(numbers)) if _skips_layers(report) else range(1, len(numbers) + 1)
        if numbers != list(expected):
            yield f"{key}: contributions come as {numbers}"


def _order(report: dict[str, Any]) -> Iterator[str]:
    """Phases in their order, steps numbered, twins of each other and of other phases."""
    steps = report["steps"]
    order = [("forward", "loss", "backward", "update").index(step["phase"]) for step in steps]
    if order != sorted(order) or set(order) != {0, 1, 2, 3}:
        yield "the phases are not in order"
    for place, step in enumerate(steps):
        if step["id"] != place:
            yield f"step {place} is called {step['id']}"
        needs_twin = step["phase"] != "update"
        if needs_twin != (step["twin"] is not None):
            yield f"step {place} ({step['title']}): twin {step['twin']}"
        elif needs_twin and steps[step["twin"]]["twin"] != place:
            yield f"step {place}: its twin has another twin"


def _sources(report: dict[str, Any]) -> Iterator[str]:
    """Every step's source stands where it says."""
    for step in report["steps"]:
        where, lines = step["source"]["where"], step["source"]["lines"]
        if not where:
            continue
        file, _, line = where.rpartition(":")
        text = (PACKAGE.parent / file).read_text(encoding="utf-8").splitlines()
        if not lines or text[int(line) - 1].strip() != lines[0].strip():
            yield f"step {step['id']}: {where} is not {lines[:1]}"


def _masks(step: Step, report: dict[str, Any]) -> Iterator[str]:
    """What a mask hides is hatched in scores and patterns, and nothing else is."""
    for tensor in report["tensors"].values():
        name, _, head = tensor["name"].partition(", head ")
        if not (head and name.endswith(".scores")) or tensor["kind"] != "value":
            continue
        hidden = np.isneginf(step.trace[name].value[0, int(head)])
        shown = np.zeros(hidden.shape) if tensor["masked"] is None else None
        if shown is None:
            shown = decoded(report["arrays"][tensor["masked"]])
        if not np.array_equal(shown != 0, hidden):
            yield f"{tensor['name']}: hatched cells are not the masked ones"

"""The map of a report: a node for each tensor, and where it stands."""

import re
from collections.abc import Iterable
from typing import Any

from tinytf.report.symbols import parameter_title
from tinytf.report.writer import Writer

_LAYER = re.compile(r"^((?:encoder|decoder)\.layers\.\d+)\.")
_PART = re.compile(r"^((?:encoder|decoder)\.(?:embed|final_norm)|mlm|pooler)\b")

PARAMETERS_ROW = 11  # below all tensors

# last part of a name -> row in its stack, counted from the middle
_ROWS = {
    "q": -1, "q_merged": -1, "q_rotated": -1, "mean": -1, "gate": -1, "pos": -1,
    "v": 1, "v_merged": 1, "v_heads": 1, "rstd": 1, "up": 1, "segment": 1,
}  # fmt: skip


def tensor_map(writer: Writer) -> dict[str, Any]:
    """Nodes and edges, for the page.

    A tensor's column is one after the last of those it is made from; encoder and decoder have rows
    of their own, one above the other.
    """
    columns: dict[str, int] = {}
    starts: dict[str, int] = {}
    taken: set[tuple[int, int]] = set()
    nodes: list[dict[str, Any]] = []
    edges: list[list[str]] = []
    trace = writer.numbers.trace
    n_parameters = 0
    two_stacks = writer.numbers.layout.two_stacks
    for name in _in_order(writer.sources_of):
        sources = writer.sources_of[name]
        tensor = trace[name]
        is_parameter = tensor.kind == "parameter"
        if is_parameter:
            column, row, n_parameters = n_parameters, PARAMETERS_ROW, n_parameters + 1
        else:
            known = [one for one in sources if one in columns]
            row = _row(name, two_stacks)
            column = 1 + max((columns[one] for one in known), default=-1)
            # A layer's tensors stand behind its first one, so that layers do not mix: the keys that
            # a decoder makes of the memory depend on nothing else of the decoder.
            # Cross-attention stands behind self-attention likewise, in rows of its own.
            column = max(column, starts.setdefault(_part_of_layer(name), column))
            while (column, row) in taken:
                column += 1
            columns[name] = column
            taken.add((column, row))
            edges += [[one, name] for one in known]
        nodes.append(
            {
                "id": name,
                "label": _label(name, two_stacks, is_parameter),
                "group": _group(name),
                "column": column,
                "row": row,
                "parts": max(len(tensor.grad_parts), 1),
                "parameter": is_parameter,
            }
        )
    return {"nodes": nodes, "edges": edges}


def _row(name: str, two_stacks: bool) -> int:
    """The encoder stands above; the decoder, or what reads BERT's [CLS], below."""
    tail, first = name.rsplit(".", 1)[-1], name.split(".")[0]
    below = ("decoder", "logits", "loss") if two_stacks else ("pooler", "nsp_logits", "loss#2")
    middle = 8 if ".cross_attn." in name else 5 if first in below else 1
    return middle + _ROWS.get(tail, 0)


def _label(name: str, two_stacks: bool, is_parameter: bool) -> str:
    """The last part of the name, and where a layer has several such things, which of them it is."""
    parts = name.split(".")
    tail = parameter_title(name) if is_parameter else parts[-1]
    attention = next((one for one in parts if one.endswith("_attn")), "")
    if tail == "out" and "layers" in parts:
        return f"{parts[-2]}.out"
    if two_stacks and parts[0] == "decoder" and attention:
        return f"{attention.removesuffix('_attn')} {tail}"
    if "layers" in parts and parts[-2][-1].isdigit() and parts[-2][:-1] in ("norm", "residual"):
        return f"{parts[-2]} {tail}"
    return tail


def _in_order(names: Iterable[str]) -> list[str]:
    """Cross-attention's keys and values, which a decoder makes first, behind its queries."""
    ordered: list[str] = []
    waiting: dict[str, list[str]] = {}
    for name in names:
        layer, cross, tail = name.partition(".cross_attn.")
        if cross and tail[0] in "kv" and f"{layer} asked" not in waiting:
            waiting.setdefault(layer, []).append(name)
            continue
        ordered.append(name)
        if cross and tail.startswith("q") and f"{layer} asked" not in waiting:
            ordered += waiting.pop(layer, [])
            waiting[f"{layer} asked"] = []
    return ordered + [name for rest in waiting.values() for name in rest]


def _part_of_layer(name: str) -> str:
    group = _group(name) or name
    return f"{group}, cross" if ".cross_attn." in name else group


def _group(name: str) -> str:
    found = _LAYER.match(name) or _PART.match(name)
    return found[1] if found else ""

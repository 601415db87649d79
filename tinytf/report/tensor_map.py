"""The map of a report: a node for each tensor, and where it stands."""

import re
from typing import Any

from tinytf.report.symbols import parameter_title
from tinytf.report.writer import Writer

_LAYER = re.compile(r"^((?:encoder|decoder)\.layers\.\d+)\.")
_PART = re.compile(r"^((?:encoder|decoder)\.(?:embed|final_norm)|mlm|pooler)\b")

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
    for name, sources in writer.sources_of.items():
        tensor = trace[name]
        is_parameter = tensor.kind == "parameter"
        if is_parameter:
            column, row, n_parameters = n_parameters, 9, n_parameters + 1
        else:
            known = [one for one in sources if one in columns]
            row = _row(name, two_stacks)
            column = 1 + max((columns[one] for one in known), default=-1)
            # A layer's tensors stand behind its first one, so that layers do not mix: the keys that
            # a decoder makes of the memory depend on nothing else of the decoder.
            column = max(column, starts.setdefault(_group(name) or name, column))
            while (column, row) in taken:
                column += 1
            columns[name] = column
            taken.add((column, row))
            edges += [[one, name] for one in known]
        nodes.append(
            {
                "id": name,
                "label": parameter_title(name) if is_parameter else _label(name),
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
    return (5 if first in below else 1) + _ROWS.get(tail, 0)


def _label(name: str) -> str:
    parts = name.split(".")
    inside_layer = "layers" in parts and parts[-1] == "out"
    return f"{parts[-2]}.out" if inside_layer else parts[-1]


def _group(name: str) -> str:
    found = _LAYER.match(name) or _PART.match(name)
    return found[1] if found else ""

"""Writes the steps of a report: what each shows, what the map shows after it, and its twin."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tinytf.report.equations import Equation
from tinytf.report.flow import layer_of
from tinytf.report.matrices import Matrix
from tinytf.report.numbers import Numbers
from tinytf.report.sheet import Sheet
from tinytf.report.symbols import ADDS, grad

PHASES = ("forward", "loss", "backward", "update")
Fill = dict[str, Any]


@dataclass
class Contribution:
    """What an op sends to a tensor that other ops send to as well.

    Attributes:
        out: the matrix of the contribution; of the whole gradient where there is only one.
        left: how a formula for it begins.
        total: before + this = now, for the page; None where there is only one.
        fill: of the map.
    """

    out: Matrix
    left: str
    total: dict[str, Any] | None
    fill: Fill


@dataclass
class Draft:
    """A step before its numbers and ids are known."""

    phase: str
    about: dict[str, Any]
    key: tuple[int, str]
    twin: dict[str, Any] | None = field(default=None)


class Writer:
    """Collects the steps.

    Args:
        sheet: where matrices go.
        numbers: the trace's matrices.

    Attributes:
        group: the heading under which the next steps stand.
        sources_of: node of the map -> the nodes it was made from.
    """

    def __init__(self, sheet: Sheet, numbers: Numbers) -> None:
        self.sheet, self.numbers = sheet, numbers
        self.group: str = ""
        self.sources_of: dict[str, list[str]] = {}
        self._drafts: list[Draft] = []
        self._arrived: dict[str, list[str]] = {}

    def step(
        self,
        phase: str,
        title: str,
        words: str,
        source: dict[str, Any],
        equations: Sequence[Equation],
        fills: Sequence[Fill],
        key: tuple[int, str],
        total: dict[str, Any] | None = None,
    ) -> None:
        """Add a step.

        Args:
            phase: one of PHASES.
            title: as the list of steps shows it.
            words: one or two sentences.
            source: from `source_of`.
            equations: what is computed.
            fills: what the map shows after it.
            key: the forward call and a word of ours; a forward and a backward step with the same
                key are twins.
            total: the sum that a gradient is part of.
        """
        about = {
            "phase": phase,
            "group": self.group or None,
            "title": title,
            "words": words,
            "twin": None,
            "source": source,
            "fills": list(fills),
            "rows": [one.put(self.sheet) for one in equations],
            "sum": total,
        }
        self._drafts.append(Draft(phase, about, key))

    def steps(self) -> list[dict[str, Any]]:
        """All steps, phase by phase, numbered, with their twins."""
        drafts = [one for phase in PHASES for one in self._drafts if one.phase == phase]
        first: dict[tuple[int, str], dict[str, Any]] = {}
        for number, draft in enumerate(drafts):
            draft.about["id"] = number
            other = first.setdefault(draft.key, draft.about)
            if other is not draft.about and other["twin"] is None:
                other["twin"], draft.about["twin"] = number, other["id"]
        return [draft.about for draft in drafts]

    # --- what the map shows ---

    def made(self, name: str, *sources: str) -> Fill:
        """A tensor got its value, made from these."""
        node = self.numbers.name(name)
        known = self.sources_of.setdefault(node, [])
        known += [one for one in map(self.numbers.name, sources) if one not in (*known, node)]
        return {"node": node, "what": "value", "done": 1, "of": 1}

    def used(self, *parameters: str) -> list[Fill]:
        """Parameters were read."""
        for name in parameters:
            self.sources_of.setdefault(name, [])
        return [{"node": name, "what": "value", "done": 1, "of": 1} for name in parameters]

    def got_gradient(self, *names: str) -> list[Fill]:
        """Tensors or parameters got their whole gradient at once."""
        nodes = map(self.numbers.name, names)
        return [{"node": node, "what": "gradient", "done": 1, "of": 1} for node in nodes]

    def updated(self, *names: str) -> list[Fill]:
        """Parameters were changed."""
        return [{"node": name, "what": "update", "done": 1, "of": 1} for name in names]

    # --- gradients with several parts ---

    def contribution(self, name: str, candidates: Sequence[str]) -> Contribution:
        """What the next consumer sends to a tensor or parameter.

        Args:
            name: of the tensor.
            candidates: what the trace may call the consumer, the likeliest first.

        Raises:
            ValueError: the trace knows none of them.
        """
        tensor = self.numbers.trace[name]
        parts, title = tensor.grad_parts, grad(self.numbers.title(name))
        if len(parts) <= 1:
            fill = self.got_gradient(name)[0]
            return Contribution(self.numbers.grad(name), f"{title} =", None, fill)
        arrived = self._arrived.setdefault(tensor.name, [])
        waiting = [one for one in candidates if one in parts and one not in arrived]
        if not waiting:
            raise ValueError(f"{name}: expected one of {list(parts)}, got {list(candidates)}")
        consumer = waiting[0]
        arrived.append(consumer)
        fill = {"node": tensor.name, "what": "gradient", "done": len(arrived), "of": len(parts)}
        out = self.numbers.part(name, consumer)
        total = self._sum(tensor.name, list(parts), arrived)
        return Contribution(out, f"{title} {ADDS}", total, fill)

    def _sum(self, name: str, consumers: list[str], arrived: list[str]) -> dict[str, Any]:
        before = self.numbers.so_far(name, arrived[:-1]) if len(arrived) > 1 else None
        this = self.numbers.part(name, arrived[-1])
        now = self.numbers.so_far(name, arrived)
        said = _said(consumers)
        order = [*arrived, *(one for one in consumers if one not in arrived)]
        return {
            "label": grad(self.numbers.title(name)),
            "parts": [
                {
                    "consumer": f"via {said[one]}",
                    "done": one in arrived[:-1],
                    "this": one == arrived[-1],
                }
                for one in order
            ],
            "before": before.view.put(self.sheet) if before else None,
            "this": this.view.put(self.sheet),
            "now": now.view.put(self.sheet),
            "number": len(arrived),
            "of": len(consumers),
        }

    @property
    def arrived(self) -> dict[str, list[str]]:
        """Tensor with several contributions -> those that have come, in their order."""
        return self._arrived


def _said(consumers: list[str]) -> dict[str, str]:
    """Consumers as the page says them: without the layer, where all are in the same one."""
    layers = {layer_of(one) for one in consumers}
    said = {}
    for one in consumers:
        short = one.removeprefix(f"{layer_of(one)}.") if len(layers) == 1 else one
        tail = one.rsplit(".", 1)[-1]
        said[one] = "the skip path" if tail.startswith("resid_") or tail == "summed" else short
    return said

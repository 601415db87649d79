"""What tells the story of a training step: walks the calls, and has each op's teller write steps.

The tellers stand in `steps_*.py`, forward and backward of an op side by side. A call that no teller
is for, such as a whole layer, is told by its parts.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tinytf.report.call_tree import Node, call_tree
from tinytf.report.equations import Equation
from tinytf.report.layout import Layout
from tinytf.report.numbers import Numbers
from tinytf.report.writer import Fill, Writer
from tinytf.tracing import Trace

Teller = Callable[["Story", Node], None]

SUBLAYERS = {
    "SelfAttention": "self-attention",
    "CrossAttention": "cross-attention",
    "FeedForward": "feed-forward",
    "SwigluFeedForward": "feed-forward",
}
_LAYER = re.compile(r"^(encoder|decoder)\.layers\.(\d+)")


class Story:
    """One training step, told from its trace.

    Args:
        trace: the trace.
        layout: what is shown.
        numbers: the trace's matrices.
        writer: gets the steps.
        tellers: (op, phase) -> what writes its steps.
        skipped: the layers that are told in one step, such as "decoder.layers.3".
    """

    def __init__(
        self,
        trace: Trace,
        layout: Layout,
        numbers: Numbers,
        writer: Writer,
        tellers: dict[tuple[str, str], Teller],
        skipped: frozenset[str] = frozenset(),
    ) -> None:
        self.trace, self.layout, self.numbers, self.writer = trace, layout, numbers, writer
        self.tellers, self.skipped = tellers, skipped
        self.roots = call_tree(trace.calls)
        self._nodes: dict[int, Node] = {}
        waiting = [*self.roots]
        while waiting:
            node = waiting.pop()
            self._nodes[node.index] = node
            waiting += node.children

    def tell(self) -> None:
        """Write the steps of all calls."""
        for root in self.roots:
            self.visit(root)

    def visit(self, node: Node) -> None:
        """Write the steps of one call, and of those inside it."""
        outer = self.writer.group
        self.writer.group = _group(node) or outer
        if node.call.path in self.skipped and _LAYER.fullmatch(node.call.path):
            teller = self.tellers["skipped layer", node.call.phase]
        else:
            teller = self.tellers.get((node.op, node.call.phase), Story.inside)
        teller(self, node)
        self.writer.group = outer

    def inside(self, node: Node) -> None:
        """The calls inside one."""
        for child in node.children:
            self.visit(child)

    def key(self, node: Node, word: str) -> tuple[int, str]:
        """What twins share: the place of the forward call, and a word."""
        own = node.index if node.call.phase == "forward" else node.call.twin
        return (-1 if own is None else own), word

    def forward_of(self, node: Node) -> Node:
        """The forward call that a backward undoes."""
        twin = node.call.twin
        assert twin is not None, f"{node.op} has no forward"
        return self._nodes[twin]

    def consumers(self, node: Node, *first: str) -> list[str]:
        """What the trace may call a call when it names who sent a gradient."""
        names = list(first)
        for one in node.around():
            path, op = one.call.path, one.op
            names += [f"{path}.{op}" if path else op, path]
        return names

    def forward(
        self,
        node: Node,
        title: str,
        words: str,
        source: dict[str, Any],
        equations: Sequence[Equation],
        fills: Sequence[Fill],
        word: str = "",
        phase: str = "forward",
    ) -> None:
        """A forward step."""
        key = self.key(node, word or node.op)
        self.writer.step(phase, title, words, source, equations, fills, key)

    def backward(
        self,
        node: Node,
        title: str,
        words: str,
        source: dict[str, Any],
        equations: Sequence[Equation],
        fills: Sequence[Fill],
        word: str = "",
        total: dict[str, Any] | None = None,
    ) -> None:
        """A backward step."""
        key = self.key(node, word or node.op)
        title = f"{title}, backward"
        self.writer.step("backward", title, words, source, equations, fills, key, total)

    def each_head(self) -> Iterator[int]:
        """The heads that are shown."""
        return iter(self.layout.heads)


def _group(node: Node) -> str:
    """The heading that a call's steps stand under; "" for that of the call around it."""
    path, op = node.call.path, node.op
    layer = _LAYER.match(path)
    if op == "residual" and layer:
        inner = next((SUBLAYERS[one.op] for one in node.children if one.op in SUBLAYERS), "")
        return f"{layer[1]} layer {layer[2]}, {inner}"
    if op == "Embeddings":
        return f"{path.split('.')[0]}, embedding"
    if path.endswith("final_norm"):
        return f"{path.split('.')[0]}, final norm"
    if op in ("Pooler", "MaskedLanguageHead"):
        return "pooler" if op == "Pooler" else "masked-language head"
    if op == "head" or (op == "Linear" and path in ("head", "nsp")):
        return "" if node.parent and node.parent.op == "MaskedLanguageHead" else "output head"
    return "loss" if op in ("cross_entropy", "squared_error") else ""

"""The calls of a trace as a tree: what ran inside what, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tinytf.tracing import Call


@dataclass(eq=False)
class Node:
    """A call, and the calls that it made.

    Attributes:
        index: its place in `Trace.calls`.
        call: the call itself.
        parent: the call around it; None for an outermost one.
        children: in the order of time.
    """

    index: int
    call: Call
    parent: Node | None
    children: list[Node] = field(default_factory=list)

    @property
    def op(self) -> str:
        """What ran."""
        return self.call.op

    def around(self) -> Iterator[Node]:
        """This call and those around it, from the inside out."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def child(self, op: str) -> Node | None:
        """The first child of this op."""
        return next((one for one in self.children if one.op == op), None)


def call_tree(calls: list[Call]) -> list[Node]:
    """The outermost calls, each with all inside it; what only adds up parameters is left out."""
    roots: list[Node] = []
    open_calls: list[Node] = []
    for index, call in enumerate(calls):
        del open_calls[call.depth :]
        node = Node(index, call, open_calls[-1] if open_calls else None)
        open_calls.append(node)
        if call.op == "add_grad":
            continue
        (node.parent.children if node.parent else roots).append(node)
    return roots

"""Steps of residual connections: the sum, and its gradient, which goes both ways unchanged."""

from tinytf.layers.residual import residual_backward, residual_forward
from tinytf.report.call_tree import Node
from tinytf.report.equations import equation
from tinytf.report.sources import source_of
from tinytf.report.story import Story


def forward(story: Story, node: Node) -> None:
    """The sub-layer with its norm, and after it summed = x + dropped."""
    for child in node.children:
        story.visit(child)
        if child.op == "dropout":
            _add(story, node)


def _add(story: Story, node: Node) -> None:
    prefix = prefix_of(node)
    x = node.call.inputs["x"]
    out = story.numbers.value(f"{prefix}.summed")
    told, value = story.numbers.value(f"{prefix}.dropped"), story.numbers.value(x)
    story.forward(
        node,
        "Residual add",
        "What the sub-layer says is added to what was there: nothing is lost on the way up.",
        source_of(residual_forward, "summed"),
        [equation(f"{out.title} = {value.title} + {told.title}", "add", out, [value, told])],
        [story.writer.made(f"{prefix}.summed", x, f"{prefix}.dropped")],
        word="add",
    )


def backward(story: Story, node: Node) -> None:
    """The sum's gradient goes to both; then through the sub-layer."""
    for child in node.children:
        if child.op == "dropout":
            _copy(story, node)
        story.visit(child)


def _copy(story: Story, node: Node) -> None:
    first = story.forward_of(node)
    prefix = prefix_of(first)
    dsummed = story.numbers.grad(f"{prefix}.summed")
    dtold = story.numbers.grad(f"{prefix}.dropped")
    x, own = first.call.inputs["x"], story.numbers.name(f"{prefix}.summed")
    sent = story.writer.contribution(x, [own])
    story.backward(
        node,
        "Residual add",
        "A sum sends its gradient to both of its parts, unchanged: down the skip path to what was "
        "there before, and into the sub-layer.",
        source_of(residual_backward, "dsummed", "ddropped", "dx"),
        [
            equation(f"{dtold.title} = {dsummed.title}", "copy", dtold, [dsummed]),
            equation(f"{sent.left} {dsummed.title}", "copy", sent.out, [dsummed]),
        ],
        [*story.writer.got_gradient(f"{prefix}.dropped"), sent.fill],
        word="add",
        total=sent.total,
    )


def prefix_of(node: Node) -> str:
    """What stands before the names inside a residual call: decoder.layers.0.residual2."""
    assert node.parent is not None
    number = 0
    for child in node.parent.children:
        number += child.op == "residual"
        if child is node:
            break
    return f"{node.call.path}.residual{number}"

"""Steps of RoPE: queries and keys turn by their positions."""

import numpy as np

from tinytf.ops.rope import rope_backward, rope_forward
from tinytf.report.axes import Axis
from tinytf.report.call_tree import Node
from tinytf.report.equations import equation
from tinytf.report.matrices import Matrix
from tinytf.report.sources import source_of
from tinytf.report.steps_heads import heads_of
from tinytf.report.story import Story


def rope_step(story: Story, node: Node) -> None:
    """Pairs of features turn by an angle that grows with the position."""
    x, y = node.call.inputs["x"], node.call.outputs[0]
    rows = []
    for head in heads_of(story, x):
        out, value = story.numbers.value(y, head), story.numbers.value(x, head)
        formula = f"{out.title} = {value.title} turned by position"
        operands = [value, *_angles(story, node, value)]
        rows.append(equation(formula, "rotate", out, operands))
    letter = "queries" if x.endswith("q") else "keys"
    story.forward(
        node,
        f"RoPE: turn the {letter}",
        "Feature i and feature i + K/2 are turned together, further for each later token: a "
        "product of a query and a key then depends on how far apart the two are.",
        source_of(rope_forward, "angles", "cos", "sin", "return"),
        rows,
        [story.writer.made(y, x)],
    )


def rope_back(story: Story, node: Node) -> None:
    """Turned back by the same angle."""
    first = story.forward_of(node)
    x, y = first.call.inputs["x"], first.call.outputs[0]
    rows = []
    for head in heads_of(story, x):
        dx, dy = story.numbers.grad(x, head), story.numbers.grad(y, head)
        operands = [dy, *_angles(story, first, dy)]
        formula = f"{dx.title} = {dy.title} turned back"
        rows.append(equation(formula, "rotate", dx, operands, inverse=True))
    letter = "queries" if x.endswith("q") else "keys"
    story.backward(
        node,
        f"RoPE: turn the {letter}",
        "A turn is undone by the opposite turn, and so its gradient is turned back.",
        source_of(rope_backward, "return"),
        rows,
        story.writer.got_gradient(x),
    )


def _angles(story: Story, node: Node, value: Matrix) -> tuple[Matrix, Matrix]:
    """cos and sin (T, K/2) of every position and pair of features."""
    half = value.cols.size // 2
    base = float(node.call.numbers["base"] or 0)
    frequencies = base ** (-2 * np.arange(half) / value.cols.size)
    angles = np.arange(value.rows.size)[:, None] * frequencies
    shown = tuple(place for place in value.cols.shown if place < half)
    pairs = Axis("pair", half, shown, tuple(map(str, shown)))
    cos, sin = (
        story.numbers.constant(function(angles), value.rows, pairs, title, f"{title} of the angles")
        for title, function in (("cos", np.cos), ("sin", np.sin))
    )
    return cos, sin

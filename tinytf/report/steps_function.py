"""Steps of functions of single numbers: activations, dropout, and the product of a gated FFN."""

import numpy as np

from tinytf.ops.dropout import dropout_backward, dropout_forward
from tinytf.ops.gelu import gelu_backward, gelu_forward
from tinytf.ops.relu import relu_backward, relu_forward
from tinytf.ops.silu import silu_backward, silu_forward
from tinytf.ops.swiglu_ffn import swiglu_ffn_backward, swiglu_ffn_forward
from tinytf.ops.tanh import tanh_backward, tanh_forward
from tinytf.report.call_tree import Node
from tinytf.report.equations import equation
from tinytf.report.matrices import Matrix
from tinytf.report.sources import source_of
from tinytf.report.story import Story
from tinytf.report.symbols import TIMES

OPS = {
    "relu": (relu_forward, relu_backward),
    "gelu": (gelu_forward, gelu_backward),
    "silu": (silu_forward, silu_backward),
    "tanh": (tanh_forward, tanh_backward),
}


def activation_forward(story: Story, node: Node) -> None:
    """y = f(x), number by number."""
    x, y, name = _activation(node)
    out, value = story.numbers.value(y), story.numbers.value(x)
    story.forward(
        node,
        f"Activation: {name}",
        f"Every number for itself goes through {name}; without it, two products would be one.",
        source_of(OPS[node.op][0], "cdf", "sigmoid", "positive", "y", "return"),
        [equation(f"{out.title} = {name}({value.title})", "function", out, [value], name=name)],
        [story.writer.made(y, x)],
        word="activation",
    )


def activation_backward(story: Story, node: Node) -> None:
    """dx = dy * f'(x)."""
    first = story.forward_of(node)
    x, y, name = _activation(first)
    dy, dx, value = story.numbers.grad(y), story.numbers.grad(x), story.numbers.value(x)
    formula = f"{dx.title} = {dy.title} {TIMES} {name}'({value.title})"
    story.backward(
        node,
        f"Activation: {name}",
        f"Each gradient is multiplied by the slope of {name} at the number that went in.",
        source_of(OPS[node.op][1], "slope", "dx", "return"),
        [equation(formula, "function_grad", dx, [dy, value], name=name)],
        story.writer.got_gradient(x),
        word="activation",
    )


def _activation(node: Node) -> tuple[str, str, str]:
    """Names of input, output and function of a forward call."""
    name = "gelu_tanh" if node.call.numbers.get("approximate") == "tanh" else node.op
    return node.call.inputs["x"], node.call.outputs[0], name


def dropout_step(story: Story, node: Node) -> None:
    """Some numbers become 0, the others grow; nothing to tell where nothing is dropped."""
    x, y = node.call.inputs.get("x"), node.call.outputs[:1]
    if x is None or not y or story.numbers.name(y[0]) == story.numbers.name(x):
        return
    rows = []
    for head in _heads(story, x):
        out, value = story.numbers.value(y[0], head), story.numbers.value(x, head)
        keep = _keep(story, x, y[0], head)
        formula = f"{out.title} = {value.title} {TIMES} keep"
        rows.append(equation(formula, "multiply", out, [value, keep]))
    share = node.call.numbers["p"]
    story.forward(
        node,
        f"Dropout {share}",
        f"Each number is set to 0 with probability {share}; those that stay are scaled up, so "
        "that the mean stays the same.",
        source_of(dropout_forward, "keep", "keep_scale", "return"),
        rows,
        [story.writer.made(y[0], x)],
        word="dropout",
    )


def dropout_back(story: Story, node: Node) -> None:
    """The same numbers are dropped from the gradient."""
    first = story.forward_of(node)
    x, y = first.call.inputs.get("x"), first.call.outputs[:1]
    if x is None or not y or story.numbers.name(y[0]) == story.numbers.name(x):
        return
    rows = []
    for head in _heads(story, x):
        dx, dy = story.numbers.grad(x, head), story.numbers.grad(y[0], head)
        formula = f"{dx.title} = {dy.title} {TIMES} keep"
        rows.append(equation(formula, "multiply", dx, [dy, _keep(story, x, y[0], head)]))
    story.backward(
        node,
        f"Dropout {first.call.numbers['p']}",
        "What was dropped sends nothing back; what stayed was scaled, and so is its gradient.",
        source_of(dropout_backward, "keep_scale", "return"),
        rows,
        story.writer.got_gradient(x),
        word="dropout",
    )


def _heads(story: Story, name: str) -> list[int | None]:
    four = len(story.trace[name].shape) == 4
    return list(story.layout.heads) if four else [None]


def _keep(story: Story, x_name: str, y_name: str, head: int | None) -> Matrix:
    """What dropout multiplied by, as far as it can be told from what it did.

    0 / 0 does not tell: where a number was 0 anyway and its gradient, too, 0 is as good as any.
    """
    x, y = story.numbers.value(x_name, head), story.numbers.value(y_name, head)
    dx, dy = story.numbers.grad(x_name, head), story.numbers.grad(y_name, head)
    with np.errstate(divide="ignore", invalid="ignore"):
        forward, backward = y.numbers / x.numbers, dx.numbers / dy.numbers
    keep = np.where(np.isfinite(forward), forward, np.nan_to_num(backward, posinf=0, neginf=0))
    name = f"what dropout multiplies by, {y.name}"
    return story.numbers.constant(keep, x.rows, x.cols, "keep", name)


def gate_forward(story: Story, node: Node) -> None:
    """The gated FFN: its parts, and between them post = gate * up."""
    path = node.call.path
    for child in node.children:
        if child.call.inputs.get("weight", "").endswith("w_down"):
            names = [f"{path}.{one}" for one in ("post", "gate", "up")]
            post, gate, up = (story.numbers.value(one) for one in names)
            story.forward(
                node,
                "Gate the wide vector",
                "The gate says, number by number, how much of the other product goes on.",
                source_of(swiglu_ffn_forward, "post"),
                [equation(f"post = gate {TIMES} up", "multiply", post, [gate, up])],
                [story.writer.made(*names)],
                word="gate",
            )
        story.visit(child)


def gate_backward(story: Story, node: Node) -> None:
    """Each factor gets the gradient of the product, times the other factor."""
    path = story.forward_of(node).call.path
    names = [f"{path}.{one}" for one in ("post", "gate", "up")]
    for place, child in enumerate(node.children):
        story.visit(child)
        if place == 0:
            dpost, dgate, dup = (story.numbers.grad(one) for one in names)
            gate, up = (story.numbers.value(one) for one in names[1:])
            formulas = [
                f"{a.title} = {dpost.title} {TIMES} {b.title}"
                for a, b in ((dgate, up), (dup, gate))
            ]
            story.backward(
                node,
                "Gate the wide vector",
                "The product rule: each factor gets the gradient times the other factor.",
                source_of(swiglu_ffn_backward, "dgate", "dup"),
                [
                    equation(formulas[0], "multiply", dgate, [dpost, up]),
                    equation(formulas[1], "multiply", dup, [dpost, gate]),
                ],
                story.writer.got_gradient(*names[1:]),
                word="gate",
            )

"""Steps of the norms: mean and spread of each row, the normed row, scale and shift."""

import numpy as np

from tinytf.ops.layernorm import layernorm_backward, layernorm_forward
from tinytf.ops.rmsnorm import rmsnorm_backward, rmsnorm_forward
from tinytf.report.axes import only
from tinytf.report.call_tree import Node
from tinytf.report.equations import Equation, equation
from tinytf.report.matrices import Matrix
from tinytf.report.sources import source_of
from tinytf.report.story import Story
from tinytf.report.symbols import BETA, DOT, GAMMA, MINUS, PARTIAL, ROOT, SQUARED, SUM, TIMES

_WORDS = {
    "layernorm": "Each token's features get mean 0 and variance 1, then a scale and a shift of "
    "their own, which are learned.",
    "rmsnorm": "Each token's features are divided by their root mean square, then scaled by what "
    "is learned.",
}
_BACK_WORDS = (
    "The input reaches the result on several paths: directly, and through the statistics of its "
    "row. The gradient is the sum over these paths."
)


def forward(story: Story, node: Node) -> None:
    """Layernorm or RMS normalisation."""
    x_name, gamma_name, beta_name = _inputs(node)
    numbers, prefix, out_name = story.numbers, _prefix(node), node.call.outputs[0]
    x, rstd, normed = (numbers.value(n) for n in (x_name, f"{prefix}.rstd", f"{prefix}.normed"))
    gamma, out = numbers.value(gamma_name), numbers.value(out_name)
    made_names = [f"{prefix}.rstd", f"{prefix}.normed"]
    rows: list[Equation] = []
    if node.op == "layernorm":
        mean, centered = numbers.value(f"{prefix}.mean"), _centered(story, node)
        made_names.insert(0, f"{prefix}.mean")
        formula = f"mean = {SUM} {x.title} / {x.cols.size}"
        rows.append(equation(formula, "mean_cols", mean, [x], sums_over=x.cols))
        formula = f"centered = {x.title} {MINUS} mean"
        rows.append(equation(formula, "add", centered, [x, mean], signs=[1, -1]))
    else:
        centered = x
    spread = _spread(story, node)
    formula = f"{spread.title} = {SUM} {centered.title}{SQUARED} / {x.cols.size}"
    scale = 1 / x.cols.size
    squares: list[Matrix | None] = [centered, centered]
    rows.append(equation(formula, "dot_rows", spread, squares, scale, sums_over=x.cols))
    formula = f"rstd = 1 / {ROOT}({spread.title} + eps)"
    eps = node.call.numbers["eps"]
    rows.append(equation(formula, "function", rstd, [spread], name="rsqrt", eps=eps))
    formula = f"normed = {centered.title} {TIMES} rstd"
    rows.append(equation(formula, "multiply", normed, [centered, rstd]))
    if beta_name is None:
        formula = f"{out.title} = {GAMMA} {TIMES} normed"
        rows.append(equation(formula, "multiply", out, [gamma, normed]))
    else:
        scaled = _scaled(story, node)
        formula = f"scaled = {GAMMA} {TIMES} normed"
        rows.append(equation(formula, "multiply", scaled, [gamma, normed]))
        formula = f"{out.title} = scaled + {BETA}"
        rows.append(equation(formula, "add", out, [scaled, numbers.value(beta_name)]))
    function = layernorm_forward if node.op == "layernorm" else rmsnorm_forward
    variables = ("mean", "centered", "variance", "mean_square", "rstd", "normed", "y")
    used = [gamma_name] if beta_name is None else [gamma_name, beta_name]
    story.forward(
        node,
        "Layer norm" if node.op == "layernorm" else "RMS norm",
        _WORDS[node.op],
        source_of(function, *variables, *(["return"] if node.op == "rmsnorm" else [])),
        rows,
        [
            *(story.writer.made(one, x_name) for one in made_names),
            story.writer.made(out_name, f"{prefix}.normed"),
            *story.writer.used(*used),
        ],
        word="norm",
    )


def backward(story: Story, node: Node) -> None:
    """The gradients of x, gamma and beta."""
    first = story.forward_of(node)
    x_name, gamma_name, beta_name = _inputs(first)
    numbers, writer, prefix = story.numbers, story.writer, _prefix(first)
    dout = numbers.grad(first.call.outputs[0])
    normed, rstd = numbers.value(f"{prefix}.normed"), numbers.value(f"{prefix}.rstd")
    dnormed, drstd = numbers.grad(f"{prefix}.normed"), numbers.grad(f"{prefix}.rstd")
    layernorm = first.op == "layernorm"
    centered = _centered(story, first) if layernorm else numbers.value(x_name)
    dgamma = numbers.grad(gamma_name)
    names = [f"{prefix}.normed", f"{prefix}.rstd", gamma_name]
    formula = f"{dgamma.title} = {SUM} rows of {dout.title} {TIMES} normed"
    rows = [
        equation(formula, "dot_rows", dgamma.t, [dout.t, normed.t], sums_over=dout.rows),
    ]
    if beta_name is not None:
        dbeta = numbers.grad(beta_name)
        formula = f"{dbeta.title} = {SUM} rows of {dout.title}"
        rows.append(equation(formula, "sum_rows", dbeta, [dout], sums_over=dout.rows))
        names.append(beta_name)
    formula = f"{dnormed.title} = {dout.title} {TIMES} {GAMMA}"
    rows.append(equation(formula, "multiply", dnormed, [dout, numbers.value(gamma_name)]))
    dmean = None
    if layernorm:
        dmean = numbers.grad(f"{prefix}.mean")
        names.append(f"{prefix}.mean")
        formula = f"{dmean.title} = {MINUS}rstd {TIMES} {SUM} {dnormed.title}"
        rows.append(
            equation(formula, "dot_rows", dmean, [dnormed, rstd], -1.0, sums_over=dnormed.cols)
        )
    formula = f"{drstd.title} = {SUM} {dnormed.title} {TIMES} {centered.title}"
    rows.append(equation(formula, "dot_rows", drstd, [dnormed, centered], sums_over=dnormed.cols))
    sent = writer.contribution(x_name, story.consumers(node))
    formula = f"{sent.left} rstd {TIMES} {dnormed.title} + ("
    formula += f"{PARTIAL}mean {MINUS} " if layernorm else MINUS
    formula += f"normed {DOT} rstd{SQUARED} {DOT} {drstd.title}) / {normed.cols.size}"
    operands = [dnormed, normed, rstd, dmean, drstd]
    rows.append(equation(formula, "norm_grad", sent.out, operands, n=normed.cols.size))
    function = layernorm_backward if layernorm else rmsnorm_backward
    story.backward(
        node,
        "Layer norm" if layernorm else "RMS norm",
        _BACK_WORDS,
        source_of(function, "dbeta", "dgamma", "dnormed", "dmean", "drstd", "dx"),
        rows,
        [*writer.got_gradient(*names), sent.fill],
        word="norm",
        total=sent.total,
    )


def _inputs(node: Node) -> tuple[str, str, str | None]:
    inputs = node.call.inputs
    return inputs["x"], inputs["gamma"], inputs.get("beta")


def _prefix(node: Node) -> str:
    return node.call.path


def _centered(story: Story, node: Node) -> Matrix:
    """x less its mean: the trace has no name for it, because no gradient stops there."""
    x = story.numbers.value(node.call.inputs["x"])
    mean = story.numbers.value(f"{node.call.path}.mean")
    name = f"{node.call.path}, inside the norm"
    return story.numbers.constant(x.numbers - mean.numbers, x.rows, x.cols, "centered", name)


def _spread(story: Story, node: Node) -> Matrix:
    """The variance, or of RMS normalisation the mean square, (T, 1)."""
    x = story.numbers.value(node.call.inputs["x"])
    title = "variance" if node.op == "layernorm" else "mean square"
    inner = _centered(story, node).numbers if node.op == "layernorm" else x.numbers
    numbers = np.square(inner).mean(axis=1, keepdims=True)
    name = f"{node.call.path}, inside the norm"
    return story.numbers.constant(numbers, x.rows, only(title, "statistic"), title, name)


def _scaled(story: Story, node: Node) -> Matrix:
    """gamma * normed, before the shift."""
    gamma = story.numbers.value(node.call.inputs["gamma"])
    normed = story.numbers.value(f"{node.call.path}.normed")
    name = f"{node.call.path}, inside the norm"
    numbers = gamma.numbers * normed.numbers
    return story.numbers.constant(numbers, normed.rows, normed.cols, "scaled", name)

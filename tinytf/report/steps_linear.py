"""Steps of linear layers: projections, the two products of an FFN, output heads."""

from tinytf.ops.linear import linear_backward, linear_forward
from tinytf.report.call_tree import Node
from tinytf.report.equations import Equation, equation, matmul
from tinytf.report.matrices import Matrix, View
from tinytf.report.sources import source_of
from tinytf.report.story import Story
from tinytf.report.symbols import ARROW, DOT, SUM
from tinytf.report.writer import Contribution

# end of the layer's path -> title of the step, and what it is good for
_TITLES = {
    "attn.q": ("Project to queries", "Each token asks a question: its row times W_Q."),
    "attn.k": ("Project to keys", "Each token says what it can be found by: its row times W_K."),
    "attn.v": ("Project to values", "Each token says what it has to give: its row times W_V."),
    "attn.out": ("Output projection", "The heads' results are mixed into one vector per token."),
    "pooler.dense": ("Dense layer", "The vector of [CLS] goes through a linear layer."),
    "mlm.dense": ("Dense layer", "The rows that are asked for go through a linear layer."),
    "nsp": ("Next-sentence logits", "Two scores: does the second text follow the first?"),
    "head": ("Logits", "A score for every class: how well it fits this vector."),
}
_UNEMBED = (f"Unembed {ARROW} logits", "Each vector is compared with the vector of every word.")


def titles(node: Node) -> tuple[str, str]:
    """Title and words of a linear call."""
    path, weight = node.call.path, node.call.inputs.get("weight", "")
    if "embed.tok.weight" in weight or weight in ("head.weight", "mlm.decoder.weight"):
        if node.call.inputs.get("x", "").endswith("pooled"):
            return _TITLES["head"]
        return _UNEMBED
    if "ffn" in path:
        name = weight.rsplit(".", 1)[-1]
        back = name in ("w_out", "w_down")
        if back:
            return "Come back to the model size", f"Each token's inner vector times {_tail(name)}."
        what = "Open the gate" if name == "w_gate" else "Widen"
        return f"{what} ({_tail(name)})", f"Each token's vector times {_tail(name)}."
    for end, found in _TITLES.items():
        if path == end or path.endswith(end):
            return found
    return "Linear layer", "Each row times a weight matrix."


def _tail(name: str) -> str:
    return name[0].upper() + name[1:]


def forward(story: Story, node: Node) -> None:
    """y = x . W + b."""
    x, y, weight, bias = _parts(story, node)
    out = story.numbers.value(y)
    operand = _weight(story, weight)
    plus = None if bias is None else story.numbers.value(bias)
    formula = f"{out.title} = {story.numbers.title(x)} {DOT} {operand.title}"
    formula += "" if plus is None else f" + {plus.title}"
    title, words = titles(node)
    story.forward(
        node,
        title,
        words,
        source_of(linear_forward, "y"),
        [matmul(formula, out, story.numbers.value(x), operand, plus)],
        [story.writer.made(y, x), *story.writer.used(*_parameters(weight, bias))],
        word="linear",
    )


def backward(story: Story, node: Node) -> None:
    """dx = dy . W^T, dW = x^T . dy, db = the sum of dy's rows."""
    first = story.forward_of(node)
    x, y, weight, bias = _parts(story, first)
    numbers, writer = story.numbers, story.writer
    dy, operand = numbers.grad(y), _weight(story, weight)
    sent = writer.contribution(x, story.consumers(node, *_gate(weight, node.call.path)))
    across = View(operand.matrix, not operand.is_transposed)
    formula = f"{sent.left} {dy.title} {DOT} {across.title}"
    to_x = matmul(formula, sent.out, dy, across)
    to_weight = writer.contribution(_bare(weight), story.consumers(node))
    rows = [_weight_row(story, to_weight, x, dy, operand.is_transposed)]
    fills = [to_weight.fill]
    if bias is not None:
        rows.append(bias_row(story, bias, dy))
        fills += writer.got_gradient(bias)
    title, _ = titles(first)
    words = (
        f"Backwards through the product: {dy.title} goes back through the transposed weight, "
        "and the weight learns from every pair of input and gradient."
    )
    source = source_of(linear_backward, "dx", "dweight", "dbias")
    if sent.total is None or to_weight.total is None:
        total = sent.total or to_weight.total
        story.backward(
            node, title, words, source, [to_x, *rows], [sent.fill, *fills], "linear", total
        )
        return
    source_x = source_of(linear_backward, "dx")
    story.backward(node, title, words, source_x, [to_x], [sent.fill], "linear", sent.total)
    title, words = f"{title}: the weight", "What the weight learns here; it is used elsewhere too."
    source_w = source_of(linear_backward, "dweight", "dbias")
    story.backward(node, title, words, source_w, rows, fills, "linear", to_weight.total)


def bias_row(story: Story, bias: str, dy: Matrix) -> Equation:
    """The gradient of a bias, which was added to every row."""
    out = story.numbers.grad(bias)
    formula = f"{out.title} = {SUM} rows of {dy.title}"
    return equation(formula, "sum_rows", out, [dy], sums_over=dy.rows)


def _weight_row(
    story: Story, to_weight: Contribution, x: str, dy: Matrix, is_transposed: bool
) -> Equation:
    value, out = story.numbers.value(x), to_weight.out
    if is_transposed:  # y = x . W^T
        formula = f"{to_weight.left} {dy.t.title} {DOT} {value.title}"
        return matmul(formula, out, dy.t, value)
    formula = f"{to_weight.left} {value.t.title} {DOT} {dy.title}"
    return matmul(formula, out, value.t, dy)


def _parts(story: Story, node: Node) -> tuple[str, str, str, str | None]:
    """Names of x, y, weight and bias of a forward call."""
    inputs = node.call.inputs
    return inputs["x"], node.call.outputs[0], inputs["weight"], inputs.get("bias")


def _weight(story: Story, weight: str) -> View:
    matrix = story.numbers.value(_bare(weight))
    return matrix.t if weight.endswith(".T") else matrix.view


def _bare(weight: str) -> str:
    return weight.removesuffix(".T")


def _parameters(weight: str, bias: str | None) -> list[str]:
    return [_bare(weight)] if bias is None else [_bare(weight), bias]


def _gate(weight: str, path: str) -> list[str]:
    """How the trace tells the two products of a gated FFN apart."""
    name = {"w_gate": "gate", "w_up": "up"}.get(weight.rsplit(".", 1)[-1])
    return [f"{path}.{name}"] if name else []

"""Steps of attention: scores, softmax, mixing the values."""

import math

from tinytf.ops.attention import attention_backward, attention_forward
from tinytf.ops.positions import alibi_bias
from tinytf.report.call_tree import Node
from tinytf.report.equations import equation, matmul
from tinytf.report.matrices import Matrix
from tinytf.report.sources import source_of
from tinytf.report.steps_function import dropout_back, dropout_step
from tinytf.report.steps_grouped import repeat_heads, repeat_heads_back
from tinytf.report.story import Story
from tinytf.report.symbols import ARROW, DOT, MINUS, SUM, TIMES

_MASKED_SHARES = (
    " So there is a gradient even where a mask hides the token; in the next step it meets a "
    "share of 0, and comes to nothing."
)


def attention_step(story: Story, node: Node) -> None:
    """Scores, softmax, (dropout,) and the mix of the values."""
    path, inputs = node.call.path, node.call.inputs
    names = {one: f"{path}.{one}" for one in ("scores", "pattern", "dropped", "z")}
    repeat_heads(story, node)
    rows, soft, mix = [], [], []
    scale = _scale(story, node)
    for head in story.each_head():
        q, k, v = _operands(story, node, head)
        scores, pattern = (story.numbers.value(names[n], head) for n in ("scores", "pattern"))
        bias = _bias(story, node, head, scores)
        formula = f"{scores.title} = {scale:.4g} {q.title} {DOT} {k.t.title}"
        formula += "" if bias is None else f" + {bias.title}"
        rows.append(matmul(formula, scores, q, k.t, bias, scale))
        formula = f"{pattern.title} = softmax({scores.title})"
        soft.append(equation(formula, "softmax", pattern, [scores], sums_over=scores.cols))
        dropped, z = (
            story.numbers.value(names["dropped"], head),
            story.numbers.value(names["z"], head),
        )
        mix.append(matmul(f"{z.title} = {dropped.title} {DOT} {v.title}", z, dropped, v))
    hidden = (
        "What a mask hides is hatched: it stays out. " if _masks(story, names["scores"]) else ""
    )
    made = story.writer.made
    story.forward(
        node,
        "Attention scores",
        f"How well does each query fit each key? {hidden}The factor keeps the size of the scores "
        "the same, however many features there are.",
        source_of(attention_forward, "scores"),
        rows,
        [made(names["scores"], inputs["q"], _given(story, node, "k"))],
        word="scores",
    )
    story.forward(
        node,
        f"Softmax {ARROW} attention pattern",
        "Each row becomes shares that sum to 1: how much each token is looked at.",
        source_of(attention_forward, "exponentials", "total", "pattern"),
        soft,
        [made(names["pattern"], names["scores"])],
        word="softmax",
    )
    for child in node.children:
        dropout_step(story, child)
    story.forward(
        node,
        "Mix the values",
        "Each token takes the values of the tokens that it looks at, by their shares.",
        source_of(attention_forward, "z"),
        mix,
        [made(names["z"], names["dropped"], _given(story, node, "v"))],
        word="mix",
    )


def attention_back(story: Story, node: Node) -> None:
    """The same, from the last to the first."""
    first = story.forward_of(node)
    path = first.call.path
    names = {one: f"{path}.{one}" for one in ("scores", "pattern", "dropped", "z")}
    numbers, got, scale = story.numbers, story.writer.got_gradient, _scale(story, first)
    mix, soft, rows = [], [], []
    for head in story.each_head():
        q, k, v = _operands(story, first, head)
        dq, dk, dv = _operands(story, first, head, gradient=True)
        dz, pattern, dscores = (
            numbers.grad(names["z"], head),
            numbers.value(names["pattern"], head),
            numbers.grad(names["scores"], head),
        )
        dropped, ddropped = (f(names["dropped"], head) for f in (numbers.value, numbers.grad))
        formula = f"{ddropped.title} = {dz.title} {DOT} {v.t.title}"
        mix.append(matmul(formula, ddropped, dz, v.t))
        formula = f"{dv.title} = {dropped.t.title} {DOT} {dz.title}"
        mix.append(matmul(formula, dv, dropped.t, dz))
        dpattern = numbers.grad(names["pattern"], head)
        formula = (
            f"{dscores.title} = {pattern.title} {TIMES} ({dpattern.title} {MINUS} "
            f"{SUM} {dpattern.title} {TIMES} {pattern.title})"
        )
        operands: list[Matrix | None] = [pattern, dpattern]
        soft.append(equation(formula, "softmax_grad", dscores, operands, sums_over=pattern.cols))
        formula = f"{dq.title} = {scale:.4g} {dscores.title} {DOT} {k.title}"
        rows.append(matmul(formula, dq, dscores, k, scale=scale))
        formula = f"{dk.title} = {scale:.4g} {dscores.t.title} {DOT} {q.title}"
        rows.append(matmul(formula, dk, dscores.t, q, scale=scale))
    given = [_given(story, first, one) for one in ("q", "k", "v")]
    masked = _MASKED_SHARES if _masks(story, names["scores"]) else ""
    story.backward(
        node,
        "Mix the values",
        "A value gets back what every token that looked at it got, by its share; a share gets the "
        f"product of the gradient and the value it let through.{masked}",
        source_of(attention_backward, "dv_heads", "ddropped"),
        mix,
        got(names["dropped"], given[2]),
        word="mix",
    )
    for child in node.children:
        dropout_back(story, child)
    story.backward(
        node,
        f"Softmax {ARROW} attention pattern",
        "Shares sum to 1, so only what is above the row's mean gains: each row of the result sums "
        "to 0. What was masked had no share, and sends nothing back.",
        source_of(attention_backward, "centered", "dscores"),
        soft,
        got(names["scores"]),
        word="softmax",
    )
    story.backward(
        node,
        "Attention scores",
        "A score is a product of a query and a key: each of the two gets the other one back, times "
        "the gradient of the score.",
        source_of(attention_backward, "dq", "dk_heads"),
        rows,
        got(given[0], given[1]),
        word="scores",
    )
    repeat_heads_back(story, node, first)


def _given(story: Story, node: Node, letter: str) -> str:
    """Name of the queries, keys or values that the scores are made of: the repeated ones."""
    repeated = f"{node.call.path}.{letter}_heads"
    return repeated if repeated in story.trace else node.call.inputs[letter]


def _operands(
    story: Story, node: Node, head: int, gradient: bool = False
) -> tuple[Matrix, Matrix, Matrix]:
    """q, k and v of a head, or their gradients."""
    find = story.numbers.grad if gradient else story.numbers.value
    q, k, v = (find(_given(story, node, letter), head) for letter in "qkv")
    return q, k, v


def _scale(story: Story, node: Node) -> float:
    scale = node.call.numbers.get("scale")
    d_head = story.trace[node.call.inputs["q"]].shape[-1]
    return 1 / math.sqrt(d_head) if scale is None else float(scale)


def _bias(story: Story, node: Node, head: int, scores: Matrix) -> Matrix | None:
    """What is added to the scores of a head: ALiBi's bias."""
    if story.layout.config.positions != "alibi":
        return None
    n_heads, (n_queries, n_keys) = story.layout.config.n_heads, scores.numbers.shape
    bias = alibi_bias(n_heads, n_queries, n_keys)[head]
    name = f"ALiBi's bias, head {head}"
    return story.numbers.constant(bias, scores.rows, scores.cols, "ALiBi", name)


def _masks(story: Story, scores: str) -> bool:
    return any(story.numbers.mask(scores, head) is not None for head in story.each_head())

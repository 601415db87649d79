"""Steps of grouped-query attention: a key head serves several query heads."""

from tinytf.ops.attention import attention_backward, attention_forward
from tinytf.report.call_tree import Node
from tinytf.report.equations import Equation, equation
from tinytf.report.sources import source_of
from tinytf.report.story import Story
from tinytf.report.symbols import SUM


def repeat_heads(story: Story, node: Node) -> None:
    """Grouped-query attention: each key head serves several query heads."""
    rows: list[Equation] = []
    fills = []
    for letter in "kv":
        own, repeated = node.call.inputs[letter], f"{node.call.path}.{letter}_heads"
        if repeated not in story.trace:
            continue
        group = story.layout.config.n_heads // story.layout.config.kv_heads
        for head in story.each_head():
            out, of = story.numbers.value(repeated, head), story.numbers.value(own, head // group)
            text = f"query head {head} asks key head {head // group}"
            rows.append(equation(f"{out.title} = {of.title}", "copy", out, [of], text=text))
        fills.append(story.writer.made(repeated, own))
    if rows:
        story.forward(
            node,
            "Repeat the key heads",
            "There are fewer key and value heads than query heads: neighbouring ones share one.",
            source_of(attention_forward, "k_heads", "v_heads"),
            rows,
            fills,
            word="repeat",
        )


def repeat_heads_back(story: Story, node: Node, first: Node) -> None:
    """Their gradients come together again."""
    rows: list[Equation] = []
    names = []
    group = story.layout.config.n_heads // story.layout.config.kv_heads
    for letter in "kv":
        own, repeated = first.call.inputs[letter], f"{first.call.path}.{letter}_heads"
        if repeated not in story.trace:
            continue
        names.append(own)
        for kv_head in story.layout.kv_heads:
            served = list(range(kv_head * group, (kv_head + 1) * group))
            out = story.numbers.grad(own, kv_head)
            operands = [story.numbers.grad(repeated, head) for head in served]
            formula = f"{out.title} = {SUM} over query heads {served[0]} to {served[-1]}"
            rows.append(equation(formula, "add", out, operands))
    if rows:
        story.backward(
            node,
            "Repeat the key heads",
            "A key head that served several query heads gets the sum of their gradients.",
            source_of(attention_backward, "return"),
            rows,
            story.writer.got_gradient(*names),
            word="repeat",
        )

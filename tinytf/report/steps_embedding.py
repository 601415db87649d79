"""Steps of the embeddings: rows of tables are looked up and added."""

import math
from typing import Any

from tinytf.models.embeddings import Embeddings
from tinytf.ops.embedding import embedding_backward, embedding_forward
from tinytf.ops.positions import sinusoidal_positions
from tinytf.report.call_tree import Node
from tinytf.report.equations import Equation, equation
from tinytf.report.matrices import Matrix
from tinytf.report.sources import source_of
from tinytf.report.story import Story
from tinytf.report.symbols import ROOT, SUM

_KINDS = {
    "tok": ("Look up token embeddings", "Each token's number picks a row of the table."),
    "pos": ("Look up positions", "Each position has a row of its own."),
    "segment": ("Look up segments", "The first and the second text each have a row."),
}


def lookup(story: Story, node: Node) -> None:
    """y = weight[ids]."""
    weight, ids = node.call.inputs["weight"], _ids(story, node)
    out_name = node.call.outputs[0]
    out, table = story.numbers.value(out_name), story.numbers.value(weight)
    title, words = _KINDS[node.call.path.rsplit(".", 1)[-1]]
    options: dict[str, Any] = {"ids": ids, "rows": list(table.rows.shown)}
    formula = f"{out.title} = {table.title}[ids]"
    story.forward(
        node,
        title,
        words,
        source_of(embedding_forward, "return"),
        [equation(formula, "lookup", out, [table], **options)],
        [story.writer.made(out_name), *story.writer.used(weight)],
        word="lookup",
    )


def lookup_back(story: Story, node: Node) -> None:
    """Each row of the table gets the sum over the places where it was looked up."""
    first = story.forward_of(node)
    weight, ids = first.call.inputs["weight"], _ids(story, first)
    dy = story.numbers.grad(first.call.outputs[0])
    kind = first.call.path.rsplit(".", 1)[-1]
    sent = story.writer.contribution(weight, story.consumers(node))
    options: dict[str, Any] = {"ids": ids, "row_ids": list(sent.out.rows.shown)}
    formula = f"{sent.left} {SUM} rows of {dy.title} with the same number"
    story.backward(
        node,
        _KINDS[kind][0],
        "Each row of the table gets the sum of the gradients of all places where it was looked "
        "up; rows that nobody looked up get 0.",
        source_of(embedding_backward, "dweight"),
        [equation(formula, "scatter_add", sent.out, [dy], **options)],
        [sent.fill],
        word="lookup",
        total=sent.total,
    )


def _ids(story: Story, node: Node) -> list[int]:
    """What was looked up: the trace has no name for positions, nor for segments that are all 0."""
    name = node.call.inputs.get("ids")
    if name is not None and name in story.trace:
        return [int(one) for one in story.trace[name].value.reshape(-1)]
    n_tokens = story.layout.sequence(node.call.path).size
    if node.call.path.endswith(".pos"):
        return list(range(n_tokens))
    return [0] * n_tokens


def forward(story: Story, node: Node) -> None:
    """The look-ups, and the sums after them."""
    config = story.layout.config
    for child in node.children:
        story.visit(child)
        kind = child.call.path.rsplit(".", 1)[-1] if child.op == "Embedding" else ""
        if kind == "tok" and config.positions == "sinusoidal":
            _add_sinusoidal(story, node)
        elif kind == "pos":
            _add(story, node, "Add positions", "placed", "tok", "pos")
        elif kind == "segment":
            _add(story, node, "Add segments", "summed", "placed", "segment")


def _add(story: Story, node: Node, title: str, out: str, *names: str) -> None:
    path = node.call.path
    total = story.numbers.value(f"{path}.{out}")
    parts: list[Matrix | None] = [story.numbers.value(f"{path}.{name}") for name in names]
    formula = f"{total.title} = " + " + ".join(one.title for one in parts if one)
    words = "So the same word at another place, or in another text, is another vector."
    story.forward(
        node,
        title,
        words,
        source_of(Embeddings.forward, out),
        [equation(formula, "add", total, parts)],
        [story.writer.made(f"{path}.{out}", *(f"{path}.{name}" for name in names))],
        word=out,
    )


def _add_sinusoidal(story: Story, node: Node) -> None:
    path = node.call.path
    tok, total = story.numbers.value(f"{path}.tok"), story.numbers.value(f"{path}.placed")
    n_tokens, d_model = tok.numbers.shape
    scaled = story.numbers.constant(
        tok.numbers * math.sqrt(d_model), tok.rows, tok.cols, "scaled", f"{path}: tok, scaled"
    )
    pos = story.numbers.constant(
        sinusoidal_positions(n_tokens, d_model), tok.rows, tok.cols, "sinusoids", f"{path}.pos"
    )
    story.forward(
        node,
        "Add positions",
        "Positions are sines and cosines, slower for each further pair of features; they have no "
        "parameters. The embeddings are scaled up first, to be as large as these.",
        source_of(Embeddings.forward, "placed"),
        [
            _scale_row(scaled, tok, d_model),
            equation(f"{total.title} = scaled + sinusoids", "add", total, [scaled, pos]),
        ],
        [story.writer.made(f"{path}.placed", f"{path}.tok")],
        word="placed",
    )


def _scale_row(out: Matrix, of: Matrix, d_model: int) -> Equation:
    formula = f"{out.title} = {ROOT}{d_model} {of.title}"
    return equation(formula, "multiply", out, [of], math.sqrt(d_model))


def backward(story: Story, node: Node) -> None:
    """Dropout and norm, the sums, the look-ups."""
    told = False
    for child in node.children:
        if child.op == "Embedding" and not told:
            _sums_back(story, node)
            told = True
        story.visit(child)


def _sums_back(story: Story, node: Node) -> None:
    """What each look-up gets of the gradient of the sum."""
    path, config, numbers = node.call.path, story.layout.config, story.numbers
    for out, names in (("summed", ("placed", "segment")), ("placed", ("tok", "pos"))):
        total = f"{path}.{out}"
        parts = [f"{path}.{one}" for one in names if _has_grad(story, f"{path}.{one}")]
        parts = [one for one in parts if numbers.name(one) != numbers.name(total)]
        if not parts:
            continue
        dtotal = numbers.grad(total)
        rows: list[Equation] = []
        for name in parts:
            dpart = numbers.grad(name)
            if out == "placed" and config.positions == "sinusoidal":
                rows.append(_scale_row(dpart, dtotal, config.d_model))
            else:
                rows.append(equation(f"{dpart.title} = {dtotal.title}", "copy", dpart, [dtotal]))
        story.backward(
            node,
            "Add positions" if out == "placed" else "Add segments",
            "A sum sends its gradient to each of its parts.",
            source_of(Embeddings.backward, *(f"d{one.rsplit('.', 1)[-1]}" for one in parts)),
            rows,
            story.writer.got_gradient(*parts),
            word=out,
        )


def _has_grad(story: Story, name: str) -> bool:
    return name in story.trace and story.trace[name].grad is not None

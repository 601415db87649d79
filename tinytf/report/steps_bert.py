"""Steps of BERT's heads: rows are picked, a bias is added, a number or two come out."""

from typing import Any

from tinytf.models.bert_fine_tuning import BertAnswerer, BertRegressor
from tinytf.models.bert_heads import MaskedLanguageHead, Pooler
from tinytf.report.call_tree import Node
from tinytf.report.equations import equation
from tinytf.report.sources import source_of
from tinytf.report.steps_linear import bias_row
from tinytf.report.story import Story
from tinytf.report.symbols import SUM

_PICK_BACK = "Only the rows that were read send something back; all others get 0."


def mlm_forward(story: Story, node: Node) -> None:
    """Pick the rows that are asked for; dense, GELU, norm, product; add a bias."""
    source = source_of(MaskedLanguageHead.forward, "picked")
    _pick(story, node, "mlm.picked", "Pick the masked places", source)
    for child in node.children:
        story.visit(child)
        if child.op == "head":
            logits, scores = story.numbers.value("mlm.logits"), story.numbers.value("mlm.scores")
            bias = story.numbers.value("mlm.bias")
            formula = f"{logits.title} = {scores.title} + {bias.title}"
            story.forward(
                node,
                "Add the words' bias",
                "Each word of the vocabulary has a bias: how likely it is anywhere.",
                source_of(MaskedLanguageHead.forward, "logits"),
                [equation(formula, "add", logits, [scores, bias])],
                [story.writer.made("mlm.logits", "mlm.scores"), *story.writer.used("mlm.bias")],
                word="bias",
            )


def mlm_backward(story: Story, node: Node) -> None:
    """The same, from the last to the first."""
    dlogits, dscores = story.numbers.grad("mlm.logits"), story.numbers.grad("mlm.scores")
    story.backward(
        node,
        "Add the words' bias",
        "A sum sends its gradient to both of its parts; the bias was added to every row.",
        source_of(MaskedLanguageHead.backward, "dscores"),
        [
            equation(f"{dscores.title} = {dlogits.title}", "copy", dscores, [dlogits]),
            bias_row(story, "mlm.bias", dlogits),
        ],
        story.writer.got_gradient("mlm.scores", "mlm.bias"),
        word="bias",
    )
    story.inside(node)
    source = source_of(MaskedLanguageHead.backward, "dh")
    _pick_back(story, node, "mlm.picked", "Pick the masked places", source)


def pooler_forward(story: Story, node: Node) -> None:
    """The first row; dense, tanh."""
    _pick(story, node, "pooler.cls", "Pick [CLS]", source_of(Pooler.forward, "cls"))
    story.inside(node)


def pooler_backward(story: Story, node: Node) -> None:
    """The same, from the last to the first."""
    story.inside(node)
    source = source_of(Pooler.backward, "dh")
    _pick_back(story, node, "pooler.cls", "Pick [CLS]", source)


def _pick(story: Story, node: Node, name: str, title: str, source: dict[str, object]) -> None:
    h = node.call.inputs["h"]
    out, of = story.numbers.value(name), story.numbers.value(h)
    formula = f"{out.title} = rows of {of.title}"
    options: dict[str, Any] = {"ids": _picked(story, name), "rows": list(of.rows.shown)}
    story.forward(
        node,
        title,
        "The head reads these rows of the encoder's output, and no others.",
        source,
        [equation(formula, "lookup", out, [of], **options)],
        [story.writer.made(name, h)],
        word="pick",
    )


def _pick_back(story: Story, node: Node, name: str, title: str, source: dict[str, object]) -> None:
    h = story.forward_of(node).call.inputs["h"]
    dpicked = story.numbers.grad(name)
    sent = story.writer.contribution(h, story.consumers(node))
    formula = f"{sent.left} {SUM} rows of {dpicked.title}, each in its place"
    options: dict[str, Any] = {"ids": _picked(story, name), "row_ids": list(sent.out.rows.shown)}
    story.backward(
        node,
        title,
        _PICK_BACK,
        source,
        [equation(formula, "scatter_add", sent.out, [dpicked], **options)],
        [sent.fill],
        word="pick",
        total=sent.total,
    )


def _picked(story: Story, name: str) -> list[int]:
    """The places of the rows that are picked."""
    if name == "pooler.cls":
        return [0]
    return [int(place) for place in story.trace["predict"].value[0].nonzero()[0]]


def regressor_forward(story: Story, node: Node) -> None:
    """The classifier's only logit is the prediction."""
    story.inside(node)
    if not _is_outermost(node):
        return
    out, logits = story.numbers.value("predictions"), story.numbers.value("logits")
    story.forward(
        node,
        "Take the number",
        "The only logit is the prediction.",
        source_of(BertRegressor.forward, "predictions"),
        [equation("predictions = logits", "copy", out, [logits])],
        [story.writer.made("predictions", "logits")],
        word="predictions",
    )


def regressor_backward(story: Story, node: Node) -> None:
    """Its gradient is that of the prediction."""
    if _is_outermost(node):
        out, dpredictions = story.numbers.grad("logits"), story.numbers.grad("predictions")
        story.backward(
            node,
            "Take the number",
            "The only logit gets the gradient of the prediction.",
            source_of(BertRegressor.backward, "dlogits"),
            [equation(f"{out.title} = {dpredictions.title}", "copy", out, [dpredictions])],
            story.writer.got_gradient("logits"),
            word="predictions",
        )
    story.inside(node)


def _is_outermost(node: Node) -> bool:
    """BertRegressor runs the methods of BertClassifier, which a trace calls by the same name."""
    return node.parent is None


def answerer_forward(story: Story, node: Node) -> None:
    """Scores by position become logits by start and end."""
    story.inside(node)
    out, scores = story.numbers.value("logits"), story.numbers.value("scores")
    story.forward(
        node,
        "Turn the scores round",
        "The places are the classes: the softmax goes over them, once for start and once for end.",
        source_of(BertAnswerer.forward, "logits"),
        [equation(f"{out.title} = {scores.t.title}", "copy", out, [scores.t])],
        [story.writer.made("logits", "scores")],
        word="transpose",
    )


def answerer_backward(story: Story, node: Node) -> None:
    """The gradients are turned round likewise."""
    out, dlogits = story.numbers.grad("scores"), story.numbers.grad("logits")
    story.backward(
        node,
        "Turn the scores round",
        "The gradients are turned round likewise.",
        source_of(BertAnswerer.backward, "dscores"),
        [equation(f"{out.title} = {dlogits.t.title}", "copy", out, [dlogits.t])],
        story.writer.got_gradient("scores"),
        word="transpose",
    )
    story.inside(node)

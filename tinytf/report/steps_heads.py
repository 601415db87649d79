"""Steps that take heads apart and put them together: no arithmetic, only other places."""

from typing import Any

from tinytf.layers.attention import SelfAttention
from tinytf.layers.cross_attention import CrossAttention
from tinytf.report.call_tree import Node
from tinytf.report.equations import Equation, equation
from tinytf.report.matrices import Matrix
from tinytf.report.sources import source_of
from tinytf.report.story import Story

_SPLIT = (
    "Split into heads",
    "Every head gets its own part of the features, and works with it alone.",
)
LAYERS: dict[str, Any] = {"SelfAttention": SelfAttention, "CrossAttention": CrossAttention}
_MERGE = ("Put the heads together", "The heads' results stand side by side again.")


def heads_of(story: Story, name: str) -> list[int]:
    """The heads of a tensor that are shown: there may be fewer of keys and values."""
    n_heads = story.trace[name].shape[1]
    return story.layout.heads if n_heads == story.layout.config.n_heads else story.layout.kv_heads


def layer_forward(story: Story, node: Node) -> None:
    """An attention layer: projections, heads apart, attention, heads together, projection."""
    path = node.call.path
    split: list[str] = []
    for child in node.children:
        if child.op in ("rope", "attention") and not split:
            split = [one for one in "qkv" if _has_merged_here(story, node, one)]
            _split(story, node, split)
        if child.call.path == f"{path}.out" and child.op == "Linear":
            _merge(story, node)
        story.visit(child)
    if node.child("attention") is None:  # a cross-attention's keys and values
        _split(story, node, ["k", "v"])


def layer_backward(story: Story, node: Node) -> None:
    """The same, from the last to the first."""
    path = node.call.path
    letters = [one for one in "qkv" if _has_merged_here(story, node, one)]
    if node.child("attention") is None:
        letters = ["k", "v"]
    told = False
    for child in node.children:
        if child.op == "Linear" and child.call.path != f"{path}.out" and not told:
            _split_back(story, node, letters)
            told = True
        story.visit(child)
        if child.op == "Linear" and child.call.path == f"{path}.out":
            _merge_back(story, node)


def _has_merged_here(story: Story, node: Node, letter: str) -> bool:
    """Whether this call itself projected to queries, keys or values."""
    return any(child.call.path == f"{node.call.path}.{letter}" for child in node.children)


def _split(story: Story, node: Node, letters: list[str]) -> None:
    rows: list[Equation] = []
    for letter in letters:
        merged = story.numbers.value(f"{node.call.path}.{letter}_merged")
        name = f"{node.call.path}.{letter}"
        for place, head in enumerate(heads_of(story, name)):
            rows.append(_slice(story.numbers.value(name, head), merged, place, head))
    function: Any = LAYERS[node.op].forward
    if node.op == "CrossAttention" and letters == ["k", "v"]:
        function = CrossAttention.keys_values
    made = story.writer.made
    fills = [made(f"{node.call.path}.{one}", f"{node.call.path}.{one}_merged") for one in letters]
    source = source_of(function, *letters)
    story.forward(node, *_SPLIT, source, rows, fills, word=f"split {letters}")


def _slice(out: Matrix, merged: Matrix, place: int, head: int) -> Equation:
    size = out.cols.size
    text = f"features {head * size} to {(head + 1) * size - 1} are head {head}"
    start = place * len(out.cols.shown)
    formula = f"{out.title} = part of {merged.title}"
    return equation(formula, "copy", out, [merged], col_start=start, text=text)


def _beside(story: Story, out: Matrix, heads: list[Matrix]) -> Equation:
    operands: list[Any] = list(heads)
    text = "the heads stand side by side"
    return equation(f"{out.title} = its heads", "copy", out, operands, text=text)


def _split_back(story: Story, node: Node, letters: list[str]) -> None:
    rows = []
    names = []
    for letter in letters:
        name = f"{node.call.path}.{letter}"
        heads = [story.numbers.grad(name, head) for head in heads_of(story, name)]
        rows.append(_beside(story, story.numbers.grad(f"{name}_merged"), heads))
        names.append(f"{name}_merged")
    function: Any = LAYERS[node.op].backward
    if node.op == "CrossAttention" and letters == ["k", "v"]:
        function = CrossAttention.keys_values_backward
    source = source_of(function, *(f"d{letter}_merged" for letter in letters))
    words = "The heads' gradients stand side by side again."
    story.backward(
        node, _SPLIT[0], words, source, rows, story.writer.got_gradient(*names), f"split {letters}"
    )


def _merge(story: Story, node: Node) -> None:
    path = node.call.path
    heads = [story.numbers.value(f"{path}.z", head) for head in story.each_head()]
    row = _beside(story, story.numbers.value(f"{path}.merged"), heads)
    source = source_of(LAYERS[node.op].forward, "merged")
    fills = [story.writer.made(f"{path}.merged", f"{path}.z")]
    story.forward(node, *_MERGE, source, [row], fills, word="merge")


def _merge_back(story: Story, node: Node) -> None:
    path = node.call.path
    merged = story.numbers.grad(f"{path}.merged")
    rows = [
        _slice(story.numbers.grad(f"{path}.z", head), merged, place, head)
        for place, head in enumerate(story.each_head())
    ]
    source = source_of(LAYERS[node.op].backward, "dz")
    words = "Every head gets its own part of the gradient."
    fills = story.writer.got_gradient(f"{path}.z")
    story.backward(node, _MERGE[0], words, source, rows, fills, word="merge")

"""A layer of which only statistics are shown, so that the report of a deep model stays small."""

import numpy as np

from tinytf.report.call_tree import Node
from tinytf.report.story import Story

_SHOWN = ("resid_pre", "resid_mid", "resid_mid_cross", "resid_post")
_WORDS = "This layer is as the others; its steps are left out to keep the file small. "


def forward(story: Story, node: Node) -> None:
    """One step for the whole layer."""
    names = _names(story, node.call.path)
    source = node.call.inputs.get("resid_pre")
    fills = [story.writer.made(names[-1], *([source] if source else []))]
    story.writer.group = node.call.path
    words = _WORDS + "RMS of the values: " + _rms(story, names, gradient=False)
    story.forward(node, "The whole layer", words, {"where": "", "lines": []}, [], fills, "layer")


def backward(story: Story, node: Node) -> None:
    """One step for the whole layer; what it sends to others counts as sent."""
    path = story.forward_of(node).call.path
    names = _names(story, path)
    story.writer.group = path
    fills = story.writer.got_gradient(names[0])
    for tensor in story.trace:
        if len(tensor.grad_parts) > 1 and tensor.name not in names:
            for consumer in tensor.grad_parts:
                if consumer.startswith(f"{path}."):
                    fills.append(story.writer.contribution(tensor.name, [consumer]).fill)
    words = _WORDS + "RMS of the gradients: " + _rms(story, names, gradient=True)
    story.backward(node, "The whole layer", words, {"where": "", "lines": []}, [], fills, "layer")


def _names(story: Story, path: str) -> list[str]:
    """The layer's residual stream, by the tensors' own names."""
    found = [f"{path}.{one}" for one in _SHOWN if f"{path}.{one}" in story.trace]
    return [story.numbers.name(one) for one in found]


def _rms(story: Story, names: list[str], gradient: bool) -> str:
    parts = []
    for name in names:
        tensor = story.trace[name]
        array = tensor.grad if gradient else tensor.value
        if array is not None:
            parts.append(f"{name} {np.sqrt(np.mean(np.square(array))):.3g}")
    return ", ".join(parts) + "."

"""A report's data, from the trace of one training step."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tinytf.config import Config
from tinytf.report import (
    steps_attention,
    steps_bert,
    steps_embedding,
    steps_function,
    steps_heads,
    steps_linear,
    steps_loss,
    steps_norm,
    steps_residual,
    steps_rope,
    steps_skipped,
)
from tinytf.report.flow import attention_maps, gradient_flow
from tinytf.report.layout import Layout, Limits
from tinytf.report.numbers import Numbers
from tinytf.report.sheet import Sheet, number
from tinytf.report.steps_update import update_steps
from tinytf.report.story import Story, Teller
from tinytf.report.tensor_map import tensor_map
from tinytf.report.writer import Writer
from tinytf.tracing import Trace

MOST_BYTES = 2_900_000  # of the data: with the page, the file stays below 3 MB

# Value, gradient, change and new value, 32 bits each, as base64: a report of the whole model has at
# least so many, and need not be written to see that it does not fit.
_BYTES_A_PARAMETER = 4 * 4 * 4 / 3

# from everything to little: the first one that fits is taken
LIMITS = (
    Limits(),
    Limits(features=16, heads=4, words=24),
    Limits(features=16, heads=2, words=24),
    Limits(features=16, heads=2, words=24, layers=2),
    Limits(features=8, heads=1, words=8, layers=2),
)

TELLERS: dict[tuple[str, str], Teller] = {
    ("linear", "forward"): steps_linear.forward,
    ("linear", "backward"): steps_linear.backward,
    ("layernorm", "forward"): steps_norm.forward,
    ("layernorm", "backward"): steps_norm.backward,
    ("rmsnorm", "forward"): steps_norm.forward,
    ("rmsnorm", "backward"): steps_norm.backward,
    **{(op, "forward"): steps_function.activation_forward for op in steps_function.OPS},
    **{(op, "backward"): steps_function.activation_backward for op in steps_function.OPS},
    ("dropout", "forward"): steps_function.dropout_step,
    ("dropout", "backward"): steps_function.dropout_back,
    ("swiglu_ffn", "forward"): steps_function.gate_forward,
    ("swiglu_ffn", "backward"): steps_function.gate_backward,
    ("rope", "forward"): steps_rope.rope_step,
    ("rope", "backward"): steps_rope.rope_back,
    ("attention", "forward"): steps_attention.attention_step,
    ("attention", "backward"): steps_attention.attention_back,
    **{(layer, "forward"): steps_heads.layer_forward for layer in steps_heads.LAYERS},
    **{(layer, "backward"): steps_heads.layer_backward for layer in steps_heads.LAYERS},
    ("residual", "forward"): steps_residual.forward,
    ("residual", "backward"): steps_residual.backward,
    ("embedding", "forward"): steps_embedding.lookup,
    ("embedding", "backward"): steps_embedding.lookup_back,
    ("Embeddings", "forward"): steps_embedding.forward,
    ("Embeddings", "backward"): steps_embedding.backward,
    ("MaskedLanguageHead", "forward"): steps_bert.mlm_forward,
    ("MaskedLanguageHead", "backward"): steps_bert.mlm_backward,
    ("Pooler", "forward"): steps_bert.pooler_forward,
    ("Pooler", "backward"): steps_bert.pooler_backward,
    ("BertRegressor", "forward"): steps_bert.regressor_forward,
    ("BertRegressor", "backward"): steps_bert.regressor_backward,
    ("BertAnswerer", "forward"): steps_bert.answerer_forward,
    ("BertAnswerer", "backward"): steps_bert.answerer_backward,
    ("cross_entropy", "forward"): steps_loss.cross_entropy_step,
    ("cross_entropy", "backward"): steps_loss.cross_entropy_back,
    ("squared_error", "forward"): steps_loss.squared_error_step,
    ("squared_error", "backward"): steps_loss.squared_error_back,
    ("skipped layer", "forward"): steps_skipped.forward,
    ("skipped layer", "backward"): steps_skipped.backward,
}


@dataclass(frozen=True)
class Step:
    """One training step on one example (B = 1), by plain SGD.

    Attributes:
        trace: of forward, loss, backward and update.
        config: of the model.
        labels: axis letter -> labels: "T" and "S" the tokens that are read (S: by the encoder of
            an encoder-decoder), "V" the vocabulary, "N" the tokens asked for, "L" the classes, "2"
            is next and not next.
        targets: what should come out.
        loss: before the update.
        loss_after: the loss of the same example after the update, measured.
        learning_rate: of the update.
        source_words: the source's own vocabulary, where it has one.
        title: of the page.
        model: one line about the model.
        next_sentence: of a BERT that reads two texts, what it should say of the second one.
        notes: what the reader should know, a line each.
        left_out: what is not shown or not checked, a line each.
    """

    trace: Trace
    config: Config
    labels: dict[str, list[str]]
    targets: list[str]
    loss: float
    loss_after: float
    learning_rate: float
    source_words: list[str] | None = None
    title: str = "One training step"
    model: str = ""
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    next_sentence: str = ""


def build_report(
    step: Step, errors: dict[str, float] | None = None, most_bytes: int = MOST_BYTES
) -> dict[str, Any]:
    """What the page shows, as much of it as fits.

    Args:
        step: the training step.
        errors: name -> relative error of each gradient's numeric check; None for no check.
        most_bytes: of the report as JSON text.

    Returns:
        The report, for `assemble`.
    """
    whole = _BYTES_A_PARAMETER * sum(one.value.size for one in step.trace.parameters())
    for limits in LIMITS[1:] if whole > most_bytes else LIMITS:
        report = report_within(step, errors or {}, limits)
        if len(json.dumps(report, separators=(",", ":"))) <= most_bytes:
            break
    return report


def report_within(step: Step, errors: dict[str, float], limits: Limits) -> dict[str, Any]:
    """The report with these limits, whatever its size."""
    trace = step.trace
    layout = Layout(trace, step.config, step.labels, step.source_words, limits)
    sheet = Sheet()
    numbers = Numbers(trace, layout, errors)
    writer = Writer(sheet, numbers)
    skipped = skipped_layers(trace, limits.layers)
    story = Story(trace, layout, numbers, writer, TELLERS, skipped)
    # A damaged model overflows; the report shows where.
    with np.errstate(all="ignore"):
        story.tell()
        update_steps(story, step.learning_rate)
        maps = attention_maps(trace, numbers, sheet)
    return {
        "version": 1,
        "title": step.title,
        "model": step.model,
        "header": _header(step, layout, skipped),
        "steps": writer.steps(),
        "map": tensor_map(writer),
        "attention": maps,
        "flow": gradient_flow(trace),
        "labels": sheet.labels,
        "arrays": sheet.arrays,
        "tensors": sheet.tensors,
    }


def skipped_layers(trace: Trace, most: int | None) -> frozenset[str]:
    """The layers in the middle of each stack, where it has more than `most`."""
    found: dict[str, list[str]] = {}
    for call in trace.calls:
        parts = call.path.split(".")
        if len(parts) == 3 and parts[1] == "layers" and call.path not in found.get(parts[0], []):
            found.setdefault(parts[0], []).append(call.path)
    if most is None:
        return frozenset()
    ends = (most + 1) // 2
    return frozenset(
        path
        for paths in found.values()
        if len(paths) > most
        for path in paths[ends : -(most - ends)]
    )


def _header(step: Step, layout: Layout, skipped: frozenset[str]) -> dict[str, Any]:
    texts = []
    if "S" in step.labels:
        texts.append({"label": "source", "tokens": step.labels["S"]})
    texts.append({"label": "input", "tokens": step.labels["T"]})
    if step.targets:
        texts.append({"label": "target", "tokens": step.targets})
    if step.next_sentence:
        texts.append({"label": "next-sentence target", "tokens": [step.next_sentence]})
    gradients = [one.grad for one in step.trace.parameters() if one.grad is not None]
    with np.errstate(all="ignore"):
        fall = step.learning_rate * sum(float(np.square(one).sum()) for one in gradients)
    left_out = [*step.left_out, *_crop_notes(layout, skipped)]
    return {
        "texts": texts,
        "loss_before": number(step.loss),
        "loss_after": number(step.loss_after),
        "loss_predicted": number(step.loss - fall),
        "learning_rate": step.learning_rate,
        "optimizer": "SGD",
        "notes": [
            *step.notes,
            *step.trace.notes,
            *_loss_notes(step.trace),
            *left_out,
        ],
        "left_out": left_out,
    }


def _loss_notes(trace: Trace) -> list[str]:
    """Of several losses: that they are added up."""
    losses = [tensor for tensor in trace if re.fullmatch(r"loss(#\d+)?", tensor.name)]
    if len(losses) < 2:
        return []
    parts = " + ".join(f"{float(one.value):.4g} ({one.name})" for one in losses)
    return [f"the loss is a sum: {parts}"]


# axis -> which tensors it is a side of
_OF = {
    "feature": "of embeddings, residual stream, norms and whatever else has d_model columns",
    "inner": "inside the feed-forward networks (d_ff)",
    "in_head": "of the queries, keys and values of each head",
    "heads": "of the queries of all heads side by side (q_merged, merged, W_Q, W_O)",
    "kv_heads": "of the keys and values of all heads side by side (k_merged, v_merged, W_K, W_V)",
    "words": "in logits, probs and embedding tables: those of the texts, and the likeliest",
    "source_words": "in the source's embedding table: those of the text",
}


def _crop_notes(layout: Layout, skipped: frozenset[str]) -> list[str]:
    """What is left out."""
    n_heads = layout.config.n_heads
    notes = [f"{axis.words} {_OF[name]}" for name, axis in layout.axes.items() if axis.cropped]
    if len(layout.heads) < n_heads:
        notes.append(f"showing {len(layout.heads)} of {n_heads} heads in the steps")
    if skipped:
        notes.append(f"only statistics of {', '.join(sorted(skipped))}")
    return list(dict.fromkeys(notes))

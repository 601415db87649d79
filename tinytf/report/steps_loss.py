"""Steps of the loss: cross-entropy with its softmax, or the mean squared error."""

from dataclasses import replace
from typing import Any

import numpy as np

from tinytf.ops.arrays import Array
from tinytf.ops.cross_entropy import IGNORED, cross_entropy_backward, cross_entropy_forward
from tinytf.ops.softmax import log_softmax_forward
from tinytf.ops.squared_error import squared_error_backward, squared_error_forward
from tinytf.report.axes import only
from tinytf.report.call_tree import Node
from tinytf.report.equations import equation
from tinytf.report.matrices import Matrix
from tinytf.report.sources import source_of
from tinytf.report.story import Story
from tinytf.report.symbols import DOT, MINUS, SQUARED


def cross_entropy_step(story: Story, node: Node) -> None:
    """log_probs, per_token, and their mean."""
    logits_name, loss_name = node.call.inputs["logits"], node.call.outputs[0]
    logits = story.numbers.value(logits_name)
    log_probs, _ = _probabilities(story, node)
    per_token = _per_token(story, node)
    loss = story.numbers.value(loss_name)
    options, smoothing = _options(story, node), node.call.numbers["label_smoothing"]
    rows = [_log_softmax(story, logits, log_probs)]
    about = dict(options)
    if smoothing and logits.cols.cropped:
        about["partial"] = logits.cols.words
    rows.append(
        equation(
            f"per_token = {MINUS}log_probs[target]", "pick_nll", per_token, [log_probs], **about
        )
    )
    real = [not one for one in options["ignored"]]
    rows.append(equation("loss = mean(per_token)", "mean_real", loss, [per_token], real=real))
    words = "The loss of a token is how surprised the model is by the right answer: minus the "
    words += "logarithm of its probability. The loss is the mean over all targets."
    if smoothing:
        words += f" A share of {smoothing} of each target is spread over all words."
    story.forward(
        node,
        "Cross-entropy loss",
        words,
        source_of(cross_entropy_forward, "log_probs", "picked", "per_token", "loss"),
        rows,
        [
            story.writer.made(f"{loss_name}.per_token", logits_name),
            story.writer.made(loss_name, f"{loss_name}.per_token"),
        ],
        phase="loss",
    )


def _per_token(story: Story, node: Node) -> Matrix:
    """per_token, hatched where the target takes no part: the numbers there mean nothing."""
    found = story.numbers.value(f"{node.call.outputs[0]}.per_token")
    ignored = np.array(_options(story, node)["ignored"])[:, None]
    if not ignored.any():
        return found
    return replace(found, numbers=np.where(ignored, 0, found.numbers), masked=ignored)


def _log_softmax(story: Story, logits: Matrix, log_probs: Matrix) -> Any:
    """With the whole row the softmax can be made again; else its total is shown."""
    if not logits.cols.cropped:
        formula = f"log_probs = log softmax({logits.title})"
        return equation(formula, "log_softmax", log_probs, [logits])
    total = logits.numbers[:, :1] - log_probs.numbers[:, :1]
    column = only("log_total", "statistic")
    name = "log of the sum over the whole vocabulary"
    log_total = story.numbers.constant(total, logits.rows, column, "log_total", name)
    formula = f"log_probs = {logits.title} {MINUS} log_total"
    words = logits.cols.words
    text = f"{words[0].upper()}{words[1:]}; log_total is the logarithm of the sum over all of them."
    row = equation(formula, "add", log_probs, [logits, log_total], signs=[1, -1], text=text)
    return row


def cross_entropy_back(story: Story, node: Node) -> None:
    """dlogits = (probs - smoothed) * dper_token."""
    first = story.forward_of(node)
    logits_name, loss_name = first.call.inputs["logits"], first.call.outputs[0]
    dlogits = story.numbers.grad(logits_name)
    dper_token = story.numbers.grad(f"{loss_name}.per_token")
    _, probs = _probabilities(story, first)
    dloss = story.numbers.grad(loss_name)
    real = [int(not one) for one in _options(story, first)["ignored"]]
    ones = story.numbers.constant(
        np.array(real)[:, None] / max(sum(real), 1),
        dper_token.rows,
        dper_token.cols,
        "share",
        "each target's share of the mean",
    )
    formula = f"{dlogits.title} = (probs {MINUS} target) {DOT} {dper_token.title}"
    story.backward(
        node,
        "Cross-entropy loss",
        "Softmax and logarithm together have a plain gradient: the probability of each word, less "
        "1 for the right one. Every step starts here, with a gradient of 1 of the loss itself.",
        source_of(cross_entropy_backward, "probs", "dper_token", "dlogits"),
        [
            equation(
                f"{dper_token.title} = share {DOT} {dloss.title}",
                "multiply",
                dper_token,
                [ones, dloss],
            ),
            equation(
                formula,
                "cross_entropy_grad",
                dlogits,
                [probs, dper_token],
                **_options(story, first),
            ),
        ],
        story.writer.got_gradient(loss_name, f"{loss_name}.per_token", logits_name),
        word="cross_entropy",
    )


def _probabilities(story: Story, node: Node) -> tuple[Matrix, Matrix]:
    """log_probs and probs: the trace has no gradients for them, so they are made here."""
    logits = story.numbers.value(node.call.inputs["logits"])
    log_probs, _ = log_softmax_forward(logits.numbers)
    prefix = node.call.outputs[0]
    shown = replace(logits, numbers=log_probs, title="log_probs", name=f"{prefix}.log_probs")
    probs = replace(shown, numbers=np.exp(log_probs), title="probs", name=f"{prefix}.probs")
    return shown, replace(probs, kind="probability")


def _options(story: Story, node: Node) -> dict[str, Any]:
    """Targets as places among the shown columns, and what the loss does with them."""
    logits = story.numbers.value(node.call.inputs["logits"])
    targets: Array = story.trace[node.call.inputs["targets"]].value.reshape(-1)
    places = {word: place for place, word in enumerate(logits.cols.shown)}
    ignored = targets == node.call.numbers.get("ignore_index", IGNORED)
    return {
        "targets": [places.get(int(target), -1) for target in targets],
        "smoothing": node.call.numbers["label_smoothing"],
        "ignored": [bool(one) for one in ignored],
        "classes": logits.cols.size,
    }


def squared_error_step(story: Story, node: Node) -> None:
    """loss = (prediction - target)^2."""
    names, loss_name = _squared_error_names(node), node.call.outputs[0]
    prediction, target, error = (story.numbers.value(name) for name in names)
    loss, made = story.numbers.value(loss_name), story.writer.made
    formula = f"{error.title} = {prediction.title} {MINUS} {target.title}"
    story.forward(
        node,
        "Squared error",
        "How far the number is from the right one, squared: being twice as wrong costs four times "
        "as much.",
        source_of(squared_error_forward, "error", "loss"),
        [
            equation(formula, "add", error, [prediction, target], signs=[1, -1]),
            equation(f"loss = error{SQUARED}", "multiply", loss, [error, error]),
        ],
        [made(names[1]), made(names[2], names[0], names[1]), made(loss_name, names[2])],
        phase="loss",
    )


def squared_error_back(story: Story, node: Node) -> None:
    """derror = 2 error dloss, which goes to the prediction."""
    first = story.forward_of(node)
    names, loss_name = _squared_error_names(first), first.call.outputs[0]
    dprediction, dtarget, derror = (story.numbers.grad(name) for name in names)
    error, dloss = story.numbers.value(names[2]), story.numbers.grad(loss_name)
    formula = f"{derror.title} = 2 error {DOT} {dloss.title}"
    story.backward(
        node,
        "Squared error",
        "The slope of a square is twice what is squared. The target would get the opposite of what "
        "the prediction gets; it is data, and nobody asks for it.",
        source_of(squared_error_backward, "derror", "return"),
        [
            equation(formula, "multiply", derror, [error, dloss], 2.0),
            equation(f"{dprediction.title} = {derror.title}", "copy", dprediction, [derror]),
            equation(
                f"{dtarget.title} = {MINUS}{derror.title}", "multiply", dtarget, [derror], -1.0
            ),
        ],
        story.writer.got_gradient(loss_name, *names),
        word="squared_error",
    )


def _squared_error_names(node: Node) -> tuple[str, str, str]:
    """Names of prediction, target and error of a forward call."""
    inputs = node.call.inputs
    return inputs["predictions"], inputs["targets"], f"{node.call.outputs[0]}.error"

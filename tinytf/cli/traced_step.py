"""One traced training step of any model: what `tinytf inspect` and `tinytf report` show."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tinytf.cli.fresh_model import fresh_model, stack_option
from tinytf.cli.shorter_texts import shorter_texts
from tinytf.cli.step_inputs import step_inputs
from tinytf.cli.step_texts import DEFAULT_TEXTS, StepTexts, require_texts
from tinytf.cli.trained_model import load_trained
from tinytf.config import Config
from tinytf.tracing import Trace, TracedTensor, trace
from tinytf.training import KINDS, SGD, Checkpoint


@dataclass(frozen=True)
class TracedStep:
    """A training step of a model on one example (B = 1), in float64 and without dropout.

    Attributes:
        trace: every intermediate, gradient and update whose name was asked for.
        kind: of the model, one of KINDS, such as "encoder-decoder".
        model: the model in float64, with the parameters from after the update.
        checkpoint: what it comes from: config, tokenizers, labels.
        texts: what it was made from.
        labels: axis -> the label of each index, see `StepInputs`.
        targets, next_sentence, drawn: what should come out, see `StepInputs`.
        loss: before the update.
        loss_after: of the same example after the update; None where there was none.
        learning_rate: of the update; None where there was none.
    """

    trace: Trace
    kind: str
    model: Any
    checkpoint: Checkpoint
    texts: StepTexts
    labels: dict[str, list[str]]
    targets: list[str]
    next_sentence: str
    drawn: str
    loss: float
    loss_after: float | None
    learning_rate: float | None

    @property
    def config(self) -> Config:
        """The model's sizes and switches."""
        return self.checkpoint.config

    def labels_of(self, tensor: TracedTensor) -> list[list[str]]:
        """For each axis of a tensor the labels: tokens where there are any, else 0, 1, 2, ..."""
        named = [self.labels.get(axis, []) for axis in tensor.axes]
        if tensor.name.endswith("embed.tok.weight"):
            named = [self._vocabulary_of(tensor), []]
        return [
            names if len(names) == size else [str(i) for i in range(size)]
            for names, size in zip(named, tensor.shape, strict=True)
        ]

    def labels_of_targets(self, tensor: TracedTensor) -> list[str]:
        """For each target id of a loss, what it is asked for and what it stands for."""
        ids = tensor.value.reshape(-1).tolist()
        if tensor.name.startswith("loss#") and "2" in self.labels:  # next-sentence prediction
            asked, words = ["[CLS]"], self.labels["2"]
        elif self.kind == "bert-answerer":
            asked, words = ["start", "end"], self.labels["T"]
        elif self.kind == "bert":
            asked, words = ["[MASK]"] * len(ids), self.labels["V"]
        else:
            asked = self.labels["T"] if len(ids) == len(self.labels["T"]) else ["[CLS]"]
            words = self.labels.get("L", self.labels.get("V", []))
        named = [words[one] if 0 <= one < len(words) else "(no target)" for one in ids]
        return [f"{one} -> {word}" for one, word in zip(asked, named, strict=True)]

    def _vocabulary_of(self, table: TracedTensor) -> list[str]:
        checkpoint = self.checkpoint
        of_source = table.name.startswith("encoder") and checkpoint.source_tokenizer is not None
        tokenizer = checkpoint.source_tokenizer if of_source else checkpoint.tokenizer
        assert tokenizer is not None
        return [tokenizer.token_text(token) for token in range(tokenizer.vocab_size)]


def traced_step(
    directory: str | None,
    texts: StepTexts,
    names: str | list[str] = "*",
    learning_rate: float | None = None,
    stack: str = "decoder",
    seed: int = 0,
    most_tokens: int | None = None,
) -> TracedStep:
    """Trace forward, loss and backward on one example, and an SGD update where it is wanted.

    Args:
        directory: of a trained model, of any kind; None: a tiny fresh model.
        texts: the example. Without any, a default one (decoder, encoder-decoder, bert).
        names: which tensors the trace keeps.
        learning_rate: of an update by plain SGD; None: no update.
        stack: of a fresh model: "decoder", "encoder-decoder" or "bert".
        seed: of a fresh model's parameters, and of what is masked where --text has no [MASK].
        most_tokens: longer texts are cut to so many tokens; None: they are not.

    Raises:
        UserError: no such model, or texts that it cannot take.
    """
    if directory is None:
        texts = require_texts(stack, texts, f"a fresh {stack_option(stack)}")
        model, checkpoint = fresh_model(stack, texts, seed)
    else:
        trained, checkpoint = load_trained(directory)
        whose = f"{directory}: {KINDS[checkpoint.model].name}"
        texts = require_texts(checkpoint.model, texts, whose)
        model = _in_float64(trained, checkpoint)
    if most_tokens is not None:
        texts = shorter_texts(checkpoint, texts, min(most_tokens, model.config.max_len))
    inputs = step_inputs(checkpoint, model, texts, np.random.default_rng(seed))
    optimizer = SGD(model)
    loss_after = None
    # A damaged model overflows; the trace shows where.
    with np.errstate(all="ignore"):
        with trace(model, names=names) as recorded:
            loss = inputs.run()
            if learning_rate is not None:
                optimizer.step(learning_rate)
        if learning_rate is not None:
            loss_after = inputs.run()
    optimizer.zero_grad()
    return TracedStep(
        recorded,
        checkpoint.model,
        model,
        checkpoint,
        texts,
        inputs.labels,
        inputs.targets,
        inputs.next_sentence,
        inputs.drawn,
        loss,
        loss_after,
        learning_rate,
    )


def _in_float64(trained: Any, checkpoint: Checkpoint) -> Any:
    """The same model with its numbers in float64, so that gradients can be checked exactly."""
    rng = np.random.default_rng(0)  # the random start is overwritten
    model = KINDS[checkpoint.model].make(checkpoint.config, checkpoint.extras, rng, np.float64)
    values = trained.parameters()
    for name, parameter in model.parameters().items():
        parameter.value[...] = values[name].value
    return model


__all__ = ["DEFAULT_TEXTS", "StepTexts", "TracedStep", "traced_step"]

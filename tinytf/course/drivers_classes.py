"""Drivers for classes: layers, stacks, optimisers, and a training loop.

This file is sent as text into the process in which a student's functions run, so it imports nothing
but the standard library, NumPy and files that are sent along.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from tinytf.course.returned import Namespace, Output, Returned, form, two


def layer(
    functions: Namespace, call: Mapping[str, Any], inputs: Mapping[str, Any]
) -> Iterator[Output]:
    """A layer: a class with `y, cache = forward(...)` and `dx, ... = backward(dy, cache)`.

    Its parameters are drawn with the input `seed`, all of them, so that no scale is 1 and no bias
    is 0: `rng = np.random.default_rng(seed)`, then `parameter.value[...] =
    rng.normal(size=parameter.value.shape)` in the order of `layer.parameters()`.

    call:
        class: its name; made by `class(config, rng, dtype=np.float64, **arguments)`.
        config: settings that never change; those named in `settings` are inputs, and d_model is
            the size of the last axis of the first input.
        settings: names of the inputs that are settings of the config.
        arguments: names of the inputs that the class takes besides.
        inputs: names of the forward's inputs, in order.
        options: names of those passed by keyword.
        cotangent: the name of dy among the inputs.
        gradients: names of what the backward returns, in order. Last comes `dparameters`: all
            parameters' gradients, one after the other, in the order of `layer.parameters()`.
    """
    settings = _given(inputs, call.get("settings", ()))
    arguments = [inputs[name] for name in call["inputs"]]
    d_model = arguments[0].shape[-1]
    config = functions["Config"](d_model=d_model, **call["config"], **settings)
    rng = np.random.default_rng(inputs["seed"])
    extra = _given(inputs, call.get("arguments", ()))
    made = functions[call["class"]](config, rng, dtype=np.float64, **extra)
    _draw_parameters(made, inputs["seed"])
    yield from _both_passes(
        made, arguments, _given(inputs, call.get("options", ())), inputs[call["cotangent"]], call
    )


def memory_decoder(
    functions: Namespace, call: Mapping[str, Any], inputs: Mapping[str, Any]
) -> Iterator[Output]:
    """A stack of decoder layers, with simple linear layers in the place of the student's own.

    So that a mistake in a layer does not count here again. Parameters are drawn as in `layer`; each
    linear layer's two matrices then by the same generator.

    call: as in `layer`, but for the inputs: `ids`, `memory`, `cotangent`, and `n_layers`.
    """
    settings = _given(inputs, call.get("settings", ()))
    d_model = inputs["memory"].shape[-1]
    config = functions["Config"](
        d_model=d_model, n_layers=inputs["n_layers"], **call["config"], **settings
    )
    rng = np.random.default_rng(inputs["seed"])
    table = functions["Embedding"](config.vocab_size, d_model, rng, dtype=np.float64)
    stack = functions[call["class"]](table, config, rng, dtype=np.float64)
    rng = _draw_parameters(stack, inputs["seed"])
    stack.layers = [_LinearLayer(rng, d_model) for _ in range(inputs["n_layers"])]
    arguments = [inputs["ids"], inputs["memory"]]
    yield from _both_passes(stack, arguments, {}, inputs[call["cotangent"]], call)


class _LinearLayer:
    """y = resid @ mix + (weighted mean of the memory) @ read, in the place of a decoder layer."""

    def __init__(self, rng: np.random.Generator, d_model: int) -> None:
        self.mix = rng.normal(size=(d_model, d_model))
        self.read = rng.normal(size=(d_model, d_model))

    def forward(self, resid: Any, memory: Any, *_: Any, **__: Any) -> tuple[Any, Any]:
        """(B, T, D) and (B, S, D) -> (B, T, D), and a cache that this layer alone can use."""
        weights = np.arange(1.0, memory.shape[1] + 1)[:, None] / memory.shape[1]  # (S, 1)
        heard = (memory * weights).sum(axis=1, keepdims=True)
        return resid @ self.mix + heard @ self.read, (self, weights)

    def backward(self, dy: Any, cache: Any) -> tuple[Any, Any]:
        """dy (B, T, D) -> dresid (B, T, D), dmemory (B, S, D)."""
        owner, weights = cache
        if owner is not self:
            raise ValueError("layer.backward: expected the cache of this layer, got another's")
        dheard = dy.sum(axis=1, keepdims=True) @ self.read.T
        return dy @ self.mix.T, dheard * weights


def tied_head(
    functions: Namespace, call: Mapping[str, Any], inputs: Mapping[str, Any]
) -> Iterator[Output]:
    """`head_forward(resid, head, table)` and its backward, tied (head None) or with its own matrix.

    inputs: resid (B, T, D); table (V, D); dtable, what the look-up has already put into the table's
        gradient; head (D, V), or None where the table is the head; dlogits (B, T, V).
    outputs: y, the logits; dresid; dweight, the gradient of the matrix that served as the head.
    """
    rng = np.random.default_rng(0)
    n_ids, d_model = inputs["table"].shape
    table = functions["Embedding"](n_ids, d_model, rng, dtype=np.float64)
    table.weight.value[...] = inputs["table"]
    table.weight.grad[...] = inputs["dtable"]
    head = None
    if inputs["head"] is not None:
        head = functions["Linear"](d_model, n_ids, rng, bias=False, dtype=np.float64)
        head.weight.value[...] = inputs["head"]
    y, cache = two("head_forward", functions["head_forward"](inputs["resid"], head, table))
    yield "y", y
    yield "dresid", functions["head_backward"](inputs["dlogits"], head, table, cache)
    yield "dweight", (table if head is None else head).weight.grad


def optimizer(
    functions: Namespace, call: Mapping[str, Any], inputs: Mapping[str, Any]
) -> Iterator[Output]:
    """Some steps of an optimiser on a model with one matrix and one vector.

    call:
        class: the optimiser's name.
        options: names of the inputs that its constructor takes by keyword; beta1 and beta2 are
            passed together, as betas.

    inputs: weight (d_in, d_out) and bias (d_out,), the start; dweight (n_steps, d_in, d_out) and
        dbias (n_steps, d_out), the gradients of each step; learning_rate.
    outputs: weight (n_steps, d_in, d_out) and bias (n_steps, d_out), after each step.
    """
    model = _model(functions["Layer"], inputs["weight"], inputs["bias"])
    options = _given(inputs, call.get("options", ()))
    if "beta1" in inputs:
        options["betas"] = inputs["beta1"], inputs["beta2"]
    stepper = functions[call["class"]](model, **options)
    weight, bias = model.parameters().values()
    weights, biases = np.array(inputs["dweight"]), np.array(inputs["dbias"])
    for i, (dweight, dbias) in enumerate(zip(inputs["dweight"], inputs["dbias"], strict=True)):
        weight.grad[...] = dweight
        bias.grad[...] = dbias
        stepper.step(inputs["learning_rate"])
        weights[i], biases[i] = weight.value, bias.value
    yield "weight", weights
    yield "bias", biases


def _model(base: Any, weight: Any, bias: Any) -> Any:
    """A model of one matrix and one vector, as an optimiser wants it."""

    class _Tensor:
        def __init__(self, value: Any) -> None:
            self.value = value.copy()
            self.grad = np.zeros_like(value)

    named = {"weight": _Tensor(weight), "bias": _Tensor(bias)}

    class _Model(base):  # type: ignore[misc]
        def parameters(self) -> Any:
            return named

    return _Model()


def training(
    functions: Namespace, call: Mapping[str, Any], inputs: Mapping[str, Any]
) -> Iterator[Output]:
    """`losses = train(model, optimizer, batches, learning_rate, warmup_steps)`.

    Model and optimiser stay with the grader, which also says afterwards what became of them.

    call:
        function: its name.

    inputs: model and optimizer, tokens (n_batches, B, T + 1), learning_rate, warmup_steps.
    """
    inputs["model"].start()
    losses = functions[call["function"]](
        inputs["model"],
        inputs["optimizer"],
        list(inputs["tokens"]),
        inputs["learning_rate"],
        inputs["warmup_steps"],
    )
    if type(losses) not in (list, tuple):
        raise Returned(f"{call['function']}: expected a list of losses, got {form(losses)}")
    yield "losses", np.array([float(loss) for loss in losses])


def _given(inputs: Mapping[str, Any], names: Any) -> dict[str, Any]:
    return {name: inputs[name] for name in names if name in inputs}


def _draw_parameters(made: Any, seed: int) -> np.random.Generator:
    rng = np.random.default_rng(seed)
    for parameter in made.parameters().values():
        parameter.value[...] = rng.normal(size=parameter.value.shape)
    return rng


def _both_passes(
    made: Any,
    arguments: list[Any],
    options: dict[str, Any],
    cotangent: Any,
    call: Mapping[str, Any],
) -> Iterator[Output]:
    y, cache = two(f"{call['class']}.forward", made.forward(*arguments, **options))
    yield "y", y
    gradients = made.backward(cotangent, cache)
    names = call["gradients"]
    if len(names) == 1:
        gradients = (gradients,)
    if type(gradients) not in (tuple, list) or len(gradients) != len(names):
        raise Returned(
            f"{call['class']}.backward: expected {len(names)} gradients ({', '.join(names)}), "
            f"got {form(gradients)}"
        )
    yield from zip(names, gradients, strict=True)
    parameters = made.parameters().values()
    yield "dparameters", np.concatenate([parameter.grad.reshape(-1) for parameter in parameters])

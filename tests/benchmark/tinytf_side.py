"""tinytf as a contender."""

from collections.abc import Callable
from typing import Any

import numpy as np

import tinytf
from tests.benchmark import problem
from tests.benchmark.problem import Ids, Size
from tinytf.generation import store_by_columns
from tinytf.layers import Layer
from tinytf.models import EncoderDecoder
from tinytf.ops import cross_entropy_backward, cross_entropy_forward
from tinytf.ops.arrays import Array
from tinytf.training.memory import reuse_freed_memory
from tinytf.training.optimizers import AdamW, clip_gradient_norm


def versions() -> dict[str, str]:
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return {
        "tinytf": tinytf.__version__,
        "numpy": np.__version__,
        "numpy's BLAS": f"{blas['name']} {blas['version']}",
    }


def own_threads() -> int | None:
    """NumPy does not say how many threads its BLAS uses; the environment decides."""
    return None


def native(ids: Ids) -> Ids:
    """A batch as this library takes it."""
    return ids


def gpt_of(size: Size) -> tinytf.DecoderLM:
    config = tinytf.Config(
        vocab_size=size.vocab_size,
        d_model=size.d_model,
        max_len=size.max_len,
        n_heads=size.n_heads,
        d_ff=4 * size.d_model,
        n_layers=size.n_layers,
        batch_size=size.batch_size,
        activation="gelu_tanh",
        bias=False,
    )
    model = tinytf.DecoderLM(config, np.random.default_rng(0))
    set_weights(model, size)
    return model


def encoder_decoder_of(size: Size) -> EncoderDecoder:
    config = tinytf.Config(
        vocab_size=size.vocab_size,
        d_model=size.d_model,
        max_len=size.max_len,
        n_heads=size.n_heads,
        d_ff=4 * size.d_model,
        n_layers=size.n_layers,
        batch_size=size.batch_size,
        norm_position="post",
        positions="sinusoidal",
        activation="relu",
    )
    model = EncoderDecoder(config, np.random.default_rng(0))
    set_weights(model, size)
    return model


def set_weights(model: Layer, size: Size) -> None:
    weights = problem.first_weights(size)
    for name, parameter in model.parameters().items():
        parameter.value[...] = weights.pop(name)
    if weights:
        raise ValueError(f"weights: not part of the model: {', '.join(weights)}")


def training(size: Size) -> Callable[[Ids, Ids], float]:
    """A function that takes one training step, on what `batches` gives, and returns its loss."""
    reuse_freed_memory()
    if size.model == "gpt":
        gpt = gpt_of(size)
        optimizer = AdamW(gpt, problem.BETAS, weight_decay=problem.WEIGHT_DECAY)

        def gpt_step(inputs: Ids, targets: Ids) -> float:
            logits, cache = gpt.forward(inputs)
            return finish_step(gpt, optimizer, size, logits, cache, targets)

        return gpt_step
    translator = encoder_decoder_of(size)
    optimizer = AdamW(translator, problem.BETAS, weight_decay=problem.WEIGHT_DECAY)

    def translator_step(source: Ids, target: Ids) -> float:
        logits, cache = translator.forward(source, target[:, :-1])
        return finish_step(translator, optimizer, size, logits, cache, target[:, 1:])

    return translator_step


def finish_step(
    model: tinytf.DecoderLM | EncoderDecoder,
    optimizer: AdamW,
    size: Size,
    logits: Array,
    cache: Any,
    targets: Ids,
) -> float:
    """What follows the forward: loss, backward, clipping, update."""
    loss, loss_cache = cross_entropy_forward(logits, targets)
    optimizer.zero_grad()
    model.backward(cross_entropy_backward(1.0, loss_cache), cache)
    clip_gradient_norm(optimizer.flat.grad, problem.MAX_NORM)
    optimizer.step(size.learning_rate)
    return float(loss)


def generation(size: Size, sampled: bool) -> Callable[[], list[int]]:
    """A function that generates until the context is full and returns the tokens."""
    model = gpt_of(size)
    store_by_columns(model)  # as `tinytf generate` does
    rng = np.random.default_rng(0)

    def generate() -> list[int]:
        kv_caches = model.new_kv_caches(1)
        ids = [0]
        while len(ids) < size.max_len:
            logits, _ = model.forward(np.array([ids[-1:]]), kv_caches=kv_caches)
            last = logits[0, -1]  # (V,)
            if sampled:
                cumulative = np.exp(last - last.max()).cumsum()
                ids.append(int(cumulative.searchsorted(rng.random() * cumulative[-1])))
            else:
                ids.append(int(last.argmax()))
        return ids

    return generate

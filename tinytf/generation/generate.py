"""Generation: one token after the other, each read back in to predict the next."""

from collections.abc import Iterator

import numpy as np

from tinytf.generation.sampling import Sampling, next_token
from tinytf.models.decoder import DecoderLM
from tinytf.ops.arrays import Array


def generate(
    model: DecoderLM,
    prompt: Array,
    n_tokens: int,
    sampling: Sampling,
    rng: np.random.Generator,
) -> Iterator[int]:
    """Continue a prompt, yielding each new token as soon as it is chosen.

    Keys and values of past tokens are cached, so each new token costs one position's work. When
    max_len tokens have been read, the model's memory is full: reading starts again with the last
    half of them, so from then on it sees between max_len / 2 and max_len tokens.

    Args:
        model: the language model.
        prompt: (T,) integers, at least one; only the last max_len are read.
        n_tokens: how many tokens to generate, 0 or more.
        sampling: how to choose each token.
        rng: where the choices' randomness comes from.

    Yields:
        Token ids, n_tokens of them.

    Raises:
        TypeError: the prompt does not hold integers.
        ValueError: the prompt is not (T,), is empty, or holds an id outside the vocabulary;
            n_tokens is negative; or the model's logits are not finite.
    """
    prompt = np.asarray(prompt)
    if prompt.ndim != 1 or not prompt.size:
        raise ValueError(f"prompt: expected shape (T,), T at least 1, got {prompt.shape}")
    if not np.issubdtype(prompt.dtype, np.integer):
        raise TypeError(f"prompt: expected integers, got {prompt.dtype}")
    if n_tokens < 0:
        raise ValueError(f"n_tokens: expected at least 0, got {n_tokens}")
    max_len = model.config.max_len
    seen = prompt.tolist()
    kv_caches = model.new_kv_caches(batch_size=1)
    unread = seen[-max_len:]
    for _ in range(n_tokens):
        if kv_caches[0].length + len(unread) > max_len:
            kv_caches = model.new_kv_caches(batch_size=1)
            unread = seen[-max(max_len // 2, 1) :]
        logits, _ = model.forward(np.array([unread]), kv_caches=kv_caches)  # (1, T, V)
        token = next_token(logits[0, -1], sampling, rng)
        yield token
        seen.append(token)
        unread = [token]

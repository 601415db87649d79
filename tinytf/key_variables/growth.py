"""How what follows from the key variables grows with each of them: counted again, not derived.

Doubling the width doubles D, F and the number of heads (as models are widened in practice), so K
stays and the pattern, whose size is H T T, grows too.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from tinytf.key_variables.architecture import MAX_LAYERS, MAX_SIZE, Architecture, Stack
from tinytf.key_variables.flops import count_flops, full_lengths
from tinytf.key_variables.memory import activation_bytes, kv_cache_bytes
from tinytf.key_variables.shapes import count_parameters


class Growth(NamedTuple):
    """By which factor a quantity grows.

    Attributes:
        quantity: what grows.
        longer: where T doubles.
        wider: where D, F and H double.
        deeper: where the number of layers doubles.
    """

    quantity: str
    longer: float
    wider: float
    deeper: float


Quantity = Callable[[Architecture, int], float]

_QUANTITIES: dict[str, Quantity] = {
    "parameters": lambda arch, length: count_parameters(arch),
    "FLOPs per token": lambda arch, length: _flops(arch, length) / length,
    "FLOPs of a sequence": lambda arch, length: _flops(arch, length),
    "activations of a sequence": lambda arch, length: _activations(arch, length),
    "KV cache per token": lambda arch, length: kv_cache_bytes(arch),
    "KV cache of a sequence": lambda arch, length: length * kv_cache_bytes(arch),
}


def growths(architecture: Architecture, length: int) -> list[Growth]:
    """How each quantity grows from sequences of this length on; without those that are 0.

    Empty where a doubled number would be out of every range.
    """
    if not _can_double(architecture):
        return []
    variants = (
        (longer(architecture), 2 * length),
        (wider(architecture), length),
        (deeper(architecture), length),
    )
    found = []
    for name, quantity in _QUANTITIES.items():
        now = quantity(architecture, length)
        if now:
            found.append(Growth(name, *(quantity(arch, t) / now for arch, t in variants)))
    return found


def longer(architecture: Architecture) -> Architecture:
    """The same model made for sequences of twice the length."""
    max_len = architecture.max_len
    return replace(architecture, max_len=None if max_len is None else 2 * max_len)


def wider(architecture: Architecture) -> Architecture:
    """The same model with D, F and the heads doubled."""

    def widen(stack: Stack) -> Stack:
        return replace(
            stack,
            n_heads=2 * stack.n_heads,
            n_kv_heads=2 * stack.n_kv_heads,
            d_ff=2 * stack.d_ff,
        )

    return replace(_each_stack(architecture, widen), d_model=2 * architecture.d_model)


def deeper(architecture: Architecture) -> Architecture:
    """The same model with twice as many layers."""
    return _each_stack(architecture, lambda stack: replace(stack, n_layers=2 * stack.n_layers))


def _each_stack(architecture: Architecture, change: Callable[[Stack], Stack]) -> Architecture:
    encoder, decoder = architecture.encoder, architecture.decoder
    return replace(
        architecture,
        encoder=None if encoder is None else change(encoder),
        decoder=None if decoder is None else change(decoder),
    )


def _can_double(arch: Architecture) -> bool:
    sizes = [arch.d_model, arch.max_len or 1]
    for stack in arch.stacks:
        if 2 * stack.n_layers > MAX_LAYERS:
            return False
        sizes += [stack.n_heads, stack.d_ff]
    return 2 * max(sizes) <= MAX_SIZE


def _flops(architecture: Architecture, length: int) -> int:
    return count_flops(architecture, full_lengths(architecture, length))


def _activations(architecture: Architecture, length: int) -> int:
    return activation_bytes(architecture, full_lengths(architecture, length))

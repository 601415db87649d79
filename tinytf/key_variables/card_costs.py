"""The part of a card that says what a model costs: work, memory, and how they grow."""

from tinytf.key_variables.architecture import Architecture
from tinytf.key_variables.derived import korthikanti_bytes, six_n, training_bytes
from tinytf.key_variables.flops import (
    BACKWARD_PER_FORWARD,
    count_flops,
    flops_by_part,
    full_lengths,
)
from tinytf.key_variables.growth import growths
from tinytf.key_variables.memory import FLOAT16, FLOAT32, kept_arrays, kv_cache_bytes
from tinytf.key_variables.shapes import count_parameters
from tinytf.key_variables.text_layout import aligned, factor, percent, wrapped


def cost_lines(architecture: Architecture, length: int) -> list[str]:
    """Work, memory and growth at sequences of this length."""
    return [
        *_work(architecture, length),
        "",
        *_memory(architecture, length),
        "",
        *_growth(architecture, length),
    ]


def _work(arch: Architecture, length: int) -> list[str]:
    lengths = full_lengths(arch, length)
    forward = count_flops(arch, lengths)
    if arch.family == "encoder-decoder":
        unit = f"per pair of tokens, source and target of {length:,} each"
    else:
        unit = f"per token, in a sequence of {length:,}"
    rows: list[tuple[str, str, str]] = [
        (part, f"{round(flops / length):,}", percent(flops / forward))
        for part, flops in flops_by_part(arch, lengths).items()
    ]
    backward = BACKWARD_PER_FORWARD * forward
    both = forward + backward
    rows += [
        ("forward", f"{round(forward / length):,}", ""),
        ("backward", f"{round(backward / length):,}", f"{BACKWARD_PER_FORWARD} x forward"),
        ("forward and backward", f"{round(both / length):,}", ""),
        ("... of the whole sequence", f"{both:,}", ""),
    ]
    lines = [f"FLOPs of the matrix products, {unit}", *aligned(rows)]
    if arch.family == "decoder":
        rule = six_n(arch)
        lines += wrapped(
            f"rule of thumb: 6 N = {rule:,}, N without embeddings and head; "
            f"{percent(rule * length / both)} of the count"
        )
    return lines


def _memory(arch: Architecture, length: int) -> list[str]:
    kept = kept_arrays(arch, full_lengths(arch, length))
    total = sum(array.n_bytes for array in kept)
    quadratic = sum(array.n_bytes for array in kept if array.quadratic)
    rows = [
        ("parameters in 16 bits", f"{FLOAT16 * count_parameters(arch):,}"),
        ("parameters, gradients and Adam's two moments, 32 bits", f"{training_bytes(arch):,}"),
        (f"activations of {_one_sequence(arch, length)}, 32 bits", f"{total:,}"),
        ("... of these attention patterns (T x T)", f"{quadratic:,}"),
    ]
    published = korthikanti_bytes(arch, length)
    if published is not None:
        rows.append(("... L T D (34 + 5 H T / D), 16 bits, dropout", f"{published:,}"))
    if arch.decoder is not None:
        per_token = kv_cache_bytes(arch)
        rows.append(("KV cache of a token, 16 bits", f"{per_token:,}"))
        rows.append((f"KV cache of {length:,} tokens", f"{per_token * length:,}"))
        if arch.encoder is not None:
            rows.append((f"... and of {length:,} source tokens", f"{per_token * length:,}"))
    lines = ["Memory in bytes", *aligned(rows)]
    lines += wrapped(
        f"Activations are what tinytf keeps for the backward pass, {FLOAT32} bytes a number, "
        "without dropout, with logits and loss."
    )
    if published is not None:
        lines += wrapped("The formula below them: Korthikanti et al. 2022, equation 1.")
    return lines


def _growth(arch: Architecture, length: int) -> list[str]:
    found = growths(arch, length)
    if not found:
        return ["How it grows: not shown, doubled sizes would be out of range"]
    rows = [(f"from T = {length:,} on", "T x 2", "D, F, H x 2", "L x 2")]
    rows += [
        (one.quantity, factor(one.longer), factor(one.wider), factor(one.deeper)) for one in found
    ]
    return ["How it grows", *aligned(rows)]


def _one_sequence(arch: Architecture, length: int) -> str:
    if arch.family == "encoder-decoder":
        return f"a source and a target of {length:,} tokens"
    return f"a sequence of {length:,} tokens"

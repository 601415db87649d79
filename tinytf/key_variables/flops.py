"""How much work a pass is: the multiplications and additions of its matrix products.

A product of (n, i) and (i, j) is n i j multiplications and as many additions: 2 n i j FLOPs. All
else (norms, softmax, activations, sums) touches each number a few times and is not counted; the
products are nearly all of the work. Attention is counted over all T x T scores, as tinytf computes
them: a causal mask hides half of them, and code that skips the hidden half saves up to half of
this part.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from tinytf.key_variables.architecture import Architecture, Stack
from tinytf.key_variables.shapes import tensors

WorkPart = Literal["attention, matrices", "attention, scores", "FFN", "head"]
WORK_PARTS: tuple[WorkPart, ...] = ("attention, matrices", "attention, scores", "FFN", "head")

# Each product y = x @ w of the forward gives two of the same size in the backward: dx = dy @ w^T
# and dw = x^T @ dy. Both factors of the scores and of z need a gradient, too.
BACKWARD_PER_FORWARD = 2


class Lengths(NamedTuple):
    """How many rows of each kind one sequence (or pair of sequences) brings.

    Attributes:
        source: tokens that the encoder reads.
        target: tokens that the decoder reads.
        predicted: masked tokens, of BERT's pre-training.
    """

    source: int = 0
    target: int = 0
    predicted: int = 0

    def rows(self, kind: str) -> int:
        """The number of rows of a kind, as `Tensor.rows` says it."""
        if kind == "sequence":
            return 1
        return 0 if kind == "none" else int(getattr(self, kind))


def full_lengths(architecture: Architecture, length: int) -> Lengths:
    """Sequences of this length in every stack; of a source with masks 15 % are predicted."""
    source = 0 if architecture.encoder is None else length
    target = 0 if architecture.decoder is None else length
    # Devlin et al. 2018, section 3.1, task 1
    predicted = max(1, round(0.15 * source)) if architecture.masked_head else 0
    return Lengths(source, target, predicted)


def flops_by_part(architecture: Architecture, lengths: Lengths) -> dict[WorkPart, int]:
    """FLOPs of the forward pass of one sequence (or one pair) by part."""
    counts: dict[WorkPart, int] = dict.fromkeys(WORK_PARTS, 0)
    for part, flops in _products(architecture, lengths):
        counts[part] += flops
    return counts


def count_flops(architecture: Architecture, lengths: Lengths) -> int:
    """FLOPs of the forward pass of one sequence (or one pair of source and target).

    The backward pass takes `BACKWARD_PER_FORWARD` times as many.
    """
    return sum(flops_by_part(architecture, lengths).values())


def _products(arch: Architecture, lengths: Lengths) -> Iterator[tuple[WorkPart, int]]:
    parts: dict[str, WorkPart] = {"attention": "attention, matrices", "FFN": "FFN", "head": "head"}
    for tensor in tensors(arch):
        if tensor.rows != "none":
            yield parts[tensor.part], 2 * tensor.size * lengths.rows(tensor.rows)
    if arch.tie_embeddings:  # the table has no rows as a look-up, but serves as the head, too
        tied = 2 * arch.vocab_size * arch.d_model
        if arch.decoder is not None and arch.language_head:
            yield "head", tied * lengths.target
        if arch.masked_head:
            yield "head", tied * lengths.predicted
    if arch.encoder is not None:
        yield "attention, scores", _scores(arch.encoder, lengths.source, lengths.source)
    if arch.decoder is not None:
        yield "attention, scores", _scores(arch.decoder, lengths.target, lengths.target)
        if arch.encoder is not None:
            yield "attention, scores", _scores(arch.decoder, lengths.target, lengths.source)


def _scores(stack: Stack, n_queries: int, n_keys: int) -> int:
    """q @ k^T and pattern @ v, for each head of each layer. Fewer key heads save nothing here."""
    return stack.n_layers * 2 * (2 * n_queries * n_keys * stack.d_q)

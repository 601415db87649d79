"""What has to be known of a model to count its parameters and its work; nothing here is a weight.

`tinytf.Config` says how to build a model, so it knows only what can be built here. An
`Architecture` also describes published models with parts that tinytf does not have, such as T5's
relative positions, heads that are wider than D / H, or two stacks of different depth.
"""

from dataclasses import dataclass
from typing import Literal

from tinytf.config import Norm, NormPosition

Positions = Literal["learned", "sinusoidal", "rope", "alibi", "relative"]
Activation = Literal["relu", "gelu", "gelu_tanh", "silu"]

# Larger numbers are typing mistakes: no model has them.
MAX_LAYERS = 2_000  # DeepNet (Wang et al. 2022) has 1,000
MAX_SIZE = 10**9


class ArchitectureError(ValueError):
    """The numbers or switches do not make a model."""


class UnknownArchitectureError(ArchitectureError):
    """A model of a family that is not known here, or with a part that is not."""


def require_whole(name: str, value: object, largest: int = MAX_SIZE, smallest: int = 1) -> int:
    """The value, if it is a whole number in this range.

    Raises:
        ArchitectureError: it is none, or out of range.
    """
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not smallest <= value <= largest:  # type: ignore[operator]
        raise ArchitectureError(
            f"{name}: expected a whole number from {smallest} to {largest:,}, got {shown(value)}"
        )
    return value  # type: ignore[return-value]


def shown(value: object) -> str:
    """A value in an error message: one line of ASCII, cut where it is long."""
    text = ascii(value) if not isinstance(value, int) or abs(value) < 10**30 else "a larger one"
    return text if len(text) <= 60 else text[:57] + "..."


@dataclass(frozen=True)
class Stack:
    """Layers that are all alike: an encoder, or a decoder.

    Attributes:
        n_layers: how many.
        n_heads: H, query heads.
        n_kv_heads: Hkv, key and value heads; fewer than H in grouped-query attention.
        d_head: K, features of a head; D / H in most models, but some choose it freely.
        d_ff: F, inner size of the feed-forward network.
    """

    n_layers: int
    n_heads: int
    n_kv_heads: int
    d_head: int
    d_ff: int

    def __post_init__(self) -> None:
        require_whole("n_layers", self.n_layers, MAX_LAYERS)
        for name in ("n_heads", "n_kv_heads", "d_head", "d_ff"):
            require_whole(name, getattr(self, name))
        if self.n_heads % self.n_kv_heads:
            raise ArchitectureError(
                f"n_kv_heads: expected a number that divides n_heads {self.n_heads}, "
                f"got {self.n_kv_heads}"
            )

    @property
    def d_q(self) -> int:
        """H K, features of all queries together."""
        return self.n_heads * self.d_head

    @property
    def d_kv(self) -> int:
        """Hkv K, features of all keys, and of all values, together."""
        return self.n_kv_heads * self.d_head


@dataclass(frozen=True)
class Architecture:
    """Sizes and switches.

    Attributes:
        vocab_size: V.
        d_model: D.
        max_len: T, the longest sequence the model is made for; None where nothing says.
        encoder: its stack; None for a decoder-only model.
        decoder: its stack; None for an encoder. With both, the decoder has cross-attention.
        norm: "layernorm" or "rmsnorm".
        norm_position: "pre" (with one more norm at the end of each stack) or "post".
        norm_bias: whether layernorm has a shift beta.
        positions: "learned" (a table for each stack), "sinusoidal", "rope", "alibi" (none of which
            has parameters) or "relative" (T5: a learned bias on the scores, a number for each
            bucket of distances and each head, one table for each stack).
        extra_positions: rows of a learned table that no position uses (RoBERTa, BART and OPT: 2).
        n_buckets: of relative positions.
        activation: of the feed-forward network.
        gated: whether the feed-forward network has a gate, a third matrix (SwiGLU, gated GELU).
        qkv_bias: whether the linear layers to q, k and v have biases.
        out_bias: whether that behind attention has, and the square ones in BERT's heads.
        ffn_bias: whether those of the feed-forward network have.
        tie_embeddings: whether the language model's head is the token embedding, transposed.
        source_vocab_size: of an encoder with a table of its own; None: one table for both stacks.
        n_segments: kinds of segments whose embeddings are added; 0 for none.
        embedding_norm: whether a norm follows the embeddings.
        language_head: whether scores for the next token come out (any model with a decoder).
        pooler: whether a linear layer reads the first token (BERT).
        masked_head: whether BERT's head for masked tokens is there: linear, norm, vocabulary.
        n_labels: outputs of one more linear layer: labels of a task, 2 for next-sentence.

    Raises:
        ArchitectureError: a value is out of range, or two do not fit together.
    """

    vocab_size: int
    d_model: int
    max_len: int | None
    encoder: Stack | None = None
    decoder: Stack | None = None
    norm: Norm = "layernorm"
    norm_position: NormPosition = "pre"
    norm_bias: bool = True
    positions: Positions = "learned"
    extra_positions: int = 0
    n_buckets: int = 0
    activation: Activation = "gelu"
    gated: bool = False
    qkv_bias: bool = True
    out_bias: bool = True
    ffn_bias: bool = True
    tie_embeddings: bool = True
    source_vocab_size: int | None = None
    n_segments: int = 0
    embedding_norm: bool = False
    language_head: bool = True
    pooler: bool = False
    masked_head: bool = False
    n_labels: int = 0

    def __post_init__(self) -> None:
        for name in ("vocab_size", "d_model"):
            require_whole(name, getattr(self, name))
        for name in ("max_len", "source_vocab_size"):
            if getattr(self, name) is not None:
                require_whole(name, getattr(self, name))
        for name in ("extra_positions", "n_buckets", "n_segments", "n_labels"):
            require_whole(name, getattr(self, name), smallest=0)
        if self.encoder is None and self.decoder is None:
            raise ArchitectureError("architecture: expected an encoder or a decoder, got neither")
        if self.positions == "learned" and self.max_len is None:
            raise ArchitectureError("max_len: expected a number for learned positions, got None")
        if self.positions == "relative" and self.n_buckets == 0:
            raise ArchitectureError("n_buckets: expected at least 1 for relative positions, got 0")
        if self.positions == "rope" and any(stack.d_head % 2 for stack in self.stacks):
            raise ArchitectureError("d_head: expected an even number for rope, got an odd one")

    @property
    def stacks(self) -> list[Stack]:
        """The encoder, the decoder, or both, in this order."""
        return [stack for stack in (self.encoder, self.decoder) if stack is not None]

    @property
    def main(self) -> Stack:
        """The stack that a table of one column shows: the decoder where there is one."""
        return self.stacks[-1]

    @property
    def family(self) -> str:
        """Which of the three families it is."""
        if self.encoder is None:
            return "decoder"
        return "encoder" if self.decoder is None else "encoder-decoder"

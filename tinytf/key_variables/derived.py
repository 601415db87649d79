"""Statements about a model that its card prints: what is near a rule of thumb, and what is not."""

from typing import NamedTuple

from tinytf.key_variables.architecture import Architecture
from tinytf.key_variables.shapes import count_by_part, count_parameters, tensors

# "About two thirds" is taken as: within two hundredths of it.
TOLERANCE = 0.02
DEFAULT_LENGTH = 512  # where nothing says for which length a model is made


class LayerShare(NamedTuple):
    """What a layer of one stack is made of.

    Attributes:
        stack: "encoder" or "decoder".
        attention: numbers in its matrices divided by D^2.
        ffn: the same of the feed-forward network.
        share: of the FFN in all parameters of the layer.
    """

    stack: str
    attention: float
    ffn: float
    share: float

    @property
    def about_two_thirds(self) -> bool:
        """Whether the well-known sentence is true for this layer."""
        return abs(self.share - 2 / 3) <= TOLERANCE


def layer_shares(architecture: Architecture) -> list[LayerShare]:
    """One for each stack: its layers are all alike, so the first one is looked at."""
    d_squared = architecture.d_model**2
    shares = []
    for name in ("encoder", "decoder"):
        layer = [t for t in tensors(architecture) if t.name.startswith(f"{name}.layers.0.")]
        if not layer:
            continue
        attention = sum(t.size for t in layer if t.part == "attention" and t.rows != "none")
        ffn = sum(t.size for t in layer if t.part == "FFN" and t.rows != "none")
        whole_ffn = sum(t.size for t in layer if t.part == "FFN")
        whole = sum(t.size for t in layer)
        shares.append(LayerShare(name, attention / d_squared, ffn / d_squared, whole_ffn / whole))
    return shares


class ByHand(NamedTuple):
    """The parameters as one counts them in the head.

    Attributes:
        formula: in letters.
        value: what it gives.
        error: (value - exact) / exact.
    """

    formula: str
    value: int
    error: float


def by_hand(architecture: Architecture) -> ByHand:
    """12 L D^2 + V D: 4 D^2 of attention, 8 D^2 of an FFN with F = 4 D, and the embeddings.

    A decoder's layer with cross-attention has 16 D^2.
    """
    encoder, decoder = architecture.encoder, architecture.decoder
    vocabulary, d_squared = architecture.vocab_size * architecture.d_model, architecture.d_model**2
    if encoder is None or decoder is None:
        formula = "12 L D^2 + V D"
        value = 12 * architecture.main.n_layers * d_squared + vocabulary
    else:
        formula = "(12 + 16) L D^2 + V D"
        value = (12 * encoder.n_layers + 16 * decoder.n_layers) * d_squared + vocabulary
    exact = count_parameters(architecture)
    return ByHand(formula, value, (value - exact) / exact)


def korthikanti_bytes(architecture: Architecture, length: int) -> int | None:
    """Activations of a sequence in 16 bits with dropout, after Korthikanti et al. 2022, equation 1.

    T D (34 + 5 H T / D) bytes for each layer. None where the equation was not made for the model:
    it has two stacks, a gate, F other than 4 D, or fewer key heads than heads.
    """
    stack, d_model = architecture.main, architecture.d_model
    fits = (
        len(architecture.stacks) == 1
        and not architecture.gated
        and stack.d_ff == 4 * d_model
        and stack.n_kv_heads == stack.n_heads
        and stack.d_q == d_model
    )
    if not fits:
        return None
    return stack.n_layers * length * (34 * d_model + 5 * stack.n_heads * length)


def training_bytes(architecture: Architecture) -> int:
    """Parameters, gradients and Adam's two moments in float32: 16 bytes for each parameter."""
    return 16 * count_parameters(architecture)


def cost_length(architecture: Architecture) -> int:
    """The length at which work and memory are counted: the longest, or DEFAULT_LENGTH."""
    return DEFAULT_LENGTH if architecture.max_len is None else architecture.max_len


def six_n(architecture: Architecture) -> int:
    """FLOPs of training per token by the rule 6 N (Kaplan et al. 2020, section 2.1).

    N is the number of parameters without embeddings and head.
    """
    parts = count_by_part(architecture)
    return 6 * (count_parameters(architecture) - parts["embeddings"] - parts["head"])

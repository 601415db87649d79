"""The key variables of a model, and the switches that make the three families.

One reads a new model by seven numbers: vocabulary, model size, sequence length, heads, FFN size,
layers, and the batch size it was trained with. Everything else here is a choice between published
variants; `tinytf.models.presets` has the choices of the published models.
"""

import math
import operator
from dataclasses import dataclass, fields
from typing import Literal, SupportsIndex, get_args, get_type_hints

Norm = Literal["layernorm", "rmsnorm"]
NormPosition = Literal["pre", "post"]
Positions = Literal["learned", "sinusoidal", "rope", "alibi"]
Activation = Literal["relu", "gelu", "gelu_tanh", "silu", "swiglu"]


@dataclass(frozen=True)
class Config:
    """A model's size and variants; frozen, checked when made.

    Attributes:
        vocab_size: V, number of different tokens.
        d_model: D, size of the vector that stands for each token.
        max_len: the longest sequence (context) in tokens.
        n_heads: H, attention heads; each has K = D / H features.
        d_ff: F, inner size of the feed-forward network, usually 4 D.
        n_layers: number of layers; of each of the two stacks in an encoder-decoder.
        batch_size: B, sequences in one training step. The model itself takes any.
        norm: "layernorm" or "rmsnorm".
        norm_position: "pre" (before each sub-layer, with one more norm at the end, as in GPT-2 and
            later) or "post" (after each residual sum, as in Vaswani et al. 2017, BERT and GPT).
        positions: "learned" (a table, added to the embeddings), "sinusoidal" (added; embeddings
            are scaled by sqrt(D)), "rope" (rotates q and k) or "alibi" (added to the scores).
        activation: of the feed-forward network; "swiglu" is the gated one with three matrices.
        n_kv_heads: key and value heads. None: as many as n_heads; fewer: grouped-query attention;
            1: multi-query attention.
        bias: whether linear layers and layernorm have biases (the swiglu FFN never has).
        tie_embeddings: whether the output head is the token embedding, transposed.
        dropout: probability of dropping, in training, an entry of the embeddings, of the attention
            pattern and of each sub-layer's output.
        norm_eps: added under the root of the norms.
        rope_base: base of RoPE's angles.
        source_vocab_size: of an encoder-decoder only. None: source and target share one vocabulary
            and one embedding table; a number: the source has a vocabulary and a table of its own.
        n_segments: kinds of segments whose embeddings are added (2 in BERT: the first and the
            second sentence); 0 for none.
        embedding_norm: whether a norm follows the sum of the embeddings, as in BERT.
        init_std: standard deviation of the random start of matrices and tables, as in BERT and GPT.
            None: that of Glorot and Bengio 2010, sqrt(2 / (d_in + d_out)), and D^-0.5 for tables,
            so that a table scaled by sqrt(D) is as large as the sinusoidal positions.

    Raises:
        ValueError: a value is out of range, or two values do not fit together.
    """

    vocab_size: int
    d_model: int
    max_len: int
    n_heads: int
    d_ff: int
    n_layers: int
    batch_size: int = 12
    norm: Norm = "layernorm"
    norm_position: NormPosition = "pre"
    positions: Positions = "learned"
    activation: Activation = "gelu_tanh"
    n_kv_heads: int | None = None
    bias: bool = True
    tie_embeddings: bool = True
    dropout: float = 0.0
    norm_eps: float = 1e-5
    rope_base: float = 10000.0
    source_vocab_size: int | None = None
    n_segments: int = 0
    embedding_norm: bool = False
    init_std: float | None = 0.02

    def __post_init__(self) -> None:
        types = get_type_hints(type(self))
        for field in fields(self):
            kinds, came = _KINDS.get(types[field.name]), getattr(self, field.name)
            if kinds is not None:
                fits = isinstance(came, kinds) and (bool in kinds or not isinstance(came, bool))
                wanted = " or ".join(_NAMES[kind] for kind in kinds)
                _require(fits, field.name, wanted, repr(came))
                if isinstance(came, SupportsIndex) and not isinstance(came, bool):
                    # NumPy's integers are welcome, and kept as Python's.
                    object.__setattr__(self, field.name, operator.index(came))
        for name in _KEY_VARIABLES:
            _require(getattr(self, name) >= 1, name, "at least 1", getattr(self, name))
        _require(0 <= self.dropout < 1, "dropout", "0 <= dropout < 1", self.dropout)
        _require(self.n_segments >= 0, "n_segments", "at least 0", self.n_segments)
        _require(
            self.source_vocab_size is None or self.source_vocab_size >= 1,
            "source_vocab_size",
            "at least 1",
            self.source_vocab_size,
        )
        for name in ("norm_eps", "rope_base", "init_std"):
            if getattr(self, name) is None:
                continue
            positive = 0 < getattr(self, name) < math.inf
            _require(positive, name, "a finite number > 0", getattr(self, name))
        for name, choices in (
            ("norm", get_args(Norm)),
            ("norm_position", get_args(NormPosition)),
            ("positions", get_args(Positions)),
            ("activation", get_args(Activation)),
        ):
            chosen = getattr(self, name)
            _require(chosen in choices, name, "one of " + ", ".join(choices), repr(chosen))
        _require(
            self.d_model % self.n_heads == 0,
            "n_heads",
            f"a number that divides d_model {self.d_model}",
            self.n_heads,
        )
        _require(
            self.kv_heads >= 1 and self.n_heads % self.kv_heads == 0,
            "n_kv_heads",
            f"a number that divides n_heads {self.n_heads}",
            self.kv_heads,
        )
        _require(
            self.positions != "rope" or self.d_head % 2 == 0,
            "positions",
            "an even head size d_model / n_heads for rope",
            self.d_head,
        )

    @property
    def d_head(self) -> int:
        """K, the number of features of one head."""
        return self.d_model // self.n_heads

    @property
    def kv_heads(self) -> int:
        """Hkv, the number of key and value heads."""
        return self.n_heads if self.n_kv_heads is None else self.n_kv_heads

    @classmethod
    def from_dict(cls, values: dict[str, object]) -> "Config":
        """Make a Config from what `dataclasses.asdict` gave, for instance out of a JSON file.

        Raises:
            ValueError: a name is unknown, missing, or its value is not of the right type.
        """
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ValueError(f"config: expected the names of Config, got {', '.join(unknown)}")
        try:
            return cls(**values)  # type: ignore[arg-type]
        except TypeError as error:
            raise ValueError(f"config: {error}") from error


_KEY_VARIABLES = (
    "vocab_size", "d_model", "max_len", "n_heads", "d_ff", "n_layers", "batch_size",
)  # fmt: skip

# A field's declared type -> the Python types its value may have; True and False are no numbers.
_KINDS: dict[object, tuple[type, ...]] = {
    int: (SupportsIndex,),
    int | None: (SupportsIndex, type(None)),
    float: (float, int),
    float | None: (float, int, type(None)),
    bool: (bool,),
}


_NAMES = {SupportsIndex: "int", type(None): "None", float: "float", int: "int", bool: "bool"}


def _require(condition: bool, name: str, expected: str, came: object) -> None:
    if not condition:
        raise ValueError(f"{name}: expected {expected}, got {came}")

"""The architecture of a model that tinytf builds, from its `Config` and its kind."""

from tinytf.config import Config
from tinytf.key_variables.architecture import Architecture, ArchitectureError, Stack

# kinds of models, as a checkpoint names them
KINDS = (
    "decoder",
    "encoder-decoder",
    "bert",
    "bert-classifier",
    "bert-pair-classifier",
    "bert-regressor",
    "bert-pair-regressor",
    "bert-tagger",
    "bert-answerer",
)
_WITH_POOLER = ("bert", *(kind for kind in KINDS if kind.endswith(("classifier", "regressor"))))


def of_config(config: Config, kind: str = "decoder", n_labels: int = 0) -> Architecture:
    """What `Config` says, in the words of an architecture.

    Args:
        config: of the model.
        kind: one of KINDS.
        n_labels: of a classifier or tagger; other kinds know theirs.

    Raises:
        ArchitectureError: an unknown kind, or one that needs labels has none.
    """
    if kind not in KINDS:
        raise ArchitectureError(f"kind: expected one of {', '.join(KINDS)}, got {kind!a}")
    stack = Stack(config.n_layers, config.n_heads, config.kv_heads, config.d_head, config.d_ff)
    gated = config.activation == "swiglu"
    return Architecture(
        vocab_size=config.vocab_size,
        d_model=config.d_model,
        max_len=config.max_len,
        encoder=None if kind == "decoder" else stack,
        decoder=stack if kind in ("decoder", "encoder-decoder") else None,
        norm=config.norm,
        norm_position=config.norm_position,
        norm_bias=config.bias,
        positions=config.positions,
        activation="silu" if config.activation == "swiglu" else config.activation,
        gated=gated,
        qkv_bias=config.bias,
        out_bias=config.bias,
        ffn_bias=config.bias and not gated,
        tie_embeddings=config.tie_embeddings,
        source_vocab_size=config.source_vocab_size if kind == "encoder-decoder" else None,
        n_segments=config.n_segments,
        embedding_norm=config.embedding_norm,
        language_head=kind in ("decoder", "encoder-decoder"),
        pooler=kind in _WITH_POOLER,
        masked_head=kind == "bert",
        n_labels=_labels(kind, n_labels),
    )


def _labels(kind: str, n_labels: int) -> int:
    if kind in ("bert", "bert-answerer"):
        return 2  # follows or does not; the first and the last token of an answer
    if kind.endswith("regressor"):
        return 1
    if kind in ("decoder", "encoder-decoder"):
        return 0
    if n_labels < 1:
        raise ArchitectureError(f"n_labels: expected at least 1 for a {kind}, got {n_labels}")
    return n_labels

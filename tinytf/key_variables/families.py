"""The switches of the published families: what makes a set of sizes a GPT-2, a Llama or a T5.

Each function is one family's paper in a few lines; the table of published models and the reader of
config.json files both build on them. What is left out of an argument list is as the default of
`Architecture` says: layernorm with a shift, pre-norm, learned positions, biases, a tied head.
"""

from typing import Any, NamedTuple

from tinytf.key_variables.architecture import Architecture, ArchitectureError, Stack


class Sizes(NamedTuple):
    """The key variables that are numbers of the model itself.

    Attributes:
        vocab_size: V.
        d_model: D.
        max_len: T; None where nothing limits it.
        n_heads: H.
        d_ff: F.
        n_layers: of each stack.
        n_kv_heads: Hkv; None: as many as H.
        d_head: K; None: D / H.
    """

    vocab_size: int
    d_model: int
    max_len: int | None
    n_heads: int
    d_ff: int
    n_layers: int
    n_kv_heads: int | None = None
    d_head: int | None = None

    def stack(self) -> Stack:
        """A stack of this size.

        Raises:
            ArchitectureError: d_head is not given, and the heads do not divide d_model.
        """
        d_head = self.d_head
        if d_head is None:
            if self.n_heads < 1 or self.d_model % self.n_heads:
                raise ArchitectureError(
                    f"n_heads: expected a number that divides d_model {self.d_model}, "
                    f"got {self.n_heads}"
                )
            d_head = self.d_model // self.n_heads
        n_kv_heads = self.n_heads if self.n_kv_heads is None else self.n_kv_heads
        return Stack(self.n_layers, self.n_heads, n_kv_heads, d_head, self.d_ff)


def gpt(sizes: Sizes) -> Architecture:
    """Radford et al. 2018: post-norm, as in the first transformer."""
    return _decoder(sizes, norm_position="post", activation="gelu_tanh")


def gpt2(sizes: Sizes) -> Architecture:
    """Radford et al. 2019, and GPT-3 (Brown et al. 2020): pre-norm."""
    return _decoder(sizes, activation="gelu_tanh")


def gpt_neo(sizes: Sizes) -> Architecture:
    """GPT-Neo (Black et al. 2021): GPT-2 without biases to q, k and v."""
    return _decoder(sizes, activation="gelu_tanh", qkv_bias=False)


def gpt_neox(sizes: Sizes) -> Architecture:
    """GPT-NeoX (Black et al. 2022) and Pythia: RoPE, a free head; both sub-layers side by side."""
    return _decoder(sizes, positions="rope", tie_embeddings=False)


def opt(sizes: Sizes) -> Architecture:
    """OPT (Zhang et al. 2022): GPT-3 with ReLU; two rows of the position table are not used."""
    return _decoder(sizes, activation="relu", extra_positions=2)


def bloom(sizes: Sizes) -> Architecture:
    """BLOOM (2022): ALiBi, and a norm behind the embeddings."""
    return _decoder(sizes, positions="alibi", activation="gelu_tanh", embedding_norm=True)


def mpt(sizes: Sizes) -> Architecture:
    """MPT (MosaicML 2023): ALiBi, no biases at all."""
    return _decoder(sizes, positions="alibi", **_NO_BIASES)


def llama(sizes: Sizes, **changes: Any) -> Architecture:
    """Touvron et al. 2023: RMSNorm, RoPE, SwiGLU, no biases, a free head. Mistral is the same."""
    return _decoder(sizes, **_LLAMA | changes)


def gemma(sizes: Sizes) -> Architecture:
    """Gemma (2024): Llama with GELU in the gate and a tied head; in 7B heads wider than D / H."""
    return llama(sizes, activation="gelu_tanh", tie_embeddings=True)


def bert(sizes: Sizes) -> Architecture:
    """Devlin et al. 2018: post-norm encoder, two segments, a norm behind the embeddings, pooler."""
    return _encoder(sizes, n_segments=2, pooler=True)


def roberta(sizes: Sizes) -> Architecture:
    """Liu et al. 2019: one segment; the position table has two rows more than positions."""
    return _encoder(sizes, n_segments=1, extra_positions=2, pooler=True)


def distilbert(sizes: Sizes) -> Architecture:
    """Sanh et al. 2019: BERT without segments and without pooler, half as deep."""
    return _encoder(sizes)


def transformer(sizes: Sizes, **changes: Any) -> Architecture:
    """Vaswani et al. 2017: post-norm, sinusoidal positions, ReLU; one table in three places."""
    first: dict[str, Any] = {
        "norm_position": "post", "positions": "sinusoidal", "activation": "relu",
    }  # fmt: skip
    return _both(sizes, **first | changes)


def marian(sizes: Sizes) -> Architecture:
    """Marian's transformer-base (Junczys-Dowmunt et al. 2018) with swish, as in OPUS-MT."""
    return transformer(sizes, activation="silu")


def bart(sizes: Sizes) -> Architecture:
    """Lewis et al. 2020: post-norm, a norm behind the embeddings, position tables of T + 2 rows."""
    return _both(sizes, norm_position="post", embedding_norm=True, extra_positions=2)


def t5(sizes: Sizes, **changes: Any) -> Architecture:
    """Raffel et al. 2020: RMSNorm, no biases, relative positions in 32 buckets, ReLU."""
    first: dict[str, Any] = {
        "norm": "rmsnorm", "positions": "relative", "n_buckets": 32, "activation": "relu",
        **_NO_BIASES,
    }  # fmt: skip
    return _both(sizes, **first | changes)


_NO_BIASES: dict[str, Any] = {
    "norm_bias": False, "qkv_bias": False, "out_bias": False, "ffn_bias": False,
}  # fmt: skip
_LLAMA: dict[str, Any] = {
    "norm": "rmsnorm", "positions": "rope", "activation": "silu", "gated": True,
    "tie_embeddings": False, **_NO_BIASES,
}  # fmt: skip


def _decoder(sizes: Sizes, **switches: Any) -> Architecture:
    return Architecture(
        sizes.vocab_size, sizes.d_model, sizes.max_len, decoder=sizes.stack(), **switches
    )


def _encoder(sizes: Sizes, **switches: Any) -> Architecture:
    return Architecture(
        sizes.vocab_size,
        sizes.d_model,
        sizes.max_len,
        encoder=sizes.stack(),
        norm_position="post",
        embedding_norm=True,
        language_head=False,
        **switches,
    )


def _both(sizes: Sizes, **switches: Any) -> Architecture:
    stack = sizes.stack()
    return Architecture(
        sizes.vocab_size, sizes.d_model, sizes.max_len, encoder=stack, decoder=stack, **switches
    )

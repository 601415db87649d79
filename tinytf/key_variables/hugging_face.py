"""A Hugging Face config.json as an architecture, for the families that are known here.

Keys have other names in each family (n_embd, hidden_size, d_model, dim); what is missing has the
default of that family's class. Which heads there are is said by "architectures"; without it, that
of the language model (decoders) or the pooler (BERT).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tinytf.key_variables import families
from tinytf.key_variables.architecture import (
    MAX_LAYERS,
    Activation,
    Architecture,
    Stack,
    UnknownArchitectureError,
)
from tinytf.key_variables.families import Sizes
from tinytf.key_variables.hugging_face_heads import with_heads
from tinytf.key_variables.json_values import JsonValues


def read_config(values: dict[str, Any]) -> Architecture:
    """The architecture that a config.json describes.

    Args:
        values: the JSON object.

    Raises:
        UnknownArchitectureError: the family, or a part of the model, is not known here.
        ArchitectureError: a value is missing or makes no sense.
    """
    config = JsonValues(values)
    model_type = config.text("model_type", default="")
    if model_type not in _READERS:
        came = f"model_type {model_type[:60]!a}" if model_type else "no model_type"
        raise UnknownArchitectureError(
            f"expected a model_type out of {', '.join(_READERS)}; got {came}"
        )
    for key in ("is_decoder", "add_cross_attention"):
        if model_type in _ENCODERS and config.flag(key, False):
            raise UnknownArchitectureError(f"{key}: an encoder as a decoder is not known here")
    model = _READERS[model_type](config)
    tied = config.flag("tie_word_embeddings", model.tie_embeddings)
    return with_heads(replace(model, tie_embeddings=tied), config)


def _gpt_sizes(config: JsonValues) -> Sizes:
    """GPT and GPT-2: n_embd and the like."""
    d_model = config.whole("n_embd")
    return Sizes(
        config.whole("vocab_size"),
        d_model,
        config.whole("n_positions", "n_ctx"),
        config.whole("n_head"),
        config.whole("n_inner", default=4 * d_model),
        config.whole("n_layer", largest=MAX_LAYERS),
    )


def _sizes(config: JsonValues, max_len: int | None = None, d_ff: int | None = None) -> Sizes:
    """BERT, Llama and most others: hidden_size and the like."""
    return Sizes(
        config.whole("vocab_size"),
        config.whole("hidden_size"),
        config.whole("max_position_embeddings", "seq_length") if max_len is None else max_len,
        config.whole("num_attention_heads", "num_heads"),
        config.whole("intermediate_size", "ffn_dim") if d_ff is None else d_ff,
        config.whole("num_hidden_layers", "num_layers", largest=MAX_LAYERS),
        config.optional_whole("num_key_value_heads"),
        config.optional_whole("head_dim"),
    )


def _gpt(config: JsonValues) -> Architecture:
    model = families.gpt(_gpt_sizes(config))
    return replace(model, activation=_activation(config, "afn", default="gelu_new"))


def _gpt2(config: JsonValues) -> Architecture:
    if config.flag("add_cross_attention", False):
        raise UnknownArchitectureError("add_cross_attention: not known here for gpt2")
    model = families.gpt2(_gpt_sizes(config))
    return replace(model, activation=_activation(config, "activation_function", default="gelu_new"))


def _gpt_neo(config: JsonValues) -> Architecture:
    d_ff = config.whole("intermediate_size", default=4 * config.whole("hidden_size"))
    return families.gpt_neo(_sizes(config, d_ff=d_ff))


def _gpt_neox(config: JsonValues) -> Architecture:
    bias = config.flag("attention_bias", True)
    return replace(families.gpt_neox(_sizes(config)), qkv_bias=bias, out_bias=bias)


def _llama(config: JsonValues) -> Architecture:
    bias = config.flag("attention_bias", False)
    return families.llama(
        _sizes(config),
        qkv_bias=bias,
        out_bias=bias,
        ffn_bias=config.flag("mlp_bias", False),
        activation=_activation(config, "hidden_act", default="silu"),
    )


def _qwen2(config: JsonValues) -> Architecture:
    return families.llama(_sizes(config), qkv_bias=True)


def _gemma(config: JsonValues) -> Architecture:
    return families.gemma(_sizes(config))


def _mpt(config: JsonValues) -> Architecture:
    d_model, attention = config.whole("d_model"), config.inside("attn_config")
    sizes = Sizes(
        config.whole("vocab_size"),
        d_model,
        config.whole("max_seq_len"),
        config.whole("n_heads"),
        d_model * config.whole("expansion_ratio", default=4, largest=1000),
        config.whole("n_layers", largest=MAX_LAYERS),
        attention.optional_whole("kv_n_heads"),
    )
    if not attention.flag("alibi", True) or attention.flag("qk_ln", False):
        raise UnknownArchitectureError("attn_config: MPT without ALiBi or with norms of q and k")
    if not config.flag("no_bias", True):
        raise UnknownArchitectureError("no_bias: MPT with biases is not known here")
    return families.mpt(sizes)


def _opt(config: JsonValues) -> Architecture:
    d_model = config.whole("hidden_size")
    before = config.flag("do_layer_norm_before", True)
    if not before or config.whole("word_embed_proj_dim", default=d_model) != d_model:
        raise UnknownArchitectureError(
            "do_layer_norm_before, word_embed_proj_dim: OPT with norms behind, or with narrower "
            "embeddings, is not known here"
        )
    return families.opt(_sizes(config))


def _bloom(config: JsonValues) -> Architecture:
    d_model = config.whole("hidden_size", "n_embed")
    return families.bloom(
        Sizes(
            config.whole("vocab_size"),
            d_model,
            config.optional_whole("seq_length"),
            config.whole("n_head", "num_attention_heads"),
            4 * d_model,
            config.whole("n_layer", "num_hidden_layers", largest=MAX_LAYERS),
        )
    )


def _bert(config: JsonValues) -> Architecture:
    model = families.bert(_sizes(config))
    return replace(
        model,
        n_segments=config.whole("type_vocab_size", default=2, smallest=0),
        activation=_activation(config, "hidden_act", default="gelu"),
    )


def _roberta(config: JsonValues) -> Architecture:
    n_rows = config.whole("max_position_embeddings", smallest=3)
    model = families.roberta(_sizes(config, max_len=n_rows - 2))
    return replace(model, n_segments=config.whole("type_vocab_size", default=1, smallest=0))


def _distilbert(config: JsonValues) -> Architecture:
    return families.distilbert(
        Sizes(
            config.whole("vocab_size"),
            config.whole("dim"),
            config.whole("max_position_embeddings"),
            config.whole("n_heads"),
            config.whole("hidden_dim"),
            config.whole("n_layers", largest=MAX_LAYERS),
        )
    )


def _t5(config: JsonValues) -> Architecture:
    sizes = Sizes(
        config.whole("vocab_size"),
        config.whole("d_model"),
        config.optional_whole("n_positions"),
        config.whole("num_heads"),
        config.whole("d_ff"),
        config.whole("num_layers", largest=MAX_LAYERS),
        d_head=config.whole("d_kv"),
    )
    projection = config.text("feed_forward_proj", default="relu")
    gated = projection.startswith("gated-")
    activation = _activation_of("feed_forward_proj", projection.removeprefix("gated-"))
    model = families.t5(
        sizes,
        n_buckets=config.whole("relative_attention_num_buckets", default=32),
        gated=gated,
        activation="gelu_tanh" if projection == "gated-gelu" else activation,
    )
    n_decoder = config.whole("num_decoder_layers", default=sizes.n_layers, largest=MAX_LAYERS)
    return replace(model, decoder=sizes._replace(n_layers=n_decoder).stack())


def _bart(config: JsonValues) -> Architecture:
    model = families.bart(_side(config, "encoder"))
    return _two_sided(model, config, "gelu")


def _marian(config: JsonValues) -> Architecture:
    shared = config.flag("share_encoder_decoder_embeddings", True)
    vocab_size = config.whole("vocab_size")
    model = families.marian(_side(config, "encoder"))
    model = replace(
        model,
        vocab_size=config.whole("decoder_vocab_size", default=vocab_size),
        source_vocab_size=None if shared else vocab_size,
    )
    return _two_sided(model, config, "gelu")


def _two_sided(model: Architecture, config: JsonValues, activation: str) -> Architecture:
    """The decoder's own sizes, which may differ from the encoder's; their activation."""
    decoder: Stack = _side(config, "decoder").stack()
    name = _activation(config, "activation_function", default=activation)
    return replace(model, decoder=decoder, activation=name)


def _side(config: JsonValues, side: str) -> Sizes:
    return Sizes(
        config.whole("vocab_size"),
        config.whole("d_model"),
        config.whole("max_position_embeddings"),
        config.whole(f"{side}_attention_heads"),
        config.whole(f"{side}_ffn_dim"),
        config.whole(f"{side}_layers", largest=MAX_LAYERS),
    )


def _activation(config: JsonValues, key: str, default: str) -> Activation:
    return _activation_of(key, config.text(key, default=default))


def _activation_of(key: str, name: str) -> Activation:
    known: dict[str, Activation] = {
        "relu": "relu", "gelu": "gelu", "gelu_new": "gelu_tanh", "gelu_fast": "gelu_tanh",
        "gelu_pytorch_tanh": "gelu_tanh", "silu": "silu", "swish": "silu", "quick_gelu": "silu",
    }  # fmt: skip
    if name not in known:
        raise UnknownArchitectureError(
            f"{key}: expected one of {', '.join(known)}; got {name[:60]!a}"
        )
    return known[name]


_READERS: dict[str, Callable[[JsonValues], Architecture]] = {
    "gpt2": _gpt2,
    "openai-gpt": _gpt,
    "gpt_neo": _gpt_neo,
    "gpt_neox": _gpt_neox,
    "llama": _llama,
    "mistral": _llama,
    "qwen2": _qwen2,
    "gemma": _gemma,
    "mpt": _mpt,
    "opt": _opt,
    "bloom": _bloom,
    "bert": _bert,
    "roberta": _roberta,
    "xlm-roberta": _roberta,
    "distilbert": _distilbert,
    "t5": _t5,
    "mt5": _t5,
    "bart": _bart,
    "marian": _marian,
}
_ENCODERS = ("bert", "roberta", "xlm-roberta", "distilbert")

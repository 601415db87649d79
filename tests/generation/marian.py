"""Hugging Face's Marian, the vanilla encoder-decoder, with its weights under tinytf's names."""

import numpy as np

from tests.fixtures.hugging_face import Fixture
from tinytf.config import Config
from tinytf.models.encoder_decoder import EncoderDecoder
from tinytf.models.memory_decoder import DecoderState
from tinytf.ops.arrays import Array

ATTENTIONS = {"self_attn": "self_attn", "cross_attn": "encoder_attn"}
PROJECTIONS = {"q": "q_proj", "k": "k_proj", "v": "v_proj", "out": "out_proj"}


class Marian(EncoderDecoder):
    """Marian adds a constant to the logits, `final_logits_bias`."""

    logits_bias: Array

    def step(self, target: Array, state: DecoderState) -> Array:
        return super().step(target, state) + self.logits_bias


def marian(fixture: Fixture) -> Marian:
    """The fixture's model in float64."""
    hf = fixture.config
    config = Config(
        vocab_size=hf["vocab_size"],
        d_model=hf["d_model"],
        max_len=hf["max_position_embeddings"],
        n_heads=hf["encoder_attention_heads"],
        d_ff=hf["encoder_ffn_dim"],
        n_layers=hf["encoder_layers"],
        norm_position="post",
        positions="sinusoidal",
        activation="silu",
    )
    model = Marian(config, np.random.default_rng(0), np.float64)
    weights = marian_names(fixture.tensors, config)
    parameters = model.parameters()
    assert set(parameters) == set(weights)
    for name, parameter in parameters.items():
        assert parameter.value.shape == weights[name].shape, name
        parameter.value[...] = weights[name]
    model.logits_bias = fixture.tensors["final_logits_bias"][0]
    return model


def marian_names(hf: dict[str, Array], config: Config) -> dict[str, Array]:
    """Every tensor but the bias of the logits.

    Marian's positions hold all sines in front of all cosines, tinytf's take turns. The features of
    the residual stream have no order of their own: all its weights are put in tinytf's.
    """
    half = config.d_model // 2
    turns = np.arange(config.d_model).reshape(2, half).T.ravel()  # 0, half, 1, half + 1, ...
    named = {"encoder.embed.tok.weight": hf["model.shared.weight"][:, turns]}

    def norm(ours: str, theirs: str) -> None:
        named[f"{ours}.gamma"] = hf[f"{theirs}.weight"][turns]
        named[f"{ours}.beta"] = hf[f"{theirs}.bias"][turns]

    for stack, attentions in (
        ("encoder", ("self_attn",)),
        ("decoder", ("self_attn", "cross_attn")),
    ):
        for i in range(config.n_layers):
            ours, theirs = f"{stack}.layers.{i}", f"model.{stack}.layers.{i}"
            for n, attention in enumerate(attentions, start=1):
                theirs_attention = f"{theirs}.{ATTENTIONS[attention]}"
                norm(f"{ours}.norm{n}", f"{theirs_attention}_layer_norm")
                for name, projection in PROJECTIONS.items():
                    weight = hf[f"{theirs_attention}.{projection}.weight"].T
                    bias = hf[f"{theirs_attention}.{projection}.bias"]
                    out = name == "out"
                    named[f"{ours}.{attention}.{name}.weight"] = (
                        weight[:, turns] if out else weight[turns]
                    )
                    named[f"{ours}.{attention}.{name}.bias"] = bias[turns] if out else bias
            norm(f"{ours}.norm{len(attentions) + 1}", f"{theirs}.final_layer_norm")
            named[f"{ours}.ffn.w_in"] = hf[f"{theirs}.fc1.weight"].T[turns]
            named[f"{ours}.ffn.b_in"] = hf[f"{theirs}.fc1.bias"]
            named[f"{ours}.ffn.w_out"] = hf[f"{theirs}.fc2.weight"].T[:, turns]
            named[f"{ours}.ffn.b_out"] = hf[f"{theirs}.fc2.bias"][turns]
    return named

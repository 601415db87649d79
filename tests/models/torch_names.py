"""The parameters of `torch.nn.Transformer`, with tables and a head around it, under tinytf's names.

As in hugging_face_names.py: tensors - weights or gradients - by PyTorch's names go in, and come
back by tinytf's.
"""

from typing import Any

import numpy as np

from tests.models.hugging_face_names import Tensors
from tinytf.config import Config

STACKS = {
    "encoder": {"self_attn": "self_attn"},
    "decoder": {"self_attn": "self_attn", "cross_attn": "multihead_attn"},
}


def torch_config(flags: dict[str, Any], max_len: int) -> Config:
    """From the config.json of a fixture."""
    return Config(
        vocab_size=flags["tgt_vocab"],
        d_model=flags["d_model"],
        max_len=max_len,
        n_heads=flags["nhead"],
        d_ff=flags["dim_feedforward"],
        n_layers=flags["enc_layers"],
        norm_position="pre" if flags["norm_first"] else "post",
        positions="sinusoidal",
        activation=flags["activation"],
        tie_embeddings=flags["tie_generator"],
        norm_eps=flags["layer_norm_eps"],
        source_vocab_size=flags["src_vocab"],
    )


def torch_names(theirs: Tensors, n_layers: int) -> Tensors:
    """Every tensor but `generator.bias`, the head's bias, which tinytf has not."""
    named = {
        "encoder.embed.tok.weight": theirs["src_embed.weight"],
        "decoder.embed.tok.weight": theirs["tgt_embed.weight"],
        "head.weight": theirs["generator.weight"].T,
    }
    for stack, attentions in STACKS.items():
        named |= _norm(theirs, f"{stack}.final_norm", f"transformer.{stack}.norm")
        for i in range(n_layers):
            ours, layer = f"{stack}.layers.{i}", f"transformer.{stack}.layers.{i}"
            for mine, its in attentions.items():
                named |= _attention(theirs, f"{ours}.{mine}", f"{layer}.{its}")
            for n in range(1, len(attentions) + 2):
                named |= _norm(theirs, f"{ours}.norm{n}", f"{layer}.norm{n}")
            for mine, its in (("in", "linear1"), ("out", "linear2")):
                named[f"{ours}.ffn.w_{mine}"] = theirs[f"{layer}.{its}.weight"].T
                named[f"{ours}.ffn.b_{mine}"] = theirs[f"{layer}.{its}.bias"]
    return named


def _norm(theirs: Tensors, mine: str, its: str) -> Tensors:
    return {f"{mine}.gamma": theirs[f"{its}.weight"], f"{mine}.beta": theirs[f"{its}.bias"]}


def _attention(theirs: Tensors, mine: str, its: str) -> Tensors:
    named = {}
    fused = zip(
        ("q", "k", "v"),
        np.split(theirs[f"{its}.in_proj_weight"], 3),  # rows q | k | v
        np.split(theirs[f"{its}.in_proj_bias"], 3),
        strict=True,
    )
    for name, weight, bias in fused:
        named[f"{mine}.{name}.weight"], named[f"{mine}.{name}.bias"] = weight.T, bias
    named[f"{mine}.out.weight"] = theirs[f"{its}.out_proj.weight"].T
    named[f"{mine}.out.bias"] = theirs[f"{its}.out_proj.bias"]
    return named

"""The parameters of Hugging Face's decoders under tinytf's names.

Each function takes tensors by Hugging Face's names - weights or gradients, the mapping is linear -
and gives them back by tinytf's. `nn.Linear` stores (out, in), tinytf (in, out): those are
transposed; the `Conv1D` of GPT and GPT-2 stores (in, out) already.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from tinytf.config import Config
from tinytf.models.presets import PRESETS
from tinytf.ops.arrays import Array

Tensors = dict[str, Array]


def gpt2_config(hf: dict[str, Any]) -> Config:
    return Config(
        vocab_size=hf["vocab_size"],
        d_model=hf["n_embd"],
        max_len=hf["n_positions"],
        n_heads=hf["n_head"],
        d_ff=4 * hf["n_embd"],
        n_layers=hf["n_layer"],
        **PRESETS["gpt"] | {"norm_eps": hf["layer_norm_epsilon"]},
    )


def gpt1_config(hf: dict[str, Any]) -> Config:
    """GPT-1 is GPT-2 with the norms after the residual sums, and none at the end."""
    return replace(gpt2_config(hf), norm_position="post")


def llama_config(hf: dict[str, Any]) -> Config:
    return Config(
        vocab_size=hf["vocab_size"],
        d_model=hf["hidden_size"],
        max_len=hf["max_position_embeddings"],
        n_heads=hf["num_attention_heads"],
        d_ff=hf["intermediate_size"],
        n_layers=hf["num_hidden_layers"],
        n_kv_heads=hf["num_key_value_heads"],
        rope_base=hf["rope_parameters"]["rope_theta"],
        **PRESETS["llama"] | {"norm_eps": hf["rms_norm_eps"]},
    )


def mpt_config(hf: dict[str, Any]) -> Config:
    return Config(
        vocab_size=hf["vocab_size"],
        d_model=hf["d_model"],
        max_len=hf["max_seq_len"],
        n_heads=hf["n_heads"],
        d_ff=hf["expansion_ratio"] * hf["d_model"],
        n_layers=hf["n_layers"],
        **PRESETS["mpt"] | {"norm_eps": hf["layer_norm_epsilon"]},
    )


def gpt2_names(hf: Tensors, n_layers: int) -> Tensors:
    named = _gpt_layers(hf, n_layers)
    named["decoder.embed.tok.weight"] = hf["transformer.wte.weight"]
    named["decoder.embed.pos.weight"] = hf["transformer.wpe.weight"]
    named["decoder.final_norm.gamma"] = hf["transformer.ln_f.weight"]
    named["decoder.final_norm.beta"] = hf["transformer.ln_f.bias"]
    return named


def gpt1_names(hf: Tensors, n_layers: int) -> Tensors:
    named = _gpt_layers(hf, n_layers)
    named["decoder.embed.tok.weight"] = hf["transformer.tokens_embed.weight"]
    named["decoder.embed.pos.weight"] = hf["transformer.positions_embed.weight"]
    return named


def _gpt_layers(hf: Tensors, n_layers: int) -> Tensors:
    named = {}
    for i in range(n_layers):
        ours, theirs = f"decoder.layers.{i}", f"transformer.h.{i}"
        for part in ("weight", "bias"):
            fused = np.split(hf[f"{theirs}.attn.c_attn.{part}"], 3, axis=-1)  # q | k | v
            for name, tensor in zip(("q", "k", "v"), fused, strict=True):
                named[f"{ours}.self_attn.{name}.{part}"] = tensor
            named[f"{ours}.self_attn.out.{part}"] = hf[f"{theirs}.attn.c_proj.{part}"]
            for ln in (1, 2):
                scale_or_shift = "gamma" if part == "weight" else "beta"
                named[f"{ours}.norm{ln}.{scale_or_shift}"] = hf[f"{theirs}.ln_{ln}.{part}"]
            letter = part[0]  # ffn.w_in, ffn.b_in
            named[f"{ours}.ffn.{letter}_in"] = hf[f"{theirs}.mlp.c_fc.{part}"]
            named[f"{ours}.ffn.{letter}_out"] = hf[f"{theirs}.mlp.c_proj.{part}"]
    return named


def llama_names(hf: Tensors, n_layers: int) -> Tensors:
    named = {
        "decoder.embed.tok.weight": hf["model.embed_tokens.weight"],
        "decoder.final_norm.gamma": hf["model.norm.weight"],
        "head.weight": hf["lm_head.weight"].T,
    }
    for i in range(n_layers):
        ours, theirs = f"decoder.layers.{i}", f"model.layers.{i}"
        for name in ("q", "k", "v"):
            projection = hf[f"{theirs}.self_attn.{name}_proj.weight"]
            named[f"{ours}.self_attn.{name}.weight"] = projection.T
        named[f"{ours}.self_attn.out.weight"] = hf[f"{theirs}.self_attn.o_proj.weight"].T
        for name in ("gate", "up", "down"):
            named[f"{ours}.ffn.w_{name}"] = hf[f"{theirs}.mlp.{name}_proj.weight"].T
        named[f"{ours}.norm1.gamma"] = hf[f"{theirs}.input_layernorm.weight"]
        named[f"{ours}.norm2.gamma"] = hf[f"{theirs}.post_attention_layernorm.weight"]
    return named


def mpt_names(hf: Tensors, n_layers: int) -> Tensors:
    named = {
        "decoder.embed.tok.weight": hf["transformer.wte.weight"],
        "decoder.final_norm.gamma": hf["transformer.norm_f.weight"],
    }
    for i in range(n_layers):
        ours, theirs = f"decoder.layers.{i}", f"transformer.blocks.{i}"
        fused = np.split(hf[f"{theirs}.attn.Wqkv.weight"], 3, axis=0)  # q | k | v, rows
        for name, tensor in zip(("q", "k", "v"), fused, strict=True):
            named[f"{ours}.self_attn.{name}.weight"] = tensor.T
        named[f"{ours}.self_attn.out.weight"] = hf[f"{theirs}.attn.out_proj.weight"].T
        named[f"{ours}.ffn.w_in"] = hf[f"{theirs}.ffn.up_proj.weight"].T
        named[f"{ours}.ffn.w_out"] = hf[f"{theirs}.ffn.down_proj.weight"].T
        named[f"{ours}.norm1.gamma"] = hf[f"{theirs}.norm_1.weight"]
        named[f"{ours}.norm2.gamma"] = hf[f"{theirs}.norm_2.weight"]
    return named


Mapping = tuple[Callable[[dict[str, Any]], Config], Callable[[Tensors, int], Tensors]]

MAPPINGS: dict[str, Mapping] = {
    "gpt2": (gpt2_config, gpt2_names),
    "gpt1": (gpt1_config, gpt1_names),
    "llama": (llama_config, llama_names),
    "mpt": (mpt_config, mpt_names),
}

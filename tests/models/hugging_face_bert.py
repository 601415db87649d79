"""The parameters of Hugging Face's BERT classes under tinytf's names.

As in hugging_face_names.py: tensors - weights or gradients - by Hugging Face's names go in, and
come back by tinytf's.
"""

from typing import Any

from tests.models.hugging_face_names import Tensors
from tinytf.config import Config
from tinytf.models.presets import PRESETS

# Linear layers of the heads: tinytf's name -> Hugging Face's.
LINEAR = {
    "pooler.dense": "bert.pooler.dense",
    "mlm.dense": "cls.predictions.transform.dense",
    "nsp": "cls.seq_relationship",
}
OUTSIDE_LAYERS = {
    "encoder.embed.tok.weight": "bert.embeddings.word_embeddings.weight",
    "encoder.embed.pos.weight": "bert.embeddings.position_embeddings.weight",
    "encoder.embed.segment.weight": "bert.embeddings.token_type_embeddings.weight",
    "encoder.embed.norm.gamma": "bert.embeddings.LayerNorm.weight",
    "encoder.embed.norm.beta": "bert.embeddings.LayerNorm.bias",
    "mlm.norm.gamma": "cls.predictions.transform.LayerNorm.weight",
    "mlm.norm.beta": "cls.predictions.transform.LayerNorm.bias",
    "mlm.bias": "cls.predictions.bias",
}


def bert_config(hf: dict[str, Any]) -> Config:
    return Config(
        vocab_size=hf["vocab_size"],
        d_model=hf["hidden_size"],
        max_len=hf["max_position_embeddings"],
        n_heads=hf["num_attention_heads"],
        d_ff=hf["intermediate_size"],
        n_layers=hf["num_hidden_layers"],
        **PRESETS["bert"] | {"norm_eps": hf["layer_norm_eps"], "n_segments": hf["type_vocab_size"]},
    )


def bert_names(hf: Tensors, n_layers: int) -> Tensors:
    """Whatever of a BERT is there: the classes have different heads."""
    named = {ours: hf[theirs] for ours, theirs in OUTSIDE_LAYERS.items() if theirs in hf}
    linear = dict(LINEAR)
    for head in ("classifier", "qa_outputs"):
        if f"{head}.weight" in hf:
            linear["head"] = head
    for i in range(n_layers):
        ours, theirs = f"encoder.layers.{i}", f"bert.encoder.layer.{i}"
        for name, long_name in (("q", "query"), ("k", "key"), ("v", "value")):
            linear[f"{ours}.self_attn.{name}"] = f"{theirs}.attention.self.{long_name}"
        linear[f"{ours}.self_attn.out"] = f"{theirs}.attention.output.dense"
        for norm, place in (("norm1", "attention.output"), ("norm2", "output")):
            named[f"{ours}.{norm}.gamma"] = hf[f"{theirs}.{place}.LayerNorm.weight"]
            named[f"{ours}.{norm}.beta"] = hf[f"{theirs}.{place}.LayerNorm.bias"]
        for name, place in (("in", "intermediate"), ("out", "output")):
            named[f"{ours}.ffn.w_{name}"] = hf[f"{theirs}.{place}.dense.weight"].T
            named[f"{ours}.ffn.b_{name}"] = hf[f"{theirs}.{place}.dense.bias"]
    for mine, theirs in linear.items():
        if f"{theirs}.weight" in hf:
            named[f"{mine}.weight"] = hf[f"{theirs}.weight"].T
            named[f"{mine}.bias"] = hf[f"{theirs}.bias"]
    return named

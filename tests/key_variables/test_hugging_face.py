"""config.json files: of small models whose saved tensors were counted, and of published ones."""

import json
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import strategies as st

from tests.ops.claims import claim
from tinytf.key_variables.architecture import (
    Architecture,
    ArchitectureError,
    UnknownArchitectureError,
)
from tinytf.key_variables.published import find_model
from tinytf.key_variables.shapes import count_parameters

CONFIGS = Path(__file__).parent / "configs"
# How many numbers `save_pretrained` wrote for each of these configs: sizes of all tensors in the
# header of model.safetensors (Marian: without final_logits_bias, which is not trained).
SAVED = {
    "bert_mlm": 11_780, "bert_pretraining": 12_413, "bert_qa": 5_890, "bert_seqcls": 6_179,
    "bert_tokcls": 5_941, "gpt1": 7_856, "gpt2": 8_016, "llama": 12_120, "marian": 11_728,
    "mpt": 7_248, "t5": 11_520,
}  # fmt: skip


def config(name: str, **changes: Any) -> Any:
    values = json.loads((CONFIGS / f"{name}.json").read_text(encoding="utf-8"))
    changed = {**values, **changes}
    return {key: value for key, value in changed.items() if value != "nothing"}


def read(module: ModuleType, name: str, **changes: Any) -> Architecture:
    architecture: Architecture = module.read_config(config(name, **changes))
    return architecture


def test_small_models_have_as_many_parameters_as_were_saved(module: ModuleType) -> None:
    assert {path.stem for path in CONFIGS.glob("*.json")} == set(SAVED)
    for name, saved in SAVED.items():
        assert count_parameters(read(module, name)) == saved, name


def test_configs_of_published_models_give_the_models_of_the_table(module: ModuleType) -> None:
    llama3 = {"vocab_size": 128256, "num_key_value_heads": 8, "num_hidden_layers": 32,
              "num_attention_heads": 32, "hidden_size": 4096, "intermediate_size": 14336,
              "max_position_embeddings": 8192, "model_type": "llama"}  # fmt: skip
    bert = {"model_type": "bert", "vocab_size": 30522, "hidden_size": 768,
            "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072,
            "max_position_embeddings": 512, "type_vocab_size": 2}  # fmt: skip
    bart = {"model_type": "bart", "vocab_size": 50265, "d_model": 768, "encoder_layers": 6,
            "decoder_layers": 6, "encoder_attention_heads": 12, "decoder_attention_heads": 12,
            "encoder_ffn_dim": 3072, "decoder_ffn_dim": 3072,
            "max_position_embeddings": 1024}  # fmt: skip
    t5 = {"model_type": "t5", "vocab_size": 32128, "d_model": 768, "d_ff": 3072, "d_kv": 64,
          "num_heads": 12, "num_layers": 12, "n_positions": 512}  # fmt: skip
    neox = {"model_type": "gpt_neox", "vocab_size": 50304, "hidden_size": 768,
            "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072,
            "max_position_embeddings": 2048}  # fmt: skip
    neo = {"model_type": "gpt_neo", "vocab_size": 50257, "hidden_size": 2048, "num_layers": 24,
           "num_heads": 16, "intermediate_size": None, "max_position_embeddings": 2048}  # fmt: skip
    gpt2 = {"model_type": "gpt2", "vocab_size": 50257, "n_embd": 768, "n_ctx": 1024,
            "n_head": 12, "n_layer": 12}  # fmt: skip
    mpt = {"model_type": "mpt", "vocab_size": 50432, "d_model": 4096, "n_heads": 32,
           "n_layers": 32, "max_seq_len": 2048, "no_bias": True}  # fmt: skip
    bloom = {"model_type": "bloom", "vocab_size": 250880, "n_embed": 14336, "n_layer": 70,
             "num_attention_heads": 112, "seq_length": 2048}  # fmt: skip
    gemma = {"model_type": "gemma", "vocab_size": 256000, "hidden_size": 3072, "head_dim": 256,
             "num_hidden_layers": 28, "num_attention_heads": 16, "num_key_value_heads": 16,
             "intermediate_size": 24576, "max_position_embeddings": 8192}  # fmt: skip
    distilbert = {"model_type": "distilbert", "vocab_size": 30522, "dim": 768, "n_heads": 12,
                  "hidden_dim": 3072, "n_layers": 6, "max_position_embeddings": 512}  # fmt: skip
    roberta = {**bert, "model_type": "roberta", "vocab_size": 50265, "type_vocab_size": 1,
               "max_position_embeddings": 514}  # fmt: skip
    for values, name in (
        (llama3, "llama-3-8b"), (bert, "bert-base"), (bart, "bart-base"), (t5, "t5-base"),
        (neox, "pythia-160m"), (neo, "gpt-neo-1.3b"), (gpt2, "gpt2"), (mpt, "mpt-7b"),
        (bloom, "bloom"), (gemma, "gemma-7b"), (distilbert, "distilbert"),
        (roberta, "roberta-base"),
    ):  # fmt: skip
        known = find_model(name)
        assert module.read_config(values) == known.architecture, name  # type: ignore[union-attr]


ANYTHING = st.one_of(
    st.integers(-3, 40), st.sampled_from([10**9, 10**30, 0.5, float("nan"), float("inf")]),
    st.booleans(), st.none(), st.text(max_size=5), st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(0, 9), max_size=2),
)  # fmt: skip


@claim(300, name=st.sampled_from(sorted(SAVED)), values=st.lists(ANYTHING, min_size=3, max_size=3),
       seed=st.integers(0, 2**16))  # fmt: skip
def test_any_values_give_an_architecture_or_one_clear_error(
    module: ModuleType, name: str, values: list[Any], seed: int
) -> None:
    broken = config(name)
    chance = random.Random(seed)
    broken |= dict(zip(chance.choices(sorted(broken), k=3), values, strict=True))
    try:
        architecture = module.read_config(broken)
    except ArchitectureError as error:
        text = str(error)
        assert text.isascii()
        assert "\n" not in text
        assert len(text) < 300
    else:
        assert count_parameters(architecture) > 0


def test_opt_and_qwen_by_published_counts(module: ModuleType) -> None:
    """opt-125m has 125,239,296 parameters, Qwen2-0.5B 494,032,768."""
    opt = {"model_type": "opt", "vocab_size": 50272, "hidden_size": 768, "ffn_dim": 3072,
           "num_hidden_layers": 12, "num_attention_heads": 12, "max_position_embeddings": 2048,
           "word_embed_proj_dim": 768, "do_layer_norm_before": True}  # fmt: skip
    assert count_parameters(module.read_config(opt)) == 125_239_296
    qwen = {"model_type": "qwen2", "vocab_size": 151936, "hidden_size": 896,
            "intermediate_size": 4864, "num_hidden_layers": 24, "num_attention_heads": 14,
            "num_key_value_heads": 2, "max_position_embeddings": 131072,
            "tie_word_embeddings": True}  # fmt: skip
    assert count_parameters(module.read_config(qwen)) == 494_032_768
    with pytest.raises(UnknownArchitectureError, match="OPT with norms behind"):
        module.read_config({**opt, "word_embed_proj_dim": 512})


def test_optional_values_change_the_count_by_what_they_are(module: ModuleType) -> None:
    def difference(name: str, **changes: Any) -> int:
        return count_parameters(read(module, name, **changes)) - SAVED[name]

    assert difference("llama", tie_word_embeddings=True) == -70 * 24
    assert difference("llama", attention_bias=True) == 2 * (24 + 12 + 12 + 24)
    assert difference("llama", mlp_bias=True) == 2 * (36 + 36 + 24)
    assert difference("llama", head_dim="nothing") == 0  # 24 / 4 is the same 6
    assert difference("llama", head_dim=8) == 2 * 24 * (8 + 4 + 4 + 8)  # q, k, v, out
    assert difference("llama", num_key_value_heads="nothing") == 2 * 2 * 24 * 12
    assert difference("gpt2", n_inner=10) == 2 * (10 - 64) * (2 * 16 + 1)
    assert difference("gpt2", tie_word_embeddings=False) == 65 * 16
    assert difference("gpt2", architectures=["GPT2Model"]) == 0
    assert difference("t5", num_decoder_layers=1) == -(2 * 4 * 16 * 16 + 2 * 16 * 32 + 3 * 16)
    assert difference("t5", feed_forward_proj="gated-gelu") == 4 * 16 * 32
    assert difference("t5", relative_attention_num_buckets=4) == -2 * 4 * 2
    assert difference("marian", share_encoder_decoder_embeddings=False) == 70 * 16
    assert difference("marian", decoder_layers=1) < 0 > difference("marian", encoder_layers=1)
    assert difference("bert_mlm", type_vocab_size=0) == -2 * 24
    assert difference("mpt", expansion_ratio=2) == -2 * 2 * 2 * 16 * 16


def test_heads_are_what_architectures_says(module: ModuleType) -> None:
    body = count_parameters(read(module, "bert_seqcls", architectures=["BertModel"]))
    pooler = 16 * 16 + 16
    for name, more in {
        "BertForSequenceClassification": 3 * 17,
        "BertForTokenClassification": 3 * 17 - pooler,
        "BertForQuestionAnswering": 2 * 17 - pooler,
        "BertForMultipleChoice": 17,
        "BertForNextSentencePrediction": 2 * 17,
        "BertForMaskedLM": 16 * 17 + 2 * 16 + 60 - pooler,
        "BertForPreTraining": 16 * 17 + 2 * 16 + 60 + 2 * 17,
    }.items():
        counted = count_parameters(read(module, "bert_seqcls", architectures=[name]))
        assert counted - body == more, name
    assert count_parameters(read(module, "bert_seqcls", architectures=None)) == body
    labels = {"architectures": ["BertForSequenceClassification"], "id2label": None}
    assert count_parameters(read(module, "bert_seqcls", **labels)) == body + 2 * 17
    assert count_parameters(read(module, "bert_seqcls", **labels, num_labels=5)) == body + 5 * 17
    no_head = read(module, "llama", architectures=["LlamaModel"])
    assert count_parameters(no_head) == SAVED["llama"] - 70 * 24


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("gpt2", {"n_layer": 0}, "n_layer: expected a whole number from 1 to 2,000, got 0"),
        ("gpt2", {"n_layer": 10**6}, "n_layer: expected a whole number from 1 to 2,000, got 1"),
        ("gpt2", {"n_head": 5}, "n_heads: expected a number that divides d_model 16, got 5"),
        ("gpt2", {"n_embd": -16}, "n_embd: expected a whole number from 1 .*, got -16"),
        ("gpt2", {"n_embd": "16"}, "n_embd: expected a whole number from 1 .*, got '16'"),
        ("gpt2", {"n_embd": 16.0}, "n_embd: .*, got 16.0"),
        ("gpt2", {"n_embd": float("nan")}, "n_embd: .*, got nan"),
        ("gpt2", {"n_embd": True}, "n_embd: .*, got True"),
        ("gpt2", {"n_embd": 10**100}, "n_embd: .*, got a larger one"),
        ("gpt2", {"n_embd": "x" * 1000}, r"n_embd: .*, got 'xxxxx.*\.\.\."),
        ("gpt2", {"n_embd": "nothing"}, "n_embd: expected a whole number, found none"),
        ("gpt2", {"n_positions": "nothing"}, "n_positions or n_ctx: expected a whole number"),
        ("gpt2", {"tie_word_embeddings": 1}, "tie_word_embeddings: expected true or false, got 1"),
        ("gpt2", {"model_type": 3}, "model_type: expected a text, got 3"),
        ("gpt2", {"architectures": "GPT2Model"}, "architectures: expected a list of texts, got"),
        ("llama", {"num_key_value_heads": 3}, "n_kv_heads: expected a number that divides"),
        ("llama", {"head_dim": 7}, "d_head: expected an even number for rope"),
        ("mpt", {"attn_config": [1]}, "attn_config: expected an object, got"),
        ("mpt", {"attn_config": {"kv_n_heads": 0}}, "attn_config.kv_n_heads: expected a whole"),
    ],
)
def test_nonsense_is_named_by_its_key(
    module: ModuleType, name: str, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(ArchitectureError, match=said) as caught:
        read(module, name, **changes)
    assert not isinstance(caught.value, UnknownArchitectureError)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("gpt2", {"model_type": "mamba"}, "expected a model_type out of gpt2.*got .*'mamba'"),
        ("gpt2", {"model_type": "nothing"}, "expected a model_type out of .*got no model_type"),
        ("gpt2", {"architectures": ["GPT2ForSequenceClassification"]}, "heads of GPT2ForSeq"),
        ("gpt2", {"architectures": ["GPT2DoubleHeadsModel"]}, "heads of GPT2DoubleHeadsModel"),
        ("gpt2", {"add_cross_attention": True}, "add_cross_attention"),
        ("gpt2", {"activation_function": "swizzle"}, "activation_function: expected one of"),
        ("bert_mlm", {"is_decoder": True}, "is_decoder: an encoder as a decoder"),
        ("bert_mlm", {"architectures": ["BertForGoats"]}, "heads of BertForGoats"),
        ("mpt", {"attn_config": {"alibi": False}}, "MPT without ALiBi"),
        ("mpt", {"no_bias": False}, "no_bias: MPT with biases"),
    ],
)
def test_what_is_not_known_is_said(
    module: ModuleType, name: str, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(UnknownArchitectureError, match=said):
        read(module, name, **changes)

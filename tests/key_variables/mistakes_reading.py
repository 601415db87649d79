"""Mistakes in what says how large a model is: families, configs, the table."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, dict[str, Edit]] = {
    "families": {
        "GPT is pre-norm": (
            'norm_position="post", activation="gelu_tanh")',
            'activation="gelu_tanh")',
        ),
        "GPT-Neo has all biases": (", qkv_bias=False)\n", ")\n"),
        "NeoX is tied": ('positions="rope", tie_embeddings=False', 'positions="rope"'),
        "OPT has no rows to spare": (", extra_positions=2)\n\n\ndef bloom", ")\n\n\ndef bloom"),
        "BLOOM without its norm": (", embedding_norm=True)\n\n\ndef mpt", ")\n\n\ndef mpt"),
        "MPT has biases": ('positions="alibi", **_NO_BIASES', 'positions="alibi"'),
        "Llama is tied": ('"tie_embeddings": False, **_NO_BIASES', "**_NO_BIASES"),
        "Llama has no gate": ('"activation": "silu", "gated": True', '"activation": "silu"'),
        "Gemma has a head of its own": (
            'activation="gelu_tanh", tie_embeddings=True',
            'activation="gelu_tanh"',
        ),
        "BERT has one segment": ("n_segments=2, pooler", "n_segments=1, pooler"),
        "RoBERTa has no rows to spare": ("n_segments=1, extra_positions=2", "n_segments=1"),
        "DistilBERT has a pooler": (
            "return _encoder(sizes)",
            "return _encoder(sizes, pooler=True)",
        ),
        "the first transformer learns positions": ('"positions": "sinusoidal", "act', '"act'),
        "the first transformer is pre-norm": ('"norm_position": "post", "pos', '"pos'),
        "Marian has ReLU": ('transformer(sizes, activation="silu")', "transformer(sizes)"),
        "BART has no norm of the embeddings": (
            "embedding_norm=True, extra_positions=2)\n\n\ndef t5",
            "extra_positions=2)\n\n\ndef t5",
        ),
        "T5 has 16 buckets": ('"n_buckets": 32', '"n_buckets": 16'),
        "K is D": ("d_head = self.d_model // self.n_heads", "d_head = self.d_model"),
        "given K ignored": ("    if d_head is None:", "    if True:"),
        "heads that do not divide": ("or self.d_model % self.n_heads:", "or False:"),
        "key heads ignored": (
            "self.n_heads if self.n_kv_heads is None else self.n_kv_heads",
            "self.n_heads",
        ),
    },
    "tinytf_config": {
        "SwiGLU has biases": ("config.bias and not gated", "config.bias"),
        "layernorm always shifts": ("norm_bias=config.bias", "norm_bias=True"),
        "decoders have an encoder": ('None if kind == "decoder" else stack', "stack"),
        "a source vocabulary for all": (
            'if kind == "encoder-decoder" else None',
            "if True else None",
        ),
        "taggers have a pooler": (
            '("classifier", "regressor")',
            '("classifier", "regressor", "tagger")',
        ),
        "no labels needed": ("    if n_labels < 1:", "    if False:"),
        "any kind": ("    if kind not in KINDS:", "    if False:"),
        "answers have one end": ("return 2  #", "return 1  #"),
        "regressors have two outputs": (
            'endswith("regressor"):\n        return 1',
            'endswith("regressor"):\n        return 2',
        ),
    },
    "hugging_face": {
        "untied is not read": (
            'config.flag("tie_word_embeddings", model.tie_embeddings)',
            "model.tie_embeddings",
        ),
        "n_inner is not read": ('config.whole("n_inner", default=4 * d_model)', "4 * d_model"),
        "old name of the length": (
            'config.whole("n_positions", "n_ctx")',
            'config.whole("n_positions")',
        ),
        "key heads are not read": ('config.optional_whole("num_key_value_heads")', "None"),
        "head_dim is not read": ('config.optional_whole("head_dim")', "None"),
        "RoBERTa's length": ("max_len=n_rows - 2", "max_len=n_rows"),
        "Qwen without biases": ("_sizes(config), qkv_bias=True", "_sizes(config)"),
        "mlp_bias is not read": ('config.flag("mlp_bias", False)', "False"),
        "Llama's out has no bias": (
            "        qkv_bias=bias,\n        out_bias=bias,\n        ffn_bias",
            "        qkv_bias=bias,\n        ffn_bias",
        ),
        "gated FFN of T5": ('gated = projection.startswith("gated-")', "gated = False"),
        "T5's decoder as deep as its encoder": (
            "sizes._replace(n_layers=n_decoder).stack()",
            "sizes.stack()",
        ),
        "buckets are not read": (
            'config.whole("relative_attention_num_buckets", default=32)',
            "32",
        ),
        "Marian's source has no table": ("None if shared else vocab_size", "None"),
        "both sides are the encoder": (
            '_side(config, "decoder").stack()',
            '_side(config, "encoder").stack()',
        ),
        "segments are not read": ('config.whole("type_vocab_size", default=2, smallest=0)', "2"),
        "expansion_ratio is not read": (
            'config.whole("expansion_ratio", default=4, largest=1000)',
            "4",
        ),
        "MPT without ALiBi": ('if not attention.flag("alibi", True) or attention', "if attention"),
        "MPT with biases": ('if not config.flag("no_bias", True):', "if False:"),
        "decoders out of BERT": ("if model_type in _ENCODERS and config", "if False and config"),
        "GPT-2 with cross-attention": (
            '    if config.flag("add_cross_attention", False):\n        raise',
            "    if False:\n        raise",
        ),
        "narrow OPT": ("    if not before or config", "    if False and config"),
        "any activation": ("    if name not in known:", "    if False:"),
        "BLOOM's old name of D": (
            'config.whole("hidden_size", "n_embed")',
            'config.whole("hidden_size")',
        ),
    },
    "hugging_face_heads": {
        "no pooler for a pair": (
            '"ForNextSentencePrediction": (True,',
            '"ForNextSentencePrediction": (False,',
        ),
        "masked tokens through a pooler": (
            '"ForMaskedLM": (False, True',
            '"ForMaskedLM": (True, True',
        ),
        "labels are not counted": ("return len(labels) or", "return"),
        "always two labels": ('config.whole("num_labels", default=2)', "2"),
        "bodies keep the head": ("language_head=False", "language_head=True"),
        "two heads are one": (' and not name.endswith("HeadsModel")', ""),
        "unknown heads are none": (
            '    raise UnknownArchitectureError(f"arch',
            '    return model\n    raise UnknownArchitectureError(f"arch',
        ),
        "the last name": ("ascii(names[0])", "ascii(names[-1])"),
        "names that are no texts": (
            "not isinstance(names, list) or not all(",
            "not isinstance(names, list) or not any(True for _ in names) or not all(True or ",
        ),
    },
    "json_values": {
        "the last key counts": (
            "self.values.get(key)) for key in keys)",
            "self.values.get(key)) for key in reversed(keys))",
        ),
        "null is a value": ("if value is not None), None)", "), None)"),
        "where is lost": (
            "return require_whole(self.where + key,",
            "return require_whole(key,",
        ),
        "where is lost for missing keys": (
            "self.where + key for key in keys",
            "key for key in keys",
        ),
        "largest ignored": ("value, largest, smallest)", "value, MAX_SIZE, smallest)"),
        "smallest ignored": ("value, largest, smallest)", "value, largest)"),
        "anything is a flag": ("if not isinstance(value, bool):", "if False:"),
        "anything is a text": ("if not isinstance(value, str):", "if False:"),
    },
    "unknown": {
        "nested objects not looked at": ("if isinstance(values.get(name), dict):", "if False:"),
        "nested objects first": (
            'objects = {"": values}',
            'objects = {"text_config.": values.get("text_config") or {}, "": values}',
        ),
        "booleans are numbers": ("and not isinstance(value, bool) and", "and"),
        "any number": ("1 <= value <= MAX_SIZE", "True"),
        "16 D^2": ("12 * sizes", "16 * sizes"),
        "estimates without a vocabulary": (
            '{"L", "D", "V"} <= sizes.keys()',
            '{"L", "D"} <= sizes.keys()',
        ),
        "all names of a variable": ("list(sizes)[:1]", "list(sizes)"),
    },
    "published": {
        "case matters": (".strip().lower()", ".strip()"),
        "underscores matter": ('.replace("_", "-")', ""),
        "blanks matter": ('.replace(" ", "-")', ""),
        "aliases are not found": (
            "for name in (model.name, *model.aliases)}",
            "for name in (model.name,)}",
        ),
        "closed models are not found": ("[*PUBLISHED, *CLOSED]", "[*PUBLISHED]"),
        "encoders left out": (
            "(*ENCODER_DECODERS, *ENCODERS, *DECODERS)",
            "(*ENCODER_DECODERS, *DECODERS)",
        ),
        "no close names": ("n=3)", "n=3, cutoff=0.99)"),
    },
    "published_decoders": {
        "V of GPT-2 padded": ("Sizes(50257, 768, 1024", "Sizes(50304, 768, 1024"),
        "F of Llama as 4 D": (
            "Sizes(32000, 4096, 2048, 32, 11008",
            "Sizes(32000, 4096, 2048, 32, 16384",
        ),
        "all heads of Llama 3 have keys": (
            "Sizes(128256, 4096, 8192, 32, 14336, 32, n_kv_heads=8)",
            "Sizes(128256, 4096, 8192, 32, 14336, 32)",
        ),
        "Llama 3.2 has a free head": (
            "2048, 131072, 32, 8192, 16, 8), tie_embeddings=True",
            "2048, 131072, 32, 8192, 16, 8)",
        ),
        "Mistral has 32,768 positions": ("Sizes(32000, 4096, 8192", "Sizes(32000, 4096, 32768"),
        "MPT has 64 heads": ("Sizes(50432, 4096, 2048, 32,", "Sizes(50432, 4096, 2048, 64,"),
        "Gemma's heads of 128": ("n_kv_heads=1, d_head=256", "n_kv_heads=1, d_head=128"),
    },
    "published_encoders": {
        "BERT cased": (
            "Sizes(30522, 768, 512, 12, 3072, 12)",
            "Sizes(28997, 768, 512, 12, 3072, 12)",
        ),
        "T5 cut to its tokenizer": (
            "Sizes(32128, 768, 512, 12, 3072, 12)",
            "Sizes(32100, 768, 512, 12, 3072, 12)",
        ),
        "T5's heads of 32": ("32, 16384, 24, d_head=128", "32, 16384, 24"),
        "eight heads in transformer-big": ("1024, None, 16, 4096", "1024, None, 8, 4096"),
        "tied T5 v1.1": ("            tie_embeddings=False,\n", ""),
    },
}

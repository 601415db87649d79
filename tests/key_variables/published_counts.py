"""Published numbers of parameters, to the digit, each with the place that says it.

They were taken from what others published, not from our own counting: from papers, model cards,
the lists of KerasHub ("params" of its presets), or what loading the published weights reports.
"""

MODEL_CARD = "model card"
KERAS = "KerasHub's presets"
LOADED = "the number of parameters that loading the published weights reports"

COUNTS: dict[str, tuple[int, str]] = {
    "gpt": (116_534_784, LOADED),
    "gpt2": (124_439_808, KERAS),
    "gpt2-medium": (354_823_168, KERAS),
    "gpt2-large": (774_030_080, KERAS),
    "gpt2-xl": (1_557_611_200, KERAS),
    "llama-7b": (6_738_415_616, KERAS),
    "llama-13b": (13_015_864_320, LOADED),
    "llama-33b": (32_528_943_616, LOADED),
    "llama-65b": (65_285_660_672, LOADED),
    "llama-2-7b": (6_738_415_616, LOADED),
    "llama-2-13b": (13_015_864_320, LOADED),
    "llama-2-70b": (68_976_648_192, LOADED),
    "llama-3-8b": (8_030_261_248, KERAS),
    "llama-3-70b": (70_553_706_496, "safetensors metadata of the weights"),
    "llama-3.1-405b": (405_853_388_800, LOADED),
    "llama-3.2-1b": (1_235_814_400, LOADED),
    "llama-3.2-3b": (3_212_749_824, LOADED),
    "mistral-7b": (7_241_732_096, LOADED),
    "mpt-7b": (
        13_298_573_312 // 2,
        "total_size of pytorch_model.bin.index.json, in bytes of bfloat16",
    ),
    "gpt-neo-1.3b": (1_315_575_808, LOADED),
    "gpt-neo-2.7b": (2_651_307_520, LOADED),
    "gpt-neox-20b": (20_554_567_680, MODEL_CARD),
    "pythia-160m": (162_322_944, MODEL_CARD),
    "bloom": (176_247_271_424, MODEL_CARD + " and safetensors metadata"),
    "gemma-2b": (2_506_172_416, KERAS),
    "gemma-7b": (
        7_751_248_896 + 256_000 * 3072,
        "arXiv:2403.08295, table 2: non-embedding parameters; the table of the weights has 256,000 "
        "rows (the paper counts 256,128)",
    ),
    "bert-base": (109_482_240, KERAS),
    "bert-base-cased": (108_310_272, KERAS),
    "bert-large": (335_141_888, KERAS),
    "bert-tiny": (4_385_920, KERAS),
    "bert-small": (28_763_648, KERAS),
    "roberta-base": (124_645_632, LOADED),
    "roberta-large": (355_359_744, LOADED),
    "distilbert": (66_362_880, KERAS),
    "t5-small": (60_506_624, KERAS),
    "t5-base": (222_903_552, KERAS),
    "t5-large": (737_668_096, LOADED),
    "t5-3b": (2_851_598_336, LOADED),
    "t5-11b": (11_307_321_344, LOADED),
    "bart-base": (139_420_416, LOADED),
    "bart-large": (406_291_456, LOADED),
}

# Sizes that papers give, rounded as they are, where nobody has published the digits.
ROUNDED: dict[str, tuple[float, str]] = {
    "gpt3": (175.0e9, "arXiv:2005.14165, table 2.1"),
    "transformer-base": (65e6, "arXiv:1706.03762, table 3"),
    "transformer-big": (213e6, "arXiv:1706.03762, table 3"),
    "mpt-30b": (30e9, "its name"),
    "gpt-neo-125m": (125e6, "its name"),
    "pythia-1.4b": (1.4e9, "its name"),
    "t5-v1.1-base": (248e6, "flan-t5-base has 248M, as its model card says"),
    "marian-base": (74e6, "the opus-mt models have 74M to 78M"),
}

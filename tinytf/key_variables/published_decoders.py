"""Published decoder-only models: sizes, training and where it says so. GPT, Llama, MPT, others."""

from tinytf.key_variables import families
from tinytf.key_variables.families import Sizes
from tinytf.key_variables.known_model import NOT_PUBLISHED, KnownModel

_GPT2 = "Radford et al. 2019, table 2 and section 2.3; heads: the authors' hparams.json"
_GPT2_TRAINING = ("512 sequences", NOT_PUBLISHED)
_LLAMA = "Touvron et al. 2023 (arXiv:2302.13971), table 2; V, T, F: config.json of the weights"
_LLAMA2 = "Touvron et al. 2023 (arXiv:2307.09288), table 1; sizes: config.json of the weights"
_LLAMA3 = "Meta's model card of Llama 3 (2024); sizes: config.json of the weights"
_LLAMA32 = "Meta's model card of Llama 3.2 (2024); sizes: config.json of the weights"
_MPT = "MosaicML's model card (2023); sizes: config.json of the weights"
_NEO = "EleutherAI's model card (2021); sizes: config.json of the weights"
_NEO_NOTE = (
    "In every second layer a token attends to the 256 before it only; FLOPs and activations are "
    "counted as if to all."
)
_PYTHIA = "Biderman et al. 2023 (arXiv:2304.01373), table 1; V, F: config.json of the weights"
_GEMMA = "Gemma Team 2024 (arXiv:2403.08295), table 1; V, F: config.json of the weights"

DECODERS = (
    KnownModel(
        "gpt",
        families.gpt(Sizes(40478, 768, 512, 12, 3072, 12)),
        "64 sequences",
        "100 epochs of BooksCorpus",
        "Radford et al. 2018, section 4.1; V: config.json of the weights",
        aliases=("openai-gpt", "gpt1"),
    ),
    KnownModel(
        "gpt2",
        families.gpt2(Sizes(50257, 768, 1024, 12, 3072, 12)),
        *_GPT2_TRAINING,
        _GPT2,
        note="The paper says 117M, which is too low: see the authors' repository.",
        aliases=("gpt2-small",),
    ),
    KnownModel(
        "gpt2-medium",
        families.gpt2(Sizes(50257, 1024, 1024, 16, 4096, 24)),
        *_GPT2_TRAINING,
        _GPT2,
        note="The paper says 345M.",
    ),
    KnownModel(
        "gpt2-large",
        families.gpt2(Sizes(50257, 1280, 1024, 20, 5120, 36)),
        *_GPT2_TRAINING,
        _GPT2,
        note="The paper says 762M.",
    ),
    KnownModel(
        "gpt2-xl",
        families.gpt2(Sizes(50257, 1600, 1024, 25, 6400, 48)),
        *_GPT2_TRAINING,
        _GPT2,
        note="The paper says 1542M.",
    ),
    KnownModel(
        "gpt3",
        families.gpt2(Sizes(50257, 12288, 2048, 96, 49152, 96)),
        "3.2M tokens",
        "300B",
        "Brown et al. 2020 (arXiv:2005.14165), table 2.1; V as in GPT-2 (section 2.1)",
        note="The paper says 175.0B, without a count. In every second layer attention is sparse; "
        "FLOPs and activations are counted as if all of it were dense.",
        aliases=("gpt3-175b",),
    ),
    KnownModel(
        "llama-7b",
        families.llama(Sizes(32000, 4096, 2048, 32, 11008, 32)),
        "4M tokens",
        "1.0T",
        _LLAMA,
    ),
    KnownModel(
        "llama-13b",
        families.llama(Sizes(32000, 5120, 2048, 40, 13824, 40)),
        "4M tokens",
        "1.0T",
        _LLAMA,
    ),
    KnownModel(
        "llama-33b",
        families.llama(Sizes(32000, 6656, 2048, 52, 17920, 60)),
        "4M tokens",
        "1.4T",
        _LLAMA,
        aliases=("llama-30b",),
    ),
    KnownModel(
        "llama-65b",
        families.llama(Sizes(32000, 8192, 2048, 64, 22016, 80)),
        "4M tokens",
        "1.4T",
        _LLAMA,
    ),
    KnownModel(
        "llama-2-7b",
        families.llama(Sizes(32000, 4096, 4096, 32, 11008, 32)),
        "4M tokens",
        "2.0T",
        _LLAMA2,
    ),
    KnownModel(
        "llama-2-13b",
        families.llama(Sizes(32000, 5120, 4096, 40, 13824, 40)),
        "4M tokens",
        "2.0T",
        _LLAMA2,
    ),
    KnownModel(
        "llama-2-70b",
        families.llama(Sizes(32000, 8192, 4096, 64, 28672, 80, n_kv_heads=8)),
        "4M tokens",
        "2.0T",
        _LLAMA2,
    ),
    KnownModel(
        "llama-3-8b",
        families.llama(Sizes(128256, 4096, 8192, 32, 14336, 32, n_kv_heads=8)),
        NOT_PUBLISHED,
        "15T+",
        _LLAMA3,
    ),
    KnownModel(
        "llama-3-70b",
        families.llama(Sizes(128256, 8192, 8192, 64, 28672, 80, n_kv_heads=8)),
        NOT_PUBLISHED,
        "15T+",
        _LLAMA3,
    ),
    KnownModel(
        "llama-3.1-405b",
        families.llama(Sizes(128256, 16384, 131072, 128, 53248, 126, n_kv_heads=8)),
        "4M, later 8M, then 16M tokens",
        "15.6T",
        "Llama Team 2024 (arXiv:2407.21783), table 3 and section 3.4.1; V: config.json",
    ),
    KnownModel(
        "llama-3.2-1b",
        families.llama(Sizes(128256, 2048, 131072, 32, 8192, 16, 8), tie_embeddings=True),
        NOT_PUBLISHED,
        "up to 9T",
        _LLAMA32,
    ),
    KnownModel(
        "llama-3.2-3b",
        families.llama(Sizes(128256, 3072, 131072, 24, 8192, 28, 8), tie_embeddings=True),
        NOT_PUBLISHED,
        "up to 9T",
        _LLAMA32,
    ),
    KnownModel(
        "mistral-7b",
        families.llama(Sizes(32000, 4096, 8192, 32, 14336, 32, n_kv_heads=8)),
        NOT_PUBLISHED,
        NOT_PUBLISHED,
        "Jiang et al. 2023 (arXiv:2310.06825), table 1",
        note="Each token attends to the 4,096 before it only (sliding window); FLOPs and "
        "activations are counted as if to all.",
    ),
    KnownModel(
        "mpt-7b",
        families.mpt(Sizes(50432, 4096, 2048, 32, 16384, 32)),
        "1,760 sequences",
        "1T",
        _MPT,
    ),
    KnownModel(
        "mpt-30b",
        families.mpt(Sizes(50432, 7168, 8192, 64, 28672, 48)),
        "1,760, then 1,728, at last 512 sequences",
        "1T",
        _MPT,
    ),
    KnownModel(
        "gpt-neo-125m",
        families.gpt_neo(Sizes(50257, 768, 2048, 12, 3072, 12)),
        NOT_PUBLISHED,
        "300B",
        _NEO,
        note=_NEO_NOTE,
    ),
    KnownModel(
        "gpt-neo-1.3b",
        families.gpt_neo(Sizes(50257, 2048, 2048, 16, 8192, 24)),
        NOT_PUBLISHED,
        "380B",
        _NEO,
        note=_NEO_NOTE,
    ),
    KnownModel(
        "gpt-neo-2.7b",
        families.gpt_neo(Sizes(50257, 2560, 2048, 20, 10240, 32)),
        NOT_PUBLISHED,
        "420B",
        _NEO,
        note=_NEO_NOTE,
    ),
    KnownModel(
        "gpt-neox-20b",
        families.gpt_neox(Sizes(50432, 6144, 2048, 64, 24576, 44)),
        "3.15M tokens",
        "150,000 steps",
        "Black et al. 2022 (arXiv:2204.06745); EleutherAI's model card",
    ),
    KnownModel(
        "pythia-160m",
        families.gpt_neox(Sizes(50304, 768, 2048, 12, 3072, 12)),
        "2M tokens",
        "300B",
        _PYTHIA,
    ),
    KnownModel(
        "pythia-1.4b",
        families.gpt_neox(Sizes(50304, 2048, 2048, 16, 8192, 24)),
        "2M tokens",
        "300B",
        _PYTHIA,
    ),
    KnownModel(
        "bloom",
        families.bloom(Sizes(250880, 14336, 2048, 112, 57344, 70)),
        "2,048 sequences",
        "366B",
        "BigScience 2022 (arXiv:2211.05100), table 3; V: config.json of the weights",
        note="The paper says a vocabulary of 250,680; the table of the weights has 250,880 rows.",
        aliases=("bloom-176b",),
    ),
    KnownModel(
        "gemma-2b",
        families.gemma(Sizes(256000, 2048, 8192, 8, 16384, 18, n_kv_heads=1, d_head=256)),
        NOT_PUBLISHED,
        "3T",
        _GEMMA,
    ),
    KnownModel(
        "gemma-7b",
        families.gemma(Sizes(256000, 3072, 8192, 16, 24576, 28, d_head=256)),
        NOT_PUBLISHED,
        "6T",
        _GEMMA,
    ),
)

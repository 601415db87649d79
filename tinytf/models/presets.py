"""The published models, as switches of one stack: the decoder family, the first transformer, BERT.

What Llama changed since GPT: rmsnorm for layernorm, RoPE for learned positions, SwiGLU for GELU, no
biases, a free output head, and (from Llama 2 70B on) grouped-query heads. What MPT changed: ALiBi
for learned positions, no biases.
"""

from typing import Any

PRESETS: dict[str, dict[str, Any]] = {
    # Radford et al. 2019 (GPT-2): pre-norm, learned positions, GELU in its tanh form, tied head.
    "gpt": {
        "norm": "layernorm",
        "norm_position": "pre",
        "positions": "learned",
        "activation": "gelu_tanh",
        "bias": True,
        "tie_embeddings": True,
        "norm_eps": 1e-5,
    },
    # Touvron et al. 2023 (arXiv:2302.13971).
    "llama": {
        "norm": "rmsnorm",
        "norm_position": "pre",
        "positions": "rope",
        "activation": "swiglu",
        "bias": False,
        "tie_embeddings": False,
        "norm_eps": 1e-6,
    },
    # MosaicML 2023, MPT-7B: ALiBi, exact GELU.
    "mpt": {
        "norm": "layernorm",
        "norm_position": "pre",
        "positions": "alibi",
        "activation": "gelu",
        "bias": False,
        "tie_embeddings": True,
        "norm_eps": 1e-5,
    },
    # Vaswani et al. 2017 (arXiv:1706.03762), the encoder-decoder: sections 3 and 5.4.
    "transformer": {
        "norm": "layernorm",
        "norm_position": "post",
        "positions": "sinusoidal",
        "activation": "relu",
        "bias": True,
        "tie_embeddings": True,
        "dropout": 0.1,
        "init_std": None,
    },
    # Devlin et al. 2018 (arXiv:1810.04805), section 3 and appendix A.2, and the authors' code.
    "bert": {
        "norm": "layernorm",
        "norm_position": "post",
        "positions": "learned",
        "activation": "gelu",
        "bias": True,
        "tie_embeddings": True,
        "norm_eps": 1e-12,
        "dropout": 0.1,
        "n_segments": 2,
        "embedding_norm": True,
        "init_std": 0.02,
    },
}

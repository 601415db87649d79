"""Mistakes in the presets."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "llama with layernorm": ('"norm": "rmsnorm"', '"norm": "layernorm"'),
    "llama with learned positions": ('"positions": "rope"', '"positions": "learned"'),
    "llama with gelu": ('"activation": "swiglu"', '"activation": "gelu"'),
    "llama tied": ('"tie_embeddings": False', '"tie_embeddings": True'),
    "llama with GPT's eps": ("1e-6", "1e-5"),
    "gpt with exact gelu": ('"gelu_tanh"', '"gelu"'),
    "gpt without biases": (
        '"activation": "gelu_tanh",\n        "bias": True',
        '"activation": "gelu_tanh",\n        "bias": False',
    ),
    "mpt with learned positions": ('"alibi"', '"learned"'),
    "bert without segments": ('"n_segments": 2', '"n_segments": 0'),
    "bert without a norm on its embeddings": (
        '"embedding_norm": True',
        '"embedding_norm": False',
    ),
    "bert with GPT's eps": ("1e-12", "1e-5"),
    "the first transformer starts as BERT": ('"init_std": None', '"init_std": 0.02'),
    "the first transformer with gelu": ('"activation": "relu"', '"activation": "gelu"'),
}

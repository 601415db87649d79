"""Mistakes in the presets."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "llama with layernorm": ('"norm": "rmsnorm"', '"norm": "layernorm"'),
    "llama with learned positions": ('"positions": "rope"', '"positions": "learned"'),
    "llama with gelu": ('"activation": "swiglu"', '"activation": "gelu"'),
    "llama tied": ('"tie_embeddings": False', '"tie_embeddings": True'),
    "llama with GPT's eps": ("1e-6", "1e-5"),
    "gpt with exact gelu": ('"gelu_tanh"', '"gelu"'),
    "gpt without biases": ('"bias": True', '"bias": False'),
    "mpt with learned positions": ('"alibi"', '"learned"'),
}

"""Generation: sampling the next token, and going on from a prompt."""

from tinytf.generation.generate import generate
from tinytf.generation.memory_layout import store_by_columns
from tinytf.generation.sampling import Sampling, next_token

__all__ = ["Sampling", "generate", "next_token", "store_by_columns"]

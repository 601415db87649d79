"""Generation: going on from a prompt by sampling, and searching for the best translation."""

from tinytf.generation.beam_search import beam_search
from tinytf.generation.cross_attention_map import cross_attention_patterns
from tinytf.generation.generate import generate
from tinytf.generation.greedy_search import greedy_search
from tinytf.generation.memory_layout import store_by_columns
from tinytf.generation.sampling import Sampling, next_token
from tinytf.generation.search import Hypothesis, Search
from tinytf.generation.translate import translate_batches
from tinytf.generation.translator import SPECIALS, Translator

__all__ = [
    "SPECIALS",
    "Hypothesis",
    "Sampling",
    "Search",
    "Translator",
    "beam_search",
    "cross_attention_patterns",
    "generate",
    "greedy_search",
    "next_token",
    "store_by_columns",
    "translate_batches",
]

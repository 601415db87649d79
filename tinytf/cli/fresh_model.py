"""A tiny model that has learned nothing yet, for whoever has no trained one at hand."""

from typing import Any

import numpy as np

from tinytf.cli.step_texts import StepTexts
from tinytf.config import Config
from tinytf.generation import SPECIALS
from tinytf.models.presets import PRESETS
from tinytf.text import SpecialTokenizer, Tokenizer, WordPieceTokenizer, WordTokenizer
from tinytf.text.bert_words import BertWords
from tinytf.text.word import cut_words
from tinytf.training import KINDS, Checkpoint

# Small enough that every number of it can be looked at.
SIZES: dict[str, Any] = {"d_model": 8, "n_heads": 2, "d_ff": 16, "n_layers": 2, "batch_size": 1}
STACKS = {"decoder": "gpt", "encoder-decoder": "transformer", "bert": "bert"}  # stack -> preset


def stack_option(stack: str) -> str:
    """What the user calls a stack: BERT is the encoder."""
    return "encoder" if stack == "bert" else stack


def fresh_model(stack: str, texts: StepTexts, seed: int) -> tuple[Any, Checkpoint]:
    """A model whose vocabulary is the words of the texts, at its random start.

    Args:
        stack: one of STACKS.
        texts: what it will read.
        seed: draws the parameters.

    Returns:
        The model, in float64, and a checkpoint with its config and tokenizer, but no parameters.
    """
    rng = np.random.default_rng(seed)
    tokenizer = _tokenizer_of(stack, list(texts.given().values()))
    longest = max(len(tokenizer.encode(one)) for one in texts.given().values())
    max_len = 2 * longest + 3  # room for a pair with [CLS] and two [SEP]
    # Larger numbers than those of the published start: with 0.02 nearly all of them print as 0.00.
    switches = {**PRESETS[STACKS[stack]], "init_std": None, "dropout": 0.0}
    config = Config(vocab_size=tokenizer.vocab_size, max_len=max_len, **SIZES, **switches)
    model = KINDS[stack].make(config, {}, rng, np.float64)
    return model, Checkpoint(stack, config, tokenizer, parameters={})


def _tokenizer_of(stack: str, texts: list[str]) -> Tokenizer:
    """One that knows each word of the texts."""
    if stack == "bert":
        words = BertWords(lower_case=True)
        known = [word for text in texts for word in words.split(text.replace("[MASK]", ""))]
        return WordPieceTokenizer(list(dict.fromkeys(known)), lower_case=True)
    tokenizer = WordTokenizer(list(dict.fromkeys(word for one in texts for word in cut_words(one))))
    return SpecialTokenizer(tokenizer, SPECIALS) if stack == "encoder-decoder" else tokenizer

"""Sentences in, sentences out: an encoder-decoder together with its tokenizers."""

from collections.abc import Sequence

import numpy as np

from tinytf.generation.cross_attention_map import cross_attention_patterns
from tinytf.generation.search import Search
from tinytf.generation.translate import translate_batches
from tinytf.models.encoder_decoder import EncoderDecoder
from tinytf.ops.arrays import Array
from tinytf.text.special import SpecialTokenizer
from tinytf.text.tokenizer import Tokenizer

# The special tokens of a translator, in the order of their ids.
PAD, BOS, EOS = "<pad>", "<s>", "</s>"
SPECIALS = (PAD, BOS, EOS)

# Targets that are searched at once, those of all beams together: more cost memory and gain no time.
DECODER_ROWS = 128


class Translator:
    """A trained model that takes and gives text.

    Args:
        model: the encoder-decoder.
        target: the target's tokenizer, with SPECIALS.
        source: the source's tokenizer, likewise; None where both share one.

    Raises:
        ValueError: a tokenizer's vocabulary is not the model's, or lacks a special token.
    """

    def __init__(
        self,
        model: EncoderDecoder,
        target: Tokenizer,
        source: Tokenizer | None = None,
    ) -> None:
        self.model = model
        self.target = _with_specials("target", target)
        self.source = _with_specials("source", source or target)
        config = model.config
        for name, tokenizer, vocab_size in (
            ("target", self.target, config.vocab_size),
            ("source", self.source, config.source_vocab_size or config.vocab_size),
        ):
            if tokenizer.vocab_size != vocab_size:
                raise ValueError(
                    f"{name}: expected a tokenizer of the model's {vocab_size} tokens, "
                    f"got one of {tokenizer.vocab_size}"
                )

    def encode(self, sentence: str) -> list[int]:
        """The ids that the encoder reads: the sentence and EOS.

        Raises:
            ValueError: more than the model's max_len.
        """
        ids = [*self.source.encode(sentence), self.source.special_id(EOS)]
        max_len = self.model.config.max_len
        if len(ids) > max_len:
            raise ValueError(
                f"sentence: expected at most {max_len - 1} tokens, got {len(ids) - 1}: "
                f"{sentence[:60]!r}"
            )
        return ids

    def translate(
        self,
        sentences: Sequence[str],
        beam_size: int = 4,
        length_penalty: float = 1.0,
    ) -> list[str]:
        """Translate some sentences.

        Args:
            sentences: any number of them.
            beam_size: 1 for greedy search.
            length_penalty: as in `Search`.

        Returns:
            The best translation of each, in their order.

        Raises:
            ValueError: a sentence is too long or cannot be encoded, or a number is out of range.
        """
        found = self.translate_to_ids(sentences, beam_size, length_penalty)
        return [self.target.decode(ids) for ids in found]

    def translate_to_ids(
        self,
        sentences: Sequence[str],
        beam_size: int = 4,
        length_penalty: float = 1.0,
    ) -> list[list[int]]:
        """As `translate`, but the tokens that the model wrote, without BOS and EOS.

        The text alone does not tell them: a tokenizer may cut it into others, and <unk> is no word.
        """
        sources = [self.encode(sentence) for sentence in sentences]
        search = self._search(beam_size, length_penalty)
        batch_size = max(1, DECODER_ROWS // beam_size)
        return translate_batches(self.model, sources, search, batch_size)

    def attention(self, source: str, target: Sequence[int]) -> tuple[list[str], list[str], Array]:
        """Where the decoder looked while it wrote a target.

        Args:
            source: the sentence it read.
            target: what it wrote, from `translate_to_ids`, or the ids of any other target.

        Returns:
            The source's tokens (S, EOS among them), the target's tokens (T, likewise, but
            for a target of max_len tokens, which was cut there and has no end), and the
            cross-attention pattern of each layer and head, (layers, H, T, S): row t is the step
            that wrote token t.

        Raises:
            ValueError: the source is too long or cannot be encoded, the target is longer than
                max_len, or an id is outside its vocabulary.
        """
        source_ids = self.encode(source)
        max_len = self.model.config.max_len
        if len(target) > max_len:
            raise ValueError(f"target: expected at most {max_len} tokens, got {len(target)}")
        written = [*target, self.target.special_id(EOS)][:max_len]
        read = [self.target.special_id(BOS), *written[:-1]]
        patterns = cross_attention_patterns(
            self.model, np.array([source_ids]), np.array([read])
        )  # (1, H, T, S) each
        return (
            [self.source.token_text(token) for token in source_ids],
            [self.target.token_text(token) for token in written],
            np.concatenate(patterns),
        )

    def _search(self, beam_size: int, length_penalty: float) -> Search:
        special_ids = {name: self.target.special_id(name) for name in SPECIALS}
        return Search(
            bos=special_ids[BOS],
            eos=special_ids[EOS],
            beam_size=beam_size,
            length_penalty=length_penalty,
            suppress=(special_ids[PAD], special_ids[BOS]),
        )


def _with_specials(name: str, tokenizer: Tokenizer) -> SpecialTokenizer:
    if not isinstance(tokenizer, SpecialTokenizer):
        raise ValueError(f"{name}: expected a SpecialTokenizer, got {tokenizer!r}")
    for special in SPECIALS:
        tokenizer.special_id(special)  # a ValueError where it is missing
    return tokenizer

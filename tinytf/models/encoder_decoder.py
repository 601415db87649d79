"""The encoder-decoder: reads a source, writes a target. The first transformer.

Source: Vaswani et al. 2017, "Attention Is All You Need" (arXiv:1706.03762), section 3.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from tinytf.config import Config
from tinytf.layers.parameter import Layer
from tinytf.models.embeddings import make_table
from tinytf.models.encoder import Encoder
from tinytf.models.head import head_backward, head_forward, make_head
from tinytf.models.memory_decoder import DecoderState, MemoryDecoder
from tinytf.ops.arrays import Array


class EncoderDecoder(Layer):
    """Encoder, decoder with cross-attention, and an output head.

    Post-norm (`norm(x + sublayer(x))`) is what the paper describes; pre-norm
    (`x + sublayer(norm(x))`, and a final norm at the end of each stack) is what the authors' later
    code and most models since then do. Both exist because each has a price: post-norm needs a slow
    warm-up of the learning rate and often ends a little better; pre-norm trains from the first step
    on, at any depth (Xiong et al. 2020, arXiv:2002.04745). `config.norm_position` chooses.

    Args:
        config: sizes and switches. vocab_size is the target's vocabulary; source_vocab_size None
            shares it, and the table, with the source; tie_embeddings makes the target's table the
            output head too. With both, one table serves in three places (section 3.4).
        rng: where the parameters' random start comes from.
        dtype: float32 (for training) or float64 (for gradient checks).

    Raises:
        ValueError: the config asks for ALiBi, whose bias is made for looking back only.
    """

    def __init__(
        self, config: Config, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
    ) -> None:
        shared = config.source_vocab_size is None
        target_tok = make_table(config.vocab_size, config, rng, dtype)
        source_tok = (
            target_tok if shared else make_table(config.source_vocab_size or 0, config, rng, dtype)
        )
        self.encoder = Encoder(config, rng, dtype, source_tok)
        self.decoder = MemoryDecoder(target_tok, config, rng, dtype)
        self.head = make_head(config, rng, dtype)
        self.config = config

    def forward(
        self,
        source: Array,
        target: Array,
        source_mask: Array | None = None,
        rng: np.random.Generator | None = None,
    ) -> tuple[Array, Any]:
        """Compute the logits of every next target token, given all tokens before it.

        Args:
            source: (B, S) integers, S at most max_len.
            target: (B, T) integers, T at most max_len: the right answer, one token behind (teacher
                forcing).
            source_mask: booleans that broadcast to (B, 1, 1, S), True = may attend; `padding_mask`
                makes one. Nobody, encoder or decoder, attends to a source token it hides.
            rng: dropout's randomness, in training; None for evaluation.

        Returns:
            logits (B, T, V), and the cache for `backward`.

        Raises:
            TypeError: ids are not integers, or the mask is not boolean.
            ValueError: a shape does not fit, an id is outside its vocabulary, or a text is too
                long.
        """
        memory, encoder_cache = self.encoder.forward(source, source_mask, None, rng)  # (B, S, D)
        resid, decoder_cache = self.decoder.forward(target, memory, source_mask, rng)  # (B, T, D)
        logits, head_cache = head_forward(resid, self.head, self.decoder.embed.tok)
        return logits, (encoder_cache, decoder_cache, head_cache)

    def backward(self, dlogits: Array, cache: Any) -> None:
        """Add the gradient of every parameter into its `.grad`.

        Args:
            dlogits: (B, T, V), the gradient of the loss with respect to the logits.
            cache: what `forward` returned.
        """
        encoder_cache, decoder_cache, head_cache = cache
        dresid = head_backward(dlogits, self.head, self.decoder.embed.tok, head_cache)
        dmemory = self.decoder.backward(dresid, decoder_cache)  # (B, S, D)
        self.encoder.backward(dmemory, encoder_cache)

    def start(self, source: Array, source_mask: Array | None = None) -> DecoderState:
        """Read the source, for generation: the state before the first target token.

        Args:
            source, source_mask: as in `forward`; the mask is (B, 1, 1, S) here.
        """
        memory, _ = self.encoder.forward(source, source_mask)  # (B, S, D)
        return self.decoder.start(memory, source_mask)

    def step(self, target: Array, state: DecoderState) -> Array:
        """Logits (B, T, V) after new target tokens (B, T); the state grows by them."""
        resid = self.decoder.step(target, state)  # (B, T, D)
        logits, _ = head_forward(resid, self.head, self.decoder.embed.tok)
        return logits

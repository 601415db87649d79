"""What greedy and beam search share: their settings, their result, and the next log probabilities.

Both look for a target that the model finds probable, given a source. A target's probability is the
product of its tokens' probabilities, EOS's among them, so `log p(target) = sum of log p(token)`.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from tinytf.config import Config
from tinytf.models.encoder_decoder import EncoderDecoder
from tinytf.models.memory_decoder import DecoderState
from tinytf.ops.arrays import Array
from tinytf.ops.softmax import log_softmax_forward

Number = TypeVar("Number", float, Array)


@dataclass(frozen=True)
class Search:
    """How to search for a translation.

    Attributes:
        bos: the id that begins every target; the decoder reads it first.
        eos: the id that ends a target.
        beam_size: how many unfinished targets are kept at each length; 1 is greedy search.
        length_penalty: what power of its length a target's log probability is divided by to give
            its score, 0 to 10. 0 prefers short targets, as each token makes the sum smaller; 1
            compares means per token.
        max_new_tokens: the longest target, EOS included; None, or more than the model's max_len,
            for max_len.
        suppress: ids that are never generated, such as those of padding and BOS. The others keep
            their probability.
        early_stopping: whether beam search is done with a sentence as soon as it has found
            beam_size hypotheses. That is faster, but better ones may come later.

    Raises:
        ValueError: a number is out of range, or eos is suppressed.
    """

    bos: int
    eos: int
    beam_size: int = 4
    length_penalty: float = 1.0
    max_new_tokens: int | None = None
    suppress: tuple[int, ...] = ()
    early_stopping: bool = False

    def __post_init__(self) -> None:
        if self.beam_size < 1:
            raise ValueError(f"beam_size: expected at least 1, got {self.beam_size}")
        if not 0 <= self.length_penalty <= 10:
            raise ValueError(
                f"length_penalty: expected a number from 0 to 10, got {self.length_penalty}"
            )
        if self.max_new_tokens is not None and self.max_new_tokens < 1:
            raise ValueError(f"max_new_tokens: expected at least 1, got {self.max_new_tokens}")
        if self.eos in self.suppress:
            raise ValueError(f"suppress: expected ids other than eos {self.eos}, got it among them")

    def longest(self, config: Config) -> int:
        """How many tokens, EOS included, a target of this model can have.

        Raises:
            ValueError: bos, eos or a suppressed id is outside the target's vocabulary.
        """
        for name, ids in (("bos", (self.bos,)), ("eos", (self.eos,)), ("suppress", self.suppress)):
            for i in ids:
                if not 0 <= i < config.vocab_size:
                    raise ValueError(
                        f"{name}: expected an id from 0 to {config.vocab_size - 1}, got {i}"
                    )
        # To write its last token, the decoder has read BOS and all but that token: as many.
        return min(self.max_new_tokens or config.max_len, config.max_len)

    def score(self, log_prob: Number, length: int) -> Number:
        """What targets of different lengths are compared by.

        Formula: `score = log_prob / length^length_penalty`. Wu et al. 2016 ("Google's Neural
        Machine Translation System", arXiv:1609.08144, section 7, equation 14) had the idea, with
        `((5 + length) / 6)^length_penalty` below the line; the plain power is in wider use today.

        Args:
            log_prob: the target's log probability, or an array of several.
            length: its number of tokens, EOS included.
        """
        power: float = float(length) ** self.length_penalty
        return log_prob / power


@dataclass(frozen=True)
class Hypothesis:
    """A target that a search came to.

    Attributes:
        ids: its tokens, without BOS and EOS.
        score: what `Search.score` gives.
        log_prob: its log probability, EOS included.
        finished: whether it ended in EOS; False where it was cut at the longest length.
    """

    ids: list[int]
    score: float
    log_prob: float
    finished: bool


def next_log_probs(
    model: EncoderDecoder, newest: Array, state: DecoderState, search: Search
) -> Array:
    """Log probabilities of the token that follows, (B, V); -inf for suppressed ids.

    Args:
        model: the encoder-decoder.
        newest: (B,) integers, each target's newest token, not read yet; the state grows by it.
        state: what the model has read so far.
        search: says what to suppress.

    Raises:
        ValueError: there is no highest logit, as one is nan or infinite.
    """
    logits = model.step(newest[:, None], state)[:, -1]  # (B, V)
    with np.errstate(invalid="ignore"):  # where a logit is inf or nan; found below
        log_probs, _ = log_softmax_forward(logits)
    log_probs[:, list(search.suppress)] = -np.inf
    highest = log_probs.max(axis=-1)
    if not np.isfinite(highest).all():
        bad = logits[~np.isfinite(highest)].max()
        raise ValueError(
            "logits: expected the highest of those not suppressed to be a finite number, "
            f"got a row whose highest is {bad}"
        )
    return log_probs

"""The task of an encoder-decoder: write the target, given the source.

Training knows the right answer, so the decoder reads it instead of its own words (teacher forcing):
its input is the target one token behind, and all positions are predicted at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from tinytf.models.encoder_decoder import EncoderDecoder
from tinytf.ops.arrays import Array
from tinytf.ops.cross_entropy import IGNORED, cross_entropy_backward, cross_entropy_forward
from tinytf.ops.masks import padding_mask
from tinytf.training.buckets import length_buckets, pad
from tinytf.training.epochs import Epochs


class IdPair(NamedTuple):
    """A source and its target as token ids, without special tokens."""

    source: Sequence[int]
    target: Sequence[int]


class SpecialIds(NamedTuple):
    """The ids of the special tokens of a translator.

    Attributes:
        pad: fills up shorter texts.
        bos: the decoder's first input, "beginning of sentence".
        eos: ends a source, and is the last token to predict, "end of sentence".
    """

    pad: int
    bos: int
    eos: int


@dataclass(frozen=True)
class TranslationBatch:
    """Sentence pairs side by side.

    Attributes:
        source: (B, S), each ending with eos, then padding.
        source_mask: (B, 1, 1, S), True for the real tokens.
        target: (B, T), what the decoder reads: bos and the target.
        next_tokens: (B, T), what it should predict: the target and eos; IGNORED behind that.
        n_targets: real tokens to predict.
        n_tokens: real tokens of source and target.
    """

    source: Array
    source_mask: Array
    target: Array
    next_tokens: Array
    n_targets: int
    n_tokens: int


def make_batch(pairs: Sequence[IdPair], special_ids: SpecialIds) -> TranslationBatch:
    """Pad some pairs to rectangles."""
    source, source_lengths = pad(
        [[*pair.source, special_ids.eos] for pair in pairs], special_ids.pad
    )
    target, target_lengths = pad(
        [[special_ids.bos, *pair.target] for pair in pairs], special_ids.pad
    )
    next_tokens, _ = pad([[*pair.target, special_ids.eos] for pair in pairs], IGNORED)
    return TranslationBatch(
        source,
        padding_mask(source_lengths, source.shape[1]),
        target,
        next_tokens,
        n_targets=int(target_lengths.sum()),
        n_tokens=int(source_lengths.sum() + target_lengths.sum()),
    )


class TranslationTask:
    """Gives the trainer batches of sentence pairs, their losses, and the validation loss.

    Each epoch goes once through all training pairs, in batches of about equal length and in random
    order.

    Args:
        model: the encoder-decoder.
        training: pairs to learn from.
        validation: pairs never trained on.
        special_ids: ids of the special tokens.
        max_tokens: the most tokens of a batch, padding included, on its wider side.
        label_smoothing: of the training loss; the validation loss has none.

    Raises:
        ValueError: no pair, or one that is longer than the model's max_len.
    """

    def __init__(
        self,
        model: EncoderDecoder,
        training: Sequence[IdPair],
        validation: Sequence[IdPair],
        special_ids: SpecialIds,
        max_tokens: int,
        label_smoothing: float = 0.0,
    ) -> None:
        self.model = model
        self.training = training
        self.validation = validation
        self.special_ids = special_ids
        self.max_tokens = max_tokens
        self.label_smoothing = label_smoothing
        self._lengths = _lengths("training", training, model.config.max_len)
        self._validation_lengths = _lengths("validation", validation, model.config.max_len)
        self._epochs = Epochs(lambda rng: length_buckets(self._lengths, self.max_tokens, rng))

    @property
    def batches_per_epoch(self) -> int:
        """How many batches hold all training pairs once."""
        return len(length_buckets(self._lengths, self.max_tokens))

    def draw_batch(self, rng: np.random.Generator) -> TranslationBatch:
        """The next batch of the epoch; behind the last one, the first of a new epoch."""
        return make_batch([self.training[i] for i in self._epochs.draw(rng)], self.special_ids)

    def train_batch(
        self, batch: TranslationBatch, rng: np.random.Generator | None, dloss: float
    ) -> float:
        """Forward, loss, loss backward, model backward.

        Args:
            batch: from `draw_batch`.
            rng: draws dropout; None for none.
            dloss: the gradient of the step's loss with respect to this batch's loss.

        Returns:
            The batch's mean loss (with label smoothing), in nats for each target token.
        """
        logits, cache = self.model.forward(batch.source, batch.target, batch.source_mask, rng)
        loss, loss_cache = cross_entropy_forward(
            logits, batch.next_tokens, IGNORED, self.label_smoothing
        )
        dlogits = cross_entropy_backward(dloss, loss_cache)
        self.model.backward(dlogits, cache)
        return float(loss)

    def validation_loss(self) -> float:
        """Mean loss over all validation pairs, without dropout and label smoothing, in nats."""
        total, count = 0.0, 0
        for chosen in length_buckets(self._validation_lengths, 2 * self.max_tokens):
            batch = make_batch([self.validation[i] for i in chosen], self.special_ids)
            logits, _ = self.model.forward(batch.source, batch.target, batch.source_mask)
            loss, _ = cross_entropy_forward(logits, batch.next_tokens, IGNORED)
            total += float(loss) * batch.n_targets
            count += batch.n_targets
        return total / count

    def state(self) -> dict[str, Any]:
        """What `restore` needs to go on in the middle of an epoch: JSON values."""
        return self._epochs.state()

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where `state` was taken: the next batch is the one that would have come."""
        self._epochs.restore(state)


def _lengths(name: str, pairs: Sequence[IdPair], max_len: int) -> Array:
    """(N, 2): tokens of source and target, each with its one special token."""
    if not pairs:
        raise ValueError(f"{name}: expected at least one pair, got none")
    lengths = np.array([(len(pair.source) + 1, len(pair.target) + 1) for pair in pairs])
    if lengths.max() > max_len:
        i = int(lengths.max(axis=1).argmax())
        raise ValueError(
            f"{name}: expected at most max_len {max_len} tokens with EOS, pair {i} has "
            f"{lengths[i].max()}"
        )
    return lengths

"""BERT's pre-training: fill in masked tokens, and tell whether b follows a.

Only the masked positions are predicted and enter the loss. The others, which the model can see,
would teach it to copy.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from tinytf.models.bert import BertPretraining
from tinytf.ops.arrays import Array
from tinytf.ops.cross_entropy import IGNORED, cross_entropy_backward, cross_entropy_forward
from tinytf.text.wordpiece import SPECIALS, WordPieceTokenizer
from tinytf.training.bert_inputs import BertInput, PaddedInputs, pad_inputs
from tinytf.training.next_sentence import SentencePairs, count_tokens

CHOSEN_SHARE = 0.15
MASK_SHARE = 0.8
RANDOM_SHARE = 0.1


def mask_tokens(
    ids: Array, tokenizer: WordPieceTokenizer, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Choose tokens to predict, and hide most of them.

    15 % of each sequence's tokens are chosen, at least one. Of these 80 % become [MASK], 10 % a
    random token, and 10 % stay as they are. [MASK] never stands in the texts of later tasks; so
    that the model does not rely on it, any token may turn out to be asked for, or to be wrong.
    Source: Devlin et al. 2018, section 3.1, task 1, and appendix C.2.

    Args:
        ids: (B, S). Special tokens are never chosen, and never put in as random ones.
        tokenizer: which ids are special.
        rng: makes the choices.

    Returns:
        The ids to read (B, S), and predict (B, S) booleans, True where a token was chosen.
    """
    ordinary = ids >= len(SPECIALS)  # (B, S)
    n_ordinary = ordinary.sum(axis=1)
    n_chosen = np.minimum(np.maximum(np.rint(CHOSEN_SHARE * n_ordinary), 1), n_ordinary)  # (B,)
    # A random number for each token; the smallest ones of each row are chosen, specials come last.
    draws = np.where(ordinary, rng.random(ids.shape), 2.0)
    ranks = draws.argsort(axis=1).argsort(axis=1)
    predict = ranks < n_chosen[:, None]
    what = rng.random(ids.shape)
    random_ids = rng.integers(len(SPECIALS), tokenizer.vocab_size, ids.shape)
    shown = np.where(what < MASK_SHARE + RANDOM_SHARE, random_ids, ids)
    shown = np.where(what < MASK_SHARE, tokenizer.mask_id, shown)
    return np.where(predict, shown, ids), predict


@dataclass(frozen=True)
class PretrainingBatch:
    """Examples with masked tokens.

    Attributes:
        inputs: what the model reads.
        predict: (B, S) booleans, True at the N positions to predict.
        targets: (N,), the tokens that stood there.
        is_next: (B,), IS_NEXT, NOT_NEXT, or IGNORED where there is no second text.
    """

    inputs: PaddedInputs
    predict: Array
    targets: Array
    is_next: Array

    @property
    def n_targets(self) -> int:
        """Tokens to predict."""
        return len(self.targets)

    @property
    def n_tokens(self) -> int:
        """Real tokens that the model reads."""
        return self.inputs.n_tokens


def make_pretraining_batch(
    examples: Sequence[tuple[BertInput, int]],
    tokenizer: WordPieceTokenizer,
    rng: np.random.Generator,
) -> PretrainingBatch:
    """Pad some examples of `SentencePairs` to a rectangle, and mask tokens of it."""
    inputs = pad_inputs([example for example, _ in examples], tokenizer)
    masked, predict = mask_tokens(inputs.ids, tokenizer, rng)
    is_next = np.array([label for _, label in examples])
    return PretrainingBatch(inputs._replace(ids=masked), predict, inputs.ids[predict], is_next)


class PretrainingScores(NamedTuple):
    """How well a model does on the validation examples.

    Attributes:
        mlm_loss: mean over the masked tokens, in nats.
        mlm_accuracy: the share of them whose most likely token is the right one.
        nsp_loss: mean over the examples, in nats; 0 where there is no second text.
        nsp_accuracy: the share of examples judged right; 0 where there is no second text.
    """

    mlm_loss: float
    mlm_accuracy: float
    nsp_loss: float
    nsp_accuracy: float


class MaskedLanguageTask:
    """Gives the trainer batches, their losses, and the validation loss.

    The loss is the sum of two means: over the masked tokens, and over the examples (next sentence).
    Where batches are accumulated, both count by the number of masked tokens.

    Args:
        model: what is trained.
        training: draws the examples; every batch is masked anew.
        validation: examples never trained on. They and their masks are drawn once, from a seed, so
            that validation losses of different steps and runs can be compared.
        batch_size: B; None for the one in the model's config.
        n_validation: how many validation examples to draw.
        validation_seed: what they are drawn from.

    Attributes:
        scores: what `validation_loss` measured last, in detail; None before that.

    Raises:
        ValueError: n_validation is not positive.
    """

    def __init__(
        self,
        model: BertPretraining,
        training: SentencePairs,
        validation: SentencePairs,
        batch_size: int | None = None,
        n_validation: int = 256,
        validation_seed: int = 0,
    ) -> None:
        if n_validation < 1:
            raise ValueError(f"n_validation: expected at least 1, got {n_validation}")
        self.model = model
        self.training = training
        self.batch_size = batch_size or model.config.batch_size
        self.scores: PretrainingScores | None = None
        rng = np.random.default_rng(validation_seed)
        examples = [validation.draw(rng) for _ in range(n_validation)]
        examples.sort(key=lambda example: len(example[0].ids))  # little padding in each batch
        size = 2 * self.batch_size
        self._validation = [
            make_pretraining_batch(examples[i : i + size], validation.tokenizer, rng)
            for i in range(0, n_validation, size)
        ]

    def draw_batch(self, rng: np.random.Generator) -> PretrainingBatch:
        """Random examples, with random masks."""
        examples = [self.training.draw(rng) for _ in range(self.batch_size)]
        return make_pretraining_batch(examples, self.training.tokenizer, rng)

    def train_batch(
        self, batch: PretrainingBatch, rng: np.random.Generator | None, dloss: float
    ) -> float:
        """Forward, both losses, both losses' backward, model backward.

        Args:
            batch: from `draw_batch`.
            rng: draws dropout; None for none.
            dloss: the gradient of the step's loss with respect to this batch's loss.

        Returns:
            The batch's loss: both means together, in nats.
        """
        ids, mask, segments = batch.inputs
        logits, cache = self.model.forward(ids, batch.predict, mask, segments, rng)
        mlm_logits, nsp_logits = logits  # (N, V), (B, 2)
        loss, mlm_cache = cross_entropy_forward(mlm_logits, batch.targets)
        dmlm_logits = cross_entropy_backward(dloss, mlm_cache)
        dnsp_logits = np.zeros_like(nsp_logits)
        if self.training.next_sentence:
            nsp_loss, nsp_cache = cross_entropy_forward(nsp_logits, batch.is_next)
            dnsp_logits = cross_entropy_backward(dloss, nsp_cache)
            loss = loss + nsp_loss
        self.model.backward((dmlm_logits, dnsp_logits), cache)
        return float(loss)

    def validation_loss(self) -> float:
        """Both mean losses together, over all validation examples, without dropout, in nats."""
        mlm, nsp = np.zeros(3), np.zeros(3)  # sum of losses, right ones, all
        for batch in self._validation:
            ids, mask, segments = batch.inputs
            (mlm_logits, nsp_logits), _ = self.model.forward(ids, batch.predict, mask, segments)
            mlm += _sums(mlm_logits, batch.targets)
            if self.training.next_sentence:
                nsp += _sums(nsp_logits, batch.is_next)
        means = [*(mlm[:2] / mlm[2]), *(nsp[:2] / max(nsp[2], 1))]
        self.scores = PretrainingScores(*map(float, means))
        return self.scores.mlm_loss + self.scores.nsp_loss

    def unigram_loss(self) -> float:
        """What guessing by frequency alone costs on the masked validation tokens, in nats.

        Each token's probability is its share of the training text (one more of each counted, so
        that none is 0). A model that uses the context must come well below.
        """
        counts = 1 + count_tokens(self.training.sentences, self.model.config.vocab_size)
        targets = np.concatenate([batch.targets for batch in self._validation])
        return math.log(counts.sum()) - float(np.log(counts[targets]).mean())

    def state(self) -> dict[str, Any]:
        """Nothing: the trainer's rng draws every batch anew."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Nothing to go on from."""


def _sums(logits: Array, targets: Array) -> Array:
    """(3,): sum of the losses over the targets, how many are right, how many there are."""
    loss, _ = cross_entropy_forward(logits, targets, IGNORED)
    right = (logits.argmax(axis=-1) == targets).sum()
    return np.array([float(loss) * len(targets), right, len(targets)])

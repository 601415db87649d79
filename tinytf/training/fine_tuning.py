"""Fine-tuning: a pre-trained BERT learns one task from labelled examples.

The loop and the loss are here; how examples are made of texts, and texts of predictions, is in
`fine_tuning_texts.py` (classes and numbers), `fine_tuning_tags.py` and `fine_tuning_answers.py`.
Source: Devlin et al. 2018, section 4 and appendix A.3 (2 to 4 epochs, learning rate 2e-5 to 5e-5
for the large published models; small ones need more of both).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from tinytf.models.bert_fine_tuning import BertAnswerer, BertClassifier, BertRegressor, BertTagger
from tinytf.ops.arrays import Array
from tinytf.ops.cross_entropy import IGNORED, cross_entropy_backward, cross_entropy_forward
from tinytf.ops.squared_error import squared_error_backward, squared_error_forward
from tinytf.text.wordpiece import WordPieceTokenizer
from tinytf.training.bert_inputs import BertInput, PaddedInputs, pad_inputs
from tinytf.training.buckets import pad
from tinytf.training.epochs import Epochs

Model = BertClassifier | BertRegressor | BertTagger | BertAnswerer


class LabelledInput(NamedTuple):
    """An example: what the model reads, and what it should say.

    The target is a class (int) or a number (float) for the whole input; for a tagger the class of
    each token, IGNORED where none is asked for; for an answerer the positions of the first and the
    last token of the answer, both 0, that of [CLS], where the input has no answer in it.
    """

    input: BertInput
    target: int | float | Sequence[int]


@dataclass(frozen=True)
class FineTuningBatch:
    """Some examples side by side.

    Attributes:
        inputs: what the model reads.
        targets: (B,) classes or numbers, (B, S) classes of tokens, or (B, 2) spans.
        n_targets: how many of them are asked for.
    """

    inputs: PaddedInputs
    targets: Array
    n_targets: int

    @property
    def n_tokens(self) -> int:
        """Real tokens that the model reads."""
        return self.inputs.n_tokens


class FineTuningTask:
    """Gives the trainer batches, their losses, and the validation loss.

    Each epoch goes once through all training examples, in random order.

    To train the head alone (a baseline: how much is the encoder worth?), make optimiser and trainer
    from `model.head`; the encoder's gradients are then computed and not used.

    Args:
        model: one for fine-tuning; it decides what the loss is.
        training: examples to learn from.
        validation: examples never trained on.
        tokenizer: where the padding comes from.
        batch_size: B; None for the one in the model's config.

    Raises:
        ValueError: no example, or one that is longer than the model's max_len.
    """

    def __init__(
        self,
        model: Model,
        training: Sequence[LabelledInput],
        validation: Sequence[LabelledInput],
        tokenizer: WordPieceTokenizer,
        batch_size: int | None = None,
    ) -> None:
        for name, examples in (("training", training), ("validation", validation)):
            if not examples:
                raise ValueError(f"{name}: expected at least one example, got none")
            longest = max(len(example.input.ids) for example in examples)
            if longest > model.config.max_len:
                raise ValueError(
                    f"{name}: expected at most max_len {model.config.max_len} tokens in an "
                    f"example, got {longest}"
                )
        self.model = model
        self.training = training
        self.validation = validation
        self.tokenizer = tokenizer
        self.batch_size = batch_size or model.config.batch_size
        self._epochs = Epochs(self._shuffled)

    @property
    def batches_per_epoch(self) -> int:
        """How many batches hold all training examples once."""
        return -(-len(self.training) // self.batch_size)

    def make_batch(self, examples: Sequence[LabelledInput]) -> FineTuningBatch:
        """Pad some examples to a rectangle."""
        inputs = pad_inputs([example.input for example in examples], self.tokenizer)
        targets: Any = [example.target for example in examples]
        if isinstance(self.model, BertTagger):
            targets, _ = pad(targets, IGNORED)  # (B, S)
            return FineTuningBatch(inputs, targets, int((targets != IGNORED).sum()))
        if isinstance(self.model, BertRegressor):
            targets = np.array(targets, self.model.head.weight.value.dtype)  # (B,)
        else:
            targets = np.array(targets)  # (B,), or (B, 2) of an answerer
        return FineTuningBatch(inputs, targets, targets.size)

    def draw_batch(self, rng: np.random.Generator) -> FineTuningBatch:
        """The next batch of the epoch; behind the last one, the first of a new epoch."""
        return self.make_batch([self.training[i] for i in self._epochs.draw(rng)])

    def train_batch(
        self, batch: FineTuningBatch, rng: np.random.Generator | None, dloss: float
    ) -> float:
        """Forward, loss, loss backward, model backward.

        Args:
            batch: from `draw_batch`.
            rng: draws dropout; None for none.
            dloss: the gradient of the step's loss with respect to this batch's loss.

        Returns:
            The batch's mean loss: in nats, or squared units for a regressor.
        """
        ids, mask, segments = batch.inputs
        outputs, cache = self.model.forward(ids, mask, segments, rng)
        loss, loss_cache = self._loss(outputs, batch)
        if isinstance(self.model, BertRegressor):
            doutputs, _ = squared_error_backward(dloss, loss_cache)
        else:
            doutputs = cross_entropy_backward(dloss, loss_cache)
        self.model.backward(doutputs, cache)
        return float(loss)

    def validation_loss(self) -> float:
        """Mean loss over all validation targets, without dropout."""
        total, count = 0.0, 0
        for first in range(0, len(self.validation), self.batch_size):
            batch = self.make_batch(self.validation[first : first + self.batch_size])
            ids, mask, segments = batch.inputs
            outputs, _ = self.model.forward(ids, mask, segments)
            loss, _ = self._loss(outputs, batch)
            total += float(loss) * batch.n_targets
            count += batch.n_targets
        return total / count

    def _loss(self, outputs: Array, batch: FineTuningBatch) -> tuple[Array, Any]:
        if isinstance(self.model, BertRegressor):
            return squared_error_forward(outputs, batch.targets)
        if isinstance(self.model, BertAnswerer):
            # What cannot be chosen costs nothing: its probability, and so its gradient, is 0.
            allowed = answer_positions(batch.inputs, self.tokenizer)  # (B, S)
            outputs = np.where(allowed[:, None], outputs, np.asarray(-np.inf, outputs.dtype))
        return cross_entropy_forward(outputs, batch.targets, IGNORED)

    def state(self) -> dict[str, Any]:
        """What `restore` needs to go on in the middle of an epoch: JSON values."""
        return self._epochs.state()

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where `state` was taken: the next batch is the one that would have come."""
        self._epochs.restore(state)

    def _shuffled(self, rng: np.random.Generator) -> list[Array]:
        order = rng.permutation(len(self.training))
        return [order[i : i + self.batch_size] for i in range(0, len(order), self.batch_size)]


def answer_positions(inputs: PaddedInputs, tokenizer: WordPieceTokenizer) -> Array:
    """(B, S) booleans: the tokens of the context, segment 1 but its [SEP]; and [CLS], for none."""
    allowed: Array = (inputs.segments == 1) & (inputs.ids != tokenizer.sep_id)
    allowed[:, 0] = True
    return allowed


def outputs_in_batches(
    model: Model, inputs: Sequence[BertInput], tokenizer: WordPieceTokenizer, batch_size: int
) -> Iterator[tuple[Array, PaddedInputs]]:
    """The model's outputs for any number of inputs, without dropout.

    Yields:
        For each batch_size of the inputs, in order: the outputs, and the inputs as they were read.
    """
    for first in range(0, len(inputs), batch_size):
        batch = pad_inputs(inputs[first : first + batch_size], tokenizer)
        outputs, _ = model.forward(*batch)
        yield outputs, batch

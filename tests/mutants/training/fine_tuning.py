"""Mistakes in the task of fine-tuning."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "padding of the tags counts": (
        "targets, _ = pad(targets, IGNORED)",
        "targets, _ = pad(targets, 0)",
    ),
    "ignored tags counted": (
        "return FineTuningBatch(inputs, targets, int((targets != IGNORED).sum()))",
        "return FineTuningBatch(inputs, targets, targets.size)",
    ),
    "spans counted once": (
        "return FineTuningBatch(inputs, targets, targets.size)",
        "return FineTuningBatch(inputs, targets, len(targets))",
    ),
    "the number -100 not counted": (
        "return FineTuningBatch(inputs, targets, targets.size)",
        "return FineTuningBatch(inputs, targets, int((targets != IGNORED).sum()))",
    ),
    "numbers in float64": (
        "np.array(targets, self.model.head.weight.value.dtype)",
        "np.array(targets, np.float64)",
    ),
    "the same order in every epoch": (
        "order = rng.permutation(len(self.training))",
        "order = np.arange(len(self.training))",
    ),
    "examples drawn with repetition": (
        "order = rng.permutation(len(self.training))",
        "order = rng.integers(len(self.training), size=len(self.training))",
    ),
    "the rest of an epoch left out": (
        "range(0, len(order), self.batch_size)]",
        "range(0, len(order) - self.batch_size + 1, self.batch_size)]",
    ),
    "the epoch begins with its second batch": (
        "range(0, len(order), self.batch_size)]",
        "range(self.batch_size, len(order), self.batch_size)]",
    ),
    "a run that goes on starts its epoch anew": ("self._epochs.restore(state)", "pass"),
    "an epoch rounded down": (
        "-(-len(self.training) // self.batch_size)",
        "len(self.training) // self.batch_size",
    ),
    "an epoch and one more": (
        "-(-len(self.training) // self.batch_size)",
        "len(self.training) // self.batch_size + 1",
    ),
    "padding attended to": (
        "self.model.forward(ids, mask, segments, rng)",
        "self.model.forward(ids, None, segments, rng)",
    ),
    "segments forgotten": (
        "self.model.forward(ids, mask, segments, rng)",
        "self.model.forward(ids, mask, None, rng)",
    ),
    "no dropout in training": (
        "self.model.forward(ids, mask, segments, rng)",
        "self.model.forward(ids, mask, segments)",
    ),
    "dropout in validation": (
        "outputs, _ = self.model.forward(ids, mask, segments)\n",
        "outputs, _ = self.model.forward(ids, mask, segments, np.random.default_rng())\n",
    ),
    "dloss of the numbers ignored": (
        "squared_error_backward(dloss, loss_cache)",
        "squared_error_backward(1.0, loss_cache)",
    ),
    "dloss of the classes ignored": (
        "cross_entropy_backward(dloss, loss_cache)",
        "cross_entropy_backward(1.0, loss_cache)",
    ),
    "no backward": ("self.model.backward(doutputs, cache)", "pass"),
    "answers anywhere": ("if isinstance(self.model, BertAnswerer):", "if False:"),
    "answers in the question": ("(inputs.segments == 1) &", "(inputs.segments == 0) &"),
    "answers that are [SEP]": (
        "(inputs.segments == 1) & (inputs.ids != tokenizer.sep_id)",
        "inputs.segments == 1",
    ),
    "no way to say that there is none": ("allowed[:, 0] = True", "pass"),
    "mean of the batches' means": (
        "total += float(loss) * batch.n_targets\n            count += batch.n_targets",
        "total += float(loss)\n            count += 1",
    ),
    "mean over examples": (
        "total += float(loss) * batch.n_targets\n            count += batch.n_targets",
        "total += float(loss) * len(batch.targets)\n            count += len(batch.targets)",
    ),
    "validated on the training examples": (
        "self.make_batch(self.validation[first : first + self.batch_size])",
        "self.make_batch(self.training[first : first + self.batch_size])",
    ),
    "the last examples not validated": (
        "range(0, len(self.validation), self.batch_size)",
        "range(0, len(self.validation) - self.batch_size + 1, self.batch_size)",
    ),
    "longer than the model": ("if longest > model.config.max_len:", "if False:"),
    "no examples": ("if not examples:", "if False:"),
    "the config's batch size only": (
        "batch_size or model.config.batch_size",
        "model.config.batch_size",
    ),
    "outputs of the first batch again": (
        "pad_inputs(inputs[first : first + batch_size], tokenizer)",
        "pad_inputs(inputs[:batch_size], tokenizer)",
    ),
    "outputs without the padding mask": (
        "outputs, _ = model.forward(*batch)",
        "outputs, _ = model.forward(batch.ids, None, batch.segments)",
    ),
}

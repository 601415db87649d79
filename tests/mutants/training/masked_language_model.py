"""Mistakes in masking, and in the task of BERT's pre-training."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "20 % chosen": ("CHOSEN_SHARE = 0.15", "CHOSEN_SHARE = 0.2"),
    "always [MASK]": ("MASK_SHARE = 0.8", "MASK_SHARE = 1.0"),
    "never [MASK]": ("MASK_SHARE = 0.8", "MASK_SHARE = 0.0"),
    "never random": ("RANDOM_SHARE = 0.1", "RANDOM_SHARE = 0.0"),
    "never unchanged": ("RANDOM_SHARE = 0.1", "RANDOM_SHARE = 0.2"),
    "random and unchanged exchanged": (
        "shown = np.where(what < MASK_SHARE + RANDOM_SHARE, random_ids, ids)",
        "shown = np.where(what < MASK_SHARE, ids, random_ids)\n"
        "    shown = np.where(what > 1 - RANDOM_SHARE / 2, ids, shown)",
    ),
    "specials put in as random tokens": ("rng.integers(len(SPECIALS), tok", "rng.integers(0, tok"),
    "the last token never put in": (
        "tokenizer.vocab_size, ids.shape)",
        "tokenizer.vocab_size - 1, ids.shape)",
    ),
    "specials chosen": ("ordinary = ids >= len(SPECIALS)", "ordinary = ids >= 0"),
    "[UNK] chosen": (
        "ordinary = ids >= len(SPECIALS)",
        "ordinary = (ids >= len(SPECIALS)) | (ids == tokenizer.unk_id)",
    ),
    "the first ordinary token is special": ("ids >= len(SPECIALS)", "ids > len(SPECIALS)"),
    "short sequences have nothing to predict": (
        "np.maximum(np.rint(CHOSEN_SHARE * n_ordinary), 1)",
        "np.rint(CHOSEN_SHARE * n_ordinary)",
    ),
    "specials chosen where nothing else is": (
        "np.minimum(np.maximum(np.rint(CHOSEN_SHARE * n_ordinary), 1), n_ordinary)",
        "np.maximum(np.rint(CHOSEN_SHARE * n_ordinary), 1)",
    ),
    "one more than there should be": ("ranks < n_chosen[:, None]", "ranks <= n_chosen[:, None]"),
    "the first tokens of each row": (
        "draws = np.where(ordinary, rng.random(ids.shape), 2.0)",
        "draws = np.where(ordinary, np.arange(ids.shape[1]) / 1e6, 2.0)",
    ),
    "the order for the rank": (
        "ranks = draws.argsort(axis=1).argsort(axis=1)",
        "ranks = draws.argsort(axis=1)",
    ),
    "the same mask for each row": (
        "np.where(ordinary, rng.random(ids.shape), 2.0)",
        "np.where(ordinary, rng.random(ids.shape[1]), 2.0)",
    ),
    "other tokens changed too": ("np.where(predict, shown, ids), predict", "shown, predict"),
    "the masked token is the target": ("inputs.ids[predict], is_next", "masked[predict], is_next"),
    "the model reads the answers": ("inputs._replace(ids=masked), predict", "inputs, predict"),
    "loss on unmasked positions": (
        "masked, predict = mask_tokens(inputs.ids, tokenizer, rng)",
        "masked, _ = mask_tokens(inputs.ids, tokenizer, rng)\n"
        "    predict = inputs.mask[:, 0, 0] & (inputs.ids >= len(SPECIALS))",
    ),
    "padding attended to": (
        "self.model.forward(ids, batch.predict, mask, segments, rng)",
        "self.model.forward(ids, batch.predict, None, segments, rng)",
    ),
    "segments forgotten": (
        "self.model.forward(ids, batch.predict, mask, segments, rng)",
        "self.model.forward(ids, batch.predict, mask, None, rng)",
    ),
    "no dropout in training": (
        "self.model.forward(ids, batch.predict, mask, segments, rng)",
        "self.model.forward(ids, batch.predict, mask, segments)",
    ),
    "dropout in validation": (
        "self.model.forward(ids, batch.predict, mask, segments)\n",
        "self.model.forward(\n"
        "                ids, batch.predict, mask, segments, np.random.default_rng()\n"
        "            )\n",
    ),
    "next-sentence loss without gradient": (
        "dnsp_logits = cross_entropy_backward(dloss, nsp_cache)",
        "pass",
    ),
    "next-sentence loss left out": ("loss = loss + nsp_loss", "pass"),
    "next-sentence gradient without dloss": (
        "cross_entropy_backward(dloss, nsp_cache)",
        "cross_entropy_backward(1.0, nsp_cache)",
    ),
    "masked-language gradient without dloss": (
        "cross_entropy_backward(dloss, mlm_cache)",
        "cross_entropy_backward(1.0, mlm_cache)",
    ),
    "always with next sentences": (
        "if self.training.next_sentence:\n            nsp_loss",
        "if True:\n            nsp_loss",
    ),
    "other masks at each validation": (
        "for batch in self._validation:\n            ids",
        "for batch in [self.draw_batch(np.random.default_rng())]:\n            ids",
    ),
    "validation masks from no seed": ("default_rng(validation_seed)", "default_rng()"),
    "validated on the training text": (
        "examples = [validation.draw(rng)",
        "examples = [training.draw(rng)",
    ),
    "trained on the validation text": ("self.training = training", "self.training = validation"),
    "mean of the batches' means": ("float(loss) * len(targets)", "float(loss)"),
    "accuracy of the least likely token": ("logits.argmax(axis=-1)", "logits.argmin(axis=-1)"),
    "masked-language loss only": (
        "return self.scores.mlm_loss + self.scores.nsp_loss",
        "return self.scores.mlm_loss",
    ),
    "the config's batch size only": (
        "batch_size or model.config.batch_size",
        "model.config.batch_size",
    ),
    "rows counted as targets": ("return len(self.targets)", "return len(self.is_next)"),
    "padding counted as tokens": ("return self.inputs.n_tokens", "return self.inputs.ids.size"),
    "frequencies without one more": ("counts = 1 + count_tokens", "counts = 2 + count_tokens"),
    "no backward": ("self.model.backward((dmlm_logits, dnsp_logits), cache)", "pass"),
    "a state of its own": ("return {}", 'return {"batch": 1}'),
}

"""A reader that knows the words of a text but not their order: naive Bayes, with numpy."""

from collections.abc import Hashable, Sequence

import numpy as np


def bag_of_words_accuracy(
    train: Sequence[tuple[Sequence[str], Hashable]], test: Sequence[tuple[Sequence[str], Hashable]]
) -> float:
    """The share of test labels that the words alone tell; each item: its words, its label."""
    labels = sorted({label for _, label in train}, key=str)
    vocabulary = {word: i for i, word in enumerate({w for words, _ in train for w in words})}
    counts = np.ones((len(labels), len(vocabulary)))
    totals = np.zeros(len(labels))
    for words, label in train:
        totals[labels.index(label)] += 1
        for word in words:
            counts[labels.index(label), vocabulary[word]] += 1
    log = np.log(counts / counts.sum(1, keepdims=True))
    prior = np.log(totals / totals.sum())
    right = 0
    for words, label in test:
        known = [vocabulary[word] for word in words if word in vocabulary]
        right += labels[int(np.argmax(prior + log[:, known].sum(1)))] == label
    return right / len(test)

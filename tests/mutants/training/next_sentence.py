"""Mistakes in drawing next-sentence examples."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "always the next one": ("is_next = rng.random() < 0.5", "is_next = True"),
    "never the next one": ("is_next = rng.random() < 0.5", "is_next = False"),
    "a quarter of them": ("is_next = rng.random() < 0.5", "is_next = rng.random() < 0.25"),
    "classes exchanged": ("IS_NEXT if is_next else NOT_NEXT", "NOT_NEXT if is_next else IS_NEXT"),
    "b out of any document": (
        "return drawn if drawn < start else drawn + (end - start)",
        "return int(rng.integers(len(self.sentences)))",
    ),
    "b out of the documents before": (
        "return drawn if drawn < start else drawn + (end - start)",
        "return min(drawn, max(start - 1, 0)) if start else end",
    ),
    "a and b the same": (
        "ids = list(self.sentences[follower - 1])",
        "ids = list(self.sentences[follower])",
    ),
    "a may be the end of another document": (
        "np.setdiff1d(np.arange(len(self.sentences)), self.bounds)",
        "np.arange(1, len(self.sentences))",
    ),
    "a goes over the start of its document": (
        "range(follower - 2, begin - 1, -1)",
        "range(follower - 2, -1, -1)",
    ),
    "a without the first sentence of its document": (
        "range(follower - 2, begin - 1, -1)",
        "range(follower - 2, begin, -1)",
    ),
    "a in reversed order": ("ids = [*self.sentences[i], *ids]", "ids = [*ids, *self.sentences[i]]"),
    "b goes over the end of its document": (
        "end = self.bounds[self._document_of(start) + 1]",
        "end = len(self.sentences)",
    ),
    "b of one sentence": ("ids += self.sentences[i]", "break"),
    "a of one sentence": ("ids = [*self.sentences[i], *ids]", "break"),
    "a takes all the room": (
        "self._until(follower, self.half)",
        "self._until(follower, self.room)",
    ),
    "b takes half of the room": ("self.room - len(first))", "self.half)"),
    "b forgets that a takes room": ("self.room - len(first))", "self.room)"),
    "two special tokens counted": ("(3 if next_sentence else 2)", "(2 if next_sentence else 2)"),
    "three special tokens counted": ("(3 if next_sentence else 2)", "(3 if next_sentence else 3)"),
    "a long sentence loses its end": (
        "for i in range(0, len(sentence), longest)]",
        "for i in range(0, min(len(sentence), 1), longest)]",
    ),
    "unknown words only": ("if any(token != unk_id for token in piece)", "if piece"),
    "no unknown words at all": ("if any(token", "if all(token"),
    "one document is enough": ("len(bounds) < 3", "len(bounds) < 2"),
    "no second sentence needed": ("or not len(self._follows)", ""),
    "segments without b are 1": (
        "return join(self.tokenizer, self._from(start, self.room)), IGNORED",
        "return join(self.tokenizer, [], self._from(start, self.room - 1)), IGNORED",
    ),
    "examples without b have a class": (
        "self._from(start, self.room)), IGNORED",
        "self._from(start, self.room)), IS_NEXT",
    ),
    "a token counted once a sentence": (
        "np.add.at(counts, sentence, 1)",
        "counts[list(sentence)] += 1",
    ),
}

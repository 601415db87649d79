"""Mistakes in going through the examples."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "an epoch ends one batch early": (
        "if self._n_drawn == len(self._batches):",
        "if self._n_drawn >= len(self._batches) - 1:",
    ),
    "the same batch again and again": ("self._n_drawn += 1", "self._n_drawn = 1"),
    "the epoch begins with its second batch": (
        "            self._n_drawn = 0\n",
        "            self._n_drawn = 1 % len(self._batches)\n",
    ),
    "the epoch before once more": ("            self._n_drawn = 0\n", "            pass\n"),
    "state of the generator after the shuffle": (
        "            self._rng_state = rng.bit_generator.state\n"
        "            self._batches = self._make_batches(rng)\n            self._n_drawn = 0",
        "            self._batches = self._make_batches(rng)\n"
        "            self._rng_state = rng.bit_generator.state\n            self._n_drawn = 0",
    ),
    "resumed at the epoch's start": (
        'self._n_drawn, self._rng_state = state["n_drawn"], state["rng"]',
        'self._n_drawn, self._rng_state = 0, state["rng"]',
    ),
    "an old order goes on": (
        "self._batches = []\n        if self._rng_state is not None:",
        "if self._rng_state is not None:",
    ),
    "an order of its own when resumed": ("rng.bit_generator.state = self._rng_state", "pass"),
    "any state accepted": ("if not 0 <= self._n_drawn <= len(self._batches):", "if False:"),
    "a finished epoch refused": (
        "if not 0 <= self._n_drawn <= len(self._batches):",
        "if not 0 <= self._n_drawn < len(self._batches):",
    ),
}

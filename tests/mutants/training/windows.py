"""Mistakes in the windows."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "targets equal the input": ("windows[:, 1:]", "windows[:, :-1]"),
    "targets two tokens later": (
        "return windows[:, :-1], windows[:, 1:]",
        "return windows[:, :-1], np.roll(windows, -1, axis=1)[:, 1:]",
    ),
    "targets before the input": (
        "return windows[:, :-1], windows[:, 1:]",
        "return windows[:, 1:], windows[:, :-1]",
    ),
    "the last window never drawn": (
        "rng.integers(0, len(self.ids) - self.max_len, batch_size)",
        "rng.integers(0, max(len(self.ids) - self.max_len - 1, 1), batch_size)",
    ),
    "the first window never drawn": ("rng.integers(0, len", "rng.integers(1, 1 + len"),
    "windows start at multiples of max_len": (
        "return self._windows(starts)\n",
        "return self._windows(starts // self.max_len * self.max_len)\n",
    ),
    "one start for the whole batch": (
        "return self._windows(starts)\n",
        "return self._windows(np.repeat(starts[:1], batch_size))\n",
    ),
    "the last whole window left out": (
        "np.arange(0, len(self.ids) - self.max_len, self.max_len)",
        "np.arange(0, max(len(self.ids) - self.max_len - 1, 1), self.max_len)",
    ),
    "windows overlap": (
        "len(self.ids) - self.max_len, self.max_len)\n",
        "len(self.ids) - self.max_len, max(self.max_len - 1, 1))\n",
    ),
    "the last, smaller batch left out": (
        "range(0, len(starts), batch_size)",
        "range(0, len(starts) - batch_size + 1, batch_size)",
    ),
    "too short by one token accepted": (
        "if len(ids) < max_len + 1:",
        "if len(ids) < max_len:",
    ),
    "just long enough refused": ("if len(ids) < max_len + 1:", "if len(ids) <= max_len + 1:"),
}

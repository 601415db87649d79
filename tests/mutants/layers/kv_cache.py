"""Mistakes in the KV cache."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "length not moved on": ("self.length = end", "pass"),
    "length counts appends": ("self.length = end", "self.length += 1"),
    "values in the place of keys": (
        "return self._keys[:, :, :end]",
        "return self._values[:, :, :end]",
    ),
    "only the new tokens returned": (
        "self._keys[:, :, :end], self._values[:, :, :end]",
        "k, v",
    ),
    "all the memory returned": ("self._values[:, :, :end]", "self._values"),
    "written from the start": (
        "self._keys[:, :, self.length : end] = k",
        "self._keys[:, :, :k.shape[2]] = k",
    ),
    "no error when full": ("if end > self._keys.shape[2]:", "if False:"),
    "full one token early": ("if end > ", "if end >= "),
    "moved on before the error": (
        "end = self.length + k.shape[2]",
        "end = self.length = self.length + k.shape[2]",
    ),
    "keys and values in one memory": (
        "self._values = np.empty((batch_size, n_kv_heads, max_len, d_head), dtype)",
        "self._values = self._keys",
    ),
    "select keeps only the keys in step": (
        "self._values = self._selected(self._values, rows)",
        "pass",
    ),
    "select keeps only the values in step": (
        "self._keys = self._selected(self._keys, rows)",
        "pass",
    ),
    "select cuts the first rows": (
        "memory[rows, :, : self.length]",
        "memory[: len(rows), :, : self.length]",
    ),
    "select undoes the order": (
        "memory[rows, :, : self.length]",
        "memory[np.sort(rows), :, : self.length]",
    ),
    "select forgets the past": (
        "self._values = self._selected(self._values, rows)",
        "self._values = self._selected(self._values, rows)\n        self.length = 0",
    ),
    "select leaves no room for more": (
        "return selected\n",
        "return selected[:, :, : self.length]\n",
    ),
    "select keeps one token too few": (
        "selected[:, :, : self.length] = memory[rows, :, : self.length]",
        "selected[:, :, : self.length - 1] = memory[rows, :, : self.length - 1]",
    ),
    "dtype ignored": (
        "self._keys = np.empty((batch_size, n_kv_heads, max_len, d_head), dtype)",
        "self._keys = np.empty((batch_size, n_kv_heads, max_len, d_head))",
    ),
}

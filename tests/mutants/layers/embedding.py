"""Mistakes in the embedding layer."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "gradient overwritten, not added": (
        "add_grad(self.weight, embedding_backward(dy, cache))",
        "self.weight.grad[...] = embedding_backward(dy, cache)",
    ),
    "no gradient": ("add_grad(self.weight, embedding_backward(dy, cache))", "pass"),
    "gradient into value": (
        "add_grad(self.weight, embedding_backward(dy, cache))",
        "self.weight.value += embedding_backward(dy, cache)",
    ),
    "std ignored": ("rng.normal(0, std,", "rng.normal(0, 1,"),
    "dtype ignored": (".astype(dtype)", ""),
}

"""Mistakes in the output head."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "tied head sends the table no gradient": (
        "add_grad(table.weight, dweight.T)",
        "pass",
    ),
    "tied head's gradient overwrites": (
        "add_grad(table.weight, dweight.T)",
        "table.weight.grad[...] = dweight.T",
    ),
    "head and table share no weight when tied": (
        "linear_forward(resid, table.weight.value.T)",
        "linear_forward(resid, 1.01 * table.weight.value.T)",
    ),
    "bias in the head": ("bias=False", "bias=True"),
    "always tied": ("if config.tie_embeddings:", "if True:"),
    "never tied": ("if config.tie_embeddings:", "if False:"),
    "tied head's gradient not transposed back": (
        "add_grad(table.weight, dweight.T)",
        "add_grad(table.weight, dweight.reshape(table.weight.grad.shape))",
    ),
    "tied head sends nothing below": ("        return dresid\n", "        return 0 * dresid\n"),
    "dresid through a free head that is not there": (
        "return head.backward(dlogits, cache)",
        "return dlogits @ table.weight.value",
    ),
    "free head's own gradient lost": (
        "return head.backward(dlogits, cache)",
        "return dlogits @ head.weight.value.T",
    ),
    "init_std forgotten": ("rng, config.init_std, bias", "rng, bias"),
    "dtype forgotten": ("bias=False, dtype=dtype", "bias=False, dtype=np.float64"),
}

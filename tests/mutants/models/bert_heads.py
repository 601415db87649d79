"""Mistakes in the pooler and the masked-language head."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "the pooler takes the last token": ("cls = h[:, 0]", "cls = h[:, -1]"),
    "the pooler takes the mean": ("cls = h[:, 0]", "cls = h.mean(axis=1)"),
    "tanh forgotten": ("pooled, tanh_cache = tanh_forward(pre)", "pooled, tanh_cache = pre, pre"),
    "tanh's derivative forgotten": ("dpre = tanh_backward(dpooled, tanh_cache)", "dpre = dpooled"),
    "the pooler's gradient goes to every token": (
        "dh[:, 0] = dcls",
        "dh[...] = dcls[:, None]",
    ),
    "the pooler's gradient goes to the last token": (
        "dh[:, 0] = dcls",
        "dh[:, -1] = dcls",
    ),
    "the pooler's gradient stays there": ("dh[:, 0] = dcls", "pass"),
    "rows gathered in reversed order": (
        "picked = h[predict]",
        "picked = h[predict][::-1]",
    ),
    "rows scattered in reversed order": (
        "dh[predict] = dpicked",
        "dh[predict] = dpicked[::-1]",
    ),
    "rows scattered where nothing was predicted": (
        "dh[predict] = dpicked",
        "dh[...] = dpicked.mean(axis=0)",
    ),
    "gelu's tanh form": ("gelu_forward(pre)", 'gelu_forward(pre, "tanh")'),
    "gelu's derivative forgotten": ("dpre = gelu_backward(dpost, gelu_cache)", "dpre = dpost"),
    "norm forgotten": (
        "inner, norm_cache = self.norm.forward(post)",
        "_, norm_cache = self.norm.forward(post)\n        inner = post",
    ),
    "norm's backward forgotten": (
        "dpost = self.norm.backward(dinner, norm_cache)",
        "self.norm.backward(dinner, norm_cache)\n        dpost = dinner",
    ),
    "bias forgotten": ("logits = scores + self.bias.value", "logits = scores"),
    "bias gets no gradient": ("add_grad(self.bias, dlogits.sum(axis=0))", "pass"),
    "bias gradient is a mean": (
        "add_grad(self.bias, dlogits.sum(axis=0))",
        "add_grad(self.bias, dlogits.mean(axis=0))",
    ),
    "bias gradient overwrites": (
        "add_grad(self.bias, dlogits.sum(axis=0))",
        "self.bias.grad[...] = dlogits.sum(axis=0)",
    ),
    "always tied": (
        "head_forward(inner, self.decoder, table)",
        "head_forward(inner, None, table)",
    ),
    "float64 gradients": (
        "dh = np.zeros(h_shape, dpicked.dtype)",
        "dh = np.zeros(h_shape)",
    ),
}

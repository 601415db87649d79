"""Mistakes in the pooler and the masked-language head."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "the pooler takes the last token": (
        "self.dense.forward(h[:, 0])",
        "self.dense.forward(h[:, -1])",
    ),
    "the pooler takes the mean": (
        "self.dense.forward(h[:, 0])",
        "self.dense.forward(h.mean(axis=1))",
    ),
    "tanh forgotten": ("pooled, tanh_cache = tanh_forward(pre)", "pooled, tanh_cache = pre, pre"),
    "tanh's derivative forgotten": ("dpre = tanh_backward(dpooled, tanh_cache)", "dpre = dpooled"),
    "the pooler's gradient goes to every token": (
        "dh[:, 0] = self.dense.backward(dpre, dense_cache)",
        "dh[...] = self.dense.backward(dpre, dense_cache)[:, None]",
    ),
    "the pooler's gradient goes to the last token": (
        "dh[:, 0] = self.dense.backward",
        "dh[:, -1] = self.dense.backward",
    ),
    "the pooler's gradient stays there": (
        "dh[:, 0] = self.dense.backward(dpre, dense_cache)",
        "self.dense.backward(dpre, dense_cache)",
    ),
    "rows gathered in reversed order": (
        "self.dense.forward(h[predict])",
        "self.dense.forward(h[predict][::-1])",
    ),
    "rows scattered in reversed order": (
        "dh[predict] = self.dense.backward(dpre, dense_cache)",
        "dh[predict] = self.dense.backward(dpre, dense_cache)[::-1]",
    ),
    "rows scattered where nothing was predicted": (
        "dh[predict] = self.dense.backward(dpre, dense_cache)",
        "dh[...] = self.dense.backward(dpre, dense_cache).mean(axis=0)",
    ),
    "gelu's tanh form": ("gelu_forward(pre)", 'gelu_forward(pre, "tanh")'),
    "gelu's derivative forgotten": ("dpre = gelu_backward(dpost, gelu_cache)", "dpre = dpost"),
    "norm forgotten": (
        "normed, norm_cache = self.norm.forward(post)",
        "_, norm_cache = self.norm.forward(post)\n        normed = post",
    ),
    "norm's backward forgotten": (
        "dpost = self.norm.backward(dnormed, norm_cache)",
        "self.norm.backward(dnormed, norm_cache)\n        dpost = dnormed",
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
        "head_forward(normed, self.decoder, table)",
        "head_forward(normed, None, table)",
    ),
    "float64 gradients": (
        "dh = np.zeros(h_shape, dpre.dtype)\n        dh[predict]",
        "dh = np.zeros(h_shape)\n        dh[predict]",
    ),
}

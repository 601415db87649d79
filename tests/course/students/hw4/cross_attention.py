"""hw4, cross attention: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import wrong
from tests.course.variants import Variant

CROSS = """
class CrossAttention(CrossAttention):
    def keys_values(self, memory):
        keys, ck = self.k.forward(memory)
        values, cv = self.v.forward(memory)
        n = self.config.kv_heads
        return (split_heads(keys, n), split_heads(values, n)), {"ck": ck, "cv": cv}

    def keys_values_backward(self, dk, dv, cache):
        from_k = self.k.backward(merge_heads(dk), cache["ck"])
        from_v = self.v.backward(merge_heads(dv), cache["cv"])
        return from_k + from_v

    def forward(self, x, memory, mask=None, rng=None):
        (keys, values), ckv = self.keys_values(memory)
        asked, cq = self.q.forward(x)
        z, ca = attention_forward(split_heads(asked, self.config.n_heads), keys, values, mask)
        joined = merge_heads(z)
        y, co = self.out.forward(joined)
        return y, dict(ckv=ckv, cq=cq, ca=ca, co=co)

    def backward(self, dout, cache):
        dz = split_heads(self.out.backward(dout, cache["co"]), self.config.n_heads)
        dq, dk, dv = attention_backward(dz, cache["ca"])
        dmemory = self.keys_values_backward(dk, dv, cache["ckv"])
        dx = self.q.backward(merge_heads(dq), cache["cq"])
        return dx, dmemory
"""

# all in one, with explicit matrices and without the helper methods
CROSS_BY_HAND = """
class CrossAttention(CrossAttention):
    def keys_values(self, memory):
        return (self._heads(memory @ self.k.weight.value + self.k.bias.value),
                self._heads(memory @ self.v.weight.value + self.v.bias.value)), memory

    def _heads(self, m):
        return m.reshape(m.shape[0], m.shape[1], self.config.kv_heads, -1).swapaxes(1, 2)

    def _join(self, m):
        return m.swapaxes(1, 2).reshape(m.shape[0], m.shape[2], -1)

    def keys_values_backward(self, dk, dv, cache):
        total = np.zeros_like(cache)
        for layer, d in ((self.k, self._join(dk)), (self.v, self._join(dv))):
            layer.weight.grad += np.einsum("bsi,bso->io", cache, d)
            layer.bias.grad += d.sum((0, 1))
            total += d @ layer.weight.value.T
        return total

    def forward(self, x, memory, mask=None, rng=None):
        (k, v), kept = self.keys_values(memory)
        q, cq = self.q.forward(x)
        q = q.reshape(*q.shape[:2], self.config.n_heads, -1).swapaxes(1, 2)
        z, ca = attention_forward(q, k, v, mask=mask)
        y, co = self.out.forward(self._join(z))
        return y, (kept, cq, ca, co)

    def backward(self, dout, cache):
        kept, cq, ca, co = cache
        dz = self.out.backward(dout, co)
        dz = dz.reshape(*dz.shape[:2], self.config.n_heads, -1).swapaxes(1, 2)
        dq, dk, dv = attention_backward(dz, ca)
        return self.q.backward(self._join(dq), cq), self.keys_values_backward(dk, dv, kept)
"""

RIGHT: tuple[Variant, ...] = (
    Variant("cross_attention", "caches in dicts", code=CROSS),
    Variant("cross_attention", "matrices by hand", code=CROSS_BY_HAND),
)

WRONG = wrong(
    (
        "cross_attention",
        "queries of the encoder",
        CROSS,
        (("self.q.forward(x)", "self.q.forward(memory)"),),
        "queries from the memory",
    ),
    (
        "cross_attention",
        "self-attention",
        CROSS,
        (("self.keys_values(memory)\n", "self.keys_values(x)\n"),),
        "keys and values from x",
    ),
    (
        "cross_attention",
        "the other way round",
        CROSS,
        (
            ("self.q.forward(x)", "self.q.forward(memory)"),
            ("self.keys_values(memory)\n", "self.keys_values(x)\n"),
        ),
        "x and memory exchanged",
    ),
    (
        "cross_attention",
        "v, k",
        CROSS,
        (("keys, values, mask)", "values, keys, mask)"),),
        "keys and values exchanged",
    ),
    (
        "cross_attention",
        "no mask",
        CROSS,
        (("keys, values, mask)", "keys, values)"),),
        "mask ignored",
    ),
    (
        "cross_attention",
        "causal",
        CROSS,
        (("keys, values, mask)", "keys, values, mask, causal=True)"),),
        "causal",
    ),
    (
        "cross_attention",
        "no out",
        CROSS,
        (("return y, dict", "return joined, dict"),),
        "no output projection",
    ),
    (
        "cross_attention",
        "residual inside",
        CROSS,
        (("return y, dict", "return x + y, dict"),),
        "skip path added",
    ),
    (
        "cross_attention",
        "reshape of z",
        CROSS,
        (("joined = merge_heads(z)", "joined = z.reshape(x.shape)"),),
        "heads merged by a reshape",
    ),
    (
        "cross_attention",
        "from k only",
        CROSS,
        (("return from_k + from_v", "return from_k"),),
        "only k's path in dmemory",
    ),
    (
        "cross_attention",
        "from v only",
        CROSS_BY_HAND,
        (("total += d @", "total = d @"),),
        "only v's path in dmemory",
    ),
    (
        "cross_attention",
        "halved",
        CROSS,
        (("return from_k + from_v", "return 0.5 * (from_k + from_v)"),),
        "dmemory averaged over k and v",
    ),
    (
        "cross_attention",
        "dmemory, dx",
        CROSS,
        (("return dx, dmemory", "return dmemory, dx"),),
        "dx and dmemory exchanged",
    ),
    (
        "cross_attention",
        "dq, dv, dk",
        CROSS,
        (("dq, dk, dv = attention", "dq, dv, dk = attention"),),
        "dk and dv exchanged",
    ),
    (
        "cross_attention",
        "no gradients of weights",
        CROSS_BY_HAND,
        (
            (
                '            layer.weight.grad += np.einsum("bsi,bso->io", cache, d)\n           '
                " layer.bias.grad += d.sum((0, 1))\n",
                "",
            ),
        ),
        "projections of the memory get no gradient",
    ),
)

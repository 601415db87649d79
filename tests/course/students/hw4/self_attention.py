"""hw4, self attention: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import wrong
from tests.course.variants import Variant

SELF = """
class SelfAttention(SelfAttention):
    def backward(self, dout, cache):
        q_cache, k_cache, v_cache, rope_caches, attention_cache, out_cache = cache
        g = split_heads(self.out.backward(dout, out_cache), self.config.n_heads)
        grads = list(attention_backward(g, attention_cache))
        if rope_caches:
            for i in (0, 1):
                grads[i] = rope_backward(grads[i], rope_caches[i])
        dx = np.zeros_like(dout)
        layers = (self.q, q_cache), (self.k, k_cache), (self.v, v_cache)
        for (layer, kept), grad in zip(layers, grads):
            dx += layer.backward(merge_heads(grad), kept)
        return dx
"""

RIGHT: tuple[Variant, ...] = (Variant("self_attention", "a loop over q, k, v", code=SELF),)

WRONG = wrong(
    (
        "self_attention",
        "q only",
        SELF,
        (
            (
                "            dx += layer.backward(merge_heads(grad), kept)",
                "            d = layer.backward(merge_heads(grad), kept)\n            dx += d if "
                "layer is self.q else 0",
            ),
        ),
        "only q's path in dx",
    ),
    (
        "self_attention",
        "overwritten",
        SELF,
        (("dx += layer", "dx = layer"),),
        "only v's path in dx",
    ),
    (
        "self_attention",
        "mean",
        SELF,
        (("return dx", "return dx / 3"),),
        "dx averaged over q, k and v",
    ),
    (
        "self_attention",
        "q, v, k",
        SELF,
        (
            (
                "grads = list(attention_backward(g, attention_cache))",
                "a, b, c = attention_backward(g, attention_cache)\n        grads = [a, c, b]",
            ),
        ),
        "dk and dv exchanged",
    ),
    (
        "self_attention",
        "reshape",
        SELF,
        (("merge_heads(grad)", "grad.reshape(len(dout), dout.shape[1], -1)"),),
        "dq, dk and dv merged by a reshape",
    ),
    (
        "self_attention",
        "reshape of dz",
        SELF,
        (
            (
                "split_heads(self.out.backward(dout, out_cache), self.config.n_heads)",
                "self.out.backward(dout, out_cache).reshape(len(dout), self.config.n_heads, "
                "dout.shape[1], -1)",
            ),
        ),
        "dz split by a reshape",
    ),
    (
        "self_attention",
        "no rope",
        SELF,
        (("if rope_caches:", "if not rope_caches and False:"),),
        "rope skipped",
    ),
    (
        "self_attention",
        "starts from dout",
        SELF,
        (("np.zeros_like(dout)", "dout.copy()"),),
        "skip path added",
    ),
    (
        "self_attention",
        "out's matrix only",
        SELF,
        (("self.out.backward(dout, out_cache)", "dout @ self.out.weight.value.T"),),
        "output projection gets no gradient",
    ),
)

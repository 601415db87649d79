"""hw5, transformer layer: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import wrong
from tests.course.variants import Variant

# the residual connections by hand: (norm's cache, sub-layer's cache, dropout's cache)
BLOCK = """
class TransformerLayer(TransformerLayer):
    def backward(self, dresid_post, cache):
        attn_cache, ffn_cache = cache
        pre = self.config.norm_position == "pre"
        d = self._undo(dresid_post, self.norm2, self.ffn, ffn_cache, pre)
        return self._undo(d, self.norm1, self.self_attn, attn_cache, pre)

    def _undo(self, d, norm, sub, cache, pre):
        norm_cache, sub_cache, drop = cache
        if pre:
            inner = sub.backward(d if drop is None else d * drop, sub_cache)
            return d + norm.backward(inner, norm_cache)
        d = norm.backward(d, norm_cache)
        inner = sub.backward(d if drop is None else d * drop, sub_cache)
        return d + inner
"""

BLOCK_SHORT = """
class TransformerLayer(TransformerLayer):
    def backward(self, dresid_post, cache):
        steps = [(self.norm1, self.self_attn, cache[0]), (self.norm2, self.ffn, cache[1])]
        d = dresid_post
        for norm, sub, kept in steps[::-1]:
            d = residual_backward(d, norm, sub.backward, self.config.norm_position, kept)
        return d
"""

RIGHT: tuple[Variant, ...] = (
    Variant("transformer_layer", "residuals by hand", code=BLOCK),
    Variant("transformer_layer", "a loop", code=BLOCK_SHORT),
)

WRONG = wrong(
    (
        "transformer_layer",
        "no skip",
        BLOCK,
        (("return d + norm", "return norm"), ("return d + inner", "return inner")),
        "skip paths lost",
    ),
    (
        "transformer_layer",
        "norm forgotten",
        BLOCK,
        (("d + norm.backward(inner, norm_cache)", "d + inner"),),
        "norms skipped",
    ),
    (
        "transformer_layer",
        "norm of the sum",
        BLOCK,
        (
            (
                "return d + norm.backward(inner, norm_cache)",
                "return norm.backward(d + inner, norm_cache)",
            ),
        ),
        "skip paths through the norms",
    ),
    (
        "transformer_layer",
        "pre whatever",
        BLOCK,
        (('self.config.norm_position == "pre"', "True"),),
        "always pre-norm",
    ),
    (
        "transformer_layer",
        "post whatever",
        BLOCK,
        (('self.config.norm_position == "pre"', "False"),),
        "always post-norm",
    ),
    (
        "transformer_layer",
        "forward order",
        BLOCK_SHORT,
        (("steps[::-1]", "steps"),),
        "sub-layers undone in forward order",
    ),
    (
        "transformer_layer",
        "not chained",
        BLOCK,
        (("return self._undo(d, ", "return self._undo(dresid_post, "),),
        "self-attention gets the gradient from above the FFN",
    ),
    (
        "transformer_layer",
        "norm1 twice",
        BLOCK,
        (("self.norm2, self.ffn", "self.norm1, self.ffn"),),
        "norm1 in the place of norm2",
    ),
    (
        "transformer_layer",
        "norm2 twice",
        BLOCK_SHORT,
        (("self.norm1, self.self_attn", "self.norm2, self.self_attn"),),
        "norm2 in the place of norm1",
    ),
    (
        "transformer_layer",
        "skip added again",
        BLOCK_SHORT,
        (("return d\n", "return d + dresid_post\n"),),
        "one more skip path",
    ),
    (
        "transformer_layer",
        "FFN only",
        BLOCK_SHORT,
        (("steps[::-1]", "steps[1:]"),),
        "self-attention skipped",
    ),
)

"""hw5, decoder layer: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import wrong
from tests.course.variants import Variant

DECODER = """
class DecoderLayer(DecoderLayer):
    def backward(self, dresid_post, cache):
        c_self, c_cross, c_ffn = cache
        d, _ = self._undo(dresid_post, self.norm3, self.ffn, c_ffn)
        below, dmemory = self._undo(d, self.norm2, self.cross_attn, c_cross)
        dx, _ = self._undo(below, self.norm1, self.self_attn, c_self)
        return dx, dmemory

    def _undo(self, d, norm, sub, cache):
        c_norm, c_sub, c_drop = cache
        extra = None
        if self.config.norm_position == "post":
            d = norm.backward(d, c_norm)
        inner = sub.backward(d if c_drop is None else d * c_drop, c_sub)
        if type(inner) is tuple:
            inner, extra = inner
        if self.config.norm_position == "pre":
            inner = norm.backward(inner, c_norm)
        return d + inner, extra
"""

DECODER_SHORT = """
class DecoderLayer(DecoderLayer):
    def backward(self, dresid_post, cache):
        where = self.config.norm_position
        d = residual_backward(dresid_post, self.norm3, self.ffn.backward, where, cache[2])
        d, dm = residual_backward(d, self.norm2, self.cross_attn.backward, where, cache[1])
        d = residual_backward(d, self.norm1, self.self_attn.backward, where, cache[0])
        return d, dm
"""

RIGHT: tuple[Variant, ...] = (
    Variant("decoder_layer", "residuals by hand", code=DECODER),
    Variant("decoder_layer", "one name for all", code=DECODER_SHORT),
)

WRONG = wrong(
    (
        "decoder_layer",
        "no skip",
        DECODER,
        (("return d + inner, extra", "return inner, extra"),),
        "skip paths lost",
    ),
    (
        "decoder_layer",
        "norm forgotten",
        DECODER,
        (
            (
                '        if self.config.norm_position == "pre":\n            inner = '
                "norm.backward(inner, c_norm)\n",
                "",
            ),
        ),
        "norms skipped",
    ),
    (
        "decoder_layer",
        "not chained",
        DECODER,
        (("self._undo(below, ", "self._undo(d, "),),
        "cross-attention's gradient does not reach below",
    ),
    (
        "decoder_layer",
        "from the top to cross",
        DECODER,
        (("self._undo(d, self.norm2", "self._undo(dresid_post, self.norm2"),),
        "cross-attention gets the gradient from above the FFN",
    ),
    (
        "decoder_layer",
        "norm2 for the FFN",
        DECODER_SHORT,
        (("dresid_post, self.norm3", "dresid_post, self.norm2"),),
        "norm2 in the place of norm3",
    ),
    (
        "decoder_layer",
        "norm3 for cross",
        DECODER_SHORT,
        (("d, self.norm2", "d, self.norm3"),),
        "norm3 in the place of norm2",
    ),
    (
        "decoder_layer",
        "dm, d",
        DECODER_SHORT,
        (("return d, dm", "return dm, d"),),
        "returned in the wrong order",
    ),
    (
        "decoder_layer",
        "dm forgotten",
        DECODER_SHORT,
        (("return d, dm", "return d, np.zeros_like(dm)"),),
        "dmemory lost",
    ),
    (
        "decoder_layer",
        "dm unpacked first",
        DECODER_SHORT,
        (("d, dm = residual", "dm, d = residual"),),
        "dresid and dmemory exchanged",
    ),
    (
        "decoder_layer",
        "pre whatever",
        DECODER_SHORT,
        (("self.config.norm_position", '"pre"'),),
        "always pre-norm",
    ),
    (
        "decoder_layer",
        "FFN left out",
        DECODER,
        (("d, _ = self._undo(dresid_post, self.norm3, self.ffn, c_ffn)", "d = dresid_post"),),
        "FFN skipped",
    ),
    (
        "decoder_layer",
        "self-attention before cross",
        DECODER,
        (
            (
                "below, dmemory = self._undo(d, self.norm2, self.cross_attn, c_cross)\n        "
                "dx, _ = self._undo(below, self.norm1, self.self_attn, c_self)",
                "below, _ = self._undo(d, self.norm1, self.self_attn, c_self)\n        dx, "
                "dmemory = self._undo(below, self.norm2, self.cross_attn, c_cross)",
            ),
        ),
        "self-attention and cross-attention exchanged",
    ),
)

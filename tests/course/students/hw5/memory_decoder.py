"""hw5, memory decoder: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import wrong
from tests.course.variants import Variant

STACK = """
class MemoryDecoder(MemoryDecoder):
    def backward(self, dresid, cache):
        embed_cache, layer_caches, norm_cache = cache
        d = dresid
        if self.final_norm is not None:
            d = self.final_norm.backward(d, norm_cache)
        total = 0
        for i in range(len(self.layers) - 1, -1, -1):
            d, share = self.layers[i].backward(d, layer_caches[i])
            total = total + share
        self.embed.backward(d, embed_cache)
        return total
"""

STACK_LISTS = """
class MemoryDecoder(MemoryDecoder):
    def backward(self, dresid, cache):
        embed_cache, layer_caches, norm_cache = cache
        if self.final_norm:
            dresid = self.final_norm.backward(dresid, norm_cache)
        pairs = list(zip(self.layers, layer_caches))
        parts = []
        while pairs:
            layer, kept = pairs.pop()
            dresid, part = layer.backward(dresid, kept)
            parts.append(part)
        self.embed.backward(dresid, embed_cache)
        return np.sum(parts, axis=0)
"""

RIGHT: tuple[Variant, ...] = (
    Variant("memory_decoder", "a running total", code=STACK),
    Variant("memory_decoder", "a list of parts", code=STACK_LISTS),
)

WRONG = wrong(
    (
        "memory_decoder",
        "total = share",
        STACK,
        (("total = total + share", "total = share"),),
        "dmemory overwritten",
    ),
    (
        "memory_decoder",
        "parts[0]",
        STACK_LISTS,
        (("np.sum(parts, axis=0)", "parts[0]"),),
        "dmemory of the last layer only",
    ),
    (
        "memory_decoder",
        "mean",
        STACK_LISTS,
        (("np.sum(parts", "np.mean(parts"),),
        "dmemory averaged over the layers",
    ),
    (
        "memory_decoder",
        "range(0, n)",
        STACK,
        (("range(len(self.layers) - 1, -1, -1)", "range(len(self.layers))"),),
        "layers undone in forward order",
    ),
    (
        "memory_decoder",
        "pop(0)",
        STACK_LISTS,
        (("pairs.pop()", "pairs.pop(0)"),),
        "layers undone in forward order",
    ),
    (
        "memory_decoder",
        "stops at 1",
        STACK,
        (("- 1, -1, -1)", "- 1, 0, -1)"),),
        "the first layer's share left out",
    ),
    (
        "memory_decoder",
        "d of the top",
        STACK,
        (("d, share = self.layers[i].backward(d,", "new, share = self.layers[i].backward(d,"),),
        "each layer gets the gradient from the top",
    ),
    (
        "memory_decoder",
        "embeddings from dresid",
        STACK,
        (("self.embed.backward(d, embed_cache)", "self.embed.backward(dresid, embed_cache)"),),
        "embeddings get the gradient from above the final norm",
    ),
    (
        "memory_decoder",
        "no embeddings",
        STACK_LISTS,
        (("        self.embed.backward(dresid, embed_cache)\n", ""),),
        "embeddings get no gradient",
    ),
    (
        "memory_decoder",
        "no final norm",
        STACK_LISTS,
        (("if self.final_norm:", "if False:"),),
        "final norm skipped",
    ),
    (
        "memory_decoder",
        "result dropped",
        STACK,
        (("d = self.final_norm", "self.final_norm"),),
        "final norm's dx not used",
    ),
)

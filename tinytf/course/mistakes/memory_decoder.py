"""Known mistakes in the backward of a stack that reads a memory."""

from tinytf.course.exercise import Mistake

_UNPACKED = "embed_cache, layer_caches, norm_cache = cache\n"
_FIRST = "dmemory = shares[0]"
_ADDED = "dmemory = dmemory + share"
_LAYERS = "zip(reversed(self.layers), reversed(layer_caches), strict=True)"
_LAYER = "dresid, dmemory_of_layer = layer.backward(dresid, layer_cache)"
_EMBED = "self.embed.backward(dresid, embed_cache)"
_NORM = "dresid = self.final_norm.backward(dresid, norm_cache)"
_SHARED = "every layer read the same memory, so its gradient is the sum of all layers' shares"

MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "dmemory overwritten",
        "dmemory is overwritten by each layer: only the first layer's share is left",
        f"{_SHARED}; with a single layer nothing is wrong",
        ((_ADDED, "dmemory = share"),),
    ),
    Mistake(
        "dmemory of the last layer only",
        "only the last layer's share is in dmemory",
        f"{_SHARED}; with a single layer nothing is wrong",
        ((_ADDED, "pass"),),
    ),
    Mistake(
        "dmemory averaged over the layers",
        "dmemory is the mean of the layers' shares, not their sum",
        f"{_SHARED}; with a single layer nothing is wrong",
        (
            (
                _FIRST,
                "shares = [share / len(shares) for share in shares]\n        dmemory = shares[0]",
            ),
        ),
    ),
    Mistake(
        "the last layer's share left out",
        "the last layer's share is missing in dmemory",
        _SHARED,
        ((_FIRST, "dmemory = 0 * shares[0]"),),
    ),
    Mistake(
        "the first layer's share left out",
        "the first layer's share is missing in dmemory",
        _SHARED,
        ((_FIRST, "shares[-1] = 0 * shares[-1]\n        dmemory = shares[0]"),),
    ),
    Mistake(
        "the last layer's share counted twice",
        "the last layer's share is in dmemory twice",
        _SHARED,
        ((_FIRST, "dmemory = 2 * shares[0]"),),
    ),
    Mistake(
        "layers undone in forward order",
        "the layers are undone from the first to the last",
        "with a single layer nothing is wrong",
        ((_LAYERS, "zip(self.layers, layer_caches, strict=True)"),),
    ),
    Mistake(
        "layers reversed, caches not",
        "the layers run from the last to the first, their caches from the first to the last",
        "a layer's backward needs the cache of its own forward",
        ((_LAYERS, "zip(reversed(self.layers), layer_caches, strict=True)"),),
    ),
    Mistake(
        "each layer gets the gradient from the top",
        "every layer gets the gradient from above the stack, not what the layer above made of it",
        "the last layer's share of dmemory is right",
        ((_LAYER, _LAYER.replace("dresid, ", "_, ", 1)),),
    ),
    Mistake(
        "embeddings get the gradient from above the layers",
        "the embeddings get the gradient from above the layers, which does not go through them",
        "dmemory is right",
        (
            ("shares = []", "above = dresid\n        shares = []"),
            (_EMBED, _EMBED.replace("dresid", "above")),
        ),
    ),
    Mistake(
        "embeddings get the gradient from above the final norm",
        "the embeddings get the gradient that came in, which goes neither through the final norm "
        "nor through the layers",
        "dmemory is right",
        (
            (_UNPACKED, f"above = dresid\n        {_UNPACKED}"),
            (_EMBED, _EMBED.replace("dresid", "above")),
        ),
    ),
    Mistake(
        "embeddings get no gradient",
        "the gradient does not go on into the embeddings",
        "dmemory is right; of dparameters, the part of the embeddings is 0",
        ((_EMBED, "pass"),),
    ),
    Mistake(
        "final norm skipped",
        "the gradient goes past the final norm: its parameters get none",
        "with post-norm, where there is no final norm, nothing is wrong",
        ((_NORM, "pass"),),
    ),
    Mistake(
        "final norm's dx not used",
        "the final norm gets its gradient, but what it brings back is not passed on",
        "with post-norm, where there is no final norm, nothing is wrong",
        ((_NORM, _NORM.removeprefix("dresid = ")),),
    ),
    Mistake(
        "final norm undone last",
        "the final norm is undone after the layers, not before them",
        "with post-norm, where there is no final norm, nothing is wrong",
        (
            (_NORM, "pass"),
            (
                _EMBED,
                "if self.final_norm is not None:\n"
                "            dresid = self.final_norm.backward(dresid, norm_cache)\n"
                f"        {_EMBED}",
            ),
        ),
    ),
)

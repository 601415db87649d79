"""Mistakes in the encoder."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "encoder causal": ("causal=False", "causal=True"),
    "mask forgotten": (
        "layer.forward(resid, mask, None, rng)",
        "layer.forward(resid, None, None, rng)",
    ),
    "mask of the first sequence for all": (
        "layer.forward(resid, mask, None, rng)",
        "layer.forward(resid, mask if mask is None else mask[:1], None, rng)",
    ),
    "mask transposed: padding asks nothing, and is heard": (
        "layer.forward(resid, mask, None, rng)",
        "layer.forward(resid, mask if mask is None else mask.swapaxes(-1, -2), None, rng)",
    ),
    "mask in the first layer only": (
        "layer_caches.append(layer_cache)",
        "layer_caches.append(layer_cache)\n            mask = None",
    ),
    "mask given as a bias": (
        "layer.forward(resid, mask, None, rng)",
        "layer.forward(resid, None, None if mask is None else mask.astype(float), rng)",
    ),
    "segments forgotten": (
        "self.embed.forward(ids, 0, rng, segments)",
        "self.embed.forward(ids, 0, rng)",
    ),
    "no dropout on the embeddings": (
        "self.embed.forward(ids, 0, rng, segments)",
        "self.embed.forward(ids, 0, None, segments)",
    ),
    "no dropout in the layers": (
        "layer.forward(resid, mask, None, rng)",
        "layer.forward(resid, mask, None, None)",
    ),
    "positions from 1": (
        "self.embed.forward(ids, 0, rng, segments)",
        "self.embed.forward(ids, 1, rng, segments)",
    ),
    "all layers are the first": (
        "resid, layer_cache = layer.forward(",
        "resid, layer_cache = self.layers[0].forward(",
    ),
    "no final norm": (
        "resid, norm_cache = self.final_norm.forward(resid)",
        "_, norm_cache = self.final_norm.forward(resid)",
    ),
    "final norm in post-norm too": (
        'if config.norm_position == "pre" else None',
        "if True else None",
    ),
    "final norm skipped in the backward": (
        "dresid = self.final_norm.backward(dresid, norm_cache)",
        "self.final_norm.backward(dresid, norm_cache)",
    ),
    "layers undone in the wrong order": (
        "zip(reversed(self.layers), reversed(layer_caches), strict=True)",
        "zip(self.layers, layer_caches, strict=True)",
    ),
    "caches of the wrong layers": ("reversed(layer_caches), strict", "layer_caches, strict"),
    "the last layer's gradient stays there": (
        "dresid = layer.backward(dresid, layer_cache)",
        "layer.backward(dresid, layer_cache)",
    ),
    "embeddings get no gradient": ("self.embed.backward(dresid, embed_cache)", "pass"),
    "a table of its own always": ("tok = tok or make_table(", "tok = make_table("),
    "ALiBi accepted": ('if config.positions == "alibi":', "if False:"),
    "length not checked": (
        'require_ids("ids", ids, self.config.max_len)',
        'require_ids("ids", ids, 10**9)',
    ),
    "float64 whatever was asked": (
        "TransformerLayer(config, rng, causal=False, dtype=dtype)",
        "TransformerLayer(config, rng, causal=False, dtype=np.float64)",
    ),
}

"""Mistakes in a layer of an encoder-decoder's decoder."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "decoder leak: not causal": ("causal=True", "causal=False"),
    "cross-attention's gradient does not reach below": (
        "dresid_mid, self.norm1, self.self_attn",
        "dresid_mid_cross, self.norm1, self.self_attn",
    ),
    "cross-attention gets the gradient from above the FFN": (
        "dresid_mid_cross, self.norm2, self.cross_attn",
        "dresid_post, self.norm2, self.cross_attn",
    ),
    "dresid and dmemory exchanged": (
        "dresid_mid, dmemory = residual_backward",
        "dmemory, dresid_mid = residual_backward",
    ),
    "dmemory lost": ("return dresid_pre, dmemory", "return dresid_pre, 0 * dmemory"),
    "dmemory passed through the norm": (
        "return dresid_pre, dmemory",
        "return dresid_pre, self.norm2.backward(\n"
        "            np.resize(dmemory, dresid_pre.shape), cross_cache[0]\n"
        "        ) if dmemory.shape == dresid_pre.shape else dmemory",
    ),
    "padding mask not given to cross-attention": (
        "forward(x, memory, memory_mask, rng)",
        "forward(x, memory, None, rng)",
    ),
    "padding mask given to self-attention too": (
        "self.self_attn.forward(x, rng=rng,",
        "self.self_attn.forward(x, memory_mask, rng=rng,",
    ),
    "cross-attention reads what came before self-attention": (
        "            resid_mid,\n            self.norm2,",
        "            resid_pre,\n            self.norm2,",
    ),
    "FFN reads what came before cross-attention": (
        "resid_mid_cross, self.norm3, self.ffn.forward",
        "resid_mid, self.norm3, self.ffn.forward",
    ),
    "norm2 in the place of norm3": (
        "resid_mid_cross, self.norm3, self.ffn.forward",
        "resid_mid_cross, self.norm2, self.ffn.forward",
    ),
    "norm2 in the place of norm3 in the backward": (
        "dresid_post, self.norm3, self.ffn.backward",
        "dresid_post, self.norm2, self.ffn.backward",
    ),
    "KV cache forgotten": ("rng=rng, kv_cache=kv_cache", "rng=rng"),
    "no dropout on cross-attention's pattern": (
        "forward(x, memory, memory_mask, rng)",
        "forward(x, memory, memory_mask)",
    ),
    "no dropout on self-attention's pattern": (
        "self.self_attn.forward(x, rng=rng,",
        "self.self_attn.forward(x, rng=None,",
    ),
    "no dropout on the FFN": (
        "self.ffn.forward, config.norm_position, config.dropout, rng",
        "self.ffn.forward, config.norm_position, 0.0, rng",
    ),
    "FFN always pre-norm": (
        "self.ffn.forward, config.norm_position",
        'self.ffn.forward, "pre"',
    ),
    "two sub-layers in the start": ("n_sublayers=3", "n_sublayers=2"),
    "cross-attention's output starts as large as the rest": (
        "CrossAttention(config, rng, std_out, dtype)",
        "CrossAttention(config, rng, config.init_std, dtype)",
    ),
    "float64 whatever was asked": (
        "CrossAttention(config, rng, std_out, dtype)",
        "CrossAttention(config, rng, std_out, np.float64)",
    ),
    "one norm for two sub-layers": (
        "self.norm3 = make_norm(config, dtype)",
        "self.norm3 = self.norm2",
    ),
}

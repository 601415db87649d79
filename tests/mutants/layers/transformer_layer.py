"""Mistakes in a layer of the stack."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "sub-layers undone in the wrong order": (
        "dresid_post, self.norm2, self.ffn.backward, norm_position, ffn_cache\n"
        "        )\n"
        "        dresid_pre = residual_backward(\n"
        "            dresid_mid, self.norm1, self.self_attn.backward, norm_position, attn_cache",
        "dresid_post, self.norm1, self.self_attn.backward, norm_position, attn_cache\n"
        "        )\n"
        "        dresid_pre = residual_backward(\n"
        "            dresid_mid, self.norm2, self.ffn.backward, norm_position, ffn_cache",
    ),
    "attention gets the gradient from above the FFN": (
        "dresid_mid, self.norm1, self.self_attn",
        "dresid_post, self.norm1, self.self_attn",
    ),
    "norm1 in the place of norm2": (
        "resid_mid, self.norm2, self.ffn.forward",
        "resid_mid, self.norm1, self.ffn.forward",
    ),
    "norm1 in the place of norm2 in the backward": (
        "dresid_post, self.norm2, self.ffn.backward",
        "dresid_post, self.norm1, self.ffn.backward",
    ),
    "FFN reads what came before attention": (
        "resid_mid, self.norm2, self.ffn.forward",
        "resid_pre, self.norm2, self.ffn.forward",
    ),
    "bias forgotten": ("(x, mask, bias, rng, kv_cache)", "(x, mask, None, rng, kv_cache)"),
    "mask forgotten": ("(x, mask, bias, rng, kv_cache)", "(x, None, bias, rng, kv_cache)"),
    "KV cache forgotten": ("(x, mask, bias, rng, kv_cache)", "(x, mask, bias, rng)"),
    "an encoder's layer is causal": (
        "SelfAttention(config, rng, causal, std_out, dtype)",
        "SelfAttention(config, rng, True, std_out, dtype)",
    ),
    "no dropout on attention": (
        "config.norm_position,\n            config.dropout,",
        "config.norm_position,\n            0.0,",
    ),
    "no dropout on the FFN": (
        "self.ffn.forward, config.norm_position, config.dropout, rng",
        "self.ffn.forward, config.norm_position, 0.0, rng",
    ),
    "always pre-norm": (
        "self.ffn.forward, config.norm_position",
        'self.ffn.forward, "pre"',
    ),
    "always layernorm": ('if config.norm == "rmsnorm":', "if False:"),
    "norm without the config's eps": (
        "RMSNorm(config.d_model, config.norm_eps, dtype)",
        "RMSNorm(config.d_model, dtype=dtype)",
    ),
    "output projections start as large in deep stacks": (
        "std_out = output_std(config, n_sublayers=2)",
        "std_out = config.init_std",
    ),
    "biases whatever the config": ("std_out, config.bias, dtype", "std_out, dtype=dtype"),
}

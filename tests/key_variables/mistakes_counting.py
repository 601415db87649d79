"""Mistakes in what counts parameters, work and memory."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, dict[str, Edit]] = {
    "architecture": {
        "any heads": ("if self.n_heads % self.n_kv_heads:", "if False:"),
        "booleans are numbers": ("and not isinstance(value, bool)", ""),
        "zero is a size": ("smallest: int = 1", "smallest: int = 0"),
        "no largest number": ("smallest <= value <= largest", "smallest <= value"),
        "keys as wide as queries": ("self.n_kv_heads * self.d_head", "self.n_heads * self.d_head"),
        "queries as wide as keys": (
            'H K, features of all queries together."""\n        return self.n_heads',
            'H K, features of all queries together."""\n        return self.n_kv_heads',
        ),
        "no stack at all": ("if self.encoder is None and self.decoder is None:", "if False:"),
        "learned positions without a length": (
            'if self.positions == "learned" and self.max_len is None:',
            "if False:",
        ),
        "no buckets": ('if self.positions == "relative" and self.n_buckets == 0:', "if False:"),
        "odd heads for rope": (
            'if self.positions == "rope" and any(stack.d_head % 2 for stack in self.stacks):',
            "if False:",
        ),
        "the encoder is the main stack": ("self.stacks[-1]", "self.stacks[0]"),
        "long values shown whole": (
            "text if len(text) <= 60 else text[:57]",
            "text if 1 else text",
        ),
        "max_len not looked at": ('("max_len", "source_vocab_size")', '("source_vocab_size",)'),
        "any depth": (
            'require_whole("n_layers", self.n_layers, MAX_LAYERS)',
            'require_whole("n_layers", self.n_layers)',
        ),
    },
    "shapes": {
        "head counted although tied": (
            "and not arch.tie_embeddings:\n        yield",
            "and True:\n        yield",
        ),
        "no final norm": ('if arch.norm_position == "pre":', "if False:"),
        "a final norm in post-norm, too": ('if arch.norm_position == "pre":', "if True:"),
        "keys as wide as queries": (
            'f"{name}.k", d_model, d_kv',
            'f"{name}.k", d_model, d_q',
        ),
        "values as wide as queries": ('f"{name}.v", d_model, d_kv', 'f"{name}.v", d_model, d_q'),
        "out from D instead of H K": (
            'f"{name}.out", d_q, d_model',
            'f"{name}.out", d_model, d_model',
        ),
        "no bias behind attention": (
            "d_q, d_model, arch.out_bias",
            "d_q, d_model, False",
        ),
        "biases to q, k and v by the other switch": (
            "d_model, d_q, arch.qkv_bias",
            "d_model, d_q, arch.out_bias",
        ),
        "no gate": (
            '("gate", "up") if arch.gated else ("in",)',
            '("up",) if arch.gated else ("in",)',
        ),
        "a third matrix for all": (
            '("gate", "up") if arch.gated else ("in",)',
            '("gate", "in")',
        ),
        "cross-attention forgotten": ("    if crosses:\n", "    if False:\n"),
        "cross-attention in the encoder": (
            'crosses = rows == "target" and arch.encoder is not None',
            "crosses = arch.encoder is not None and arch.decoder is not None",
        ),
        "cross-attention's keys from the target": (
            'f"{name}.cross_attn", rows, "source"',
            'f"{name}.cross_attn", rows, rows',
        ),
        "no third norm": (
            '        yield from _norm(arch, f"{name}.norm3")\n',
            "",
        ),
        "shared table counted twice": ("None if shared else arch.vocab_size", "arch.vocab_size"),
        "source table has the target's size": (
            "arch.vocab_size if arch.source_vocab_size is None else arch.source_vocab_size",
            "arch.vocab_size",
        ),
        "positions counted where they are not learned": (
            'if arch.positions == "learned":',
            "if arch.max_len:",
        ),
        "rows that no position uses left out": (
            "(arch.max_len or 0) + arch.extra_positions",
            "arch.max_len",
        ),
        "no segments": ("if arch.n_segments:", "if False:"),
        "no norm of the embeddings": ("if arch.embedding_norm:", "if False:"),
        "a shift in rmsnorm": (
            'if arch.norm == "layernorm" and arch.norm_bias:',
            "if arch.norm_bias:",
        ),
        "a shift always": (
            'if arch.norm == "layernorm" and arch.norm_bias:',
            'if arch.norm == "layernorm":',
        ),
        "relative positions in every layer": (
            "    for i in range(stack.n_layers):\n",
            "    for i in range(stack.n_layers):\n        if arch.n_buckets:\n"
            '            yield Tensor(f"{name}.layers.{i}.b", (arch.n_buckets, 1), "attention")\n',
        ),
        "no bias of the vocabulary": (
            '        yield Tensor("mlm.bias", (vocab_size,), "head")\n',
            "",
        ),
        "no pooler": ("if arch.pooler:\n", "if False:\n"),
        "labels without bias": (
            "d_model, arch.n_labels, True",
            "d_model, arch.n_labels, False",
        ),
        "final norm counted in the layers": (
            '".layers." in tensor.name',
            '"final" not in tensor.name',
        ),
        "head matrix is an embedding": (
            '(d_model, vocab_size), "head", "target"',
            '(d_model, vocab_size), "embeddings", "target"',
        ),
        "sum instead of product": ("math.prod(self.shape)", "sum(self.shape)"),
    },
    "flops": {
        "a multiply-add is one": ("2 * tensor.size * lengths", "tensor.size * lengths"),
        "scores without pattern @ v": ("2 * (2 * n_queries", "(2 * n_queries"),
        "scores of key heads only": ("stack.d_q)", "stack.d_kv)"),
        "causal half": ("2 * (2 * n_queries * n_keys", "(2 * n_queries * n_keys"),
        "the tied head is free": ("    if arch.tie_embeddings:  #", "    if False:  #"),
        "an untied head counted twice": ("    if arch.tie_embeddings:  #", "    if True:  #"),
        "no cross-attention": (
            "        if arch.encoder is not None:\n            yield",
            "        if False:\n            yield",
        ),
        "cross-attention over the target": (
            "_scores(arch.decoder, lengths.target, lengths.source)",
            "_scores(arch.decoder, lengths.target, lengths.target)",
        ),
        "backward as large as forward": ("BACKWARD_PER_FORWARD = 2", "BACKWARD_PER_FORWARD = 1"),
        "pooler for every token": (
            'if kind == "sequence":\n            return 1',
            'if kind == "sequence":\n            return self.source',
        ),
        "masked head for every token": ("tied * lengths.predicted", "tied * lengths.source"),
        "all are masked": ("round(0.15 * source)", "source"),
        "a look-up is a product": ('if tensor.rows != "none":', "if True:"),
    },
    "memory": {
        "pattern of one head": (
            "batch * stack.n_heads * n_queries * n_keys",
            "batch * n_queries * n_keys",
        ),
        "pattern of the key heads": (
            "batch * stack.n_heads * n_queries * n_keys",
            "batch * stack.n_kv_heads * n_queries * n_keys",
        ),
        "z once": ("stack.d_head) else 2\n", "stack.d_head) else 1\n"),
        "keys only": ("n * 2 * batch * n_keys * stack.d_kv", "n * batch * n_keys * stack.d_kv"),
        "cache of keys only": ("2 * stack.n_layers * stack.d_kv", "stack.n_layers * stack.d_kv"),
        "cache of all heads": ("stack.n_layers * stack.d_kv", "stack.n_layers * stack.d_q"),
        "no rstd": ("final) * rows * (d_model + 1)", "final) * rows * d_model"),
        "no final norm": ('final = 1 if arch.norm_position == "pre" else 0', "final = 0"),
        "ReLU keeps floats": ("MASK if relu else FLOAT32", "FLOAT32"),
        "GELU keeps one array": ("wide * (1 if relu else 2)", "wide"),
        "no gate": ("    if arch.gated:\n", "    if False:\n"),
        "dropout of the pattern forgotten": (
            '    if dropout:\n        yield Kept(f"{name}, dropout of the pattern"',
            '    if False:\n        yield Kept(f"{name}, dropout of the pattern"',
        ),
        "dropout of sub-layers forgotten": (
            '    if dropout:\n        yield Kept(f"{name}: dropout behind',
            '    if False:\n        yield Kept(f"{name}: dropout behind',
        ),
        "rope's angles for each sequence": (
            "n * 2 * length * stack.d_head",
            "n * 2 * rows * stack.d_head",
        ),
        "rope's angles for each head": (
            "n * 2 * length * stack.d_head",
            "n * 2 * length * stack.d_q",
        ),
        "memory kept by each layer": (
            "source * arch.d_model)\n    if arch.decoder",
            "arch.decoder.n_layers * source * arch.d_model)\n    if arch.decoder",
        ),
        "logits once": ("2 * rows * n_outputs", "rows * n_outputs"),
        "the pattern grows linearly": (
            'yield Kept(f"{name}, pattern", n * pattern, quadratic=True)',
            'yield Kept(f"{name}, pattern", n * pattern)',
        ),
        "batch forgotten": (
            "source, target = batch * lengths.source, batch * lengths.target",
            "source, target = lengths.source, lengths.target",
        ),
        "ids of the segments forgotten": ("rows * (2 if arch.n_segments else 1)", "rows"),
        "head for masked tokens keeps less": ("5 * d_model + 1", "4 * d_model + 1"),
    },
    "derived": {
        "biases in D^2": (
            'if t.part == "attention" and t.rows != "none"',
            'if t.part == "attention"',
        ),
        "norms left out of the layer": (
            "whole = sum(t.size for t in layer)",
            'whole = sum(t.size for t in layer if t.part != "norms")',
        ),
        "everything is about two thirds": ("<= TOLERANCE", "<= 1"),
        "16 D^2 in every layer": (
            "12 * encoder.n_layers + 16 * decoder.n_layers",
            "16 * encoder.n_layers + 16 * decoder.n_layers",
        ),
        "error of the other sign": (
            "ByHand(formula, value, (value - exact) / exact)",
            "ByHand(formula, value, (exact - value) / exact)",
        ),
        "embeddings forgotten": ("d_squared + vocabulary\n    else", "d_squared\n    else"),
        "Korthikanti for gates": ("        and not architecture.gated\n", ""),
        "Korthikanti for any F": ("        and stack.d_ff == 4 * d_model\n", ""),
        "Korthikanti for grouped heads": ("        and stack.n_kv_heads == stack.n_heads\n", ""),
        "Korthikanti for two stacks": ("len(architecture.stacks) == 1\n", "True\n"),
        "Korthikanti without heads": ("5 * stack.n_heads * length", "5 * length"),
        "Adam has one moment": ("16 * count_parameters", "12 * count_parameters"),
        "embeddings are in N": ('- parts["embeddings"] - parts["head"]', '- parts["head"]'),
        "the head is in N": ('- parts["embeddings"] - parts["head"]', '- parts["embeddings"]'),
        "length always 512": (
            "DEFAULT_LENGTH if architecture.max_len is None else architecture.max_len",
            "DEFAULT_LENGTH",
        ),
    },
    "growth": {
        "width without heads": (
            "n_heads=2 * stack.n_heads,",
            "n_heads=stack.n_heads, d_head=2 * stack.d_head,",
        ),
        "width without F": ("d_ff=2 * stack.d_ff", "d_ff=stack.d_ff"),
        "key heads stay": ("n_kv_heads=2 * stack.n_kv_heads", "n_kv_heads=stack.n_kv_heads"),
        "D stays": ("d_model=2 * architecture.d_model", "d_model=architecture.d_model"),
        "one layer more": ("2 * stack.n_layers)", "stack.n_layers + 1)"),
        "decoder stays": ("None if decoder is None else change(decoder)", "decoder"),
        "encoder stays": ("None if encoder is None else change(encoder)", "encoder"),
        "length stays": ("(longer(architecture), 2 * length)", "(longer(architecture), length)"),
        "difference for quotient": ("quantity(arch, t) / now", "quantity(arch, t) - now"),
        "zeros shown": ("        if now:\n", "        now = now or 1\n        if True:\n"),
        "any size": ("if not _can_double(architecture):", "if False:"),
    },
}

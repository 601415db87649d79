"""Mistakes in the encoder-decoder."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "encoder gets no gradient": ("self.encoder.backward(dmemory, encoder_cache)", "pass"),
    "encoder gets the decoder's gradient": (
        "self.encoder.backward(dmemory, encoder_cache)",
        "self.encoder.backward(np.resize(dresid, dmemory.shape), encoder_cache)",
    ),
    "encoder's gradient divided by the source's length": (
        "self.encoder.backward(dmemory, encoder_cache)",
        "self.encoder.backward(dmemory / dmemory.shape[1], encoder_cache)",
    ),
    "one table of three places loses the source's path": (
        "self.encoder.backward(dmemory, encoder_cache)",
        "kept = self.encoder.embed.tok.weight.grad.copy()\n"
        "        self.encoder.backward(dmemory, encoder_cache)\n"
        "        self.encoder.embed.tok.weight.grad[...] = kept",
    ),
    "one table of three places loses the target's path": (
        "dmemory = self.decoder.backward(dresid, decoder_cache)",
        "kept = self.decoder.embed.tok.weight.grad.copy()\n"
        "        dmemory = self.decoder.backward(dresid, decoder_cache)\n"
        "        self.decoder.embed.tok.weight.grad[...] = kept",
    ),
    "one table of three places loses the head's path": (
        "dresid = head_backward(dlogits, self.head, self.decoder.embed.tok, head_cache)",
        "kept = self.decoder.embed.tok.weight.grad.copy()\n"
        "        dresid = head_backward(dlogits, self.head, self.decoder.embed.tok, head_cache)\n"
        "        self.decoder.embed.tok.weight.grad[...] = kept",
    ),
    "the source's path overwrites the others": (
        "self.encoder.backward(dmemory, encoder_cache)",
        "self.encoder.embed.tok.weight.grad[...] = 0\n"
        "        self.encoder.backward(dmemory, encoder_cache)",
    ),
    "padding mask not given to the decoder": (
        "self.decoder.forward(target, memory, source_mask, rng)",
        "self.decoder.forward(target, memory, None, rng)",
    ),
    "padding mask not given to the encoder": (
        "self.encoder.forward(source, source_mask, None, rng)",
        "self.encoder.forward(source, None, None, rng)",
    ),
    "source and target exchanged": (
        "self.encoder.forward(source, source_mask, None, rng)",
        "self.encoder.forward(target, None, None, rng)",
    ),
    "no dropout in the encoder": (
        "self.encoder.forward(source, source_mask, None, rng)",
        "self.encoder.forward(source, source_mask, None)",
    ),
    "no dropout in the decoder": (
        "self.decoder.forward(target, memory, source_mask, rng)",
        "self.decoder.forward(target, memory, source_mask)",
    ),
    "the head scores by the source's table": (
        "logits, head_cache = head_forward(resid, self.head, self.decoder.embed.tok)",
        "logits, head_cache = head_forward(resid, self.head, self.encoder.embed.tok)",
    ),
    "a table of its own for the source, always": (
        "target_tok if shared else make_table(config.source_vocab_size or 0, config, rng, dtype)",
        "make_table(config.source_vocab_size or config.vocab_size, config, rng, dtype)",
    ),
    "one table for both, always": (
        "shared = config.source_vocab_size is None",
        "shared = True",
    ),
    "the source's table of the target's size": (
        "make_table(config.source_vocab_size or 0, config, rng, dtype)",
        "make_table(config.vocab_size, config, rng, dtype)",
    ),
    "the encoder makes its own table": (
        "Encoder(config, rng, dtype, source_tok)",
        "Encoder(config, rng, dtype)",
    ),
    "generation reads padding": (
        "memory, _ = self.encoder.forward(source, source_mask)",
        "memory, _ = self.encoder.forward(source)",
    ),
    "generation asks padding": (
        "return self.decoder.start(memory, source_mask)",
        "return self.decoder.start(memory)",
    ),
    "dropout in generation": (
        "memory, _ = self.encoder.forward(source, source_mask)",
        "memory, _ = self.encoder.forward(\n"
        "            source, source_mask, None, np.random.default_rng(0)\n"
        "        )",
    ),
    "generation ends before the head": (
        "logits, _ = head_forward(resid, self.head, self.decoder.embed.tok)",
        "logits = resid",
    ),
    "parameters from a generator of its own": (
        "self.encoder = Encoder(config, rng,",
        "self.encoder = Encoder(config, np.random.default_rng(),",
    ),
    "float64 whatever was asked": (
        "MemoryDecoder(target_tok, config, rng, dtype)",
        "MemoryDecoder(target_tok, config, rng, np.float64)",
    ),
}

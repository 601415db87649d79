"""How many parameters a model has, by formula.

V vocab_size, D d_model, T max_len, F d_ff, N n_layers.
"""

from tinytf.config import Config


def gpt(c: Config) -> int:
    """GPT-2: tables for tokens and positions, biases everywhere, two norms with beta."""
    attention = 4 * c.d_model * c.d_model + 4 * c.d_model
    ffn = 2 * c.d_model * c.d_ff + c.d_ff + c.d_model
    norms = 2 * 2 * c.d_model
    tables = (c.vocab_size + c.max_len) * c.d_model
    return tables + c.n_layers * (attention + ffn + norms) + 2 * c.d_model


def llama(c: Config) -> int:
    """Llama: a free head, three FFN matrices, no biases, norms without beta."""
    attention = 2 * c.d_model * c.d_model + 2 * c.d_model * c.d_model * c.kv_heads // c.n_heads
    ffn = 3 * c.d_model * c.d_ff
    norms = 2 * c.d_model
    return 2 * c.vocab_size * c.d_model + c.n_layers * (attention + ffn + norms) + c.d_model


def mpt(c: Config) -> int:
    """MPT: a tied head, no positions, no biases, norms without beta."""
    attention = 4 * c.d_model * c.d_model
    ffn = 2 * c.d_model * c.d_ff
    norms = 2 * c.d_model
    return c.vocab_size * c.d_model + c.n_layers * (attention + ffn + norms) + c.d_model


FORMULAS = {"gpt": gpt, "llama": llama, "mpt": mpt}

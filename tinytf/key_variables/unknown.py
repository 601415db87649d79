"""What can be read of a config.json of an unknown family: its numbers, by their usual names."""

from typing import Any, NamedTuple, TypeGuard

from tinytf.key_variables.architecture import MAX_SIZE

# key variable, its letter -> the names it has in the configs of different families
_NAMES: dict[tuple[str, str], tuple[str, ...]] = {
    ("vocabulary", "V"): ("vocab_size", "n_vocab", "padded_vocab_size", "tgt_vocab"),
    ("model size", "D"): ("d_model", "hidden_size", "n_embd", "n_embed", "dim"),
    ("context length", "T"): (
        "max_position_embeddings", "n_positions", "max_seq_len", "max_seq_length", "seq_length",
        "n_ctx", "max_len",
    ),
    ("heads", "H"): (
        "num_attention_heads", "n_heads", "n_head", "num_heads", "nhead",
        "encoder_attention_heads",
    ),
    ("key and value heads", "Hkv"): ("num_key_value_heads", "n_kv_heads", "multi_query_group_num"),
    ("FFN size", "F"): (
        "intermediate_size", "d_ff", "ffn_dim", "ffn_hidden_size", "n_inner", "dim_feedforward",
        "encoder_ffn_dim", "hidden_dim",
    ),
    ("layers", "L"): (
        "num_hidden_layers", "n_layers", "n_layer", "num_layers", "encoder_layers", "enc_layers",
    ),
}  # fmt: skip
# Models of text and pictures keep the text part's numbers in an object of their own.
_INSIDE = ("text_config", "llm_config")


class Readable(NamedTuple):
    """One number of a config.

    Attributes:
        variable: its usual name.
        letter: V, D, T, H, Hkv, F or L.
        value: as it stands there.
        key: under which it stands.
    """

    variable: str
    letter: str
    value: int
    key: str


def readable(values: dict[str, Any]) -> list[Readable]:
    """The key variables that stand in the config under a name they often have."""
    objects = {"": values}
    for name in _INSIDE:
        if isinstance(values.get(name), dict):
            objects[f"{name}."] = values[name]
    found = []
    for (variable, letter), names in _NAMES.items():
        places = ((f"{where}{name}", o.get(name)) for where, o in objects.items() for name in names)
        sizes = (Readable(variable, letter, value, key) for key, value in places if _is_size(value))
        found += list(sizes)[:1]
    return found


def estimate(found: list[Readable]) -> int | None:
    """12 L D^2 + V D where all three stand there: what a usual model of such sizes would have."""
    sizes = {one.letter: one.value for one in found}
    if not {"L", "D", "V"} <= sizes.keys():
        return None
    return 12 * sizes["L"] * sizes["D"] ** 2 + sizes["V"] * sizes["D"]


def _is_size(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_SIZE

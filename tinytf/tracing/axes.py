"""What the axes of a trace's tensors mean.

B batch, T own length, S source length, D model size, H heads, Hkv heads of keys and values where
they are fewer, K head size, F FFN size, V vocabulary, N predicted tokens, L labels.
"""

import re
from dataclasses import dataclass
from typing import Any

# Last part of the name -> axes.
AXES: dict[str, tuple[str, ...]] = {
    "ids": ("B", "T"),
    "segments": ("B", "T"),
    "predict": ("B", "T"),
    "source": ("B", "S"),
    "target": ("B", "T"),
    "targets": ("B", "T"),
    "source_mask": ("B", "1", "1", "S"),
    "mask": ("B", "1", "1", "T"),
    "tok": ("B", "T", "D"),
    "pos": ("T", "D"),
    "segment": ("B", "T", "D"),
    "placed": ("B", "T", "D"),
    "summed": ("B", "T", "D"),
    "resid_pre": ("B", "T", "D"),
    "resid_mid": ("B", "T", "D"),
    "resid_mid_cross": ("B", "T", "D"),
    "resid_post": ("B", "T", "D"),
    "q_merged": ("B", "T", "D"),
    "k_merged": ("B", "T", "D"),
    "v_merged": ("B", "T", "D"),
    "q": ("B", "H", "T", "K"),
    "k": ("B", "H", "T", "K"),
    "v": ("B", "H", "T", "K"),
    "q_rotated": ("B", "H", "T", "K"),
    "k_rotated": ("B", "H", "T", "K"),
    "k_heads": ("B", "H", "T", "K"),
    "v_heads": ("B", "H", "T", "K"),
    "scores": ("B", "H", "T", "T"),
    "pattern": ("B", "H", "T", "T"),
    "z": ("B", "H", "T", "K"),
    "merged": ("B", "T", "D"),
    "mean": ("B", "T", "1"),
    "rstd": ("B", "T", "1"),
    "normed": ("B", "T", "D"),
    "pre": ("B", "T", "F"),
    "gate": ("B", "T", "F"),
    "up": ("B", "T", "F"),
    "post": ("B", "T", "F"),
    "out": ("B", "T", "D"),
    "logits": ("B", "T", "V"),
    "probs": ("B", "T", "V"),
    "per_token": ("B", "T"),
    "loss": (),
    "predictions": ("B",),
    "nsp_logits": ("B", "2"),
    "pooled": ("B", "D"),
    "cls": ("B", "D"),
}

# Last part of a parameter's name -> axes; a bias has the last one of its weight.
WEIGHTS: dict[str, tuple[str, ...]] = {
    "embed.tok": ("V", "D"),
    "embed.pos": ("max_len", "D"),
    "embed.segment": ("segments", "D"),
    "q": ("D", "D"),
    "k": ("D", "Hkv K"),
    "v": ("D", "Hkv K"),
    "out": ("D", "D"),
    "dense": ("D", "D"),
    "nsp": ("D", "2"),
    "mlm.decoder": ("D", "V"),
}
VECTORS: dict[str, tuple[str, ...]] = {
    "gamma": ("D",),
    "beta": ("D",),
    "w_in": ("D", "F"),
    "b_in": ("F",),
    "w_gate": ("D", "F"),
    "w_up": ("D", "F"),
    "w_out": ("F", "D"),
    "w_down": ("F", "D"),
    "b_out": ("D",),
    "mlm.bias": ("V",),
}

KEYS_VALUES = {"k", "v", "k_merged", "v_merged", "k_rotated", "k_heads", "v_heads"}

_SHAPE_COMMENT = re.compile(r"#\s*\(([^().]*)\)")


@dataclass(frozen=True)
class AxisNames:
    """Names the axes of one model's tensors.

    Attributes:
        source_stack: the stack that reads the source, such as "encoder" in an encoder-decoder: the
            length of its tensors is S. None where there is one stack.
        grouped: whether there are fewer heads of keys and values than of queries.
        head: the axis of what the model's head gives: "V", or "L" for labels.
        source_ids: the axis of the source stack's table of embeddings.
    """

    source_stack: str | None
    grouped: bool
    head: str
    source_ids: str = "V"

    def of(self, name: str, shape: tuple[int, ...], source: str = "") -> tuple[str, ...]:
        """The axes of a tensor, such as ("B", "H", "T", "K").

        What the shape comment of its source line says; without one, what the table says for the
        last part of its name; a tensor that neither describes gets "axis 0", "axis 1", ...

        Args:
            name: its full name.
            shape: its shape.
            source: the source lines that made it.
        """
        parts = name.split(".")
        known = AXES.get(parts[-1], ())
        if parts[-1] == "dropped":  # a pattern or a sub-layer's output
            known = AXES["pattern" if len(shape) == 4 else "out"]
        if len(known) == len(shape) + 1 and known[:2] == ("B", "T"):
            known = ("N" if "mlm" in parts else "B", *known[2:])  # of some tokens, or of none
        comment = _SHAPE_COMMENT.search(source)
        written = tuple(one.strip() for one in comment[1].split(",")) if comment else ()
        for axes in (written, known):
            if axes and len(axes) == len(shape):
                return tuple(self._letter(parts, axis) for axis in self._of_keys(parts, axes))
        return tuple(f"axis {i}" for i in range(len(shape)))

    def of_parameter(self, name: str, shape: tuple[int, ...]) -> tuple[str, ...]:
        """The axes of a parameter, by its name."""
        layer, _, tail = name.rpartition(".")
        near = ".".join(layer.split(".")[-2:]), layer.split(".")[-1]
        axes = VECTORS.get(f"{near[1]}.{tail}", VECTORS.get(tail, ()))
        if tail in ("weight", "bias") and not axes:
            weight = next((WEIGHTS[one] for one in near if one in WEIGHTS), ())
            weight = ("D", self.head) if layer == "head" else weight
            axes = weight if tail == "weight" else weight[1:]
        if not axes or len(axes) != len(shape):
            return tuple(f"axis {i}" for i in range(len(shape)))
        other = {} if self.grouped else {"Hkv K": "D"}
        if name.split(".")[0] == self.source_stack:
            other["V"] = self.source_ids
        return tuple(other.get(axis, axis) for axis in axes)

    def _of_keys(self, parts: list[str], axes: tuple[str, ...]) -> tuple[str, ...]:
        """Keys and values have a length, and a number of heads, of their own."""
        tail, keys = parts[-1], "S" if "cross_attn" in parts else "T"
        if tail in ("scores", "pattern", "dropped") and len(axes) == 4:
            return *axes[:-1], keys
        if tail not in KEYS_VALUES:
            return axes
        axes = tuple(keys if axis in ("T", "Tk") else axis for axis in axes)
        if tail.endswith("_merged"):
            return *axes[:-1], "Hkv K"
        # k_heads and v_heads stand as often as there are queries' heads that they serve.
        heads = "H" if tail.endswith("_heads") else "Hkv"
        return tuple(heads if axis in ("H", "Hkv") else axis for axis in axes)

    def _letter(self, parts: list[str], axis: str) -> str:
        """In one model one letter means one thing."""
        if not self.grouped:
            axis = {"Hkv": "H", "Hkv K": "D"}.get(axis, axis)
        if axis == "Tq" or (axis == "S" and self.source_stack is None):
            axis = "T"
        return "S" if axis == "T" and parts[0] == self.source_stack else axis


def axis_names(root: Any) -> AxisNames:
    """For a model or layer, or None."""
    config, parts = getattr(root, "config", None), vars(root).keys() if root is not None else set()
    grouped = getattr(config, "n_heads", 1) != getattr(config, "kv_heads", 1)
    own_table = getattr(config, "source_vocab_size", None) is not None
    if {"encoder", "decoder"} <= parts:
        return AxisNames("encoder", grouped, "V", "source V" if own_table else "V")
    return AxisNames(None, grouped, "L" if "encoder" in parts else "V")

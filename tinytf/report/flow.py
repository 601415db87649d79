"""Gradient flow and attention maps: the two panels of a report that are not steps."""

from typing import Any

import numpy as np

from tinytf.ops.arrays import Array
from tinytf.report.numbers import Numbers
from tinytf.report.sheet import Sheet, number
from tinytf.tracing import Trace


def gradient_flow(trace: Trace) -> list[dict[str, Any]]:
    """RMS of every gradient and |update| / |weight|, layer by layer.

    Of intermediates, those of the residual stream are shown: they tell whether gradients grow or
    vanish on their way down.
    """
    layers: dict[str, list[dict[str, Any]]] = {layer_of(one.name): [] for one in trace.parameters()}
    for tensor in trace:
        if tensor.grad is None or tensor.grad.size == 0:
            continue
        tail = tensor.name.rsplit(".", 1)[-1]
        names = [tensor.name, *tensor.aliases]
        stream = [one for one in names if one.rsplit(".", 1)[-1].startswith("resid_")]
        layer = layer_of(stream[0] if stream else tensor.name)
        if tensor.kind == "parameter":
            ratio = tensor.update_ratio
            part = tensor.name.removeprefix(f"{layer}.")
            entry: dict[str, Any] = {"name": part, "grad_rms": number(_rms(tensor.grad))}
            entry["update_ratio"] = None if ratio is None else number(ratio)
            layers.setdefault(layer, []).append(entry)
        elif stream or tail == "logits":
            entry = {"name": (stream or [tail])[0].rsplit(".", 1)[-1], "update_ratio": None}
            entry["grad_rms"] = number(_rms(tensor.grad))
            layers.setdefault(layer, []).append(entry)
    return [{"layer": layer, "parts": parts} for layer, parts in layers.items() if parts]


def layer_of(name: str) -> str:
    """ "decoder.layers.0" of what is inside that layer; else the first part or two of the name."""
    parts = name.split(".")
    if "layers" in parts:
        return ".".join(parts[:3])
    return ".".join(parts[:2]) if parts[0] in ("encoder", "decoder") else parts[0]


def attention_maps(trace: Trace, numbers: Numbers, sheet: Sheet) -> list[dict[str, Any]]:
    """Every pattern of every layer and head, with its gradient."""
    maps = []
    for tensor in trace:
        if not tensor.name.endswith(".pattern") or tensor.value.ndim != 4:
            continue
        stack, _, layer, part = tensor.name.split(".")[:4]
        kind = "cross" if part == "cross_attn" else "causal" if stack == "decoder" else "self"
        for head in range(tensor.shape[1]):
            maps.append(
                {
                    "kind": kind,
                    "where": f"{stack} layer {layer}",
                    "layer": int(layer),
                    "head": head,
                    "value": numbers.value(tensor.name, head).put(sheet),
                    "grad": numbers.grad(tensor.name, head).put(sheet),
                }
            )
    return maps


def _rms(array: Array) -> float:
    return float(np.sqrt(np.mean(np.square(array, dtype=np.float64))))

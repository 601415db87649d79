"""Where a call stands: the path of its layer, and what goes before the names of its variables."""

from typing import Any

from tinytf.layers.parameter import Layer
from tinytf.tracing.frames import Frame
from tinytf.tracing.names import OPENED, join
from tinytf.tracing.watched import Watched, named_layers


class CallNames:
    """Names calls by the layers they run in.

    Args:
        root: the model; None to watch ops alone.
    """

    def __init__(self, root: Layer | None) -> None:
        self._paths: dict[int, list[str]] = {}
        for path, layer in named_layers(root) if root is not None else []:
            self._paths.setdefault(id(layer), []).append(path)
        self._entered: dict[tuple[str, str], int] = {}

    def name(self, frame: Frame) -> None:
        """Set the frame's path, prefix and `opened`, and describe it in its note."""
        watched, parent, note = frame.watched, frame.parent, frame.note
        note.phase = watched.direction
        note.depth = parent.note.depth + 1 if parent else 0
        note.op = type(frame.layer).__name__ if frame.layer is not None else watched.stem
        if frame.forward is not None:
            note.path, frame.prefix = frame.forward.note.path, frame.forward.prefix
            frame.opened = frame.forward.opened
            return
        note.path = parent.note.path if parent else ""
        if frame.layer is not None:
            note.path = self._path(frame.layer, note.path)
        frame.opened = parent is None or _is_opened(watched)
        frame.prefix = _prefix(frame)
        inherited = frame.layer is not None and parent is not None and parent.layer is frame.layer
        if watched.direction == "forward" and frame.opened and not inherited:
            key = frame.prefix, watched.name
            times = self._entered[key] = self._entered.get(key, 0) + 1
            if times > 1:
                frame.prefix += f"#{times}"

    def _path(self, layer: Any, parent_path: str) -> str:
        """The way to a layer; of several ways, the one through the layer that calls it."""
        paths = self._paths.get(id(layer))
        if paths is None:  # made while it runs, so no attribute of the model
            return join(parent_path, type(layer).__name__)
        below = [path for path in paths if path.startswith(join(parent_path, ""))]
        return (below or paths)[0]


def _prefix(frame: Frame) -> str:
    """The layer's path; a function of several ops, such as residual or head, adds its own name."""
    watched, parent, path = frame.watched, frame.parent, frame.note.path
    if watched.owner is not None:
        return path
    if parent is None:
        return "loss" if watched.stem in ("cross_entropy", "squared_error") else watched.stem
    if not watched.in_tinytf or is_op(watched):
        return parent.prefix
    times = parent.helpers[watched.stem] = parent.helpers.get(watched.stem, 0) + 1
    return join(path, f"residual{times}" if watched.stem == "residual" else watched.stem)


def _is_opened(watched: Watched) -> bool:
    return not is_op(watched) or watched.stem in OPENED


def is_op(watched: Watched) -> bool:
    """Whether it is one of `tinytf.ops`."""
    return (watched.function.__module__ or "").startswith("tinytf.ops.")

"""What belongs together: a backward and the forward it undoes, a variable and its name."""

from tinytf.tracing.call_names import is_op
from tinytf.tracing.frames import Frame
from tinytf.tracing.names import NO_GRADIENT, join
from tinytf.tracing.register import Register
from tinytf.tracing.watched import Watched


def undone(frame: Frame, frames: list[Frame], watched: list[Watched]) -> Frame | None:
    """The forward call that a backward undoes: the one that returned the cache it was given."""
    if frame.watched.twin is None:
        return None
    twin, given = watched[frame.watched.twin], frame.arguments
    waiting = [one for one in frames if one.watched is twin and one.backward is None]
    for earlier in reversed(waiting):
        if earlier.cache is not None and any(earlier.cache is one for one in given.values()):
            return earlier
    # Without a cache (dropout that drops nothing) the place in the model decides.
    around = frame.parent.forward if frame.parent is not None else None
    for earlier in reversed(waiting):
        if earlier.parent is around and (earlier.cache is None or "cache" not in given):
            return earlier
    return None


def returned_name(frame: Frame, watched: list[Watched]) -> str:
    """What the backward calls, with a d in front, what the forward returns; else "out"."""
    if frame.watched.twin is None:
        return "out"
    code = watched[frame.watched.twin].function.__code__
    names = [name for name in code.co_varnames[: code.co_argcount] if name != "self"]
    return names[0].removeprefix("d") if names and names[0].startswith("d") else "out"


def is_shown(frame: Frame, name: str, watched: list[Watched]) -> bool:
    """Whether a variable is a tensor of the trace: in tinytf, where the backward knows it."""
    its = frame.watched
    if not its.in_tinytf or (its.stem, name) in NO_GRADIENT:
        return True
    if its.twin is None:
        return False
    return f"d{name}" in watched[its.twin].function.__code__.co_varnames


def full_name(frame: Frame, name: str) -> str:
    """The layer's path and the variable; an op's y is the layer's "out"."""
    if name == frame.prefix.split("#")[0]:  # the variable loss of the loss
        return frame.prefix
    return join(frame.prefix, "out" if name == "y" and is_op(frame.watched) else name)


def axes_in_loss(frame: Frame, name: str, register: Register) -> tuple[str, ...]:
    """A loss has the axes of what it judges: those of the logits, or all but their last one."""
    if frame.watched.stem not in ("cross_entropy", "squared_error"):
        return ()
    given = (frame.forward or frame).note.inputs
    tensor = register.named(given.get("logits", given.get("predictions", "")))
    if tensor is None:
        return ()
    of_classes = frame.watched.stem == "cross_entropy" and name in ("targets", "per_token")
    return tensor.axes[:-1] if of_classes else tensor.axes

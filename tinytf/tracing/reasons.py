"""Why a tensor has no gradient, and what else a trace has to say about what it lacks."""

from fnmatch import fnmatchcase

from tinytf.tracing.frames import Frame
from tinytf.tracing.names import NO_GRADIENT
from tinytf.tracing.recorder import Recorder
from tinytf.tracing.tensors import TracedTensor


def why_no_grad(tensor: TracedTensor, recorder: Recorder, refused: dict[str, str]) -> str:
    """Why a tensor has no gradient.

    Args:
        tensor: without a gradient, and no call has said why.
        recorder: that has heard of it.
        refused: functions that are not traced, by name.
    """
    by_then = " before the recording ended (see the notes)" if recorder.ended else ""
    if refused and not by_then:
        by_then = ", or it was not traced (see the notes)"
    if not any(frame.watched.direction == "backward" for frame in recorder.frames):
        return f"no backward ran{by_then if recorder.ended else ' inside the trace' + by_then}"
    if tensor.kind == "parameter":
        return f"no backward added to its grad{by_then}"
    frame, variable = recorder.made_in[id(tensor)]
    watched = frame.watched
    twin = None if watched.twin is None else recorder.watched[watched.twin]
    calls = [one for one in _strangers(recorder) if one.watched is twin]
    if tensor.value.dtype.kind == "f" and frame.backward is None and calls:
        return f"{calls[0].watched.name} {_of_no_forward(calls[0], recorder)}"
    if tensor.kind == "input":
        what = "a float input" if tensor.value.dtype.kind == "f" else "integers or booleans"
        return f"an input of the model ({what}), which no backward returns a gradient for"
    known = NO_GRADIENT.get((watched.stem or watched.name.split(".")[0].lower(), variable))
    if known is not None:
        return known
    if twin is None:
        return f"{watched.name} has no backward"
    if f"d{variable}" not in twin.function.__code__.co_varnames:
        return f"{twin.name} has no variable d{variable}"
    if frame.backward is None:
        return f"{twin.name} was not called for this call of {watched.name}{by_then}"
    return f"{twin.name} did not assign d{variable} in this run"


def notes_about(
    recorder: Recorder, refused: dict[str, str], patterns: list[str], updated: bool
) -> list[str]:
    """What a trace did not record, and why.

    Args:
        recorder: of the trace.
        refused: functions that are not traced: name -> why.
        patterns: of the names that the trace was asked for.
        updated: whether a parameter has changed.
    """
    notes = [
        f"not traced, so the tensors inside it are missing, and the gradients there: {why}"
        for why in refused.values()
    ]
    if recorder.ended:
        notes.append(recorder.ended)
    if recorder.elsewhere:
        notes.append(
            "functions of the trace also ran in another thread; only the thread that made the "
            "trace is recorded"
        )
    for frame in _strangers(recorder):
        note = f"{frame.watched.name} {_of_no_forward(frame, recorder)}"
        if note not in notes:
            notes.append(note)
    leftover = recorder.register.parameter_grads.leftover
    backwards = [one for one in recorder.frames if one.watched.direction == "backward"]
    if leftover and (backwards or updated):
        notes.append(
            f"grad already held something when the trace was opened ({len(leftover)} parameters, "
            f"such as {leftover[0]}); .grad of the trace is only what was added inside, so it does "
            "not explain .delta alone"
        )
    names = recorder.register.names()
    unused = [one for one in patterns if not any(fnmatchcase(name, one) for name in names)]
    if not patterns:
        notes.append("names is empty, so no tensor was kept")
    if unused and names:
        notes.append(f"names: {', '.join(map(repr, unused))} fits none of the {len(names)} names")
    return notes


def _strangers(recorder: Recorder) -> list[Frame]:
    """The backwards of which it is not known which forward they undo."""
    return [
        frame
        for frame in recorder.frames
        if frame.watched.direction == "backward"
        and frame.watched.twin is not None
        and frame.forward is None
    ]


def _of_no_forward(frame: Frame, recorder: Recorder) -> str:
    """What is wrong with such a backward."""
    assert frame.watched.twin is not None
    forward = recorder.watched[frame.watched.twin]
    calls = [one for one in recorder.frames if one.watched is forward]
    if calls and all(one.backward is not None for one in calls):
        return f"was called more often than {forward.name}; what the others gave is not recorded"
    return (
        f"was called with a cache that no recorded call of {forward.name} returned (a copy of it, "
        "or one from before the trace?), so it is not known what its gradients belong to"
    )

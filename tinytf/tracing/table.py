"""A trace as a table: a line for each tensor, in the order in which they were made."""

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from tinytf.tracing.statistics import CANCELS, WHY_CANCELS, Summary, summaries
from tinytf.tracing.tensors import TracedTensor

WIDTH = 120
_SHORTEST_NAME = 24  # names are not shortened further than to so many characters
_LONGEST_SHAPE = 30
_GAP = _INDENT = "  "
HEADER = ("tensor", "shape", "RMS", "max", "zeros", "grad RMS", "update", "flags")
# What the names of a group begin with: a layer, or what stands before the first dot.
_GROUP = re.compile(r"(.*?\.layers\.\d+|[^.]+)\.")


class Text(str):
    """A text that an interactive prompt shows as it is, with its line breaks."""

    def __repr__(self) -> str:
        return str(self)


def table(tensors: Iterable[TracedTensor], names: Sequence[str], notes: Iterable[str]) -> Text:
    """Lay out the tensors of a trace.

    Args:
        tensors: all of the trace, since some flags compare a tensor with the others.
        names: of those to show.
        notes: what the trace has to say besides.

    Returns:
        ASCII lines of at most 120 characters, but for tensors with many flags; `summaries` says
        what the flags mean.
    """
    wanted = set(names)
    every = summaries(tensors)
    shown = [one for one in every if one.tensor.name in wanted]
    footnotes = Footnotes()
    lines: list[str] = []
    if shown:
        groups = [_GROUP.match(one.tensor.name) for one in shown]
        rows = [
            cells(one, footnotes, len(group[0]) if group else 0)
            for one, group in zip(shown, groups, strict=True)
        ]
        widths = [max(map(len, column)) for column in zip(HEADER, *rows, strict=True)]
        n_others = len(_INDENT) + sum(len(_GAP) + width for width in widths[1:])
        widths[0] = min(widths[0], max(_SHORTEST_NAME, WIDTH - n_others))
        lines.append(_line(HEADER, widths))
        last = None
        for group, row in zip(groups, rows, strict=True):
            name = group[1] if group else None
            if name is not None and name != last:
                lines.append(_ascii(name))
            lines.append(_line(row, widths, _INDENT if group else ""))
            last = name
    lines += ["", *_wrapped("", _counts(shown, len(every)))]
    for number, reason in enumerate(footnotes.reasons, start=1):
        lines += _wrapped(f"[{number}] ", reason)
    for note in notes:
        lines += _wrapped("note: ", note)
    return Text("\n".join(lines))


class Footnotes:
    """Reasons that several lines refer to by a number.

    Attributes:
        reasons: each once; the number of the first one is 1.
    """

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def mark(self, reason: str) -> str:
        """The number of a reason, as "[1]"."""
        if reason not in self.reasons:
            self.reasons.append(reason)
        return f"[{self.reasons.index(reason) + 1}]"


def cells(summary: Summary, footnotes: Footnotes, name_from: int = 0) -> tuple[str, ...]:
    """What stands in a tensor's line, from its name (from this character on) to its flags."""
    tensor = summary.tensor
    grad = "-" + footnotes.mark(tensor.why_no_grad) if tensor.grad is None else ""
    remarks = [
        f"{one} {footnotes.mark(WHY_CANCELS)}" if one == CANCELS else one for one in summary.remarks
    ]
    update = "from 0" if summary.update == np.inf else _number(summary.update)
    return (
        _ascii(tensor.name[name_from:]),
        _shortened(_ascii(tensor.shape_text), _LONGEST_SHAPE),
        _number(summary.rms),
        _largest(summary),
        _share(summary.zeros),
        grad or _number(summary.grad_rms),
        update,
        ", ".join([*summary.flags, *remarks]),
    )


def _counts(shown: list[Summary], n_all: int) -> str:
    kinds = Counter(one.tensor.kind for one in shown)
    said = [f"{n} {kind}{'s' if n != 1 else ''}" for kind, n in kinds.items()]
    flags = Counter(flag for one in shown for flag in one.flags)
    warned = ", ".join(f"{flag} ({n})" for flag, n in flags.items())
    of_all = f" of {n_all}" if len(shown) < n_all else ""
    listed = f": {', '.join(said)}" if said else ""
    n_grads = sum(one.tensor.grad is not None for one in shown)
    tensors = "tensor" if n_all == 1 else "tensors"
    no_update = "; no update" if kinds["parameter"] and shown[-1].update is None else ""
    return (
        f"{len(shown)}{of_all} {tensors}{listed}; {n_grads} with a gradient{no_update}; "
        f"flags: {warned or 'none'}"
    )


def _line(row: Sequence[str], widths: Sequence[int], indent: str = "") -> str:
    """Name, shape and flags to the left, numbers to the right."""
    name = indent + _shortened(row[0], widths[0])
    padded = [name.ljust(len(_INDENT) + widths[0]), row[1].ljust(widths[1])]
    padded += [text.rjust(width) for text, width in zip(row[2:-1], widths[2:-1], strict=True)]
    return _GAP.join([*padded, row[-1]]).rstrip()


def _wrapped(mark: str, text: str) -> list[str]:
    below = " " * len(mark)
    return textwrap.wrap(
        _ascii(text), WIDTH, initial_indent=mark, subsequent_indent=below, break_on_hyphens=False
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


def _largest(summary: Summary) -> str:
    """The largest |number|; of integers such as ids with all its digits."""
    value = summary.tensor.value
    if value.dtype.kind in "iu" and value.size:
        return str(max(abs(int(value.min())), abs(int(value.max()))))
    return _number(summary.largest)


def _share(share: float | None) -> str:
    """Per cent; one that is not quite 0 or 1 does not look as if it were."""
    if share is None:
        return ""
    if 0 < share < 0.01:
        return "<1%"
    return ">99%" if 0.99 < share < 1 else f"{share:.0%}"


def _shortened(text: str, longest: int) -> str:
    """The text, with "..." in its middle where it is longer."""
    if len(text) <= longest:
        return text
    n_kept = longest - 3
    return text[: n_kept - n_kept // 2] + "..." + text[len(text) - n_kept // 2 :]


def _ascii(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode("ascii")

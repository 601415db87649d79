"""What a notebook shows of a trace and of its tensors: HTML tables.

No script, no address of another host, and every text that comes from outside is escaped. Colours
are those of the report: blue below zero, white at zero, orange above.
"""

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from tinytf.ops.arrays import Array
from tinytf.tracing.statistics import size_of, summaries
from tinytf.tracing.table import HEADER, Footnotes, cells
from tinytf.tracing.tensors import TracedTensor

BLUE, ORANGE = (0x21, 0x66, 0xAC), (0xB3, 0x58, 0x06)
GREY = (0xDD, 0xDD, 0xDD)  # of what is not a finite number
MOST_ROWS = MOST_COLS = 16
_TABLE = '<table style="border-collapse:collapse;font-size:85%">'
_TEXT = "text-align:left;padding:1px 6px"
_NUMBER = "text-align:right;padding:1px 6px"
_FLAG = "text-align:left;padding:1px 6px;font-weight:bold"


def trace_html(tensors: Iterable[TracedTensor], notes: Iterable[str]) -> str:
    """The lines of `Trace.table` as an HTML table."""
    footnotes = Footnotes()
    found = summaries(tensors)
    styles = [_TEXT, _TEXT, *[_NUMBER] * (len(HEADER) - 3), _FLAG]
    rows = [_row([(title, style) for title, style in zip(HEADER, styles, strict=True)], "th")]
    for one in found:
        rows.append(_row(list(zip(cells(one, footnotes), styles, strict=True))))
    below = [f"[{i}] {reason}" for i, reason in enumerate(footnotes.reasons, start=1)]
    below += [f"note: {note}" for note in notes]
    return f"<div>{_TABLE}{''.join(rows)}</table>{''.join(map(_paragraph, below))}</div>"


def tensor_html(tensor: TracedTensor) -> str:
    """A tensor: where it comes from, its value and its gradient as matrices, the gradient's parts.

    Of more than two axes the last two are shown, the others at index 0; of long axes, the first 16.
    """
    said = [f"{tensor.kind}, {tensor.shape_text}, {tensor.value.dtype}"]
    if tensor.aliases:
        said.append(f"also called {', '.join(tensor.aliases)}")
    if tensor.source is not None:
        said.append(f"made by {tensor.op} in {tensor.source.file}, line {tensor.source.line}:")
    parts = [f"<b>{escape(tensor.name)}</b>", *map(_paragraph, said)]
    if tensor.source is not None:
        parts.append(f"<pre>{escape(tensor.source.text)}</pre>")
    parts.append(_matrix("value", tensor.value, tensor.axes))
    if tensor.grad is None:
        parts.append(_paragraph(f"no gradient: {tensor.why_no_grad}"))
    else:
        parts.append(_matrix("gradient", tensor.grad, tensor.axes))
    sent = [f"{name}: RMS {size_of(part):.3g}" for name, part in tensor.grad_parts.items()]
    if sent:
        listed = "".join(f"<li>{escape(one)}</li>" for one in sent)
        parts.append(f"{_paragraph('the gradient is the sum of what came from')}<ul>{listed}</ul>")
    return f"<div>{''.join(parts)}</div>"


def _matrix(what: str, array: Array, axes: Sequence[str]) -> str:
    """One matrix of an array as a table, with a line that says which; floats are coloured."""
    if array.dtype.kind not in "biufc":
        return _paragraph(f"{what}: {array.dtype}, no numbers to show")
    leading = max(array.ndim - 2, 0)
    matrix = np.atleast_2d(array[(0,) * leading]) if array.size else np.zeros((0, 0))
    shown = matrix[:MOST_ROWS, :MOST_COLS]
    title = [what]
    for axis, size in list(zip(axes, array.shape, strict=True))[:leading]:
        title.append(f"{axis} 0 of {size}")
    for name, n_shown, n_all in zip(("rows", "columns"), shown.shape, matrix.shape, strict=True):
        if n_shown < n_all:
            title.append(f"showing {n_shown} of {n_all} {name}")
    sizes = np.abs(shown).astype(np.float64)
    largest = float(np.max(sizes, initial=0.0, where=np.isfinite(sizes)))
    rows = [_row([("", _TEXT), *((str(i), _NUMBER) for i in range(shown.shape[1]))], "th")]
    for i, numbers in enumerate(shown.tolist()):
        colours = [_colours(x, largest) if array.dtype.kind in "fc" else "" for x in numbers]
        styles = [f"{_NUMBER};{colour}" for colour in colours]
        rows.append(_row([(str(i), _TEXT), *zip(map(_text, numbers), styles, strict=True)]))
    return f"{_paragraph(', '.join(title))}{_TABLE}{''.join(rows)}</table>"


def _text(value: bool | int | float | complex) -> str:
    """Floats with three digits; ids, counts, yes and no as they are."""
    return str(value) if isinstance(value, int) else f"{value + 0.0:.3g}"  # -0.0 becomes 0


def _colours(value: complex, largest: float) -> str:
    """Background and text colour of a number's cell; white is exactly zero."""
    if not np.isfinite(value):
        red, green, blue = GREY
    else:
        end = ORANGE if value.real >= 0 else BLUE
        share = abs(value) / largest if largest else 0.0
        red, green, blue = (round(255 + (part - 255) * share) for part in end)
    # Brightness as the eye sees it: Rec. 601.
    text = "#000" if 0.299 * red + 0.587 * green + 0.114 * blue > 128 else "#fff"
    return f"background:#{red:02x}{green:02x}{blue:02x};color:{text}"


def _row(texts: Sequence[tuple[str, str]], tag: str = "td") -> str:
    """Texts, each with its style."""
    found = [f'<{tag} style="{style}">{escape(text)}</{tag}>' for text, style in texts]
    return f"<tr>{''.join(found)}</tr>"


def _paragraph(text: str) -> str:
    return f'<p style="margin:2px 0">{escape(text)}</p>'

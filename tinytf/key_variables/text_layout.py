"""Plain printed tables: ASCII, numbers with thousands separators, at most 100 columns."""

import textwrap
from collections.abc import Sequence

WIDTH = 100


def aligned(rows: Sequence[Sequence[str]], indent: str = "  ", gap: str = "  ") -> list[str]:
    """Lines of a table: the first column flush left, the others flush right.

    Args:
        rows: of the same number of cells each.
        indent: before each line.
        gap: between two columns.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        lines.append((indent + gap.join(cells)).rstrip())
    return lines


def wrapped(text: str, indent: str = "  ") -> list[str]:
    """A sentence in lines that fit, those behind the first one further in."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_on_hyphens=False,
    )


def percent(share: float) -> str:
    """A share, such as "66.7 %"."""
    return f"{100 * share:.1f} %"


def factor(value: float) -> str:
    """A factor, such as "x 2.00"."""
    return f"x {value:.2f}"

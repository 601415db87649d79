"""Axes of matrices: how long they are, which of their places are shown, and what these are called.

A report of a large model shows a part of it: 16 of 128 features, some words of the vocabulary.
Which part is decided once for each axis, so that the operands of a product show the same places.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Axis:
    """One side of a matrix.

    Attributes:
        name: what it counts, such as "feature" or "token that looks (query)".
        size: its whole length.
        shown: the places that are shown, in this order.
        labels: what these are called.
    """

    name: str
    size: int
    shown: tuple[int, ...]
    labels: tuple[str, ...]

    @property
    def cropped(self) -> bool:
        """Whether places are left out."""
        return len(self.shown) < self.size

    @property
    def hidden(self) -> list[int]:
        """The places that are left out."""
        shown = set(self.shown)
        return [place for place in range(self.size) if place not in shown]

    @property
    def words(self) -> str:
        """ "showing 16 of 128 features"."""
        return f"showing {len(self.shown)} of {self.size:,} {plural(self.name)}"

    def called(self, name: str) -> "Axis":
        """The same places under another name."""
        return Axis(name, self.size, self.shown, self.labels)


def plural(name: str) -> str:
    """ "feature" -> "features", "word of the vocabulary" -> "words of the vocabulary"."""
    first, _, rest = name.partition(" ")
    many = "entries" if not first else first + ("es" if first.endswith("s") else "s")
    return f"{many} {rest}" if rest.startswith("of ") else many


def counted_axis(name: str, size: int, shown: tuple[int, ...] | None = None) -> Axis:
    """An axis whose places are called by their numbers; shown None: all of them."""
    shown = tuple(range(size)) if shown is None else shown
    return Axis(name, size, shown, tuple(map(str, shown)))


def only(label: str, name: str = "") -> Axis:
    """An axis with one place."""
    return Axis(name, 1, (0,), (label,))


def named_axis(name: str, labels: list[str], size: int | None = None) -> Axis:
    """An axis of which the first places are shown, under these labels."""
    return Axis(
        name, len(labels) if size is None else size, tuple(range(len(labels))), tuple(labels)
    )

"""Notes about arrays, found by the array object itself."""

import weakref
from typing import Generic, TypeVar

from tinytf.ops.arrays import Array

Note = TypeVar("Note")


class ById(Generic[Note]):
    """A dictionary from array objects (not their numbers) to notes; it keeps no array alive."""

    def __init__(self) -> None:
        self._notes: dict[int, tuple[weakref.ref[Array], Note]] = {}

    def __setitem__(self, array: Array, note: Note) -> None:
        key, notes = id(array), weakref.ref(self)

        def forget(_: object) -> None:
            if (alive := notes()) is not None:
                del alive._notes[key]

        self._notes[key] = weakref.ref(array, forget), note

    def copy(self, array: Array, other: Array) -> None:
        """What is noted about an array is noted about another one too."""
        if (note := self.get(array)) is not None:
            self[other] = note

    def forget(self, array: Array) -> None:
        """Drop the note about an array."""
        if self.get(array) is not None:
            del self._notes[id(array)]

    def get(self, array: Array) -> Note | None:
        """The note about this array; None where there is none."""
        found = self._notes.get(id(array))
        return found[1] if found is not None and found[0]() is array else None

"""The values of a config.json, each checked as it is read; an error names the key."""

from typing import Any

from tinytf.key_variables.architecture import MAX_SIZE, ArchitectureError, require_whole, shown


class JsonValues:
    """A JSON object whose values are asked for by key and kind.

    Args:
        values: the object.
        where: what stands before a key in errors, such as "attn_config.".
    """

    def __init__(self, values: dict[str, Any], where: str = "") -> None:
        self.values = values
        self.where = where

    def whole(
        self, *keys: str, default: int | None = None, smallest: int = 1, largest: int = MAX_SIZE
    ) -> int:
        """The whole number under the first of these keys that is there and not null.

        Raises:
            ArchitectureError: there is none and no default, or it is out of range.
        """
        found = self._first(*keys)
        if found is None:
            if default is None:
                names = " or ".join(self.where + key for key in keys)
                raise ArchitectureError(f"{names}: expected a whole number, found none")
            return default
        key, value = found
        return require_whole(self.where + key, value, largest, smallest)

    def optional_whole(self, *keys: str) -> int | None:
        """The same, or None where there is none."""
        return None if self._first(*keys) is None else self.whole(*keys)

    def flag(self, key: str, default: bool) -> bool:
        """True or false.

        Raises:
            ArchitectureError: it is something else.
        """
        value = self.values.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise ArchitectureError(
                f"{self.where}{key}: expected true or false, got {shown(value)}"
            )
        return value

    def text(self, *keys: str, default: str) -> str:
        """A string.

        Raises:
            ArchitectureError: it is something else.
        """
        found = self._first(*keys)
        if found is None:
            return default
        key, value = found
        if not isinstance(value, str):
            raise ArchitectureError(f"{self.where}{key}: expected a text, got {shown(value)}")
        return value

    def inside(self, key: str) -> "JsonValues":
        """The object under a key; an empty one where there is none.

        Raises:
            ArchitectureError: it is something else.
        """
        value = self.values.get(key)
        if value is not None and not isinstance(value, dict):
            raise ArchitectureError(f"{self.where}{key}: expected an object, got {shown(value)}")
        return JsonValues(value or {}, f"{self.where}{key}.")

    def _first(self, *keys: str) -> tuple[str, Any] | None:
        found = ((key, self.values.get(key)) for key in keys)
        return next(((key, value) for key, value in found if value is not None), None)

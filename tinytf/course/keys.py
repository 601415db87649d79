"""Checks of a toml's tables: the keys that are there, and the types of their values."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from tinytf.course.errors import CourseError

_IN_WORDS: dict[type, str] = {str: "a text", list: "a list", dict: "a table"}


def require_keys(
    table: Mapping[str, Any], needed: Mapping[str, type], optional: Mapping[str, type]
) -> None:
    """A table has all the needed keys and no unknown ones, each with a value of its type.

    Raises:
        CourseError: it has not.
    """
    known = {**needed, **optional}
    if unknown := [key for key in table if key not in known]:
        raise CourseError(f"unknown: {', '.join(unknown)}; known: {', '.join(known) or 'none'}")
    if missing := [key for key in needed if key not in table]:
        raise CourseError(f"missing: {', '.join(missing)}")
    for key, value in table.items():
        if type(value) is not known[key]:
            raise CourseError(f"{key}: expected {_IN_WORDS[known[key]]}, got {value!a}")


def require_texts(key: str, values: list[Any], empty: bool = False) -> None:
    """A list holds names, each of them once.

    Raises:
        CourseError: it does not; or it is empty, and may not be.
    """
    if not (values or empty) or not all(type(value) is str and value for value in values):
        raise CourseError(f"{key}: expected a list of names, got {values!a}")
    if len(set(values)) < len(values):
        raise CourseError(f"{key}: a name stands twice in {values!a}")


def require_one_of(key: str, what: str, name: str, known: Iterable[str]) -> None:
    """A name is a known one.

    Args:
        key: where it stands.
        what: what the known ones are, such as "one of the inputs".
        name: it.
        known: the names that would be right.

    Raises:
        CourseError: it is not; the message lists the known ones.
    """
    names = list(known)
    if name not in names:
        near = "".join(f"; did you mean {one}?" for one in get_close_matches(name, names, n=1))
        listed = ", ".join(names) or "none"
        raise CourseError(f"{key}: expected {what} ({listed}), got {name!a}{near}")


def require_title(title: str) -> None:
    """A title is one line that can be printed.

    Raises:
        CourseError: it is not.
    """
    if not title.strip() or not title.isprintable():
        raise CourseError(f"title: expected one line of text that can be printed, got {title!a}")

"""The error of the assignment kit. Bottom of the package; imports nothing of it."""


class CourseError(ValueError):
    """An assignment that cannot be used; one line says which file, where, and what is wrong."""

"""How much time and memory a student's functions get."""

from dataclasses import dataclass

MEGABYTE = 2**20


@dataclass(frozen=True)
class Limits:
    """The limits of one student's process.

    Attributes:
        seconds_per_call: wall-clock time of one run of the exercise's functions.
        seconds_per_exercise: wall-clock time of all runs of one exercise together.
        seconds_to_start: wall-clock time to start Python, load NumPy and the student's file.
        memory: bytes of address space beyond what Python and NumPy take themselves.
        file_size: bytes of the longest file that may be written (in the temporary folder).
        files_written: how many files may be opened for writing.
        reply: bytes of everything that one run sends back.
        numbers_per_argument: numbers in one argument that a stub sends to the reference.
        remote_calls: calls of the reference in one run.
        remote_memory: bytes that the reference may take for the calls of one run.
        fatal_failures: after so many ends of its process an exercise is not started again.
    """

    seconds_per_call: float = 5.0
    seconds_per_exercise: float = 30.0
    seconds_to_start: float = 20.0
    memory: int = 512 * MEGABYTE
    file_size: int = MEGABYTE
    files_written: int = 16
    reply: int = 32 * MEGABYTE
    numbers_per_argument: int = 65_536
    remote_calls: int = 10_000
    remote_memory: int = 256 * MEGABYTE
    fatal_failures: int = 2

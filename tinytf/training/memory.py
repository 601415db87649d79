"""Memory that a training step frees stays with the process, for the next step.

Every step allocates the same arrays as the step before. By default the C library of Linux returns
each large block to the system when it is freed and asks for a new one a moment later; the system
then fills every page of it with zeros. What that costs depends on the machine and on what ran
before: between nothing and a third of the time of a GPT-sized step was seen.
"""

import ctypes
import sys

# Names and numbers of glibc's malloc.h.
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_KEEP = 2**31 - 1  # bytes at the top of the heap before any is returned; the largest C int
_NOT_MAPPED = 32 * 2**20  # bytes; the largest block size that every 64-bit glibc lets us keep


def reuse_freed_memory() -> bool:
    """Ask the C library to keep freed memory instead of returning it to the system.

    The setting holds for the whole process: memory use stays at its peak. Results do not change.

    Returns:
        Whether it was possible: True with glibc (most Linux systems), False elsewhere.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(mallopt(_M_MMAP_THRESHOLD, _NOT_MAPPED) and mallopt(_M_TRIM_THRESHOLD, _KEEP))

"""What the kernel holds a student's process to: limits, and another user where that can be.

This file is sent as text into the student's process, so it imports nothing but the standard
library, and nothing that only POSIX has at its head.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Mapping
from typing import Any

OPEN_FILES = 32
SECONDS_OF_GRACE = 5  # the grader ends a process that takes too long; these limits come later
NO_NEW_PRIVILEGES = 38  # PR_SET_NO_NEW_PRIVS of Linux's prctl


def confine(limits: Mapping[str, Any], user: tuple[int, int] | None) -> None:
    """Give up what a student's functions do not need. Nothing of it can be taken back.

    Args:
        limits: memory (bytes beyond what is in use), file_size, seconds (of the processor).
        user: the ids of user and group to become; only root can.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    seconds = int(limits["seconds"]) + SECONDS_OF_GRACE
    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: limits["file_size"],
        resource.RLIMIT_NOFILE: OPEN_FILES,
    }
    if (in_use := address_space()) is not None:
        wanted[resource.RLIMIT_AS] = in_use + limits["memory"]
    for which, most in wanted.items():
        _limit(resource, which, most)
    if user is not None:
        os.setgroups([])
        os.setgid(user[1])
        os.setuid(user[0])
    _limit(resource, resource.RLIMIT_NPROC, 0)  # no further process, no thread
    if sys.platform == "linux":
        with contextlib.suppress(Exception):
            import ctypes

            ctypes.CDLL(None).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def _limit(resource: Any, which: int, most: int) -> None:
    hardest = resource.getrlimit(which)[1]
    if hardest != resource.RLIM_INFINITY:
        most = min(most, hardest)
    with contextlib.suppress(OSError, ValueError):  # macOS knows limits that it does not take
        resource.setrlimit(which, (most, most))


def address_space() -> int | None:
    """Bytes of address space in use; None where that cannot be known."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = int(file.read().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


def set_alarm(seconds: float) -> None:
    """End this process if it still works on a request after so long, whatever became of the grader.

    0 ends the watch.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)

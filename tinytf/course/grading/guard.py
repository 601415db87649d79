"""What a student's process may not do, refused inside that process and remembered.

This is a lint that names what was tried, no wall: the wall is another user and the kernel's
limits (`confine.py`). This file is sent as text into the student's process, so it imports nothing
but the standard library.
"""

import os
import sys
from collections.abc import Callable
from os import fsdecode
from os.path import join, realpath
from typing import Any

Attempt = tuple[str, str, str]  # the kind of failure, what was tried, by which function
MOST_ATTEMPTS = 20
_frame = sys._getframe

# Events that are refused whoever causes them; {0} is the first argument.
REFUSED = {
    "os.kill": "tried to signal process {0}",
    "os.killpg": "tried to signal process group {0}",
    "signal.pthread_kill": "tried to signal a thread",
    "os.fork": "tried to start a process (os.fork)",
    "os.forkpty": "tried to start a process (os.forkpty)",
    "os.exec": "tried to start a program: {0}",
    "os.posix_spawn": "tried to start a program: {0}",
    "os.spawn": "tried to start a program: {1}",
    "os.startfile": "tried to start a program: {0}",
    "os.system": "tried to run a shell command: {0}",
    "pty.spawn": "tried to start a program: {0}",
    "subprocess.Popen": "tried to start a program: {0}",
    "_thread.start_new_thread": "tried to start a thread",
    "_thread.start_joinable_thread": "tried to start a thread",
    "gc.get_objects": "tried to search the grader's memory (gc.get_objects)",
    "gc.get_referrers": "tried to search the grader's memory (gc.get_referrers)",
    "gc.get_referents": "tried to search the grader's memory (gc.get_referents)",
    "sys.settrace": "tried to watch the grader at work (sys.settrace)",
    "sys.setprofile": "tried to watch the grader at work (sys.setprofile)",
    "sys.monitoring.register_callback": "tried to watch the grader at work (sys.monitoring)",
    "sys._current_frames": "tried to look into the grader's frames",
    "sys._current_exceptions": "tried to look into the grader's frames",
    "sys.addaudithook": "tried to watch the grader at work (sys.addaudithook)",
    "resource.setrlimit": "tried to change the limits of its process",
    "resource.prlimit": "tried to change the limits of its process",
    "code.__new__": "tried to build code from bytes",
}
REFUSED_FAMILIES = {
    "socket.": "tried to use the network ({event})",
    "urllib.": "tried to use the network ({event})",
    "http.": "tried to use the network ({event})",
    "ctypes.": "tried to reach into memory ({event})",
    "winreg.": "tried to use the registry ({event})",
    "webbrowser.": "tried to open a browser",
}
PATH_FAMILIES = ("os.", "shutil.", "tempfile.")
READING = frozenset({"os.listdir", "os.scandir", "os.walk", "os.fwalk"})
PACKAGES = ("site-packages", "dist-packages")  # within the standard library's folder, but not of it
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
HARMLESS = frozenset({"os.putenv", "os.unsetenv"})
FRAMES = frozenset({"tb_frame", "gi_frame", "cr_frame", "ag_frame"})
# Functions of inspect and traceback that hand frames to whoever calls them.
FRAME_GIVERS = frozenset({"currentframe", "stack", "walk_stack"})


def install(
    inside: str,
    readable: tuple[str, ...],
    student_files: frozenset[str],
    files_written: int,
    running: Callable[[], str],
) -> tuple[list[Attempt], Callable[[str, str], None]]:
    """Watch this process from now on; there is no way back.

    Args:
        inside: the temporary folder, the only place for files.
        readable: folders whose files may be read: the standard library's and NumPy's.
        student_files: the files of the student's package, as their code calls them.
        files_written: how many files may be opened for writing.
        running: says which of the exercise's functions is running.

    Returns:
        The list of attempts, which grows; and a function that adds one.
    """
    attempts: list[Attempt] = []
    home = realpath(inside)
    folders = {*readable, *(realpath(folder) for folder in readable)}
    left = [files_written]
    busy = [False]

    def note(kind: str, text: str) -> None:
        if len(attempts) < MOST_ATTEMPTS:
            attempts.append((kind, text, running()))

    def refuse(text: str) -> None:
        note("forbidden", text)
        raise PermissionError(text)

    def is_in(path: str, folder: str) -> bool:
        return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)

    def is_of(path: str, library: str) -> bool:
        packages = [join(library, name) for name in PACKAGES]
        return is_in(path, library) and not any(is_in(path, folder) for folder in packages)

    def is_allowed(path: Any, writing: bool) -> bool:
        if path is None or isinstance(path, int):
            return True  # the current folder; a file that is open already
        real = realpath(fsdecode(path))
        if is_in(real, home):
            return True
        return not writing and any(is_of(real, folder) for folder in folders)

    def opened(path: Any, mode: Any, flags: Any) -> None:
        writing = bool(set(mode or "") & set("wax+")) or bool((flags or 0) & WRITING)
        if not is_allowed(path, writing):
            refuse(f"tried to open {fsdecode(path)}")
        if writing and not isinstance(path, int):
            left[0] -= 1
            if left[0] < 0:
                refuse(f"tried to write more than {files_written} files")

    def by_student() -> bool:
        busy[0] = True
        try:
            frame: Any = _frame(3)  # this one, frames_asked, hook, whoever caused the event
            if frame.f_code.co_name in FRAME_GIVERS and frame.f_back is not None:
                frame = frame.f_back
            return frame.f_code.co_filename in student_files
        finally:
            busy[0] = False

    def frames_asked() -> None:
        if by_student():
            refuse("tried to look into the grader's frames")

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if busy[0]:
            return
        if event == "object.__getattr__":
            if args[1] in FRAMES:
                frames_asked()
        elif event == "sys._getframe":
            frames_asked()
        elif event == "object.__setattr__":
            if args[1] == "__code__":
                refuse("tried to replace the code of a function")
        elif event == "open":
            opened(*args)
        elif event in REFUSED:
            refuse(REFUSED[event].format(*args, None, None))
        elif event.startswith(PATH_FAMILIES) and event not in HARMLESS:
            for path in args:
                kinds = (str, bytes, os.PathLike)
                if isinstance(path, kinds) and not is_allowed(path, event not in READING):
                    refuse(f"tried {event} on {fsdecode(path)}")
        else:
            for family, text in REFUSED_FAMILIES.items():
                if event.startswith(family):
                    refuse(text.format(event=event))

    sys.addaudithook(hook)
    return attempts, note

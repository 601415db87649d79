"""What a student's process is started with: a short program, and the texts that it runs.

The process reads none of tinytf's files; it need not even be able to.
"""

import functools
import importlib.util
import marshal
import os
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import numpy as np

from tinytf.course.grading.limits import Limits
from tinytf.course.grading.student_package import NUMPY_PARTS

# In the order in which they import each other. Drivers come first: see `sources`.
GRADING = (
    *("outcome", "running", "wire", "guard", "confine", "snapshot", "stand_ins"),
    *("student_package", "worker"),
)
NOBODY = 65534

# Runs in the student's process. Descriptors: requests come in as standard input and replies go out
# as standard output; both move to new numbers, and what the student's code prints goes, with
# its errors, to standard error, where the grader counts it.
PROGRAM = """
import base64, builtins, json, marshal, os, struct, sys, types
requests, replies = os.dup(0), os.dup(1)
if sys.platform == "win32":
    import msvcrt
    msvcrt.setmode(requests, os.O_BINARY)
    msvcrt.setmode(replies, os.O_BINARY)
os.dup2(2, 1)
nothing = os.open(os.devnull, os.O_RDONLY)
os.dup2(nothing, 0)
os.close(nothing)
def exactly(n):
    parts = []
    while n:
        part = os.read(requests, min(n, 2**20))
        if not part:
            os._exit(0)
        parts.append(part)
        n -= len(part)
    return b"".join(parts)
settings = json.loads(exactly(struct.unpack("<Q", exactly(8))[0]))
sys.path.append(settings["numpy"])
import numpy
for name in settings["numpy_parts"]:
    __import__(name)
sys.path.remove(settings["numpy"])
for name, code in settings["code"]:
    parts = name.split(".")
    for n in range(1, len(parts)):
        package = sys.modules.setdefault(".".join(parts[:n]), types.ModuleType(parts[n - 1]))
        package.__path__ = []
    module = sys.modules[name] = types.ModuleType(name)
    module.__dict__["__builtins__"] = dict(vars(builtins))
    setattr(sys.modules[".".join(parts[:-1])], parts[-1], module)
    exec(marshal.loads(base64.b64decode(code)), module.__dict__)
main = sys.modules["tinytf.course.grading.worker"].main
for name in [name for name in sys.modules if name.split(".")[0] == "tinytf"]:
    del sys.modules[name]
main(settings, requests, replies)
"""


@functools.cache
def sources() -> tuple[tuple[str, str], ...]:
    """Dotted name and text of each file that runs in a student's process, in their order."""
    course = "tinytf.course"
    folder = _folder(course)
    drivers = sorted(path.stem for path in folder.glob("drivers_*.py"))
    names = [f"{course}.{name}" for name in ("returned", *drivers, "drivers")]
    names += [f"{course}.grading.{name}" for name in GRADING]
    return tuple((name, _text(name)) for name in names)


@functools.cache
def compiled(texts: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The same with each text compiled, in base64: the same Python runs it, without the work."""
    return tuple(
        (name, b64encode(marshal.dumps(_compile(name, text))).decode("ascii"))
        for name, text in texts
    )


def _compile(name: str, text: str) -> Any:
    return compile(text, f"<grader: {name}>", "exec", dont_inherit=True)


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _text(name: str) -> str:
    package, _, stem = name.rpartition(".")
    return (_folder(package) / f"{stem}.py").read_text(encoding="utf-8")


def settings(limits: Limits) -> dict[str, Any]:
    """What the program reads before anything else."""
    return {
        "numpy": str(Path(np.__file__).parent.parent),
        "numpy_parts": NUMPY_PARTS,
        "code": compiled(sources()),
        "user": other_user(),
        "limits": {
            "memory": limits.memory,
            "file_size": limits.file_size,
            "files_written": limits.files_written,
            "seconds": limits.seconds_per_exercise,
            "seconds_per_call": limits.seconds_per_call,
            "reply": limits.reply,
            "numbers_per_argument": limits.numbers_per_argument,
        },
    }


def environment() -> dict[str, str]:
    """The process's whole environment: one thread for BLAS; what Windows cannot do without."""
    threads = ("OPENBLAS", "OMP", "MKL", "BLIS", "VECLIB_MAXIMUM")
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    return {**{f"{name}_NUM_THREADS": "1" for name in threads}, **kept}


@functools.cache
def other_user() -> tuple[int, int] | None:
    """The ids of the user and group that the process becomes; None where it cannot: not root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    try:
        import pwd

        nobody = pwd.getpwnam("nobody")
        ids = nobody.pw_uid, nobody.pw_gid
    except (ImportError, KeyError):
        ids = NOBODY, NOBODY
    known = _is_mapped("/proc/self/uid_map", ids[0]) and _is_mapped("/proc/self/gid_map", ids[1])
    return ids if known else None


def _is_mapped(path: str, number: int) -> bool:
    """Whether there is such a user here; a container's root may be the only one it has."""
    try:
        rows = [line.split() for line in Path(path).read_text(encoding="ascii").splitlines()]
    except OSError:
        return True  # no Linux, no containers of this kind
    return any(int(first) <= number < int(first) + int(count) for first, _, count in rows)


def isolation_note() -> str:
    """One line on how far a student's code is kept apart here; "" where it is kept apart."""
    if other_user() is not None:
        return ""
    return (
        "note: the submission runs with your own rights; limits and checks stop accidents and name "
        "attempts, but they are no security boundary. Run only code that you would run yourself."
    )

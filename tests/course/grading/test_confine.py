"""The kernel's part: without any check in Python, a confined process still cannot do harm."""

import inspect
import os
import subprocess
import sys

import pytest

from tinytf.course.grading import confine
from tinytf.course.grading.bootstrap import other_user

pytestmark = pytest.mark.skipif(os.name != "posix", reason="limits and users are POSIX's")
LIMITS = {"memory": 2**26, "file_size": 2**20, "seconds": 5}
TRIES = [
    ("os.fork()", "BlockingIOError"),
    ("__import__('_thread').start_new_thread(print, ())", "RuntimeError"),
    ("bytes(2**28)", "MemoryError"),
    (
        "open('a', 'wb', 0).write(bytes(2**22)) == 2**20 and open('a', 'ab', 0).write(b'b')",
        "OSError",
    ),
    ("[os.dup(0) for _ in range(100)]", "OSError"),
    ("__import__('resource').setrlimit(4, (9, 9))", "ValueError"),
]
AS_ROOT = [
    ("os.kill(os.getppid(), 0)", "PermissionError"),
    ("open('/proc/%d/mem' % os.getppid())", "PermissionError"),
    ("open({secret!r})", "PermissionError"),
    ("os.setuid(0)", "PermissionError"),
    ("os.setgid(0)", "PermissionError"),
]


def confined(code: str, folder: str) -> str:
    """The name of the error that this code raises in a confined process without an audit hook."""
    user = other_user()
    if user is not None:
        os.chown(folder, *user)
    program = (
        f"{inspect.getsource(confine)}\n"
        f"resource = __import__('resource'); __import__('_thread')\n"
        f"confine({LIMITS}, {user})\n"
        f"try:\n    {code}\n    print('nothing')\n"
        "except BaseException as error:\n    print(type(error).__name__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], cwd=folder, capture_output=True, text=True
    )
    return done.stdout.strip() or done.stderr


@pytest.mark.parametrize(("code", "error"), TRIES)
def test_limits(code: str, error: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert confined(code, str(tmp_path_factory.mktemp("child"))) == error


@pytest.mark.skipif(other_user() is None, reason="only root can become another user")
@pytest.mark.parametrize(("code", "error"), AS_ROOT)
def test_another_user(code: str, error: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("reference") / "softmax.py"
    secret.write_text("the answer", encoding="utf-8")
    secret.parent.chmod(0o700)
    folder = str(tmp_path_factory.mktemp("child"))
    assert confined(code.format(secret=str(secret)), folder) == error

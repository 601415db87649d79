"""Hostile and broken submissions: how each must end.

Each stands after a right solution of `double` (see submissions.py) and takes its place in part.
`{secret}` is the path of a file that the student's process must not read, `{results}` one that it
must not write.
"""

from typing import NamedTuple


class Hostile(NamedTuple):
    """A submission and its end.

    Attributes:
        name: what it tries.
        code: put after the right solution.
        kind: of the failure.
        words: part of the failure's text.
        during: the function that was running, or "import".
        outputs: those that came all the same.
    """

    name: str
    code: str
    kind: str
    words: str
    during: str = "double_forward"
    outputs: tuple[str, ...] = ()


def forward(name: str, body: str, kind: str, words: str = "") -> Hostile:
    """Something that the forward does."""
    return Hostile(name, _function("double_forward(x)", body), kind, words)


def backward(name: str, body: str, kind: str, words: str = "") -> Hostile:
    """Something that the backward does, once y is out."""
    code = _function("double_backward(dy, cache)", body)
    return Hostile(name, code, kind, words, "double_backward", ("y",))


def at_import(name: str, code: str, kind: str, words: str = "") -> Hostile:
    """Something that the file does when it is imported."""
    return Hostile(name, code, kind, words, "import")


def _function(head: str, body: str) -> str:
    return f"def {head}:\n" + "".join(f"    {line}\n" for line in body.splitlines())


SWALLOW = "try:\n    {}\nexcept BaseException:\n    pass\nreturn 2 * x, None"
SWALLOW_ALL = "    try:\n        {}\n    except OSError:\n        pass\n"
TO_ALL = "for fd in range(3, 32):\n" + SWALLOW_ALL.format("os.write(fd, {})")
START = "b'ttf1' + ({}).to_bytes(4, 'little') + ({}).to_bytes(8, 'little')"
FRAME = "frame = lambda text: " + START.format("len(text)", 0) + " + text\n"


TIME = (
    forward("endless loop", "while True:\n    pass", "timeout", "longer than 1 "),
    backward("endless loop in the backward", "while True:\n    pass", "timeout", "longer than"),
    at_import("endless loop at import", "while True:\n    pass", "timeout", "importing the file"),
    forward("sleep", "import time\ntime.sleep(1e6)", "timeout", "longer than"),
    forward("stopped by a signal", "sys.modules['signal'].raise_signal(19)", "timeout"),
    forward("endless printing", "while True:\n    print('x' * 10**5)", "timeout"),
)
MEMORY = (
    forward("huge array", "return np.ones(10**10), None", "memory", "more memory than it may"),
    forward("large array", "a = np.ones(3 * 10**7)\nreturn 2 * x, None", "memory"),
    forward("list that grows", "a = []\nwhile True:\n    a.append(bytes(10**6))", "memory"),
    forward("many small objects", "a = []\nwhile True:\n    a.append([0] * 500)", "memory"),
    at_import("huge list at import", "a = [0] * 10**10", "memory"),
    forward("huge string", "return 'x' * 10**10, None", "memory"),
)
ENDS = (
    forward("sys.exit", "sys.exit(0)", "exit", "called sys.exit"),
    at_import("sys.exit at import", "sys.exit('all points')", "exit", "called sys.exit"),
    forward("os._exit", "os._exit(0)", "died", "exit status 0"),
    backward("os._exit in the backward", "os._exit(7)", "died", "exit status 7"),
    at_import("os._exit at import", "os._exit(0)", "died", "exit status 0"),
    forward("abort", "os.abort()", "died", "SIGABRT"),
    forward("crash", "sys.modules['signal'].raise_signal(11)", "died", "SIGSEGV"),
    forward("closes all pipes", "os.closerange(3, 64)\nreturn x, None", "died"),
    forward("exit by an exception", "raise SystemExit", "exit"),
    forward("keyboard interrupt", "raise KeyboardInterrupt", "raised", "KeyboardInterrupt"),
    forward("endless recursion", "return double_forward(x)", "raised", "recursion"),
    forward(
        "an error without a text",
        "class Odd(Exception):\n    def __str__(self):\n        raise self\nraise Odd",
        "raised",
        "cannot be shown",
    ),
    forward(
        "an error that speaks to the terminal", r"raise ValueError('\x1b[2J\a')", "raised", "?[2J?"
    ),
    forward("a very long error", "raise ValueError('x' * 10**6)", "raised", "xxx..."),
)
BROKEN = (
    forward("blank", "raise NotImplementedError('hw0: double_forward')", "blank", "hw0"),
    at_import("syntax error", "def double_forward(x:\n    pass", "syntax"),
    at_import("null bytes", "a = '\0'", "syntax", "null bytes"),
    at_import("too many parentheses", "(" * 10_000, "syntax"),
    at_import("error at import", "1 / 0", "raised", "division by zero"),
    at_import("wrong name", "del double_backward", "missing", "double_backward is not there"),
    at_import("no function", "double_backward = 3", "missing", "is not a function"),
    forward("one value for two", "return x", "returned", "expected (y, cache)"),
    forward("nothing", "pass", "returned", "None"),
    forward("a list", "return [1.0], None", "returned", "y: expected a numpy array, got a list"),
    backward("two gradients for one", "return dy, dy", "returned", "tuple"),
    forward("wrong number of arguments", "return np.exp(), None", "raised"),
    forward("object array", "return np.array([x, None], object), None", "array", "dtype object"),
    forward("complex array", "return x + 1j, None", "array", "complex128"),
    forward("array of words", "return np.array(['a']), None", "array", "dtype str"),
    forward("longdouble", "return x.astype(np.longdouble), None", "array", "got dtype"),
    forward(
        "array subclass that lies",
        "class Lie(np.ndarray):\n    def __eq__(self, other):\n        return True\n"
        "    @property\n    def __class__(self):\n        return np.ndarray\n"
        "return x.view(Lie), None",
        "array",
        "plain numpy array, got a Lie",
    ),
    forward("matrix", "return np.matrix(x), None", "array", "matrix"),
    forward("huge reply", "return np.zeros(10**6), None", "array", "at most"),
    forward(
        "huge reply from nothing", "return np.broadcast_to(0.0, 10**12), None", "array", "at most"
    ),
)
PATCHES = (
    forward("patched numpy", "np.exp = np.log\nreturn 2 * x, None", "patched", "numpy.exp"),
    at_import(
        "patched numpy at import", "np.allclose = lambda *a: True", "patched", "numpy.allclose"
    ),
    forward("patched ndarray", "np.ndarray = list\nreturn 2 * x, None", "patched", "numpy.ndarray"),
    at_import("patched part", "np.linalg.norm = len", "patched", "numpy.linalg.norm"),
    at_import("another numpy", "sys.modules['numpy'] = sys", "patched", "numpy"),
    forward(
        "replaced builtins",
        "b = vars(sys.modules['builtins'])\nb['len'] = b['type'] = lambda *a: 3\n"
        "return 2 * x, None",
        "patched",
        "replaced",
    ),
    forward(
        "replaced code", "f = np.sum.__wrapped__\nf.__code__ = (lambda: 0).__code__", "forbidden"
    ),
)
FILES = (
    forward("reads the reference", "open({secret!r})", "forbidden", "tried to open {secret}"),
    forward("reads it in secret", SWALLOW.format("open({secret!r})"), "forbidden", "{secret}"),
    forward("reads it with numpy", "np.fromfile({secret!r})", "forbidden", "{secret}"),
    forward(
        "reads it with pathlib", "import pathlib\npathlib.Path({secret!r}).read_text()", "forbidden"
    ),
    forward("reads it at a low level", "os.open({secret!r}, os.O_RDONLY)", "forbidden", "{secret}"),
    forward(
        "reads it by a link", "os.symlink({secret!r}, 'a')\nopen('a')", "forbidden", "{secret}"
    ),
    forward("reads it by dots", "open(os.getcwd() + '/../..' + {secret!r})", "forbidden", "/../.."),
    forward("lists folders", "os.listdir('/')", "forbidden", "tried os.listdir on /"),
    forward("leaves its folder", "os.chdir('/')", "forbidden", "tried os.chdir"),
    forward("writes results.json", "open({results!r}, 'w')", "forbidden", "{results}"),
    at_import("writes at import", "open({results!r}, 'w').write('100')", "forbidden", "{results}"),
    forward("removes a file", "os.remove({secret!r})", "forbidden", "tried os.remove on {secret}"),
    forward("many files", "for i in range(100):\n    open(str(i), 'w')", "forbidden", "16 files"),
    forward("a large file", "open('a', 'wb').write(bytes(2**21))", "raised", "large"),
    forward("writes memory", "open('/proc/self/mem', 'wb')", "forbidden", "/proc/self/mem"),
)
PROCESSES = (
    forward("kills the grader", "os.kill(os.getppid(), 9)", "forbidden", "tried to signal process"),
    forward("kills in secret", SWALLOW.format("os.kill(os.getppid(), 9)"), "forbidden", "signal"),
    forward("kills a group", "os.killpg(os.getppid(), 9)", "forbidden", "process group"),
    forward("forks", "os.fork()", "forbidden", "os.fork"),
    forward("a shell", "os.system('true')", "forbidden", "shell command"),
    forward("another program", "os.execv('/bin/true', ['true'])", "forbidden", "/bin/true"),
    forward("spawns", "os.posix_spawn('/bin/true', ['true'], {{}})", "forbidden", "/bin/true"),
    forward(
        "a thread", "sys.modules['_thread'].start_new_thread(print, ())", "forbidden", "thread"
    ),
    forward("memory of the process", "np._core._internal.ctypes.CDLL(None)", "forbidden", "ctypes"),
    forward("searches memory", "find('gc').get_objects()", "forbidden", "gc.get_objects"),
    forward("the network", "find('_socket').socket()", "import", "_socket"),
    forward("starts by a hidden module", "find('_posixsubprocess')", "import", "_posixsubprocess"),
    forward("watches the grader", "sys.settrace(print)", "forbidden", "sys.settrace"),
    forward("its callers", "sys._getframe(1).f_locals", "forbidden", "frames"),
    forward(
        "its callers by an error",
        "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n"
        "    e.__traceback__.tb_frame.f_back.f_back",
        "forbidden",
        "frames",
    ),
)
IMPORTS = (
    at_import("imports the reference", "import tinytf", "import", "the reference is out of reach"),
    at_import("imports a part", "from tinytf.ops import softmax", "import", "imports tinytf"),
    at_import(
        "imports it in secret",
        "try:\n    import tinytf\nexcept ImportError:\n    pass",
        "import",
        "tinytf",
    ),
    forward("imports it late", SWALLOW.format("import tinytf"), "import", "tinytf"),
    at_import("imports a framework", "import torch", "import", "imports torch"),
    at_import("imports subprocess", "import subprocess", "import", "imports subprocess"),
    at_import("imports threads", "import threading", "import", "imports threading"),
    at_import("imports ctypes of numpy", "from numpy import ctypeslib", "import", "ctypeslib"),
    at_import("imports what is not there", "from . import nothing", "import", "nothing"),
)
FORGERIES = (
    forward("garbage", TO_ALL.format("b'all points, please'"), "forged", "no reply"),
    forward(
        "an endless reply",
        TO_ALL.format(START.format(100, 2**60)),
        "forged",
        "more bytes than it may",
    ),
    forward("deep JSON", FRAME + TO_ALL.format("frame(b'[' * 10**5)"), "forged", "not valid JSON"),
    forward(
        "a reply of its own",
        FRAME + TO_ALL.format("""frame(b'{{"nonce":"","did":"done","value":null,"arrays":[]}}')"""),
        "forged",
        "belongs to no request",
    ),
    forward(
        "half a reply",
        TO_ALL.format(START.format(100, 0)) + "os._exit(0)",
        "died",
    ),
)
HOSTILE = (
    *(*TIME, *MEMORY, *ENDS, *BROKEN, *PATCHES, *FILES, *PROCESSES, *IMPORTS, *FORGERIES),
)  # fmt: skip
FIND = """
def find(name):
    return sys.modules['importlib'].import_module(name)
"""

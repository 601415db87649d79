"""A student's package, imported from texts held in memory.

The student's file is changed on its way in: functions of other exercises are cut out and stand-ins
take their place, and the exercise's own functions tell the watch when they run.

This file is sent as text into the student's process, so it imports nothing but the standard
library and files that are sent along.
"""

import ast
import builtins
import contextlib
import importlib
import importlib.util
import linecache
import sys
from collections.abc import Callable, Mapping
from importlib.machinery import BuiltinImporter, FrozenImporter, ModuleSpec, PathFinder
from types import FunctionType, ModuleType
from typing import Any

from tinytf.course.grading.running import Watch

# Modules that a solution may import: harmless, and loaded beforehand. What some of them could do
# with files, processes or threads the guard stops anyway.
PLAIN_MODULES = (
    *("__future__", "abc", "argparse", "array", "ast", "base64", "bisect", "calendar"),
    *("cmath", "collections", "contextlib", "copy", "dataclasses", "datetime", "decimal"),
    *("difflib", "dis", "doctest", "enum", "errno", "fractions", "functools", "gc", "graphlib"),
    *("hashlib", "heapq", "inspect", "io", "itertools", "json", "keyword", "locale", "logging"),
    *("math", "numbers", "operator", "os", "pathlib", "pdb", "pickle", "platform", "pprint"),
    *("random", "re", "reprlib", "secrets", "statistics", "string", "struct", "sys"),
    *("tempfile", "textwrap", "time", "timeit", "tokenize", "traceback", "types", "typing"),
    *("unicodedata", "unittest", "warnings", "weakref"),
)
NUMPY_PARTS = (
    *("numpy.random", "numpy.linalg", "numpy.fft", "numpy.polynomial", "numpy.typing", "numpy.ma"),
    *("numpy.lib", "numpy.lib.stride_tricks", "numpy.testing", "numpy.char"),
)
# Nobody imports these by name: Python and NumPy do, when something is first used.
LOADED_LATER = (
    *("_strptime", "encodings.ascii", "encodings.cp1252", "encodings.cp437", "encodings.latin_1"),
    *("encodings.unicode_escape", "encodings.utf_16", "encodings.utf_8_sig", "gzip", "mmap"),
    *("zipfile",),
)
NUMPY_REFUSED = ("numpy.ctypeslib", "numpy.f2py", "numpy.distutils")
REFERENCE = "tinytf"
NEVER_LOADED = frozenset(
    {"asyncio", "ctypes", "_ctypes", "multiprocessing", "socket", "_socket", "subprocess"}
    | {"_posixsubprocess", "threading", "importlib", "site", "sitecustomize", "_testcapi"}
)
NEVER_OFFERED = NEVER_LOADED - {"importlib", "threading"}  # those two are of Python itself
HARMLESS = frozenset(name.partition(".")[0] for name in ("numpy", *PLAIN_MODULES, *LOADED_LATER))
WATCH, STAND_INS = "__tinytf_watch__", "__tinytf_stand_ins__"


class RefusedImport(ImportError):
    """A module that is not there while grading."""


class StudentPackage:
    """The files of a submission, as importable modules.

    Args:
        name: of the package, such as "hw1".
        files: path -> text, such as "hw1/ops.py".
        functions: the exercise's own, such as "softmax_forward" or "DecoderLayer.backward".
        stand_ins: functions of other exercises, by name.
        watch: is told when own functions run.
        note: is told what was tried.
    """

    def __init__(
        self,
        name: str,
        files: Mapping[str, str],
        functions: tuple[str, ...],
        stand_ins: Mapping[str, Callable[..., Any]],
        watch: Watch,
        note: Callable[[str, str], None],
    ) -> None:
        self.name = name
        self.files = dict(files)
        self.functions = functions
        self.stand_ins = stand_ins
        self.watch = watch
        self.note = note
        self.student_module = f"{name}.ops"
        self.student_file = f"{name}/ops.py"

    def load(self) -> dict[str, Any]:
        """Import the student's module and return its names."""
        for path, text in self.files.items():
            linecache.cache[path] = len(text), None, text.splitlines(keepends=True), path
        sys.meta_path[:] = [self, _HarmlessOnly]
        module = importlib.import_module(self.student_module)
        return vars(module)

    # --- the import system's side ----------------------------------------------------------------

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Modules of the package, and nothing else."""
        if name != self.name and not name.startswith(self.name + "."):
            return None
        stem = name.replace(".", "/")
        if f"{stem}.py" in self.files:
            return importlib.util.spec_from_loader(name, self, origin=f"{stem}.py")  # type: ignore[arg-type]
        if any(file.startswith(f"{stem}/") for file in self.files):
            origin = f"{stem}/__init__.py"
            return ModuleSpec(name, self, origin=origin, is_package=True)  # type: ignore[arg-type]
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As usual."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Run a module of the package."""
        spec = module.__spec__
        assert spec is not None
        path = str(spec.origin)
        names = vars(module)
        names["__file__"] = path
        own_builtins = {**vars(builtins), "__import__": self.checked_import}
        names["__builtins__"] = own_builtins
        text = self.files.get(path, "")
        if path != self.student_file:
            exec(compile(text, path, "exec", dont_inherit=True), names)
            return
        # Not among the file's own names, which are the student's to clear.
        own_builtins |= {WATCH: self.watch.wrap, STAND_INS: dict(self.stand_ins)}
        names.update(self.stand_ins)
        exec(compile(self.rewritten(text), path, "exec", dont_inherit=True), names)
        names.update(self.stand_ins)
        del own_builtins[WATCH], own_builtins[STAND_INS]
        for name in self.functions:
            self.watch_function(names, name)

    def checked_import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Any = (),
        level: int = 0,
    ) -> Any:
        """What an import statement in the package does."""
        root = name.partition(".")[0]
        if root == REFERENCE and level == 0:
            text = f"imports {root}: the reference is out of reach while grading"
            self.note("import", text)
            raise RefusedImport(text)
        wanted = [name, *(f"{name}.{part}" for part in fromlist or ())]
        refused = [one for one in wanted if one.startswith(NUMPY_REFUSED)]
        if level == 0 and (refused or root not in {self.name, *HARMLESS}):
            shown = refused[0] if refused else name
            raise RefusedImport(
                f"imports {shown}: while grading there are only NumPy and the standard library's "
                "modules for plain computing, such as math, random, itertools and statistics"
            )
        return __import__(name, globals, locals, fromlist, level)

    # --- the student's file ----------------------------------------------------------------------

    def rewritten(self, text: str) -> ast.Module:
        """The student's file with stand-ins in place of others' functions, and its own watched."""
        try:
            tree = ast.parse(text, self.student_file)
        except ValueError as error:  # null bytes
            raise SyntaxError(str(error)) from error
        tree.body = [self._statement(node) for node in tree.body]
        return ast.fix_missing_locations(tree)

    def _statement(self, node: ast.stmt) -> ast.stmt:
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                self._watched(inner, f"{node.name}.")
        elif isinstance(node, ast.FunctionDef) and node.name in self.stand_ins:
            source = f"{node.name} = {STAND_INS}[{node.name!r}]"
            (put,) = ast.parse(source).body
            for part in ast.walk(put):
                ast.copy_location(part, node)
            return put
        else:
            self._watched(node, "")
        return node

    def _watched(self, node: ast.stmt, prefix: str) -> None:
        name = prefix + node.name if isinstance(node, ast.FunctionDef) else ""
        if isinstance(node, ast.FunctionDef) and name in self.functions:
            watched = ast.parse(f"{WATCH}({name!r})").body[0]
            assert isinstance(watched, ast.Expr)
            for part in ast.walk(watched):
                ast.copy_location(part, node)
            node.decorator_list.append(watched.value)

    def watch_function(self, names: dict[str, Any], name: str) -> None:
        """Watch an own function that was not made by a plain `def` at the top of the file."""
        owner_name, _, method = name.partition(".")
        owner = names.get(owner_name)
        if method and isinstance(owner, type):
            function = vars(owner).get(method)
            if isinstance(function, FunctionType) and not self.watch.knows(function):
                setattr(owner, method, self.watch.wrap(name)(function))
        elif not method and callable(owner) and not self.watch.knows(owner):
            names[name] = self.watch.wrap(name)(owner)


class _HarmlessOnly:
    """The last finder: what is neither NumPy nor a harmless part of the standard library is not
    there, whoever asks for it.
    """

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        root = name.partition(".")[0]
        if root == "numpy" and not name.startswith(NUMPY_REFUSED):
            return PathFinder.find_spec(name, path)
        if root in sys.stdlib_module_names and root not in NEVER_LOADED:
            for finder in (BuiltinImporter, FrozenImporter, PathFinder):
                spec = finder.find_spec(name, path)
                if spec is not None:
                    return spec
        raise RefusedImport(f"imports {name}: it is not there while grading")


def preload() -> None:
    """Load beforehand what a student's file may import: later the files may be out of reach."""
    for name in (*PLAIN_MODULES, *NUMPY_PARTS, *LOADED_LATER):
        with contextlib.suppress(ImportError):  # a Python may be built without one
            importlib.import_module(name)
    for name in NEVER_OFFERED:  # NumPy's own tests have brought them along
        sys.modules.pop(name, None)

"""The student's package: one file, rewritten imports, and nothing of the reference."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tinytf.course.assignment import load_assignment
from tinytf.course.errors import CourseError
from tinytf.course.extract import package_files
from tinytf.course.handout import write_files

from .own_assignment import OP, TOML, write_own

NAMES = ["hw1", "hw2", "hw3", "hw4", "hw5"]


def own(directory: Path, op: str, others: dict[str, str], modules: str = "") -> dict[str, str]:
    toml = TOML.replace('["square.py"]', modules or '["square.py"]')
    path = write_own(directory, op=op, toml=toml)
    for name, text in others.items():
        (directory / name).write_text(text, encoding="utf-8")
    return package_files(load_assignment(path))


def with_import(line: str) -> str:
    return OP.replace("import numpy as np\n", f"import numpy as np\n\n{line}\n")


@pytest.mark.parametrize("name", NAMES)
def test_it_is_the_same_text_each_time(name: str) -> None:
    assignment = load_assignment(name)
    assert package_files(assignment) == package_files(assignment)


@pytest.mark.parametrize("solved", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_it_imports_nothing_but_itself_and_numpy(name: str, solved: bool, tmp_path: Path) -> None:
    write_files(package_files(load_assignment(name), solved), tmp_path)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import {name}.ops; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-I", "-W", "error", "-c", code], capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    loaded = {word.partition(".")[0] for word in done.stdout.decode().split()}
    assert {name, "numpy"} <= loaded
    assert "tinytf" not in loaded


@pytest.mark.parametrize("name", NAMES)
def test_every_function_to_write_is_a_blank_with_its_docstring(name: str) -> None:
    assignment = load_assignment(name)
    tree = ast.parse(package_files(assignment)[f"{name}/ops.py"])
    for exercise in assignment.exercises:
        for function in exercise.functions:
            body, texts = tree.body, []
            for word in function.split("."):
                # the last one: before it may stand what `overload` says of its types
                *_, node = (n for n in body if getattr(n, "name", None) == word)
                assert isinstance(node, ast.FunctionDef | ast.ClassDef)
                body = node.body
                texts.append(ast.get_docstring(node))
            assert any(texts), function
            assert ast.unparse(body[-1]) == f"raise NotImplementedError('{name}: {function}')"


def test_the_prerequisites_alone_are_given() -> None:
    files = set(package_files(load_assignment("hw1")))
    assert files == {f"hw1/{n}.py" for n in ("__init__", "ops", "given/__init__", "given/arrays")}


def test_what_only_the_solution_imports_is_not_given(tmp_path: Path) -> None:
    op = with_import("from helper import _secret").replace(
        "    y = gamma", "    y = _secret * gamma"
    )
    files = own(tmp_path, op, {"helper.py": "_secret = 1.0\n"})
    assert list(files) == ["squares/__init__.py", "squares/ops.py"]
    assert "_secret" not in files["squares/ops.py"]


def test_a_neighbour_is_given_with_its_solution_and_without_markers(tmp_path: Path) -> None:
    neighbour = "def half(x):\n    # BEGIN SOLUTION\n    return x / 2\n    # END SOLUTION\n"
    files = own(tmp_path, with_import("from halves import half"), {"halves.py": neighbour})
    assert files["squares/given/halves.py"] == "def half(x):\n    return x / 2\n"
    assert "from squares.given.halves import half\n" in files["squares/ops.py"]


def test_a_name_that_a_package_passes_on_comes_from_where_it_is_defined(tmp_path: Path) -> None:
    op = with_import("from tinytf.ops import silu_forward as sigmoid_times")
    files = own(tmp_path, op, {})
    assert "from squares.given.silu import silu_forward as sigmoid_times" in files["squares/ops.py"]
    assert "squares/given/arrays.py" in files
    assert not any("tinytf" in text for name, text in files.items() if name.endswith("silu.py"))


def test_an_import_inside_a_function(tmp_path: Path) -> None:
    op = OP.replace(
        '    if x.dtype.kind != "f"', '    from halves import half\n\n    if x.dtype.kind != "f"'
    )
    files = own(tmp_path, op, {"halves.py": "def half(x):\n    return x / 2\n"})
    assert "    from squares.given.halves import half\n" in files["squares/ops.py"]


def test_two_modules_become_one_file(tmp_path: Path) -> None:
    second = (
        '"""Cubes.\n\nMore.\n"""\n\nimport math\n\nfrom square import require_floats\n\nCUBE = 3\n'
    )
    files = own(tmp_path, OP, {"cube.py": second}, '["square.py", "cube.py"]')
    text = files["squares/ops.py"]
    assert text.index("import math\n\nimport numpy as np\n") < text.index("def require_floats")
    assert "# --- Cubes. ---" in text
    assert "# More.\n" in text
    assert "from square" not in text
    assert list(files) == ["squares/__init__.py", "squares/ops.py"]


def test_a_module_between_two_of_them_stands_in_the_same_file(tmp_path: Path) -> None:
    others = {
        "between.py": '"""Between."""\n\nfrom square import require_floats\n\nBOTH = 1\n',
        "cube.py": '"""Cubes."""\n\nfrom between import BOTH\n\nCUBE = 3 * BOTH\n',
    }
    text = own(tmp_path, OP, others, '["square.py", "cube.py"]')["squares/ops.py"]
    assert text.index("def require_floats") < text.index("BOTH = 1") < text.index("CUBE = 3")
    assert "# Given: there is nothing to write in this part.\n" in text


WRONG = {
    "import a package": ("import tinytf.ops", "write `from tinytf.ops import ...`"),
    "import a neighbour": ("import halves", "write `from halves import ...`"),
    "relative": ("from .halves import half", "write the whole name of the module"),
    "everything": ("from halves import *", "write the names"),
    "another library": ("import scipy", "imports scipy, but students have NumPy"),
    "from another library": ("from scipy.special import erf", "imports scipy.special, but"),
    "shares its line": ("import math; import cmath", "an import that shares its line"),
}


@pytest.mark.parametrize(("line", "said"), WRONG.values(), ids=WRONG)
def test_an_import_that_cannot_be_carried_over(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(CourseError) as caught:
        own(tmp_path, with_import(line), {"halves.py": "half = 1\n"})
    assert f"{tmp_path / 'square.py'}, line 5: {said}" in str(caught.value)


def test_a_name_may_not_mean_two_things(tmp_path: Path) -> None:
    others = {"cube.py": '"""Cubes."""\n\n\ndef require_floats(x):\n    pass\n'}
    with pytest.raises(CourseError, match="require_floats means something else here than in"):
        own(tmp_path, OP, others, '["square.py", "cube.py"]')


def test_the_same_import_in_both_is_one(tmp_path: Path) -> None:
    others = {"cube.py": "import numpy as np\n\nCUBE = np.ones(3)\n"}
    files = own(tmp_path, OP, others, '["square.py", "cube.py"]')
    assert files["squares/ops.py"].count("import numpy as np") == 1

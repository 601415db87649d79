"""The wheel and the sdist: what is in them, what they say, and that they work alone.

Real builds in real environments, a few minutes: `pytest -m slow tests/packaging`.
"""

import email
import re
import sys
from email.message import Message
from html import escape
from pathlib import Path

import pytest

import tinytf
from tests.packaging.distributions import Built, Environment, build, members, run

pytestmark = pytest.mark.slow
pytest.importorskip("build.__main__", reason='needs build: pip install ".[release]"')
pytest.importorskip("twine", reason='needs twine: pip install ".[release]"')

SIZES = ["--d-model", "16", "--n-heads", "2", "--n-layers", "1", "--max-len", "16"]
TINY = [*SIZES, "--batch-size", "4", "--steps", "5"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The wheel and NumPy, nothing else."""
    return Environment(tmp_path_factory.mktemp("installed"), built.home, str(built.wheel))


@pytest.fixture(scope="module")
def metadata(built: Built) -> Message:
    files = members(built.wheel)
    (name,) = (name for name in files if name.endswith(".dist-info/METADATA"))
    return email.message_from_bytes(files[name])


def test_the_wheel_holds_the_package_and_nothing_else(built: Built) -> None:
    names = set(members(built.wheel))
    info = f"tinytf-{tinytf.__version__}.dist-info/"
    described = {name.removeprefix(info) for name in names if name.startswith(info)}
    assert described == {
        "METADATA", "RECORD", "WHEEL", "entry_points.txt", "top_level.txt", "licenses/LICENSE"
    }  # fmt: skip
    package = {name for name in names if not name.startswith(info)}
    assert package == {name for name in built.tracked if name.startswith("tinytf/")}


def test_the_sdist_holds_the_project(built: Built) -> None:
    names = set(members(built.sdist))
    made = {name for name in names if name.startswith("tinytf.egg-info/")}
    assert names - made == built.tracked - {".gitignore"} | {"PKG-INFO", "setup.cfg"}


def test_the_sdist_builds_the_same_wheel(built: Built) -> None:
    one, other = members(built.wheel), members(built.wheel_of_sdist)
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []
    assert built.wheel.name == built.wheel_of_sdist.name


def test_the_metadata(metadata: Message) -> None:
    assert metadata["Name"] == "tinytf"
    assert metadata["Version"] == tinytf.__version__
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
    needed = [one for one in metadata.get_all("Requires-Dist", []) if "extra ==" not in one]
    assert needed == ["numpy>=2.0"], "at run time NumPy is all there is"


def test_the_long_description_renders(metadata: Message, built: Built) -> None:
    markdown = pytest.importorskip("readme_renderer.markdown")
    text = metadata.get_payload()
    assert metadata["Description-Content-Type"] == "text/markdown"
    html = markdown.render(text)
    assert html is not None, "expected the renderer of PyPI to accept the README"
    for heading in re.findall(r"^## (.*)$", str(text), flags=re.MULTILINE):
        assert re.search(rf"<h2[^>]*>{re.escape(escape(heading))}<", html), heading
    assert html.count("<tr>") > 10, "expected the table of packages to be a table"


def test_twine_finds_nothing_to_complain_of(built: Built, tmp_path: Path) -> None:
    twine = [sys.executable, "-W", "error::UserWarning", "-m", "twine", "--no-color", "check"]
    said = run([*twine, "--strict", str(built.wheel), str(built.sdist)], tmp_path, built.home)
    assert said.count("PASSED") == 2


def test_it_is_the_wheel_that_runs(installed: Environment) -> None:
    where = installed.run("python", "-c", "import tinytf; print(tinytf.__file__)")
    assert where.startswith(str(installed.bin.parent)), where
    assert tinytf.__version__ in installed.run("tinytf", "--version")
    listed = "from importlib.metadata import distributions as d; print(*{one.name for one in d()})"
    names = set(installed.run("python", "-c", listed).split())
    assert names - {"pip", "setuptools"} == {"numpy", "tinytf"}


@pytest.mark.parametrize(
    "command",
    [
        ["train", "gpt", *TINY, "--out", "gpt"],
        ["train", "translator", *SIZES, "--steps", "5", "--out", "translator"],
        ["train", "bert", "--task", "stories", *TINY, "--out", "bert"],
        ["report", "-o", "step.html"],
        ["check"],
        ["describe", "gpt2"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_it_works_with_numpy_alone(command: list[str], installed: Environment) -> None:
    assert installed.run("tinytf", *command)


def test_what_it_trained_can_be_used_by_another_process(installed: Environment) -> None:
    installed.run("tinytf", "train", "gpt", *TINY, "--out", "again")
    assert installed.run("tinytf", "generate", "again", "--prompt", "def ", "--seed", "1")
    assert "decoder.layers.0" in installed.run("tinytf", "inspect", "again", "--text", "if x")


def test_the_course(built: Built, tmp_path: Path) -> None:
    course = Environment(tmp_path, built.home, f"{built.wheel}[course]")
    assert "hw5" in course.run("tinytf", "assign", "list")
    course.run("tinytf", "assign", "build", "hw1", "-o", "handout")
    assert (course.work / "handout" / "hw1" / "ops.py").exists()
    said = course.run("tinytf", "grade", "handout", "--only", "softmax", expected=1)
    assert "softmax_forward is not written yet" in said
    course.run("tinytf", "assign", "gradescope", "hw1", "-o", "hw1.zip")


def test_the_tests_and_walkthroughs_of_the_sdist_run(built: Built, tmp_path: Path) -> None:
    source = tmp_path / "source"
    for name, content in members(built.sdist).items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    fresh = Environment(tmp_path / "fresh", built.home, f"{built.wheel}[test]")
    lesson = source / "walkthroughs" / "01_softmax_and_its_jacobian.py"
    assert fresh.run("python", str(lesson))
    said = fresh.run(
        "python", "-m", "pytest", "-n", "0", "-q", "--rootdir", str(source), "-c",
        str(source / "pyproject.toml"), str(source / "tests" / "ops" / "test_softmax.py"),
    )  # fmt: skip
    assert " passed" in said

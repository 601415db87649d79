"""What the README says is run here: its Python, its commands' options, its links, its ASCII."""

import importlib.util
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from docs import pictures
from tests.mutants import catalogue
from tinytf.cli.main import build_parser
from tinytf.course.assignment import builtin_names
from tinytf.key_variables import count_parameters
from tinytf.key_variables.published import PUBLISHED, KnownModel, find_model

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON_BLOCKS = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
OWN_ASSIGNMENT = (ROOT / "docs" / "own-assignment.md").read_text(encoding="utf-8")
SHELL_LINES = [
    line
    for block in re.findall(r"```sh\n(.*?)```", README + OWN_ASSIGNMENT, flags=re.DOTALL)
    for line in block.replace("\\\n", "").splitlines()
]
TABLE_COMMANDS = re.findall(r"^\| .* \| `([^`]*)` \|$", README, re.MULTILINE)


def test_the_five_line_loop_learns_its_sequence(capsys: pytest.CaptureFixture[str]) -> None:
    exec(PYTHON_BLOCKS[0], {})
    loss = float(capsys.readouterr().out)
    assert loss < 0.05, f"expected a loss near 0 after the README's loop, got {loss}"


def test_the_gradient_check_passes_as_printed() -> None:
    names: dict[str, object] = {}
    exec(PYTHON_BLOCKS[1], names)
    check = names["test_softmax"]
    assert callable(check)
    check()


TINYTF_LINES = [line for line in [*SHELL_LINES, *TABLE_COMMANDS] if "tinytf " in line]


@pytest.mark.parametrize("line", TINYTF_LINES)
def test_every_command_is_one_that_tinytf_understands(line: str) -> None:
    command = line.split("&&")[-1].strip()
    program, *arguments = shlex.split(command, comments=True)
    assert program.endswith("tinytf")
    build_parser().parse_args(arguments)


def test_the_table_names_tests_and_modules_that_exist() -> None:
    markers = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    known = markers["tool"]["pytest"]["ini_options"]["markers"]
    others = [line.split() for line in TABLE_COMMANDS if not line.startswith("tinytf ")]
    assert len(others) >= 3
    for program, option, name, *paths in others:
        if program == "pytest":
            assert option == "-m"
            assert any(marker.startswith(f"{name}:") for marker in known), name
        else:
            assert (program, option) == ("python", "-m")
            assert importlib.util.find_spec(name) is not None, name
        assert all((ROOT / path).exists() for path in paths), paths


def test_the_table_of_extras_is_that_of_the_project() -> None:
    table = README.partition("## Optional extras")[2].partition("\n## ")[0]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    named = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert sorted(named) == sorted(extras)


def test_every_other_program_that_it_runs_exists() -> None:
    for line in SHELL_LINES:
        if line.startswith("python "):
            assert (ROOT / line.split()[1]).exists(), line


def test_every_number_is_that_of_the_project() -> None:
    def number(pattern: str) -> int:
        (found,) = re.findall(pattern, README)
        return int(found.replace(",", ""))

    assert number(r"holds (\d+) lessons") == len(list((ROOT / "walkthroughs").glob("[0-9]*.py")))
    assert "Five assignments come with" in README
    assert len(builtin_names()) == 5
    assert "about fifty published models" in README
    assert abs(len(PUBLISHED) - 50) <= 5
    gpt2 = find_model("gpt2")
    assert isinstance(gpt2, KnownModel)
    count = count_parameters(gpt2.architecture)
    assert number(r"gpt2 +# ([0-9,]+) parameters") == count
    assert "hundreds of deliberately wrong variants" in README
    assert len(catalogue.ALL) >= 300


def test_the_map_is_the_sentence_that_the_readme_translates() -> None:
    """It is made by `python -m docs.pictures`."""
    assert pictures.SENTENCE in README
    drawn = (ROOT / "docs" / "images" / "cross-attention.svg").read_text(encoding="utf-8")
    written = re.findall(r">([^<>]+)</text>", drawn)
    english = [word.strip(".") for word in pictures.SENTENCE.split()]
    assert set(english) <= set(written)
    assert "kauft" in written


def test_every_link_leads_to_a_file() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if target.startswith("https://github.com/"):
            continue
        assert (ROOT / target).exists(), f"README links to {target}, which does not exist"


def test_every_package_in_the_table_exists() -> None:
    named = re.findall(r"`(tinytf/\w+)`", README)
    assert len(named) >= 7
    for package in named:
        assert (ROOT / package / "__init__.py").exists(), package


def test_the_test_command_is_the_one_that_ci_runs() -> None:
    ends = [line for line in README.splitlines() if line.endswith("-m pytest")]
    assert len(ends) == 1, f"expected one line that .ci/run can find, got {ends}"

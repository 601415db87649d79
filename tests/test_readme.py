"""What the README says is run here: its Python, its commands' options, its links, its ASCII."""

import re
import shlex
from pathlib import Path

import pytest

from tinytf.cli.main import build_parser

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON_BLOCKS = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
SHELL_LINES = [
    line
    for block in re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)
    for line in block.splitlines()
]


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


@pytest.mark.parametrize("line", [line for line in SHELL_LINES if "tinytf " in line])
def test_every_command_is_one_that_tinytf_understands(line: str) -> None:
    command = line.split("&&")[-1].strip()
    program, *arguments = shlex.split(command, comments=True)
    assert program.endswith("tinytf")
    build_parser().parse_args(arguments)


def test_every_link_leads_to_a_file() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), f"README links to {target}, which does not exist"


def test_every_package_in_the_table_exists() -> None:
    named = re.findall(r"`(tinytf/\w+)`", README)
    assert len(named) >= 7
    for package in named:
        assert (ROOT / package / "__init__.py").exists(), package


def test_the_test_command_is_the_one_that_ci_runs() -> None:
    ends = [line for line in README.splitlines() if line.endswith("-m pytest")]
    assert len(ends) == 1, f"expected one line that .ci/run can find, got {ends}"

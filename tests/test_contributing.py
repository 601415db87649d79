"""What CONTRIBUTING.md says is done: its example is added to a copy of the project and tried."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, flags=re.DOTALL)
EXAMPLE = re.findall(
    r"```(\w+)\n(.*?)```",
    TEXT.partition("## Add an op")[2].partition("\n## ")[0],
    flags=re.DOTALL,
)
# A command that takes too long for here: the file that runs it, and what stands there.
RUN_ELSEWHERE = {
    "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test,dev]'": ("README.md", None),
    ". .venv/bin/activate": ("README.md", None),
    "pytest": (".ci/run", "test_command"),
    "pytest -m proof": (".ci/run", ".venv/bin/python -m pytest -m proof"),
    "pytest -m slow": ("README.md", None),
    "pytest -m reference": ("README.md", None),
    "bash .ci/run": (".ci/run", "#!/usr/bin/env bash"),
    "ruff check .": (".ci/run", ".venv/bin/ruff check ."),
    "ruff format .": (".ci/run", ".venv/bin/ruff format --check ."),
    "mypy": (".ci/run", ".venv/bin/mypy"),
    "python -m docs": (".ci/run", ".venv/bin/python -m docs"),
    "pip install -q '.[release]'": ("pyproject.toml", "release = ["),
    "pytest -m slow tests/packaging": ("tests/packaging/test_distributions.py", None),
    "python -m build": ("tests/packaging/distributions.py", '"-m", "build"'),
    "twine check --strict dist/*": ("tests/packaging/test_distributions.py", '"--strict"'),
}


def commands(blocks: list[tuple[str, str]]) -> list[str]:
    """The lines of shell blocks, without comments."""
    lines = [line for kind, block in blocks if kind == "sh" for line in block.splitlines()]
    return [re.sub(r"\s+#.*", "", line) for line in lines]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the worked example added, block by block, as it is told."""
    copy = tmp_path_factory.mktemp("contributing")
    for name in ("tinytf", "tests", "walkthroughs"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for kind, block in EXAMPLE:
        if kind == "python":
            first, _, source = block.partition("\n")
            path = copy / first.removeprefix("# ")
            assert not path.exists(), f"{path} is there already: choose another example"
            path.write_text(source, encoding="utf-8")
        elif kind == "diff":
            for hunk in block.split("+++ ")[1:]:
                apply(hunk, copy)
    return copy


def apply(hunk: str, directory: Path) -> None:
    """Make one change: a file's name, then lines of it with " ", "-" or "+" in front."""
    name, *lines = hunk.splitlines()
    path = directory / name
    old = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "+")
    new = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "-")
    source = path.read_text(encoding="utf-8")
    assert source.count(old) == 1, f"{name}: expected once, found {source.count(old)} times:\n{old}"
    path.write_text(source.replace(old, new), encoding="utf-8")


def run(command: str, directory: Path) -> str:
    """What a command prints in the copy; it must succeed."""
    program, *arguments = shlex.split(command)
    start = [sys.executable] if program == "python" else [sys.executable, "-m", program]
    done = subprocess.run(
        [*start, *arguments],
        cwd=directory,
        env=os.environ | {"PYTHONPATH": str(directory), "PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.proof
def test_the_worked_example_passes_its_own_commands(copy: Path) -> None:
    printed = {command: run(command, copy) for command in commands(EXAMPLE)}
    assert "layerscale of one feature" in printed["tinytf check"]
    tests = [output for command, output in printed.items() if command.startswith("pytest")]
    assert len(tests) == 4
    for output in tests:
        assert re.search(r"\d+ passed", output), output
    (mutants,) = (out for command, out in printed.items() if "test_mutants.py" in command)
    n_mistakes = 5
    assert f"{n_mistakes + 1} passed" in mutants, "each mistake, and the real op"
    assert (copy / "tests/walkthroughs/golden/99_layerscale.txt").stat().st_size > 100


@pytest.mark.proof
def test_the_worked_example_is_seen_when_it_is_wrong(copy: Path) -> None:
    path = copy / "tinytf/ops/layerscale.py"
    right = path.read_text(encoding="utf-8")
    path.write_text(right.replace("dx = gamma * dy", "dx = dy + 0 * gamma"), encoding="utf-8")
    check = (
        "import numpy; from tinytf.gradcheck.all_ops import OP_CHECKS;"
        "print(*(report.ok for _, report in OP_CHECKS['layerscale'](numpy.random.default_rng(0))))"
    )
    try:
        assert run(f'python -c "{check}"', copy).split() == ["False"] * 3
    finally:
        path.write_text(right, encoding="utf-8")


@pytest.mark.proof
def test_the_worked_example_keeps_the_house_rules(copy: Path) -> None:
    pytest.importorskip("ruff", reason='needs ruff: pip install ".[dev]"')
    kinds = {"python": r"^# (\S+\.py)$", "diff": r"^\+\+\+ (\S+)$"}
    touched = {
        name
        for kind, block in EXAMPLE
        if kind in kinds
        for name in re.findall(kinds[kind], block, flags=re.MULTILINE)
    }
    assert len(touched) == 10
    run(f"ruff check {' '.join(touched)}", copy)
    run(f"ruff format --check {' '.join(touched)}", copy)


@pytest.mark.parametrize(
    "command", [one for one in commands(BLOCKS) if one not in commands(EXAMPLE)]
)
def test_every_other_command_is_run_or_names_what_exists(command: str) -> None:
    if command.startswith("pytest -n 0 tests/"):
        assert (ROOT / command.split()[-1]).is_file()
        return
    file, said = RUN_ELSEWHERE[command]
    text = (ROOT / file).read_text(encoding="utf-8")
    assert (command if said is None else said) in text, f"{file}: expected {said or command!r}"


def test_every_file_and_link_exists() -> None:
    prose = re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL)
    named = re.findall(r"`((?:tinytf|tests|walkthroughs)/[\w/.]*)`", prose)
    named += re.findall(r"\]\(([^)#]+)\)", prose)
    assert len(named) > 10
    for path in named:
        assert (ROOT / path).exists(), f"CONTRIBUTING.md names {path}, which does not exist"


def test_the_reading_order_is_the_one_that_imports_keep() -> None:
    from tests.test_layout import ALLOWED

    listed = re.findall(r"^\d\. (.*?)(?:\.|;|:)", TEXT, flags=re.MULTILINE)
    order = [name for line in listed for name in re.findall(r"`tinytf/(\w+)`", line)]
    assert order[:3] == ["ops", "layers", "models"]
    for i, package in enumerate(order):
        later = set(order[i + 1 :]) & ALLOWED[package]
        assert not later, f"{package} imports {sorted(later)}, which come later in CONTRIBUTING.md"


def test_the_version_is_the_same_everywhere() -> None:
    import tinytf

    places = {
        "pyproject.toml": r'^version = "(.*)"$',
        "CHANGELOG.md": r"^## \[(\d.*)\]",
        "CITATION.cff": r"^version: (.*)$",
    }
    for file, pattern in places.items():
        found = re.search(pattern, (ROOT / file).read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert found is not None, f"{file}: expected a line that fits {pattern!r}"
        assert found[1] == tinytf.__version__, f"{file}: {found[1]}, not {tinytf.__version__}"

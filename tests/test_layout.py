"""The house rules that a program can check: imports point down, files are short, text is ASCII."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "tinytf"
FILES = sorted(PACKAGE.rglob("*.py"))

# Who may import whom: each package only from those named here (and from itself).
ALLOWED = {
    "config": set(),
    "ops": set(),
    "layers": {"ops", "config"},
    "models": {"layers", "ops", "config"},
    "text": set(),
    "data": {"text"},
    "metrics": set(),
    "bundled": {"text"},
    "training": {"models", "layers", "ops", "config", "text"},
    "generation": {"models", "layers", "ops", "config", "text"},
    "course": {"gradcheck", "training", "models", "layers", "ops", "config"},
    "gradcheck": {"models", "layers", "ops", "config"},
    "key_variables": {"config"},
    "tracing": {"layers", "ops"},
    "report": {"tracing", "training", "generation", "models", "layers", "ops", "config", "text"},
    "show": {"ops"},
    "plotting": set(),
    "stepping": {"gradcheck", "ops"},
    "cli": {
        "training", "generation", "bundled", "metrics", "data", "text", "gradcheck", "models",
        "layers", "ops", "config", "show", "plotting", "tracing", "report", "course",
        "key_variables",
    },
    "__init__": {"config", "models", "tracing"},
    "__main__": {"cli"},
}  # fmt: skip


def imported_packages(path: Path) -> set[str]:
    """The parts of tinytf that a file imports, such as {"ops", "layers"}."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("tinytf"):
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    upward = imported_packages(path) - ALLOWED[own] - {own, "__version__"}
    assert not upward, f"{own} may import {sorted(ALLOWED[own])}, but imports {sorted(upward)}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_is_short_enough_to_read(path: Path) -> None:
    n_lines = len(path.read_text(encoding="utf-8").splitlines())
    assert n_lines <= 300, f"{path.name}: expected at most 300 lines, got {n_lines}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_source_is_ascii_so_that_every_console_can_show_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    odd = sorted({character for character in text if not character.isascii()})
    assert not odd, f"{path.name}: expected ASCII, got {odd}"

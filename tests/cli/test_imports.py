"""What `import tinytf` and the command line do not import: it must start as fast as NumPy does."""

import subprocess
import sys

import pytest

from .command import PATIENCE, environment

# Not needed by any user of the library; each would cost more time than tinytf itself.
NEVER = {"hypothesis", "torch", "transformers", "tqdm", "pytest", "matplotlib", "scipy", "pandas"}
# Parts of the standard library that only the command line or an error needs.
ONLY_COMMANDS = {"argparse", "multiprocessing", "concurrent.futures", "asyncio", "unittest"}


def modules_after(statement: str) -> set[str]:
    """The modules that are loaded after a statement, in a new interpreter."""
    script = f"{statement}\nimport sys\nprint(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=environment(),
        check=True,
    )
    return set(done.stdout.split())


def test_import_tinytf_loads_the_model_and_nothing_else() -> None:
    numpy = modules_after("import numpy")
    ours = modules_after("import tinytf") - numpy
    packages = {name.partition(".")[0] for name in ours}
    assert not packages & (NEVER | ONLY_COMMANDS)
    parts = {name.split(".")[1] for name in ours if name.startswith("tinytf.")}
    assert parts == {"config", "layers", "models", "ops"}, (
        f"expected the model's parts, got {parts}"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "import tinytf.training, tinytf.generation, tinytf.text",
        "import tinytf.gradcheck",
        "import tinytf.cli.main",
    ],
)
def test_no_part_imports_what_is_optional(statement: str) -> None:
    packages = {name.partition(".")[0] for name in modules_after(statement)}
    assert not packages & NEVER

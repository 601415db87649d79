"""Ctrl-C while the command is still being imported."""

import os
from pathlib import Path

import pytest

import tinytf

from .command import assert_done, run

# Python runs a sitecustomize.py before anything else. This one sends the process a real SIGINT
# when a module is about to be imported, from within an exec, as the code of a dataclass may be.
INTERRUPT = """\
import sys

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            exec("import os, signal; os.kill(os.getpid(), signal.SIGINT)")

sys.meta_path.insert(0, Interrupt())
"""


def with_interrupt_at(module: str, directory: Path) -> dict[str, str]:
    """Environment variables of a command that is interrupted when it imports the module."""
    (directory / "sitecustomize.py").write_text(INTERRUPT.format(module=module), "utf-8")
    ours = str(Path(tinytf.__file__).parents[1])
    return {"PYTHONPATH": os.pathsep.join([str(directory), ours])}


@pytest.mark.parametrize("module", ["tinytf.cli.main", "argparse", "tinytf.training.checkpoint"])
def test_ctrl_c_during_the_imports(module: str, tmp_path: Path) -> None:
    done = run("--version", cwd=tmp_path, env=with_interrupt_at(module, tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "\ntinytf: interrupted\n")


def test_without_ctrl_c(tmp_path: Path) -> None:
    done = run("--version", cwd=tmp_path, env=with_interrupt_at("no_such_module", tmp_path))
    assert_done(done)
    assert done.stdout == f"tinytf {tinytf.__version__}\n"

"""Wheel and sdist made of a copy of the project, and a fresh environment to try them in."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 600  # seconds that a command may take; pip may have to fetch NumPy first


@dataclass(frozen=True)
class Built:
    """What `python -m build` made.

    Attributes:
        wheel: straight from the project.
        sdist: the source distribution.
        wheel_of_sdist: the wheel that comes from the sdist.
        tracked: the files of the project.
        home: an empty directory; nobody's settings are in it.
    """

    wheel: Path
    sdist: Path
    wheel_of_sdist: Path
    tracked: set[str]
    home: Path


def tracked_files() -> set[str]:
    """The files that are under version control, without those that were deleted."""
    return git("ls-files") - git("ls-files", "--deleted")


def git(*arguments: str) -> set[str]:
    """The lines that git prints."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines())


def build(directory: Path) -> Built:
    """Build everything in a directory of its own."""
    tracked, copy, home = tracked_files(), directory / "copy", directory / "home"
    home.mkdir()
    for file in tracked:
        target = copy / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, target)
    python = [sys.executable, "-m", "build", "--outdir"]
    run([*python, "direct", "--wheel", "--sdist", "copy"], directory, home)
    (sdist,) = (directory / "direct").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(directory / "unpacked", filter="data")
    (source,) = (directory / "unpacked").iterdir()
    run([*python, "again", "--wheel", str(source)], directory, home)
    (wheel,) = (directory / "direct").glob("*.whl")
    (again,) = (directory / "again").glob("*.whl")
    return Built(wheel, sdist, again, tracked, home)


def run(command: list[str], cwd: Path, home: Path, expected: int = 0, **environment: str) -> str:
    """Run a command with an empty home; what it printed.

    Args:
        command: program and arguments.
        cwd: where.
        home: the directory that HOME names.
        expected: the exit code.
        **environment: further variables; of ours only PATH is passed on.
    """
    given = {"PATH": os.environ["PATH"], "HOME": str(home), **environment}
    done = subprocess.run(
        command, cwd=cwd, env=given, capture_output=True, text=True, timeout=PATIENCE
    )
    shown = f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    assert done.returncode == expected, f"expected exit code {expected}, got {shown}"
    return done.stdout


def members(archive: Path) -> dict[str, bytes]:
    """Name and content of the files in a wheel or sdist; of an sdist without its top folder."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return {name: wheel.read(name) for name in wheel.namelist()}
    found = {}
    with tarfile.open(archive) as sdist:
        for member in sdist.getmembers():
            file = sdist.extractfile(member)
            if file is not None:
                found[member.name.partition("/")[2]] = file.read()
    return found


class Environment:
    """A fresh virtual environment with a wheel in it.

    Args:
        directory: where; commands run in its folder `work`, outside the project.
        home: an empty directory.
        wheel: what to install, perhaps with extras in brackets behind it.
    """

    def __init__(self, directory: Path, home: Path, wheel: str) -> None:
        self.home = home
        self.work = directory / "work"
        self.work.mkdir(parents=True)
        self.bin = directory / "venv" / "bin"
        run([sys.executable, "-m", "venv", str(directory / "venv")], directory, home)
        self.install(wheel)

    def install(self, what: str) -> None:
        """Install something more."""
        pip = [str(self.bin / "python"), "-m", "pip", "--disable-pip-version-check", "install"]
        run([*pip, "-q", what], self.work, self.home)

    def run(self, program: str, *arguments: str, expected: int = 0) -> str:
        """Run a program of the environment; warnings are errors."""
        command = [str(self.bin / program), *arguments]
        return run(command, self.work, self.home, expected, PYTHONWARNINGS="error")

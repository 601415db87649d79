"""The Gradescope zip, unpacked to its layout and run with its own scripts."""

import json
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tinytf.course.assignment import load_assignment
from tinytf.course.errors import CourseError
from tinytf.course.extract import package_files
from tinytf.course.gradescope import write_zip

from .own_assignment import TOML, write_own

HIDDEN = "seed = 5\nexamples = 10\n[points]\nsquare = 4\n"


def unpacked(archive: Path, root: Path) -> Path:
    """Unpack as Gradescope does: permissions are kept. A stand-in for what setup.sh installs."""
    for name in ("source", "submission", "results", "venv/bin"):
        (root / name).mkdir(parents=True)
    with zipfile.ZipFile(archive) as opened:
        for info in opened.infolist():
            path = Path(opened.extract(info, root / "source"))
            path.chmod(stat.S_IMODE(info.external_attr >> 16))
    return root


def with_this_python(root: Path) -> Path:
    python = root / "venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    return root


def run(root: Path) -> Any:
    """Run the autograder in an empty environment and return what it wrote."""
    done = subprocess.run(
        [root / "source" / "run_autograder"],
        env={"PATH": os.environ["PATH"], "AUTOGRADER_ROOT": str(root)},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return json.loads((root / "results" / "results.json").read_text(encoding="ascii"))


def own_autograder(tmp_path: Path, hidden: bool = False) -> tuple[Path, dict[str, str]]:
    """An autograder of the teacher's own assignment, and the right submission."""
    assignment = load_assignment(write_own(tmp_path / "own"))
    secret = tmp_path / "hidden.toml"
    secret.write_text(HIDDEN, encoding="utf-8")
    write_zip(assignment, tmp_path / "own.zip", secret if hidden else None)
    root = with_this_python(unpacked(tmp_path / "own.zip", tmp_path / "autograder"))
    return root, package_files(assignment, solved=True)


def score(results: Any) -> float:
    return float(sum(test["score"] for test in results["tests"]))


def test_a_right_submission_of_an_own_assignment(tmp_path: Path) -> None:
    root, files = own_autograder(tmp_path, hidden=True)
    (root / "submission" / "ops.py").write_text(files["squares/ops.py"], encoding="utf-8")
    results = run(root)
    assert score(results) == 14
    hidden = [test for test in results["tests"] if test["visibility"] == "hidden"]
    assert [(test["score"], test["output"]) for test in hidden] == [(4, "")]
    if os.geteuid() == 0:
        for name in ("source", "results", "submission"):
            assert stat.S_IMODE((root / name).stat().st_mode) == 0o700


def test_a_submission_that_reads_the_grader_and_writes_its_own_result(tmp_path: Path) -> None:
    root, files = own_autograder(tmp_path)
    attempts = (
        f"open({str(root / 'source' / 'assignment' / 'square.py')!r}).read()",
        f"open({str(root / 'results' / 'results.json')!r}, 'w').write('[]')",
    )
    for attempt in attempts:
        text = files["squares/ops.py"].replace(
            "import numpy as np\n", f"import numpy as np\n{attempt}\n"
        )
        (root / "submission" / "ops.py").write_text(text, encoding="utf-8")
        results = run(root)
        assert score(results) == 0
        assert "tried to open" in results["tests"][0]["output"]
        assert "gamma * x * x" not in json.dumps(results)


def test_a_submission_without_the_file(tmp_path: Path) -> None:
    root, _ = own_autograder(tmp_path)
    results = run(root)
    assert score(results) == 0
    assert "no such file" in results["output"]


def test_a_broken_autograder_still_writes_a_result(tmp_path: Path) -> None:
    root, files = own_autograder(tmp_path)
    (root / "submission" / "ops.py").write_text(files["squares/ops.py"], encoding="utf-8")
    (root / "source" / "tinytf" / "course" / "drivers.py").write_text("1 / 0\n", encoding="utf-8")
    results = run(root)
    assert results["score"] == 0
    assert "tell your teacher" in results["output"]


def test_the_zip_is_the_same_each_time_and_has_its_scripts_at_the_root(tmp_path: Path) -> None:
    assignment = load_assignment("hw1")
    for name in ("a.zip", "b.zip"):
        write_zip(assignment, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        names = set(archive.namelist())
        assert {"setup.sh", "run_autograder", "tinytf/ops/softmax.py"} <= names
        assert "tinytf/course/assignments/hw1/assignment.toml" in names
        assert not [name for name in names if "__pycache__" in name]
        for script in ("setup.sh", "run_autograder"):
            assert archive.getinfo(script).external_attr >> 16 == 0o100755
            assert archive.read(script).startswith(b"#!/usr/bin/env bash\n")


def test_what_cannot_go_into_a_zip(tmp_path: Path) -> None:
    assignment = load_assignment(
        write_own(tmp_path / "own", toml=TOML.replace('["square.py"]', '["square.py", "json"]'))
    )
    with pytest.raises(CourseError, match=r"json: put it beside squares.toml"):
        write_zip(assignment, tmp_path / "own.zip")
    with pytest.raises(CourseError, match="is a directory"):
        write_zip(load_assignment("hw1"), tmp_path)
    (tmp_path / "hidden.toml").write_text("seed = -1\n", encoding="utf-8")
    with pytest.raises(CourseError, match="seed: expected"):
        write_zip(load_assignment("hw1"), tmp_path / "hw1.zip", tmp_path / "hidden.toml")
    assert not list(tmp_path.glob("*.zip*"))


@pytest.mark.slow
def test_from_nothing_with_its_own_setup(tmp_path: Path) -> None:
    """Installs NumPy and hypothesis into a fresh environment, then grades the reference."""
    assignment = load_assignment("hw1")
    write_zip(assignment, tmp_path / "hw1.zip")
    root = unpacked(tmp_path / "hw1.zip", tmp_path / "autograder")
    subprocess.run(
        ["bash", root / "source" / "setup.sh"],
        env={"PATH": os.environ["PATH"], "AUTOGRADER_ROOT": str(root)},
        check=True,
        timeout=600,
    )
    for name, text in package_files(assignment, solved=True).items():
        path = root / "submission" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    results = run(root)
    assert score(results) == sum(sum(exercise.points.values()) for exercise in assignment.exercises)

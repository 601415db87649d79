"""`tinytf assign`, as a teacher types it: a process of its own, real files."""

from pathlib import Path

import pytest

from tests.course.own_assignment import MISTAKES, OP, TOML, write_own

from .command import assert_done, run


def own(tmp_path: Path, **changed: str) -> Path:
    return write_own(tmp_path / "own", **changed).relative_to(tmp_path)


def assert_refused(done: object, said: str, code: int = 2) -> None:
    stderr = done.stderr  # type: ignore[attr-defined]
    assert done.returncode == code, stderr  # type: ignore[attr-defined]
    assert said in stderr
    assert "Traceback" not in stderr
    if code == 2:
        assert stderr.count("\n") == 1


def test_list(tmp_path: Path) -> None:
    done = run("assign", "list", cwd=tmp_path)
    assert_done(done)
    for name in ("hw1", "hw2", "hw3", "hw4", "hw5"):
        assert f"\n{name}  " in "\n" + done.stdout
    assert "softmax " in done.stdout


def test_build_proves_and_writes_a_handout_of_ones_own(tmp_path: Path) -> None:
    done = run("assign", "build", own(tmp_path), "-o", "out", cwd=tmp_path)
    assert_done(done)
    assert done.stdout.count("proven: ") == 6
    assert done.stdout.endswith("wrote 4 files to out; students begin with README.md\n")
    text = (tmp_path / "out" / "squares" / "ops.py").read_text(encoding="utf-8")
    assert text.count("raise NotImplementedError(") == 2
    assert "_slope" not in text

    graded = run("grade", "out", "--assignment", "own/squares.toml", cwd=tmp_path)
    assert graded.returncode == 1
    assert "0 of 10 points" in graded.stdout

    again = run("assign", "build", own(tmp_path), "-o", "out", cwd=tmp_path)
    assert_refused(again, "tinytf: out: not empty; nothing was written\n")
    assert (tmp_path / "out" / "squares" / "ops.py").read_text(encoding="utf-8") == text


def test_build_says_what_is_not_proven_and_writes_nothing(tmp_path: Path) -> None:
    toml = own(tmp_path)
    readme = "# Squares\n\nIt is `dx = dy * gamma * _slope(x)`\nand `y = gamma * x * x`.\n"
    (tmp_path / "own" / "README.md").write_text(readme, encoding="utf-8")
    done = run("assign", "build", toml, "-o", "out", cwd=tmp_path)
    assert_refused(done, "tinytf: a line of the solution is left: README.md, line 3: ", code=1)
    assert "left: README.md, line 4: 'y = gamma * x * x'" in done.stderr
    assert done.stderr.endswith("tinytf: out was not written\n")
    assert done.stderr.count("\n") == 3
    assert done.stdout == ""
    assert not (tmp_path / "out").exists()


WRONG = {
    "an unclosed marker": ({"op": OP.replace("### END YOUR", "### end")}, "square.py, line "),
    "a marker not closed": (
        {"op": OP.replace("    ### END YOUR SOLUTION\n", "")},
        "without an END",
    ),
    "a call that does not fit": ({"toml": TOML.replace('"dy"', '"dz"')}, "call: cotangent: "),
    "a call without a key": ({"toml": TOML.replace('cotangent = "dy"', "")}, "missing: cotangent"),
    "no toml": ({"toml": "name ="}, "squares.toml: "),
    "no such module": ({"toml": TOML.replace('["square.py"]', '["cube.py"]')}, "no such file"),
}


@pytest.mark.parametrize(("changed", "said"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_built_is_one_line(
    tmp_path: Path, changed: dict[str, str], said: str
) -> None:
    done = run("assign", "build", own(tmp_path, **changed), "-o", "out", cwd=tmp_path)
    assert_refused(done, said)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["build", "gradescope"])
def test_no_such_assignment(tmp_path: Path, command: str) -> None:
    done = run("assign", command, "hw99", "-o", "out", cwd=tmp_path)
    assert_refused(done, "tinytf: hw99: no such assignment; expected one of hw1, hw2, ")


def test_check_says_what_each_known_mistake_costs(tmp_path: Path) -> None:
    done = run("assign", "check", own(tmp_path), cwd=tmp_path)
    assert_done(done)
    lines = done.stdout.splitlines()
    assert lines[1].split() == ["square", "5/10", "dx,", "edge", "no", "factor", "2"]
    assert lines[2].startswith("square ")
    assert lines[2].endswith(" mean")
    assert lines[-1] == "2 of 2 known mistakes cost points; 2 are named"


def test_check_fails_where_a_mistake_costs_nothing(tmp_path: Path) -> None:
    harmless = MISTAKES.replace('"1.0 * x"', '"x * 2.0"')
    done = run("assign", "check", own(tmp_path, mistakes=harmless), cwd=tmp_path)
    assert done.returncode == 1
    assert "10/10  NOTHING" in done.stdout
    assert "1 of 2 known mistakes cost points" in done.stdout


def test_check_of_a_mistake_that_does_not_fit(tmp_path: Path) -> None:
    missing = MISTAKES.replace('"2.0 * x"', '"3.0 * x"')
    done = run("assign", "check", own(tmp_path, mistakes=missing), cwd=tmp_path)
    assert_refused(done, "'no factor 2' do not fit")


def test_check_of_one_exercise(tmp_path: Path) -> None:
    done = run("assign", "check", own(tmp_path), "--only", "cube", cwd=tmp_path)
    assert_refused(done, "squares has no exercise 'cube'; it has square")
    assert done.stdout == ""


def test_gradescope_writes_a_zip(tmp_path: Path) -> None:
    done = run("assign", "gradescope", "hw1", "-o", "hw1.zip", cwd=tmp_path)
    assert_done(done)
    assert done.stdout.startswith("wrote hw1.zip: ")
    assert (tmp_path / "hw1.zip").stat().st_size < 5e6


def test_gradescope_where_nothing_can_be_written(tmp_path: Path) -> None:
    done = run("assign", "gradescope", "hw1", "-o", "no/hw1.zip", cwd=tmp_path)
    assert_refused(done, "tinytf: no/hw1.zip: no such directory: no\n")


def test_gradescope_replaces_an_earlier_zip(tmp_path: Path) -> None:
    (tmp_path / "hw1.zip").write_bytes(b"earlier")
    assert_done(run("assign", "gradescope", "hw1", "-o", "hw1.zip", cwd=tmp_path))
    assert (tmp_path / "hw1.zip").read_bytes()[:2] == b"PK"
    assert [path.name for path in tmp_path.iterdir()] == ["hw1.zip"]


SPOILT = {
    "a gradient that is none": (
        {"op": OP.replace("(dy * x * x)", "(dy * x)")},
        "square: on random numbers 1 dgamma of the reference is not the derivative by gamma",
    ),
    "gradients in the wrong order": (
        {"toml": TOML.replace('["dx", "dgamma"]', '["dgamma", "dx"]')},
        "does square_backward return dgamma, dx in this order?",
    ),
    "sizes that do not fit": (
        {"toml": TOML.replace('"float (D)"', '"float (E)"')},
        "square: on random numbers 1 the reference fails: square_forward: ValueError: ",
    ),
    "a mistake that is no Python": (
        {"mistakes": MISTAKES.replace('"1.0 * x"', '"(1.0"')},
        "square: square.py with the mistake 'no factor 2' does not run: SyntaxError: ",
    ),
}


@pytest.mark.parametrize(("changed", "said"), SPOILT.values(), ids=SPOILT)
def test_a_wrong_reference_is_not_proven(
    tmp_path: Path, changed: dict[str, str], said: str
) -> None:
    done = run("assign", "build", own(tmp_path, **changed), "-o", "out", cwd=tmp_path)
    assert_refused(done, said, code=1)
    assert not (tmp_path / "out").exists()


def test_check_of_a_mistake_that_is_no_python(tmp_path: Path) -> None:
    spoilt = MISTAKES.replace('"1.0 * x"', '"(1.0"')
    done = run("assign", "check", own(tmp_path, mistakes=spoilt), cwd=tmp_path)
    assert_refused(done, "with the mistake 'no factor 2' does not run: SyntaxError: ")
    assert done.stdout == ""

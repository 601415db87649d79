"""`tinytf check`: exit code 0 where every gradient is right, 1 with the row named otherwise."""

from pathlib import Path

import pytest

from tests.mutants import silu
from tests.mutants.mutate import mutate
from tinytf.cli.main import main
from tinytf.gradcheck import all_ops

from .command import assert_done, run


def test_every_gradient_is_right(tmp_path: Path) -> None:
    done = run("check", "--seed", "7", cwd=tmp_path)
    assert_done(done)
    assert done.stdout.isascii()
    n_checks = done.stdout.splitlines().index("") - 1  # the table has a line of titles
    assert n_checks > 50
    assert f"{n_checks} of {n_checks} checks right" in done.stdout
    assert "WRONG" not in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_op_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = mutate("silu", silu.BACKWARD["dy forgotten"])
    monkeypatch.setattr(all_ops, "silu_forward", wrong.silu_forward)
    monkeypatch.setattr(all_ops, "silu_backward", wrong.silu_backward)
    code = main(["check"])
    output, errors = capsys.readouterr()
    assert (code, errors) == (1, "")
    lines = output.splitlines()
    n_checks = lines.index("") - 1  # below the table come the details of what is wrong
    wrong_rows = [line.split()[0] for line in lines[: n_checks + 1] if line.endswith("WRONG")]
    assert wrong_rows == ["silu"], output
    assert f"{n_checks - 1} of {n_checks} checks right" in output

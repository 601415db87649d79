"""Every walkthrough runs, its claims hold when computed another way, and it prints what it did."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tinytf import DecoderLM
from tinytf.ops import cross_entropy_forward
from tinytf.stepping import report_exercise

from .golden_text import ROOT, WALKTHROUGHS, differences, golden_path, run
from .solutions import EXERCISES, Answer, Exercise
from .terminal import ENTER, PROMPT, run_in_pipe, run_in_terminal
from .test_stepping import needs_pty

README = (ROOT / "walkthroughs" / "README.md").read_text(encoding="utf-8")

every_walkthrough = pytest.mark.parametrize("path", WALKTHROUGHS, ids=lambda path: path.stem)
every_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.blank)


@functools.cache
def finished(stem: str) -> tuple[dict[str, Any], str]:
    return run(ROOT / "walkthroughs" / f"{stem}.py")


def slope(loss, x: np.ndarray) -> np.ndarray:
    """Central differences: another method than the complex-step of the walkthroughs."""
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = 1e-5
        gradient[index] = (loss(x + step) - loss(x - step)) / 2e-5
    return gradient


def softmax(x: np.ndarray) -> np.ndarray:
    return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)


# What every walkthrough keeps


@every_walkthrough
def test_printed_text(path: Path) -> None:
    printed = finished(path.stem)[1]
    assert printed.isascii()
    assert max(map(len, printed.splitlines())) <= 100
    expected = golden_path(path).read_text(encoding="ascii")
    assert not differences(printed, expected), "\n".join(differences(printed, expected))


@every_walkthrough
def test_source_has_cells_a_question_shapes_and_two_exercises(path: Path) -> None:
    source = path.read_text(encoding="ascii")
    assert source.startswith("# %% [markdown]\n# # ")
    for needed in ("**Question:**", "**Shapes:**", "**Source:**", "`tinytf/ops", "equation"):
        assert needed in source
    assert source.count("\n# %%") >= 5
    assert 80 <= len(source.splitlines()) <= 250
    assert len([e for e in EXERCISES if e.walkthrough == path.stem]) == 2
    assert source.splitlines()[1].startswith(f"# # {int(path.stem[:2])}. ")
    for file in re.findall(r"`(tinytf/\S+)`", source):
        assert (ROOT / file).exists(), f"{path.name} points to {file}"


def pauses_stated(path: Path) -> int:
    row = re.search(rf"^\| \[{path.name}\]\({path.name}\) .* \| (\d+) \|$", README, re.MULTILINE)
    assert row is not None, f"{path.name} has no row in walkthroughs/README.md"
    return int(row[1])


def test_index_names_nothing_else() -> None:
    assert re.findall(r"^\| \[(.*?)\]", README, re.MULTILINE) == [p.name for p in WALKTHROUGHS]


@every_walkthrough
def test_step_in_a_pipe_does_not_hang(path: Path) -> None:
    code, output, errors = run_in_pipe(path, "--step")
    assert (code, errors) == (0, "")
    assert not differences(output, golden_path(path).read_text(encoding="ascii"))


@needs_pty
@every_walkthrough
def test_step_in_a_terminal_pauses_as_often_as_the_index_says(path: Path) -> None:
    code, shown = run_in_terminal(path, "--step", keys=[ENTER] * pauses_stated(path))
    assert code == 0, shown.decode()
    assert shown.count(PROMPT) == pauses_stated(path)
    assert shown.count(b"PREDICT:") == pauses_stated(path)
    assert shown.isascii()


@every_exercise
def test_exercise(exercise: Exercise, capsys: pytest.CaptureFixture[str]) -> None:
    variables = finished(exercise.walkthrough)[0]
    capsys.readouterr()

    def verdict(answer: Answer) -> str:
        report_exercise("Exercise", variables[exercise.check], answer)
        return capsys.readouterr().out

    assert verdict(variables[exercise.blank]).startswith("Exercise: not done yet. ")
    assert verdict(exercise.solution) == "Exercise: right.\n"
    for wrong in exercise.wrong:
        assert verdict(wrong).startswith("Exercise: not right. ")


# The claims of each


def test_softmax() -> None:
    variables = finished("01_softmax_and_its_jacobian")[0]
    x, dy, jacobian = variables["x"], variables["dy"], variables["jacobian"]
    assert np.allclose(variables["y"], softmax(x))
    for i in range(4):
        assert np.allclose(jacobian[i], slope(lambda x, i=i: softmax(x)[i], x), atol=1e-9)
    dx = slope(lambda x: dy @ softmax(x), x)
    assert np.allclose(variables["dx"], dx, atol=1e-9)
    assert np.allclose(variables["numeric"], dx, atol=1e-9)
    assert np.allclose(slope(lambda x: softmax(x).sum(), x), 0, atol=1e-9)
    errors = variables["errors"]  # rows: right, three wrong; columns: dy = 1, random dy
    assert (errors[:, 0] < 1e-15).all()
    assert errors[0, 1] < 1e-15 < 0.05 < errors[1:, 1].min()


def test_attention() -> None:
    variables = finished("05_attention_forward_and_backward")[0]
    q, k, v, dz = (variables[name] for name in ("q", "k", "v", "dz"))

    def attend(q, k, v):
        scores = q @ k.T / 3**0.5
        return softmax(np.where(np.tri(4, dtype=bool), scores, -np.inf)) @ v

    assert np.allclose(variables["z"], attend(q, k, v))
    for name, loss, array in (
        ("dq", lambda q: (dz * attend(q, k, v)).sum(), q),
        ("dk", lambda k: (dz * attend(q, k, v)).sum(), k),
        ("dv", lambda v: (dz * attend(q, k, v)).sum(), v),
    ):
        assert np.allclose(variables[name], slope(loss, array), atol=1e-8), name
    below = np.tri(4, dtype=bool)
    below[0] = False
    assert np.array_equal(variables["dscores"] != 0, below)
    assert variables["dpattern"].all()
    assert not variables["dq"][0].any()
    assert variables["z2"].shape == (1, 2, 4, 3)
    assert variables["dq2"].shape == (1, 4, 6)


def test_one_sgd_step() -> None:
    variables = finished("12_one_sgd_step_by_hand")[0]
    ids, targets, gradients = variables["ids"], variables["targets"], variables["g"]
    # Along the gradient the slope is its squared length, along another direction the dot product.
    rng = np.random.default_rng(0)
    directions = {name: rng.normal(size=gradient.shape) for name, gradient in gradients.items()}
    for along in (gradients, directions):

        def loss(t, along=along):
            model, parameters = variables["new_model"]()
            assert isinstance(model, DecoderLM)
            for name, parameter in parameters.items():
                parameter.value += t * along[name]
            return cross_entropy_forward(model.forward(ids)[0], targets)[0]

        expected = sum((gradients[name] * along[name]).sum() for name in gradients)
        assert np.isclose((loss(1e-5) - loss(-1e-5)) / 2e-5, expected, rtol=1e-6)
    assert variables["text"][:11] == "the cat sat"
    assert np.array_equal(ids.reshape(-1)[1:], targets.reshape(-1)[:-1])
    sgd, sgd_too_large, adam, adam_too_large = variables["curves"]
    assert sgd[0] == adam[0] == variables["loss"]
    assert sgd[-1] < sgd[0] - 1
    assert np.allclose(adam, adam_too_large, atol=1e-4)
    assert abs(sgd - sgd_too_large).max() > 0.5
    assert np.allclose(variables["ratios"], [1, 1 / 4], atol=1e-3)


# The comparison of texts itself


@pytest.mark.parametrize(
    ("got", "expected", "same"),
    [
        ("loss 3.010, twice", "loss  3.011, twice", True),
        ("loss 3.010, twice", "loss 3.020, twice", False),
        ("2000.0", "2003.0", True),
        ("2000.0", "2005.0", False),
        ("dx 0", "dx 4e-17", True),
        ("dx -4e-17", "dx 0", True),
        ("dx 0", "dx 0.5", False),
        ("x (4, 4)", "x (4, 5)", False),
        ("(4, 4)", "4, 4", False),
        ("yes .", ". yes", False),
        ("-inf", "inf", False),
        ("one", "one two", False),
        ("a b", "a\nb", False),
        ("a\n", "a", True),
        ("", "a", False),
    ],
)
def test_golden_comparison(got: str, expected: str, same: bool) -> None:
    assert (differences(got, expected) == []) is same

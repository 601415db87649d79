"""The table: every tensor has its line, aligned, in ASCII, with footnotes and notes."""

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.ops.claims import claim
from tinytf.tracing import Trace, TracedTensor
from tinytf.tracing.statistics import summaries

from .by_hand import parameter, read_only_decoder, tensor


def lay_out(module: ModuleType, *tensors: TracedTensor, notes: Any = ()) -> list[str]:
    """The lines of the table of some tensors."""
    text: str = module.table(tensors, [one.name for one in tensors], notes)
    return text.splitlines()


def test_the_whole_layout(module: ModuleType) -> None:
    reason = "integers"
    tensors = [
        tensor("ids", [[1, 5]], kind="input", axes=("B", "T"), why_no_grad=reason),
        tensor("a.layers.0.x", [[1.0, 0.0]], 0.5, axes=("B", "T")),
        tensor("a.layers.0.s.scores", [[2.0, -np.inf]], np.array([[np.nan, 1]]), axes=("B", "S")),
        tensor("a.layers.10.x", [[0.0, 0.0]], 0.25, axes=("B", "T")),
        tensor("a.embed", 1234567.0, why_no_grad=reason),
        tensor("loss", 3.0, 1.0),
        parameter("a.k.weight", [[3.0, -3.0]], 0.5, after=[[3.3, -3.3]]),
        parameter("a.k.bias", [0.0, 0.0], 1e-9, after=[0.0, 1.0]),
        parameter("w", [[1.0, 2.0]], 0.5),
    ]
    assert lay_out(module, *tensors, notes=["two passes"]) == [
        "tensor      shape         RMS       max  zeros  grad RMS  update  flags",
        "ids         B=1 T=2                   5     0%      -[1]",
        "a.layers.0",
        "  x         B=1 T=2     0.707         1    50%       0.5",
        "  s.scores  B=1 S=2         2         2     0%       nan          grad NaN, masked 50%",
        "a.layers.10",
        "  x         B=1 T=2         0         0   100%      0.25          all zero",
        "a",
        "  embed     scalar   1.23e+06  1.23e+06     0%      -[1]",
        "loss        scalar          3         3     0%         1",
        "a",
        "  k.weight  1 2             3         3     0%       0.5     0.1",
        "  k.bias    2               0         0   100%     1e-09  from 0  grad cancels [2]",
        "w           1 2          1.58         2     0%       0.5       0",
        "",
        "9 tensors: 1 input, 5 intermediates, 3 parameters; 7 with a gradient; "
        "flags: grad NaN (1), all zero (1)",
        "[1] integers",
        "[2] the gradient of a vector is a sum over all positions, and nothing but rounding "
        "is left of this one; so it must be",
        "    where softmax follows, as behind the bias of keys: softmax does not change "
        "when all its inputs grow alike",
        "note: two passes",
    ]


def test_shares_that_are_nearly_nothing_or_all_do_not_look_so(module: ModuleType) -> None:
    def zeros(n_zeros: int) -> str:
        value = np.array([0.0] * n_zeros + [1.0] * (1000 - n_zeros))
        return lay_out(module, tensor("y", value, 1.0))[1].split()[4]

    found = [zeros(n) for n in (0, 1, 9, 10, 500, 990, 991, 999, 1000)]
    assert found == ["0%", "<1%", "<1%", "1%", "50%", "99%", ">99%", ">99%", "100%"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ([3, 1574], "1574"),
        ([-20000, 7], "20000"),
        ([2**62 + 1], str(2**62 + 1)),
        ([1574.0], "1.57e+03"),
    ],
)
def test_integers_are_shown_with_all_their_digits(
    module: ModuleType, value: list[float], shown: str
) -> None:
    row = module.cells(summaries([tensor("ids", value, kind="input")])[0], module.Footnotes())
    assert row[3] == shown


def test_no_integers_at_all_have_no_largest(module: ModuleType) -> None:
    empty = tensor("ids", np.zeros((0, 2), dtype=np.int64), kind="input")
    assert module.cells(summaries([empty])[0], module.Footnotes())[3] == ""


def test_a_pattern_shows_some_and_says_so_but_judges_them_beside_all(module: ModuleType) -> None:
    tensors = [
        tensor("a.layers.0.x", [[1.0, 2.0]], 500.0),
        tensor("a.layers.1.x", [[1.0, 2.0]], 1.0),
    ]
    lines = str(module.table(tensors, ["a.layers.0.x"], [])).splitlines()
    assert lines[2].endswith("exploding")
    assert lines[-1].startswith("1 of 2 tensors: 1 intermediate; 1 with a gradient; flags: expl")
    assert module.table(tensors, [], []) == "\n0 of 2 tensors; 0 with a gradient; flags: none"


def test_no_update_is_said_once(module: ModuleType) -> None:
    lines = lay_out(module, parameter("w", [[1.0, 2.0]], 0.5))
    assert lines[1].split() == ["w", "1", "2", "1.58", "2", "0%", "0.5"]
    assert lines[-1] == "1 tensor: 1 parameter; 1 with a gradient; no update; flags: none"


def test_long_names_lose_their_middle_and_lines_stay_within_the_width(module: ModuleType) -> None:
    name = "decoder." + "x" * 30 + "middle" + "y" * 70 + ".end"
    short = tensor("b", np.ones((2, 2)), 1.0)
    long = tensor(name, np.ones((2, 2)), 1.0)
    deep = tensor("deep", np.ones((1,) * 30), 1.0)
    lines = lay_out(module, short, long, deep)
    assert max(map(len, lines)) <= module.WIDTH == 120
    (line,) = (line for line in lines if "xxx" in line)
    shown = line.split()[0]
    assert shown.startswith("xxx")
    assert shown.endswith(".end")
    assert "..." in shown
    assert len(shown) >= 24


def test_names_are_shortened_only_as_far_as_needed(module: ModuleType) -> None:
    fits = "x" * 60
    assert lay_out(module, tensor(fits, 1.0, 1.0))[1].split()[0] == fits
    crowded = tensor("x" * 40, np.array([np.nan, np.inf]), np.array([np.nan, np.inf]), "input")
    crowded.value = crowded.value.reshape((1,) * 14 + (2,))
    crowded.axes = tuple("ABCDEFGHIJKLMNO")
    crowded.why_no_grad, crowded.grad = "", np.array([[np.nan, np.inf]])
    name = lay_out(module, crowded, parameter("w", [0.0], 1.0, after=[1.0]))[1].split()[0]
    assert 24 <= len(name) < 40, f"expected a name that can still be read, got {name}"


def test_text_of_any_language_is_ascii(module: ModuleType) -> None:
    odd = tensor("größe.\N{SNOWMAN}", [1.0], axes=("Länge",), why_no_grad="\N{SNOWMAN} naïve")
    text = "\n".join(lay_out(module, odd, notes=["é"]))
    assert text.isascii()
    assert r"gr\xf6\xdfe" in text
    assert r"L\xe4nge=1" in text
    assert r"\u2603" in text


def test_at_a_prompt_it_shows_its_lines(module: ModuleType) -> None:
    text = module.table([tensor("y", [1.0], 1.0)], ["y"], [])
    assert repr(text) == str(text)
    assert "\n" in repr(text)


def names_shown(lines: list[str]) -> list[str]:
    """The full names of the lines of a table, from its groups."""
    found, group = [], ""
    for line in lines[1 : lines.index("")]:
        if line.startswith("  "):
            found.append(f"{group}.{line.split()[0]}")
        elif len(line.split()) == 1:
            group = line
        else:
            found.append(line.split()[0])
    return found


@pytest.mark.parametrize("learning_rate", [None, 0.1])
def test_every_tensor_of_a_model_has_its_line(
    module: ModuleType, learning_rate: float | None
) -> None:
    t = read_only_decoder(learning_rate)
    lines = str(module.table(t, t.names(), t.notes)).splitlines()
    assert names_shown(lines) == t.names()
    assert max(map(len, lines)) <= 120
    without = [one for one in t if one.grad is None]
    assert sum("-[" in line for line in lines) == len(without) > 0
    unwrapped = " ".join(line.strip() for line in lines)
    for one in without:
        assert one.why_no_grad in unwrapped, one.why_no_grad


PARTS = st.sampled_from(["a", "b", "layers.0", "layers.1", "layers.12", "x"])


@claim(names=st.lists(st.lists(PARTS, min_size=1, max_size=4).map(".".join), unique=True))
def test_groups_never_hide_a_name(module: ModuleType, names: list[str]) -> None:
    tensors = [tensor(name, np.ones((2, 2)), 1.0) for name in names]
    lines = lay_out(module, *tensors)
    assert not names or names_shown(lines) == names


def test_the_trace_gives_its_table() -> None:
    t = read_only_decoder()
    assert t.table().splitlines()[0].startswith("tensor")
    assert len(t.table("*.scores").splitlines()) == 7
    assert Trace([], [], ["nothing ran"]).table().endswith("note: nothing ran")

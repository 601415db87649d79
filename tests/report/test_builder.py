"""Reports of every stack: each equation made again, each gradient in its place, nothing lost."""

import json
import re

import numpy as np
import pytest

from tests.report.judge import faults
from tests.report.recompute import decoded, remake
from tests.report.steps import CASES, LARGE_CASES, LEARNING_RATE, SMALL, traced
from tinytf.report import assemble, build, build_report, check_step
from tinytf.report.build import LIMITS, report_within
from tinytf.report.layout import Limits
from tinytf.report.sheet import Sheet


@pytest.mark.parametrize("name", CASES)
def test_a_report_has_no_fault(name: str) -> None:
    step = traced(name)
    assert list(faults(step, report_within(step, {}, Limits()))) == []


@pytest.mark.parametrize("name", LARGE_CASES)
def test_a_report_of_a_part_has_no_fault_either(name: str) -> None:
    step = traced(name)
    for limits in LIMITS[1:]:
        assert list(faults(step, report_within(step, {}, limits))) == [], limits


@pytest.mark.parametrize("name", SMALL)
def test_of_a_small_model_everything_is_shown_and_remade(name: str) -> None:
    report = build_report(traced(name))
    assert [one.where for one in remake(report) if one.error is None] == []
    cropped = {tensor["name"] for tensor in report["tensors"].values() if tensor["of"]}
    assert {
        name for name in cropped if "embed.pos.weight" not in name
    } == set()  # of positions, the used
    notes = report["header"]["notes"]
    assert [note for note in notes if not note.startswith("the loss is a sum")] == []


@pytest.mark.parametrize("name", ["gpt", "translator", "bert", "llama, one key head"])
def test_every_gradient_that_is_shown_carries_its_check(name: str) -> None:
    step = traced(name)
    errors, said = check_step(step)
    report = build_report(step, errors)
    assert said.startswith(f"all {len(errors)} gradients")
    assert {one.name for one in step.trace if one.grad is not None} == set(errors)
    shown = [
        tensor
        for tensor in report["tensors"].values()
        if tensor["kind"] == "gradient" and tensor["name"].partition(",")[0] in errors
    ]
    checked = [tensor["check"]["error"] for tensor in shown if tensor["check"]]
    assert len({tensor["name"] for tensor in shown if tensor["check"]}) >= len(errors)
    assert max(checked) <= 1e-8


def test_what_was_not_checked_is_said() -> None:
    step = traced("gpt")
    errors, said = check_step(step, most_seconds=0.05)
    n_grads = sum(one.grad is not None for one in step.trace)
    assert 0 < len(errors) < n_grads
    assert said.startswith(f"{len(errors)} of {n_grads} gradients")
    layers = {name.split(".")[2] for name in errors if ".layers." in name}
    assert layers == {"0", "1"}


@pytest.mark.parametrize("name", ["gpt", "translator", "bert", "regressor"])
def test_the_header_tells_what_was_measured(name: str) -> None:
    step = traced(name)
    header = build_report(step)["header"]
    assert header["loss_before"] == step.loss
    assert header["loss_after"] == step.loss_after
    fall = step.loss - header["loss_predicted"]
    squares = [np.square(one.grad).sum() for one in step.trace.parameters() if one.grad is not None]
    assert fall == pytest.approx(LEARNING_RATE * sum(squares))
    assert step.loss - step.loss_after == pytest.approx(fall, rel=0.02)  # the step is small


def test_two_losses_are_said_to_be_added_up() -> None:
    step = traced("bert")
    (note,) = build_report(step)["header"]["notes"]
    found = re.fullmatch(r"the loss is a sum: (\S+) \(loss\) \+ (\S+) \(loss#2\)", note)
    assert found, note
    assert float(found[1]) + float(found[2]) == pytest.approx(step.loss, rel=1e-3)


def test_every_attention_has_its_maps() -> None:
    report = build_report(traced("translator"))
    kinds = [entry["kind"] for entry in report["attention"]]
    assert {kind: kinds.count(kind) for kind in kinds} == {"self": 4, "causal": 4, "cross": 4}
    for entry in report["attention"]:
        value, grad = (report["tensors"][entry[key]] for key in ("value", "grad"))
        assert value["kind"] == "probability"
        assert grad["kind"] == "gradient"
        assert value["row_axis"] == "token that looks (query)"
        assert value["col_axis"] == "token looked at (key)"


def test_the_flow_has_every_layer_and_every_parameter() -> None:
    step = traced("gpt")
    flow = {one["layer"]: one["parts"] for one in build_report(step)["flow"]}
    assert {"decoder.embed", "decoder.layers.0", "decoder.layers.1"} <= set(flow)
    named = [part for parts in flow.values() for part in parts if part["update_ratio"] is not None]
    assert len(named) == len(step.trace.parameters())
    weight = step.trace["decoder.layers.1.ffn.w_in"]
    part = next(one for one in flow["decoder.layers.1"] if one["name"] == "ffn.w_in")
    assert part["grad_rms"] == pytest.approx(np.sqrt(np.square(weight.grad).mean()))
    moved = np.linalg.norm(weight.delta) / np.linalg.norm(weight.value)
    assert part["update_ratio"] == pytest.approx(moved)


@pytest.mark.parametrize("name", ["large llama", "large translator", "large bert"])
def test_a_report_that_must_be_small_says_what_it_leaves_out(name: str) -> None:
    step = traced(name)
    sizes = []
    for limits in LIMITS:
        report = report_within(step, {}, limits)
        sizes.append(len(json.dumps(report, separators=(",", ":"))))
        notes = " ".join(report["header"]["notes"])
        for part, word in ((limits.features, "of 48 features"), (limits.heads, "of 6 heads")):
            assert (part is None) or word in notes, notes
        assert (limits.layers is not None) == ("only statistics of" in notes), notes
    assert sizes == sorted(sizes, reverse=True)
    for fits in sizes[1:]:
        report = build_report(step, most_bytes=fits)
        assert len(json.dumps(report, separators=(",", ":"))) <= fits


def test_cropped_matrices_say_so() -> None:
    report = report_within(traced("large llama"), {}, LIMITS[1])
    named = {tensor["name"]: tensor for tensor in report["tensors"].values()}
    assert named["decoder.layers.0.ffn.w_gate"]["of"] == [48, 70]
    assert named["decoder.layers.0.self_attn.q, head 0"]["of"] == [5, 8]
    labels = report["labels"][named["decoder.layers.0.self_attn.q, head 0"]["cols"]]
    assert labels == ["0", "1", "4", "5"]  # with RoPE whole pairs (i, i + K/2)


def test_arrays_are_embedded_once() -> None:
    report = build_report(traced("translator"))
    texts = [
        (tuple(one["shape"]), one.get("f32", one.get("f64"))) for one in report["arrays"].values()
    ]
    assert len(set(texts)) == len(texts)
    used = {tensor["array"] for tensor in report["tensors"].values()}
    used |= {tensor["masked"] for tensor in report["tensors"].values() if tensor["masked"]}
    assert used == set(report["arrays"])


def test_the_same_step_gives_the_same_page() -> None:
    step = traced("gpt")
    assert assemble(build_report(step)) == assemble(build_report(step))


def test_numbers_that_single_precision_cannot_hold_are_doubles() -> None:
    sheet = Sheet()
    for numbers in ([[1e-39, 1.0]], [[1e39, 1.0]], [[0.0, np.inf, 1.0]], [[np.nan, -np.inf]]):
        array = sheet.arrays[sheet.array(np.array(numbers))]
        assert ("f64" in array) == (numbers[0][0] in (1e-39, 1e39))
        assert np.array_equal(decoded(array), numbers, equal_nan=True)


def test_a_report_that_cannot_fit_whole_is_not_written_whole_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    step, tried = traced("large mpt"), []
    monkeypatch.setattr(
        build, "report_within", lambda step, errors, limits: tried.append(limits) or {}
    )
    n_numbers = sum(one.value.size for one in step.trace.parameters())
    build_report(step, most_bytes=20 * n_numbers)
    assert tried == [LIMITS[1]]
    tried.clear()
    build_report(step, most_bytes=23 * n_numbers)
    assert tried == [LIMITS[0]]

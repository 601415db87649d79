"""Every tensor has its well-known name, its shape and axes, and a gradient or why it has none."""

from typing import Any

import numpy as np
import pytest

from tests.tracing.steps import STEPS, bert_step, decoder_step, translator_step


def names_of_a_stack(stack: str, letter: str, has_memory: bool) -> dict[str, str]:
    """The well-known names of one layer and the embeddings: name -> axes."""
    t, layer = letter, f"{stack}.layers.0"
    names = {
        f"{stack}.embed.tok": f"B {t} D",
        f"{stack}.embed.pos": f"{t} D",
        f"{stack}.embed.out": f"B {t} D",
    }
    residuals = ["resid_pre", "resid_mid", "resid_post"]
    residuals += ["resid_mid_cross"] if has_memory else []
    names |= {f"{layer}.{name}": f"B {t} D" for name in residuals}
    for part in ["self_attn"] + ["cross_attn"] * has_memory:
        s = "S" if part == "cross_attn" else t
        attention = f"{layer}.{part}"
        names |= {f"{attention}.{name}": f"B H {t} K" for name in ("q", "z")}
        names |= {f"{attention}.{name}": f"B H {s} K" for name in ("k", "v")}
        names |= {f"{attention}.{name}": f"B H {t} {s}" for name in ("scores", "pattern")}
        names[f"{attention}.out"] = f"B {t} D"
    names |= {f"{layer}.ffn.pre": f"B {t} F", f"{layer}.ffn.post": f"B {t} F"}
    names[f"{layer}.ffn.out"] = f"B {t} D"
    for norm in ["norm1", "norm2"] + ["norm3"] * has_memory:
        names |= {f"{layer}.{norm}.{name}": f"B {t} D" for name in ("normed", "out")}
        names |= {f"{layer}.{norm}.{name}": f"B {t} 1" for name in ("mean", "rstd")}
    return names


LOSS = {"logits": "B T V", "loss.probs": "B T V", "loss.per_token": "B T", "loss": ""}
EXPECTED: dict[str, Any] = {
    "decoder": (decoder_step, names_of_a_stack("decoder", "T", False) | LOSS),
    "decoder, post-norm": (
        lambda: decoder_step(norm_position="post"),
        names_of_a_stack("decoder", "T", False) | LOSS,
    ),
    "encoder-decoder": (
        translator_step,
        names_of_a_stack("encoder", "S", False) | names_of_a_stack("decoder", "T", True) | LOSS,
    ),
    "encoder-decoder, post-norm, dropout": (
        lambda: translator_step(norm_position="post", dropout=0.2),
        names_of_a_stack("encoder", "S", False) | names_of_a_stack("decoder", "T", True) | LOSS,
    ),
    "encoder": (
        bert_step,
        names_of_a_stack("encoder", "T", False)
        | {"mlm.picked": "N D", "mlm.pre": "N D", "mlm.post": "N D", "mlm.logits": "N V"}
        | {"pooler.cls": "B D", "pooler.pre": "B D", "pooler.pooled": "B D", "nsp_logits": "B 2"}
        | {"loss.probs": "N V", "loss.per_token": "N", "loss#2.probs": "B 2", "loss#2": ""},
    ),
    "tagger": (lambda: bert_step("tagger"), {"logits": "B T L", "loss.per_token": "B T"}),
    "answerer": (lambda: bert_step("answerer"), {"logits": "B 2 T", "loss.per_token": "B 2"}),
    "classifier": (lambda: bert_step("classifier"), {"logits": "B L", "loss.per_token": "B"}),
    "regressor": (lambda: bert_step("regressor"), {"predictions": "B", "loss.error": "B"}),
}
# every model's: B 2, T 4 or 3, S 5, D 8, H 2, K 4, F 5, V 7 (tests/tracing/steps.py)
SIZES = {"B": 2, "S": 5, "D": 8, "H": 2, "K": 4, "F": 5, "V": 7, "L": 3, "1": 1, "2": 2, "N": 3}


@pytest.mark.parametrize("stack", EXPECTED)
def test_every_well_known_name_is_there_with_its_shape_and_axes(stack: str) -> None:
    make, expected = EXPECTED[stack]
    t = make().trace()
    sizes = SIZES | {"T": 3 if "encoder-decoder" in stack else 4}
    for name, letters in expected.items():
        tensor, axes = t[name], tuple(letters.split())
        assert tensor.axes == axes, f"{name}: expected {axes}, got {tensor.axes}"
        assert tensor.shape == tuple(sizes[axis] for axis in axes), name
        assert (tensor.grad is None) == name.endswith("probs"), f"{name}: {tensor.why_no_grad}"
        assert tensor.grad is None or tensor.grad.shape == tensor.shape


def test_probs_say_why_they_have_no_gradient() -> None:
    assert decoder_step().trace()["loss.probs"].why_no_grad.startswith("nothing flows through it: ")


def test_constant_positions_say_why_they_have_no_gradient() -> None:
    t = decoder_step(positions="sinusoidal").trace()
    assert t["decoder.embed.pos"].why_no_grad == (
        "a constant: sinusoidal positions have no parameters"
    )


@pytest.mark.parametrize("name", STEPS)
def test_in_every_model(name: str) -> None:
    t = STEPS[name](n_layers=1).trace()
    sizes: dict[str, int] = {}
    for tensor in t:
        what = f"{name}: {tensor.name} {tensor.shape} {tensor.axes}"
        assert (tensor.grad is None) == bool(tensor.why_no_grad), what
        if tensor.kind == "parameter":
            assert tensor.grad is not None, what
        assert len(tensor.axes) == len(tensor.shape), what
        assert not any(axis.startswith("axis") for axis in tensor.axes), what
        assert "#" not in tensor.name or tensor.name.startswith("loss#2"), what
        assert tensor.kind != "intermediate" or tensor.source is not None, what
        for axis, size in zip(tensor.axes, tensor.shape, strict=True):
            assert sizes.setdefault(axis, size) == size, f"{what}: {axis} was {sizes[axis]}"
    for alias in [alias for tensor in t for alias in tensor.aliases]:
        assert alias not in t.names(), f"{name}: {alias} is the name of another tensor too"
    assert not t.notes


@pytest.mark.parametrize("name", STEPS)
def test_each_value_and_gradient_stands_at_the_line_that_made_it(name: str) -> None:
    """`source` shows the assignment of a variable that is the end of one of the tensor's names."""
    for tensor in STEPS[name](n_layers=1).trace():
        if tensor.source is None:
            continue
        tails = {one.rsplit(".", 1)[-1].split("#")[0] for one in (tensor.name, *tensor.aliases)}
        tails |= {"y"} if "out" in tails else set()
        left = tensor.source.text.split(" = ")[0].split(":")[0]
        assert tails & set(left.replace(",", " ").split()), f"{tensor.name}: {tensor.source}"
        with open(tensor.source.file, encoding="utf-8") as file:
            line = file.read().splitlines()[tensor.source.line - 1]
        assert line.strip() == tensor.source.text.splitlines()[0], tensor.name


def test_the_calls_tell_the_whole_story() -> None:
    t = decoder_step().trace()
    for place, call in enumerate(t.calls):
        if call.twin is not None:
            assert t.calls[call.twin].twin == place
            assert t.calls[call.twin].path == call.path
            assert {call.phase, t.calls[call.twin].phase} == {"forward", "backward"}
    attention = [one for one in t.calls if one.op == "attention" and one.phase == "forward"]
    assert [one.path for one in attention] == [f"decoder.layers.{i}.self_attn" for i in (0, 1)]
    path = attention[0].path
    assert attention[0].inputs == {name: f"{path}.{name}" for name in "qkv"}
    assert attention[0].outputs == [f"{path}.z"]
    assert attention[0].numbers["causal"] is True
    back = t.calls[attention[0].twin]
    assert back.inputs == {"dz": f"{path}.z.grad"}
    assert back.outputs == [f"{path}.{name}.grad" for name in "qkv"]
    linear = next(one for one in t.calls if one.op == "linear" and one.path == f"{path}.q")
    assert linear.inputs == {
        "x": "decoder.layers.0.norm1.out", "weight": f"{path}.q.weight", "bias": f"{path}.q.bias"
    }  # fmt: skip
    head = [one for one in t.calls if one.op == "linear" and one.phase == "forward"][-1]
    assert head.inputs["weight"] == "decoder.embed.tok.weight.T"
    layers = [one.path for one in t.calls if one.op == "TransformerLayer"]
    assert layers == [f"decoder.layers.{i}" for i in (0, 1, 1, 0)]


def test_a_name_that_is_not_there_is_answered_with_the_nearest() -> None:
    t = decoder_step(n_layers=1).trace()
    with pytest.raises(KeyError, match=r"did you mean decoder\.layers\.0\.self_attn\.pattern"):
        t["decoder.layers.0.self_attn.patern"]


def test_an_alias_finds_the_same_tensor() -> None:
    t = decoder_step().trace()
    assert t["decoder.layers.1.resid_pre"] is t["decoder.layers.0.resid_post"]
    assert "decoder.layers.1.resid_pre" in t
    assert t.names("*.1.resid_pre") == ["decoder.layers.0.resid_post"]


def test_the_values_are_those_of_the_forward() -> None:
    step = decoder_step()
    t = step.trace()
    assert np.array_equal(t["logits"].value, step.run())
    pattern = t["decoder.layers.0.self_attn.pattern"].value
    assert np.allclose(pattern.sum(-1), 1)
    scores = t["decoder.layers.0.self_attn.scores"].value
    assert np.array_equal(
        np.isneginf(scores), np.broadcast_to(~np.tri(4, dtype=bool), (2, 2, 4, 4))
    )
    assert np.allclose(np.exp(scores) / np.exp(scores).sum(-1, keepdims=True), pattern)

"""Checks `[exercise.call]` when an assignment is loaded: what its driver must be told.

A call that does not fit makes the reference fail as it makes every submission fail, and nobody
would be told. So each driver (see `drivers.py`) says here which keys it needs, which inputs, and
which outputs it gives.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tinytf.course.errors import CourseError
from tinytf.course.exercise import EDGE
from tinytf.course.keys import require_keys, require_one_of, require_texts

# What a key may hold -> its type.
_TYPES: dict[str, type] = {
    "function": str,  # one of the exercise's functions
    "class": str,
    "input": str,  # one of the inputs; each probe has it
    "inputs": list,  # likewise
    "seed": str,  # one of the inputs; a probe may lack it
    "options": list,  # likewise
    "gradients": list,  # names of outputs
    "output": str,  # the name of an output
    "settings": dict,  # texts, numbers and booleans
}


@dataclass(frozen=True)
class _Form:
    """What a driver wants.

    Attributes:
        needed, optional: key of the call -> what it may hold.
        inputs: the inputs that the driver uses by itself; each probe has them.
        more_inputs: those that it uses by itself where a probe has them.
        outputs: those that it gives besides `output` and `gradients` of the call.
    """

    needed: Mapping[str, str] = field(default_factory=dict)
    optional: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    more_inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


_PAIR = {"forward": "function", "backward": "function"}
_BACKWARD = {"cotangent": "input", "gradients": "gradients"}

FORMS: dict[str, _Form] = {
    "op": _Form(
        {**_PAIR, "inputs": "inputs", **_BACKWARD},
        {"options": "options", "output": "output", "seed": "seed"},
    ),
    "function": _Form(
        {"function": "function", "inputs": "inputs"}, {"options": "options"}, outputs=("y",)
    ),
    "dropout": _Form(
        _PAIR,
        inputs=("x", "p", "seed", "dy"),
        more_inputs=("training", "copies"),
        outputs=("kept_scale", "dropped_share", "mask", "dx"),
    ),
    "residual": _Form(
        _PAIR,
        inputs=("x", "gamma", "beta", "weight", "norm_position", "dy"),
        more_inputs=("memory", "dropout", "seed"),
        outputs=("y", "dx", "dmemory", "dgamma", "dbeta", "dweight"),
    ),
    "layer": _Form(
        {"class": "class", "config": "settings", "inputs": "inputs", **_BACKWARD},
        {"settings": "options", "arguments": "options", "options": "options"},
        inputs=("seed",),
        outputs=("y", "dparameters"),
    ),
    "memory_decoder": _Form(
        {"class": "class", "config": "settings", **_BACKWARD},
        {"settings": "options"},
        inputs=("ids", "memory", "n_layers", "seed"),
        outputs=("y", "dparameters"),
    ),
    "tied_head": _Form(
        inputs=("resid", "table", "dtable", "head", "dlogits"),
        outputs=("y", "dresid", "dweight"),
    ),
    "optimizer": _Form(
        {"class": "class"},
        {"options": "options"},
        inputs=("weight", "bias", "dweight", "dbias", "learning_rate"),
        more_inputs=("beta1", "beta2"),
        outputs=("weight", "bias"),
    ),
    "training": _Form(
        {"function": "function"},
        inputs=("model", "optimizer", "tokens", "learning_rate", "warmup_steps"),
        # the last two are measured by the grader: see `training_session.py`
        outputs=("losses", "parameters", "loss_above_goal"),
    ),
}


def require_call(
    driver: str,
    call: Mapping[str, Any],
    functions: Iterable[str],
    probes: Iterable[Iterable[str]],
    points: Iterable[str],
) -> None:
    """The call has the driver's keys; its functions, inputs and outputs are the exercise's own.

    Args:
        driver: its name.
        call: the table.
        functions: the exercise's.
        probes: the names of the inputs of each probe.
        points: the names of what has points.

    Raises:
        CourseError: something does not fit; it says what.
    """
    form = FORMS[driver]
    kinds = {**form.needed, **form.optional}
    try:
        require_keys(call, _typed(form.needed), _typed(form.optional))
        for key, value in call.items():
            _require_value(key, kinds[key], value, list(functions))
        _require_inputs(form, call, [list(names) for names in probes])
    except CourseError as error:
        raise CourseError(f"call: {error}") from error
    _require_points(form, call, list(functions), [name for name in points if name != EDGE])


def _typed(keys: Mapping[str, str]) -> dict[str, type]:
    return {key: _TYPES[kind] for key, kind in keys.items()}


def _require_value(key: str, kind: str, value: Any, functions: list[str]) -> None:
    if type(value) is list:
        require_texts(key, value, empty=kind == "options")
    elif type(value) is str and not value:
        raise CourseError(f"{key}: expected a name, got ''")
    if kind == "function":
        require_one_of(key, "one of the functions", value, functions)
    if kind == "settings":
        for name, setting in value.items():
            if type(setting) not in (str, int, float, bool):
                raise CourseError(f"{key}: {name}: expected a text or a number, got {setting!a}")


def _require_inputs(form: _Form, call: Mapping[str, Any], probes: list[list[str]]) -> None:
    """What is used is there, and what is there is used."""
    known = list(dict.fromkeys(name for names in probes for name in names))
    always = [name for name in known if all(name in names for names in probes)]
    used = {*form.inputs, *form.more_inputs}
    for key, kind in {**form.needed, **form.optional}.items():
        if kind in ("input", "inputs", "seed", "options") and key in call:
            named = call[key] if type(call[key]) is list else [call[key]]
            for name in named:
                sure = kind in ("input", "inputs")
                require_one_of(key, "one of the inputs", name, always if sure else known)
            used |= {*named}
    if missing := [name for name in form.inputs if name not in always]:
        raise CourseError(f"the driver needs the inputs {', '.join(missing)} besides")
    if unused := [name for name in known if name not in used]:
        raise CourseError(f"nothing gets the inputs {', '.join(unused)}")


def _require_points(
    form: _Form, call: Mapping[str, Any], functions: list[str], points: list[str]
) -> None:
    """Points for all outputs of the exercise's functions, and for nothing else."""
    outputs = [*form.outputs, *call.get("gradients", ())]
    if "output" in form.optional:
        outputs.insert(0, call.get("output", "y"))
    if len({*outputs, EDGE}) <= len(outputs):
        raise CourseError(f"call: two outputs of one name in {', '.join(outputs)}, {EDGE}")
    for name in points:
        require_one_of("points", f"one of the outputs or {EDGE}", name, outputs)
    # The forward of a class is often given: students then write the backward only.
    given = "class" in call and f"{call['class']}.forward" not in functions
    if without := [name for name in outputs if name not in points and not (given and name == "y")]:
        raise CourseError(
            f"points: none for {', '.join(without)}; expected all outputs to have some"
        )

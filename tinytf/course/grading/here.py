"""Runs trusted functions, the reference's and those of known mistakes, in the grader's process."""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from tinytf.course.drivers import DRIVERS
from tinytf.course.exercise import Exercise, Inputs
from tinytf.course.grading.outcome import Failure, Outcome
from tinytf.course.grading.remote import Remote, results_of
from tinytf.course.grading.running import Watch, as_failure, checked, fingerprint, missing

LARGEST_OUTPUT = 2**28  # bytes


def run_here(exercise: Exercise, namespace: Mapping[str, Any], inputs: Inputs) -> Outcome:
    """Run the exercise's driver on copies of the inputs, as `Child.run` does, but in this process.

    Args:
        exercise: says which functions, and how they are called.
        namespace: the module's names; only for code that is trusted.
        inputs: by name; they are copied first. A `Remote` is passed as the object itself.
    """
    if text := missing(namespace, exercise.functions):
        return Outcome(failure=Failure("missing", text, "import"))
    watch = Watch()
    functions = dict(namespace)
    for name in exercise.functions:
        if "." not in name:
            functions[name] = watch.wrap(name)(functions[name])
    given = {name: copied(value) for name, value in inputs.items()}
    before = {name: fingerprint(value) for name, value in given.items()}
    outputs: dict[str, Any] = {}
    failure = None
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name, value in DRIVERS[exercise.driver](functions, exercise.call, dict(given)):
                outputs[name] = copied(checked(name, value, LARGEST_OUTPUT))
            outputs |= results_of(inputs)
    except Exception as error:
        failure = as_failure(error, exercise.functions, watch.during, None)
    changed = tuple(name for name, value in given.items() if fingerprint(value) != before[name])
    return Outcome(outputs, failure, changed, watch.forward_calls_in_backward)


def copied(value: Any) -> Any:
    """A copy of an input or output: arrays within lists, tuples and dicts are copied, too."""
    if isinstance(value, Remote):
        return value.target
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list | tuple):
        return type(value)(copied(item) for item in value)
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return value

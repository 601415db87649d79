"""More mistakes in the core of tinytf/tracing: arrays written into, and what is not recorded."""

import numpy as np

from tests.tracing import test_check as check
from tests.tracing import test_in_place as in_place
from tests.tracing import test_open_trace as open_trace
from tests.tracing import test_parts as parts
from tests.tracing import test_reasons as reasons
from tests.tracing import test_source_statements as source_statements

# As in core_mistakes.py.
MORE_MISTAKES = {
    "numbers written over NaN taken for an alias": (
        "recorder", "holder = None if written else", "holder =",
        in_place.test_a_broken_weight_changes_no_name, (np.nan,),
    ),
    "out= not noticed": (
        "rewriting", """if any(one.arg == "out" for one in named):""", "if False:",
        in_place.test_what_a_bare_return_writes_into_is_new, (),
    ),
    "NumPy's positional out not noticed": (
        "rewriting", "return isinstance(getattr(np, name, None), np.ufunc)", "return False",
        in_place.test_what_is_written_into_is_new_and_what_is_named_again_is_not, (np.nan,),
    ),
    "every function of NumPy writes": (
        "rewriting", "return isinstance(getattr(np, name, None), np.ufunc)", "return True",
        in_place.test_what_is_written_into_is_new_and_what_is_named_again_is_not, (0.25,),
    ),
    "every call writes": (
        "rewriting", """if any(one.arg == "out" for one in named):""", "if True:",
        in_place.test_what_is_written_into_is_new_and_what_is_named_again_is_not, (0.25,),
    ),
    "values of a pair not looked at": (
        "rewriting", "values = [*value.elts]", "pass",
        in_place.test_what_is_written_into_is_new_and_what_is_named_again_is_not, (np.nan,),
    ),
    "a gradient's array written into keeps its sender": (
        "senders", "            notes.forget(array)", "            pass",
        in_place.test_a_gradient_that_is_written_into_was_sent_by_nobody_else, (),
    ),
    "what is used up in the function has no part": (
        "senders", "maker = sender or (frame.parent if given else frame)",
        "maker = sender or frame.parent", parts.test_what_a_function_uses_up_itself, (),
    ),
    "a gradient from outside is the function's own": (
        "senders", "(frame.parent if given else frame)", "frame",
        parts.test_what_a_function_uses_up_itself, (),
    ),
    "check does not try complex inputs": (
        "check", "slope = measured(tensor, move, np.complex128)", "raise",
        in_place.test_check_of_ops_that_work_in_place, (),
    ),
    "check loses imaginary parts": (
        "check", """simplefilter("error", np""", """simplefilter("ignore", np""",
        in_place.test_check_names_the_line_that_cannot_be_run_with_complex_numbers, (),
    ),
    "check as blunt in float64": (
        "check", "FLOOR = 1e-6", "FLOOR = 1e-2",
        in_place.test_a_wrong_gradient_much_shorter_than_the_longest_is_seen, (np.float64, 0.3),
    ),
    "check blunter in float32": (
        "check", "ROUNDINGS = 1e5", "ROUNDINGS = 1e7",
        in_place.test_a_wrong_gradient_much_shorter_than_the_longest_is_seen, (np.float32, 1e-4),
    ),
    "check as sharp in float32": (
        "check", "ROUNDINGS = 1e5", "ROUNDINGS = 1.0",
        check.test_float32_gradients_are_right_to_their_own_precision, (),
    ),
    "check does not move what an op of the script was given": (
        "check", "given[name] = parameter.value.T if", "given[name] = given[name] if",
        reasons.test_a_model_without_source_is_traced_as_far_as_it_can_be, (),
    ),
    "after at the end of the block": (
        "trace", "if not recorder.ended:", "if True:",
        reasons.test_after_is_taken_where_the_recording_ends, (),
    ),
    "old gradients not noted": (
        "parameter_grads", "if p.grad.any()]", "if False]",
        reasons.test_gradients_left_over_from_before_are_noted, (),
    ),
    "old gradients noted though they are zeroed": (
        "parameter_grads", "for name in self.leftover if self._before[name].any()]",
        "for name in self.leftover]",
        reasons.test_gradients_that_are_zeroed_or_not_used_are_not_noted, (),
    ),
    "old gradients noted though nobody uses them": (
        "reasons", "if leftover and (backwards or updated):", "if leftover:",
        reasons.test_gradients_that_are_zeroed_or_not_used_are_not_noted, (),
    ),
    "old gradients noted only beside a backward": (
        "reasons", "if leftover and (backwards or updated):", "if leftover and backwards:",
        reasons.test_gradients_left_over_from_before_are_noted, (),
    ),
    "infinity minus infinity": (
        "tensors", ", where=changed)", ")",
        reasons.test_an_infinite_parameter_that_stays_has_no_update, (),
    ),
    "no backward said where the recording had ended": (
        "reasons", "if recorder.ended else \"\"", "if False else \"\"",
        reasons.test_a_validation_before_the_step_is_what_was_recorded, (),
    ),
    "a copied cache not noticed": (
        "reasons", "if tensor.value.dtype.kind == \"f\" and frame.backward is None and calls:",
        "if False:", reasons.test_a_cache_packed_anew, (),
    ),
    "a copied cache not noted": (
        "reasons", "        if note not in notes:", "        if False:",
        reasons.test_a_models_cache_packed_anew_is_noted_once, (),
    ),
    "a second backward called a stranger": (
        "reasons", "if calls and all(one.backward is not None for one in calls):", "if False:",
        reasons.test_a_backward_called_more_often_than_its_forward, (),
    ),
    "another thread not noted": (
        "recorder", "self.elsewhere = True", "pass",
        reasons.test_another_thread_is_noted, (),
    ),
    "decorators not looked behind": (
        "watched", "for function in map(inspect.unwrap, own_ops):", "for function in own_ops:",
        in_place.test_a_decorated_op_and_its_decorated_backward, (),
    ),
    "decorators of the twin not looked behind": (
        "watched", "twin = inspect.unwrap(twin) if callable(twin) else twin", "pass",
        in_place.test_a_decorated_op_and_its_decorated_backward, (),
    ),
    "one function without source stops all": (
        "reporting", "            if one.chosen:\n", "            if True:\n",
        reasons.test_a_model_without_source_is_traced_as_far_as_it_can_be, (),
    ),
    "a chosen function without source is skipped": (
        "reporting", "            if one.chosen:\n", "            if False:\n",
        source_statements.test_a_function_without_source_is_named, (),
    ),
    "functions without source not noted": (
        "reasons", "for why in refused.values()", "for why in ()",
        reasons.test_a_generator_among_a_models_methods_stops_nothing, (),
    ),
    "gradients of functions without source not seen": (
        "parameter_grads", "self.gaps = gaps", "self.gaps = False",
        reasons.test_a_model_without_source_is_traced_as_far_as_it_can_be, (),
    ),
    "an open trace looks empty": (
        "trace", "self._reports, self._pending = reports, _OPEN",
        "self._reports, self._pending = reports, \"\"",
        open_trace.test_an_open_trace_says_that_it_is_open, (),
    ),
    "a trace opened twice": (
        "trace", "if self._reports is not None:", "if False:",
        open_trace.test_a_trace_is_opened_once, (),
    ),
    "names that fit nothing not noted": (
        "reasons", "if unused and names:", "if False:",
        open_trace.test_names_that_fit_nothing_are_noted, (),
    ),
    "names left out are unknown": (
        "content", "if name in self._left_out:", "if False:",
        open_trace.test_a_name_that_was_left_out_is_not_said_to_be_unknown, (),
    ),
}  # fmt: skip

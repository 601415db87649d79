"""Mistakes in the core of tinytf/tracing: the module, the edit, and the test that must see it."""

from tests.tracing import test_check as check
from tests.tracing import test_check_single as check_single
from tests.tracing import test_in_place as in_place
from tests.tracing import test_memory as memory
from tests.tracing import test_names as names
from tests.tracing import test_own_ops as own
from tests.tracing import test_parts as parts
from tests.tracing import test_source_copy as source_copy
from tests.tracing import test_source_statements as source_statements
from tests.tracing import test_update as update

# mistake -> module, what stands there, what stands there instead, a test, its parameters
MISTAKES = {
    "value not copied": (
        "register", "tensor.value = value.copy()", "tensor.value = value",
        names.test_the_values_are_those_of_the_forward, (),
    ),
    "gradient not copied": (
        "gradients", "Gradient(value.copy(), parts, given)", "Gradient(value, parts, given)",
        own.test_a_gradient_put_together_in_place, (),
    ),
    "a term that is changed in place not copied": (
        "recorder", "kept = value.copy()", "kept = value",
        own.test_a_gradient_put_together_in_place, (),
    ),
    "parts of one consumer overwritten": (
        "senders", "parts[free_name(consumer, parts)] = part", "parts[consumer] = part",
        own.test_the_same_consumer_twice, (),
    ),
    "contributions to a parameter overwritten": (
        "parameter_grads", "parts[free_name(consumer, parts)] = part", "parts[consumer] = part",
        own.test_an_own_layer_with_an_op_called_twice_and_a_private_weight, (),
    ),
    "old gradient counted": (
        "parameter_grads", "change = parameter.grad - before", "change = parameter.grad",
        update.test_old_gradients_are_not_part_of_this_step, (),
    ),
    "other changes of grad not seen": (
        "parameter_grads", "if not np.allclose(", "if False and not np.allclose(",
        own.test_an_own_layer_with_an_op_called_twice_and_a_private_weight, (),
    ),
    "rows' gradient spread over all rows": (
        "parameter_grads", "part[... if index is None else index] += term",
        "part[...] += term.mean()", own.test_a_gradient_added_to_some_rows, (),
    ),
    "twin of the same direction": (
        "watched", 'other = "backward" if one.direction == "forward" else "forward"',
        "other = one.direction", own.test_every_variable_that_holds_floats_is_recorded, (),
    ),
    "layers made on the fly not watched": (
        "watched", "yield from _methods(found)", "yield from ()",
        own.test_one_layer_in_two_places_and_one_made_on_the_fly, (),
    ),
    "gradients in the order of the forward": (
        "frames", "zip(tensors, reversed(grads), strict=True)", "zip(tensors, grads, strict=True)",
        own.test_a_name_used_again_holds_several_tensors_with_mirrored_gradients, (),
    ),
    "shapes not compared": (
        "frames", "return any(grad.shape == tensor.shape for tensor in self.tensors)",
        "return True", own.test_a_gradient_of_the_wrong_shape_is_named, (),
    ),
    "ambiguous gradients guessed": (
        "frames", "            elif grads:\n                return None",
        "            elif grads:\n                found.append((tensors[-1], grads[0]))",
        own.test_where_it_cannot_be_told_the_tensors_say_so, (),
    ),
    "changes in place forgotten": (
        "recorder", "variable.changed = True", "variable.changed = False",
        own.test_a_value_changed_in_place_with_several_gradients_is_ambiguous, (),
    ),
    "alias taken for a new tensor": (
        "recorder", "        elif holder is not None:\n", "        elif False:\n",
        names.test_an_alias_finds_the_same_tensor, (),
    ),
    "overwritten numbers taken for an alias": (
        "register", "return tensor if same else None", "return tensor",
        in_place.test_what_a_helper_writes_into_is_new, (),
    ),
    "well-known names do not win": (
        "register", "if tail in KNOWN and old_tail not in KNOWN:", "if False:",
        parts.test_a_residual, (),
    ),
    "everything kept": (
        "register", "if any(map(self.wanted, [tensor.name, *tensor.aliases])):", "if True:",
        memory.test_several_patterns, (),
    ),
    "aliases not asked for": (
        "register", "[tensor.name, *tensor.aliases]", "[tensor.name]",
        memory.test_names_choose_what_is_kept, (),
    ),
    "any forward that waits taken for the one undone": (
        "matching", "if earlier.cache is not None and any(", "if True or any(",
        parts.test_queries_keys_and_values_from_one_x, (),
    ),
    "what is returned has another name": (
        "matching", 'return names[0].removeprefix("d") if', 'return "other" if',
        own.test_every_variable_that_holds_floats_is_recorded, (),
    ),
    "backward's own values left out": (
        "call_names", "frame.opened = frame.forward.opened", "frame.opened = False",
        names.test_probs_say_why_they_have_no_gradient, (),
    ),
    "second use of a layer under the same name": (
        "call_names", "if times > 1:", "if times > 9:",
        own.test_one_layer_in_two_places_and_one_made_on_the_fly, (),
    ),
    "source's length called T": (
        "axes", 'return "S" if axis == "T" and parts[0] == self.source_stack else axis',
        "return axis",
        names.test_every_well_known_name_is_there_with_its_shape_and_axes, ("encoder-decoder",),
    ),
    "fewer heads called H": (
        "axes", 'if axis in ("H", "Hkv") else axis', 'if axis == "never" else axis',
        names.test_in_every_model, ("Llama",),
    ),
    "texts of terms in the wrong order": (
        "rewriting", "texts = [ast.unparse(term) for term in terms]",
        "texts = [ast.unparse(term) for term in reversed(terms)]",
        parts.test_gate_and_up_of_swiglu, (),
    ),
    "sums inside out": (
        "rewriting", "return [*_terms(left), right]", "return [right, *_terms(left)]",
        parts.test_queries_keys_and_values_from_one_x, (),
    ),
    "match left out": (
        "rewriting", "case.body = self._block(case.body)", "pass",
        source_statements.test_statements_of_every_kind, (),
    ),
    "walrus left out": (
        "rewriting", "statement.test = _Walruses(statement).visit(statement.test)", "pass",
        source_statements.test_statements_of_every_kind, (),
    ),
    "loop variable left out": (
        "rewriting", "targets = [target]\n", "targets = []\n",
        source_statements.test_statements_of_every_kind, (),
    ),
    "private names not understood": (
        "source_copy", 'if around and around[-1] != "<locals>":', "if False:",
        own.test_an_own_layer_with_an_op_called_twice_and_a_private_weight, (),
    ),
    "lines one too low": (
        "source_copy", "first - 1 - indented", "first - indented",
        names.test_each_value_and_gradient_stands_at_the_line_that_made_it, ("GPT",),
    ),
    "constants not compared with the source": (
        "source_copy", "return alike and _same(one.co_consts, other.co_consts)", "return alike",
        source_statements.test_a_source_edited_after_the_import_is_refused,
        (source_statements.SOURCE.replace("2.5", "2.75"),),
    ),
    "code not restored": (
        "reporting", "        for function, code in own:\n            function.__code__ = code",
        "        pass", source_copy.test_afterwards_every_function_has_its_own_code, (None,),
    ),
    "code not restored after an error": (
        "reporting", "    finally:\n", "    except ZeroDivisionError:\n        raise\n    else:\n",
        source_copy.test_afterwards_every_function_has_its_own_code, (ValueError,),
    ),
    "two traces at a time": (
        "reporting", "if any(_is_reporting(", "if False and any(_is_reporting(",
        source_copy.test_two_traces_at_a_time_are_refused_and_the_first_goes_on, (),
    ),
    "other threads listened to": (
        "recorder", "if threading.get_ident() != self._thread:", "if False:",
        source_copy.test_calls_of_other_threads_are_not_mixed_in, (),
    ),
    "second pass recorded": (
        "recorder", "        if self.ended:\n", "        if False:\n",
        update.test_accumulation_over_two_batches_records_the_first, (),
    ),
    "inputs' gradients forgotten": (
        "recorder", "            self._gradients.of_inputs(frame)\n", "            pass\n",
        own.test_every_variable_that_holds_floats_is_recorded, (),
    ),
    "a gradient that goes straight through not named": (
        "senders", "if passed_on is not None and passed_on not in own:", "if False:",
        own.test_an_own_loss_on_a_model, (),
    ),
    "parameters before the update not copied": (
        "trace", "self._before[name] = parameter.value.copy()",
        "self._before[name] = parameter.value",
        update.test_before_delta_and_after_of_an_update, (update.SGD,),
    ),
    "update with the wrong sign": (
        "tensors", "np.subtract(self.after, self.value,", "np.subtract(self.value, self.after,",
        update.test_before_delta_and_after_of_an_update, (update.SGD,),
    ),
    "caches kept": (
        "trace", "frame.cache = None  # the arrays", "pass  # the arrays",
        memory.test_nothing_is_kept_alive_when_the_trace_is_gone, ("GPT",),
    ),
    "check without the cotangent": (
        "check", "np.imag(y) * dy", "np.imag(y)", check_single.test_a_layer_alone, ("Linear",),
    ),
    "check moves another tensor": (
        "check", "place = tensor.place - frame.n_made_before", "place = tensor.place",
        own.test_an_own_loss_on_a_model, (),
    ),
    "check moves every report": (
        "check", "its_turn = tensor.place == self.place and", "its_turn = self.place >= 0 and",
        check_single.test_a_layer_alone, ("relu",),
    ),
    "check leaves its own parameters behind": (
        "check", "parameter.value = now[name]", "pass",
        check.test_check_leaves_model_and_trace_as_they_were, (),
    ),
    "check with the parameters after the update": (
        "check", "before[name].astype(dtype, copy=False)", "now[name].astype(dtype, copy=False)",
        check.test_check_after_an_update_uses_the_parameters_from_before, (),
    ),
}  # fmt: skip

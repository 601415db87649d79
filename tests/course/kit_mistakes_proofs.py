"""Mistakes in the files that declare, write and prove an assignment.

module -> what is wrong -> (old, new, the test that sees it)
"""

OF_PROOFS: dict[str, dict[str, tuple[str, str, str]]] = {
    "leaks": {
        "spaces count": (
            'return "".join(text.split())',
            "return text.strip()",
            "test_leaks.test_a_line_is_found",
        ),
        "docstrings are not searched": (
            "searched = everything if operations(line) > 1 else code",
            "searched = code",
            "test_leaks.test_a_line_is_found_in_code_and_in_a_docstring",
        ),
        "formulas in prose are leaks": (
            "searched = everything if operations(line) > 1 else code",
            "searched = everything",
            "test_leaks.test_a_single_step_may_stand_in_prose_but_not_in_code",
        ),
        "fenced code is prose": (
            "else _fenced(text)",
            "else []",
            "test_leaks.test_a_single_step_may_stand_in_prose_but_not_in_code",
        ),
        "the last line of a region is not looked for": (
            "region.first <= number <= region.last",
            "region.first <= number < region.last - 1",
            "test_leaks.test_a_line_that_ends_a_region_is_looked_for",
        ),
    },
    "handout": {
        "overwrites": (
            "if any(directory.iterdir()):",
            "if False:",
            "test_handout.test_a_directory_that_holds_something_is_left_alone",
        ),
        "writes first, proves then": (
            "    with tempfile.TemporaryDirectory",
            "    write_files(files, directory)\n    with tempfile.TemporaryDirectory",
            "test_handout.test_what_is_not_proven_is_not_written",
        ),
        "does not prove": (
            "        prove(assignment, Path(scratch) / assignment.name)\n",
            "",
            "test_handout.test_what_is_not_proven_is_not_written",
        ),
        "functions without a blank": (
            "if function not in marked:",
            "if False:",
            "test_handout.test_a_function_without_a_marked_region",
        ),
    },
    "calls": {
        "inputs are not looked up": (
            "always if sure else known)",
            "[name])",
            "test_calls.test_a_wrong_call_is_one_line",
        ),
        "unused inputs pass": (
            "if unused := [name for name in known if name not in used]:",
            "if unused := []:",
            "test_calls.test_a_wrong_call_is_one_line",
        ),
        "outputs without points pass": (
            'if name not in points and not (given and name == "y")]',
            "if False]",
            "test_calls.test_a_wrong_call_is_one_line",
        ),
        "the forward of every class is given": (
            """ and f"{call['class']}.forward" not in functions""",
            "",
            "test_calls.test_the_forward_of_a_class_needs_no_points_where_it_is_given",
        ),
        "an input may lack in a probe": (
            'sure = kind in ("input", "inputs")',
            "sure = False",
            "test_calls.test_an_option_may_lack_in_a_probe_and_an_input_may_not",
        ),
    },
    "check_reference": {
        "everything agrees": (
            "<= _AGREEMENT * size + rounding",
            "<= size + rounding",
            "test_check_reference.test_a_right_gradient_is_right_and_a_wrong_one_is_named",
        ),
        "half of the slope": (
            "(np.ones_like(here[0]),)",
            "(0.5 * np.ones_like(here[0]),)",
            "test_check_reference.test_a_right_gradient_is_right_and_a_wrong_one_is_named",
        ),
        "a gradient is moved the wrong way": (
            "_moved(x, t.real * direction)",
            "_moved(x, -t.real * direction)",
            "test_check_reference.test_a_right_gradient_is_right_and_a_wrong_one_is_named",
        ),
        "shapes are not looked at": (
            "np.shape(dx) != np.shape(x)",
            "False",
            "test_check_reference.test_gradients_in_the_wrong_order",
        ),
    },
    "known_mistakes": {
        "two of one name pass": (
            "if mistake.name in names:",
            "if False:",
            "test_assignment.test_wrong_mistakes",
        ),
    },
    "prove": {
        "a wrong reference is proven": (
            "reference_problems(assignment),",
            "iter(()),",
            "test_prove.test_a_reference_with_a_wrong_gradient",
        ),
        "more than NumPy can be imported": (
            'if name.partition(".")[0] not in known:',
            "if False:",
            "test_prove.test_a_handout_that_imports_more_than_numpy",
        ),
        "leaks pass": (
            "*_leak_problems(directory, solution)",
            "",
            "test_prove.test_a_line_of_the_solution_anywhere",
        ),
        "blanks with points pass": (
            "if points := sum(part.score for part in graded.parts):",
            "if points := 0:",
            "test_prove.test_a_blank_that_gets_points",
        ),
        "a wrong reference passes": (
            "if not graded.full:",
            "if False:",
            "test_prove.test_a_reference_without_full_marks",
        ),
        "points for an attempt pass": (
            "            if graded.score:\n",
            "            if False:\n",
            "test_prove.test_an_attempt_that_gets_points",
        ),
        "an attempt that is not named passes": (
            "elif named not in said:",
            "elif False:",
            "test_prove.test_an_attempt_that_is_not_named",
        ),
    },
    "declared": {
        "equal sizes": (
            "_UNEQUAL[(place + turn) % len(_UNEQUAL)]",
            "_UNEQUAL[turn % len(_UNEQUAL)]",
            "test_input_language.test_generic_sizes_differ_from_each_other_and_all_choices_are_tried",
        ),
        "ids up to the size": (
            "size(one.below, sizes) - 1)",
            "size(one.below, sizes))",
            "test_input_language.test_drawn_inputs_are_as_declared",
        ),
        "large gradients": (
            "if name != self.cotangent",
            "if True",
            "test_input_language.test_special_probes_are_what_random_shapes_miss",
        ),
        "never None": (
            'made[f"{name} is None"] = inputs | {name: None}',
            'made[f"{name} is None"] = inputs',
            "test_input_language.test_special_probes_are_what_random_shapes_miss",
        ),
    },
}

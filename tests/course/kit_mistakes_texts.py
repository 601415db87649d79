"""Mistakes in the files that cut a source into a handout's texts.

module -> what is wrong -> (old, new, the test that sees it)
"""

OF_TEXTS: dict[str, dict[str, tuple[str, str, str]]] = {
    "markers": {
        "one hash only": ("#{1,3}", "#", "test_markers.test_every_spelling_of_a_region"),
        "no YOUR": (
            r"(?:YOUR\s+)?SOLUTION(",
            "SOLUTION(",
            "test_markers.test_every_spelling_of_a_region",
        ),
        "no space needed": (
            r"#{1,3}\s*",
            "#{1,3} ",
            "test_markers.test_every_spelling_of_a_region",
        ),
        "markers in texts": (
            "if token.type != tokenize.COMMENT:",
            'if "SOLUTION" not in token.string:',
            "test_markers.test_texts_and_docstrings_are_no_markers",
        ),
        "misspelt markers pass": (
            "if _RESEMBLES.search(token.string):",
            "if False:",
            "test_markers.test_a_wrong_marker_is_an_error_with_its_line",
        ),
        "an unclosed region passes": (
            '    if opened:\n        raise CourseError(f"{name}, line {opened.line}',
            '    if False:\n        raise CourseError(f"{name}, line {opened.line}',
            "test_markers.test_a_wrong_marker_is_an_error_with_its_line",
        ),
        "a nested region passes": (
            "            if opened:\n",
            "            if False:\n",
            "test_markers.test_a_wrong_marker_is_an_error_with_its_line",
        ),
        "a stray end passes": (
            "            if not opened:\n                raise",
            "            if not opened:\n                continue\n                raise",
            "test_markers.test_a_wrong_marker_is_an_error_with_its_line",
        ),
        "the line is off by one": (
            'where = f"{name}, line {marker.line}"\n        if marker',
            'where = f"{name}, line {marker.line + 1}"\n        if marker',
            "test_markers.test_a_wrong_marker_is_an_error_with_its_line",
        ),
        "no prompt is overlooked": (
            "keyword, not no_prompt, alone",
            "keyword, True, alone",
            "test_markers.test_no_prompt_removes_lines_and_leaves_no_hole",
        ),
        "the last line of a region stays": (
            "lines[begin.line : end.line - 1]",
            "lines[begin.line : end.line - 2]",
            "test_markers.test_without_markers_the_solution_is_what_it_was",
        ),
        "the mark of a statement stays": (
            "solution[-1][: marker.column].rstrip()",
            "solution[-1]",
            "test_markers.test_without_markers_the_solution_is_what_it_was",
        ),
        "a region may leave its block": (
            "if line.strip() and outside and",
            "if False and outside and",
            "test_markers.test_a_wrong_marker_is_an_error_with_its_line",
        ),
        "a blank at the top of a module": (
            "if begin.prompt and not function:",
            "if False:",
            "test_markers.test_a_blank_outside_of_a_function_would_end_the_import",
        ),
    },
    "statements": {
        "the innermost function is named": (
            "if not inside and isinstance(node",
            "if isinstance(node",
            "test_markers.test_a_blank_names_the_method_it_stands_in",
        ),
        "the class is not named": (
            'f"{around}.{node.name}" if around else node.name',
            "node.name",
            "test_markers.test_a_blank_names_the_method_it_stands_in",
        ),
    },
    "blanks": {
        "the blank at the left": (
            "[region.indent + PROMPT, region.indent + error]",
            "[PROMPT, error]",
            "test_markers.test_the_blank_stands_at_the_indent_of_its_marker",
        ),
        "the first line stays": (
            "first, last = region.first - 1, region.last\n",
            "first, last = region.first, region.last\n",
            "test_markers.test_every_spelling_of_a_region",
        ),
        "one line more goes": (
            "first, last = region.first - 1, region.last\n",
            "first, last = region.first - 1, region.last + 1\n",
            "test_markers.test_the_blank_stands_at_the_indent_of_its_marker",
        ),
        "from the top": (
            "in reversed(changes)",
            "in list(changes)",
            "test_prove.test_what_is_graded",
        ),
        "a hole is left": (
            "while first and not lines[first - 1].strip()",
            "while False and not lines[first - 1].strip()",
            "test_markers.test_no_prompt_removes_lines_and_leaves_no_hole",
        ),
        "what is needed may go": (
            "node.id in removed",
            "node.id in ()",
            "test_markers.test_what_is_left_may_not_need_what_is_removed",
        ),
        "a blank for each statement": (
            "region.first == last.last + 1",
            "region.first == last.last",
            "test_markers.test_neighbouring_marked_statements_get_one_blank",
        ),
        "no prompt is a blank": (
            "if not region.prompt:",
            "if not region.indent and not region.prompt:",
            "test_markers.test_a_marked_statement_without_a_prompt_is_removed",
        ),
    },
    "extract": {
        "blanks in what is given": (
            "solved or module not in assignment.modules",
            "solved",
            "test_extract.test_a_neighbour_is_given_with_its_solution_and_without_markers",
        ),
        "the student's file is solved": (
            "solved or module not in assignment.modules",
            "True",
            "test_extract.test_every_function_to_write_is_a_blank_with_its_docstring",
        ),
        "what only the solution imports is given": (
            "i.local not in used",
            "False",
            "test_extract.test_what_only_the_solution_imports_is_not_given",
        ),
        "nothing between": (
            "m not in own and own & {*_needed(part)}",
            "False",
            "test_extract.test_a_module_between_two_of_them_stands_in_the_same_file",
        ),
    },
    "imports": {
        "anything may be imported": (
            'if name.partition(".")[0] not in REACHABLE:',
            "if False:",
            "test_extract.test_an_import_that_cannot_be_carried_over",
        ),
        "relative imports pass": (
            "if node.level:",
            "if False:",
            "test_extract.test_an_import_that_cannot_be_carried_over",
        ),
        "packages are given whole": (
            'if path.name != "__init__.py":',
            "if True:",
            "test_extract.test_a_name_that_a_package_passes_on_comes_from_where_it_is_defined",
        ),
    },
    "import_lines": {
        "imports from the student's own file": (
            "                continue\n            module = places[module]",
            "                pass\n            module = places.get(module, module)",
            "test_extract.test_two_modules_become_one_file",
        ),
        "imports inside functions vanish": (
            'indented = [before + line for line in kept if line] or [before + "pass"]',
            'indented = [before + "pass"]',
            "test_extract.test_an_import_inside_a_function",
        ),
    },
    "merging": {
        "two meanings pass": (
            "if before != meaning:",
            "if False:",
            "test_extract.test_a_name_may_not_mean_two_things",
        ),
    },
}

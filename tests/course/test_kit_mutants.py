"""Wrong variants of the code that makes handouts: some test sees each of them.

The module with one edit takes the real one's place while that test's module is imported afresh, so
everything that imports it gets the wrong variant.
"""

import importlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.mutants.mutate import parameter_sets

# module -> what is wrong -> (old, new, the test that sees it)
MUTANTS: dict[str, dict[str, tuple[str, str, str]]] = {
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
        "a large step only": (
            "(1e-4, 1e-5, 1e-6, 1e-7)",
            "(1e-2,)",
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
ALL = [(module, mistake) for module, mistakes in MUTANTS.items() for mistake in mistakes]


@pytest.fixture
def tests_with() -> Iterator[Any]:
    """Import a test's module afresh with one edited module; undone at the end."""
    kept = {name: module for name, module in sys.modules.items() if _belongs(name)}

    def load(module: str, old: str, new: str, test_module: str) -> Any:
        for name in kept:
            del sys.modules[name]
        full = f"tinytf.course.{module}"
        spec = importlib.util.find_spec(full)
        assert spec is not None
        path = Path(str(spec.origin))
        source = path.read_text(encoding="utf-8")
        assert source.count(old) == 1, f"{path.name}: {source.count(old)} times {old!r}"
        mutant = importlib.util.module_from_spec(spec)
        sys.modules[full] = mutant
        exec(compile(source.replace(old, new), str(path), "exec"), vars(mutant))
        setattr(sys.modules["tinytf.course"], module, mutant)
        return importlib.import_module(f"tests.course.{test_module}")

    yield load
    for name in [name for name in sys.modules if _belongs(name)]:
        del sys.modules[name]
    sys.modules.update(kept)


def _belongs(name: str) -> bool:
    return name.startswith(("tinytf.course", "tests.course.test_", "tests.course.own"))


@pytest.mark.parametrize(("module", "mistake"), ALL, ids=[f"{m}: {w}" for m, w in ALL])
def test_a_test_sees(
    module: str, mistake: str, tests_with: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new, seen_by = MUTANTS[module][mistake]
    test_module, _, name = seen_by.partition(".")
    test = getattr(tests_with(module, old, new, test_module), name)
    assert _fails(test, tmp_path, monkeypatch), f"{seen_by} passes"


def _fails(test: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    wanted = set(inspect.signature(test).parameters)
    for number, parameters in enumerate(parameter_sets(test)):
        directory = tmp_path / str(number)
        directory.mkdir()
        given = {"tmp_path": directory, "monkeypatch": monkeypatch}
        fixtures = {key: value for key, value in given.items() if key in wanted}
        assert wanted <= {*fixtures, *parameters}
        try:
            test(**fixtures, **parameters)
        except (NameError, AttributeError):
            raise  # a careless edit proves nothing
        except (Exception, pytest.fail.Exception):
            return True
    return False

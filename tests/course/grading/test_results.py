"""results.json, the JUnit file and hidden tests."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.course.students.hw1 import WRONG
from tests.course.variants import assignment_of, graded, reference_of, runner
from tinytf.course.errors import CourseError
from tinytf.course.grading.edited import quietly
from tinytf.course.grading.exercise import grade_trial
from tinytf.course.grading.hidden import HiddenTests, hidden_part, load_hidden
from tinytf.course.grading.json_results import results_table, write_results
from tinytf.course.grading.junit import write_junit
from tinytf.course.grading.part import GradedExercise, Part
from tinytf.course.grading.probes import try_probes
from tinytf.course.grading.text import summary

HW1 = assignment_of("hw1")
FIELDS = {
    "score", "max_score", "status", "name", "number", "output", "output_format", "tags",
    "visibility", "extra_data",
}  # fmt: skip


def wrong(name: str) -> GradedExercise:
    (variant,) = (variant for variant in WRONG if variant.name == name)
    return graded("hw1", variant)


def test_the_file_is_valid_before_and_after_each_exercise(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    results: list[GradedExercise] = []
    for name in (None, "no cross term", "log of softmax", "summed"):
        results += [wrong(name)] if name else []
        write_results(path, HW1, HW1.exercises, results)
        table = json.loads(path.read_text(encoding="ascii"))
        assert [test["number"] for test in table["tests"]] == [
            f"{i}.{j}" for i in (1, 2, 3) for j in (1, 2, 3)
        ]
        for test in table["tests"]:
            assert set(test) == FIELDS
            assert 0 <= test["score"] <= test["max_score"]
            assert (test["status"] == "passed") == (test["score"] == test["max_score"])
            assert test["visibility"] == "visible"
            assert test["output"]
        graded_so_far = sum(result.score for result in results)
        assert sum(test["score"] for test in table["tests"]) == pytest.approx(graded_so_far)
    assert [file.name for file in tmp_path.iterdir()] == ["results.json"]


def test_what_was_not_graded_says_so() -> None:
    table = results_table(HW1, HW1.exercises, [wrong("no cross term")])
    assert table["tests"][1]["extra_data"]["mistakes"] == ["no cross term"]
    assert "not graded" in table["tests"][3]["output"]


def test_junit_has_a_case_for_each_part(tmp_path: Path) -> None:
    write_junit(tmp_path / "out.xml", HW1, [wrong("no cross term"), wrong("log of softmax")])
    (suite,) = ET.parse(tmp_path / "out.xml").getroot()
    assert suite.get("tests") == "6"
    assert suite.get("failures") == "3"
    failures = {
        (case.get("classname"), case.get("name")): failure.text
        for case in suite
        for failure in case
    }
    assert "cross term" in str(failures["hw1.softmax", "dx"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("points = {softmax = 1}", "seed: expected a whole number"),
        ("seed = -1\npoints = {softmax = 1}", "seed: expected a whole number"),
        ("seed = 1", r"expected \[points\]"),
        ("seed = 1\npoints = {soft = 1}", "hw1 has no exercise 'soft'"),
        ("seed = 1\npoints = {softmax = 0}", "softmax: expected points above 0"),
        ("seed = 1\nexamples = -3\npoints = {softmax = 1}", "examples: expected 0 to"),
        ("seed = 1\nweights = 3\npoints = {softmax = 1}", "unknown: weights"),
        ("seed = ", "hidden.toml: "),
    ],
)
def test_a_wrong_hidden_file_is_one_clear_line(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "hidden.toml"
    path.write_text(text)
    with pytest.raises(CourseError, match=said) as caught:
        load_hidden(path, HW1)
    assert "\n" not in str(caught.value)


def test_a_hidden_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "hidden.toml"
    path.write_bytes(b"\xef\xbb\xbfseed = 1\npoints = {softmax = 1}\n")
    assert load_hidden(path, HW1).seed == 1


@pytest.mark.parametrize("name", [".", "no/results"])
def test_where_nothing_can_be_written_the_users_own_path_is_named(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    for write in (
        lambda: write_results(path, HW1, HW1.exercises, []),
        lambda: write_junit(path, HW1, []),
    ):
        with pytest.raises(OSError, match="directory") as caught:
            write()
        assert caught.value.filename == str(path)
    assert not list(tmp_path.iterdir())


HIDDEN = HiddenTests(seed=5, examples=30, points={"softmax": 6})


def hidden_score(name: str | None) -> Part:
    reference = reference_of("hw1", "softmax")
    exercise = reference.exercise
    namespace = vars(HW1.load(exercise.module))
    run = lambda inputs: quietly(exercise, namespace, inputs)  # noqa: E731
    if name is not None:
        (variant,) = (variant for variant in WRONG if variant.name == name)
        run = runner("hw1", variant)
    trial = try_probes(exercise, reference, run)
    return hidden_part(grade_trial(trial, examples=False), trial, HIDDEN)


def test_hidden_points_are_in_proportion_to_the_outputs_that_are_right() -> None:
    assert hidden_score(None).score == 6
    assert hidden_score("no cross term").score == 3
    assert hidden_score("overflow").score == 0
    assert hidden_score("finite differences").score == 3


def test_hidden_tests_say_nothing() -> None:
    part = hidden_score("no cross term")
    result = wrong("no cross term")
    result = GradedExercise(result.exercise, (*result.parts, part), result.explanations)
    table = results_table(HW1, HW1.exercises, [result], HIDDEN)
    (test,) = (test for test in table["tests"] if test["visibility"] == "hidden")
    assert test["output"] == ""
    assert test["extra_data"] == {"exercise": "softmax", "part": "hidden"}
    assert result.score == pytest.approx(sum(p.score for p in result.parts if not p.hidden))
    text = summary(HW1, [result], hidden=True)
    assert "hidden tests are graded separately" in text
    assert "passed" not in text

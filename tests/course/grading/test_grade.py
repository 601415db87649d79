"""A whole submission: which file is read, and each exercise on the reference of the others."""

from pathlib import Path

import pytest

from tests.course.variants import assignment_of
from tinytf.course.errors import CourseError
from tinytf.course.extract import package_files, student_file
from tinytf.course.grading.grade import LARGEST_FILE, grade_submission, read, references

HW1 = assignment_of("hw1")


def submission(directory: Path, text: str, name: str = "hw1/ops.py") -> Path:
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return directory


def test_a_mistake_is_punished_once(tmp_path: Path) -> None:
    """cross_entropy calls log_softmax_forward: it gets the reference's, not the student's."""
    solved = package_files(HW1, solved=True)[student_file(HW1)]
    broken = solved + "\n\ndef log_softmax_forward(x, axis=-1):\n    return 2 * x, (x, axis)\n"
    results = grade_submission(HW1, submission(tmp_path, broken))
    full = {result.exercise.id: result.full for result in results}
    assert full == {"softmax": True, "log_softmax": False, "cross_entropy": True}


def test_a_blank_scores_nothing_and_other_exercises_count(tmp_path: Path) -> None:
    blank = package_files(HW1)[student_file(HW1)]
    seen: list[int] = []
    results = grade_submission(
        HW1, submission(tmp_path, blank), on_result=lambda done: seen.append(len(done))
    )
    assert [result.score for result in results] == [0, 0, 0]
    assert seen == [1, 2, 3]


def test_a_file_that_does_not_parse_is_named_for_each_exercise(tmp_path: Path) -> None:
    results = grade_submission(HW1, submission(tmp_path, "def softmax_forward(x:\n", "ops.py"))
    for result in results:
        assert result.score == 0
        assert "your file is no valid Python" in result.parts[0].lines[0]


def test_only_one_exercise(tmp_path: Path) -> None:
    blank = package_files(HW1)[student_file(HW1)]
    (result,) = grade_submission(HW1, submission(tmp_path, blank), only="log_softmax")
    assert result.exercise.id == "log_softmax"
    with pytest.raises(CourseError, match="hw1 has no exercise 'other'"):
        grade_submission(HW1, tmp_path, only="other")


def test_links_and_huge_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"hw1/ops\.py: no such file"):
        read(HW1, tmp_path)
    secret = tmp_path / "secret.py"
    secret.write_text("answer = 1")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "ops.py").symlink_to(secret)
    with pytest.raises(CourseError, match="expected a file, got a link"):
        read(HW1, tmp_path / "linked")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "hw1").symlink_to(tmp_path / "linked", target_is_directory=True)
    with pytest.raises(CourseError, match="expected a file, got a link"):
        read(HW1, tmp_path / "folder")
    submission(tmp_path / "huge", "#" * (LARGEST_FILE + 1))
    with pytest.raises(CourseError, match="expected at most"):
        read(HW1, tmp_path / "huge")


def test_bytes_that_are_no_text_are_the_students_problem(tmp_path: Path) -> None:
    (tmp_path / "ops.py").write_bytes(b"x = '\xff\xfe'\n\x00")
    (result,) = grade_submission(HW1, tmp_path, only="softmax")
    assert result.score == 0


def test_references_are_those_of_the_other_exercises() -> None:
    names = set(references(HW1, HW1.exercise("cross_entropy")))
    assert names == {
        "softmax_forward", "softmax_backward", "log_softmax_forward", "log_softmax_backward",
    }  # fmt: skip

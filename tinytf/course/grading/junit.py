"""The results as a JUnit file, which continuous integration shows; without the hidden tests."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from pathlib import Path

from tinytf.course.assignment import Assignment
from tinytf.course.grading.part import GradedExercise
from tinytf.course.grading.text import part_name, part_text
from tinytf.course.whole_file import write_whole


def write_junit(path: Path, assignment: Assignment, results: Iterable[GradedExercise]) -> None:
    """One suite, with a test case for each visible part of each exercise.

    Raises:
        OSError: the file cannot be written.
    """
    suite = ET.Element("testsuite", name=assignment.name)
    n_tests = n_failures = 0
    for graded in results:
        for part in graded.visible:
            case = ET.SubElement(
                suite,
                "testcase",
                classname=f"{assignment.name}.{graded.exercise.id}",
                name=part_name(part),
            )
            n_tests += 1
            if not part.full:
                n_failures += 1
                message = f"{part.score:g} of {part.max_score:g} points"
                ET.SubElement(case, "failure", message=message).text = part_text(part)
    suite.set("tests", str(n_tests))
    suite.set("failures", str(n_failures))
    suite.set("errors", "0")
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    write_whole(path, ET.tostring(root, encoding="us-ascii", xml_declaration=True))

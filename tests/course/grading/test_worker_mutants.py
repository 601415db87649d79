"""The catalogue of hostile submissions sees it when a check of the student's process is missing."""

from pathlib import Path

import pytest

from tests.course.grading.hostile import FIND, HOSTILE
from tests.course.grading.submissions import RIGHT, child, inputs
from tinytf.course.grading import bootstrap

CATCH = "except {} as error:\n            failure = self.failed(error, self"
NARROW = (CATCH.format("BaseException"), CATCH.format("Exception"))
# file, what stands there, what stands there instead, the submission that no longer ends as it must
MUTANTS = [
    ("guard", "sys.addaudithook(hook)", "", "kills in secret"),
    ("guard", 'elif event == "open":', 'elif event == "opened":', "reads the reference"),
    ("guard", "if not is_allowed(path, writing):", "if False:", "writes results.json"),
    ("guard", "real = realpath(fsdecode(path))", "real = fsdecode(path)", "reads it by dots"),
    ("guard", "left[0] -= 1", "", "many files"),
    ("guard", 'note("forbidden", text)', "", "reads it in secret"),
    ("guard", '"os.kill": ', '"os.kil": ', "kills the grader"),
    ("guard", 'elif event == "sys._getframe":', "elif False:", "its callers"),
    ("guard", "if args[1] in FRAMES:", "if False:", "its callers by an error"),
    ("guard", 'if args[1] == "__code__":', "if False:", "replaced code"),
    ("guard", '"ctypes.": ', '"ctype.": ', "memory of the process"),
    ("worker", "if self.attempts:\n", "if False:\n", "reads it in secret"),
    ("worker", "if name := snapshot.replaced(self.before):", "if name := None:", "patched part"),
    ("worker", *NARROW, "sys.exit"),
    ("running", "elif kind is not ndarray:", "elif not isinstance(value, ndarray):", "matrix"),
    ("running", "if value.dtype.name not in DTYPES:", "if False:", "complex array"),
    ("running", "if sent + value.nbytes > largest:", "if False:", "huge reply"),
    ("snapshot", "now.get(name) is not value", "name not in now", "patched numpy"),
    ("snapshot", "if sys.modules.get(module_name) is not module:", "if False:", "another numpy"),
    (
        "student_package",
        "if root == REFERENCE and level == 0:",
        "if False:",
        "imports it in secret",
    ),
    ("confine", 'wanted[resource.RLIMIT_AS] = in_use + limits["memory"]', "pass", "large array"),
    ("confine", "resource.RLIMIT_NPROC, 0", "resource.RLIMIT_NPROC, 99", "a thread"),
    ("confine", 'resource.RLIMIT_FSIZE: limits["file_size"],', "", "a large file"),
]


def ends_as_it_must(name: str, folder: Path) -> bool:
    secret, results = folder / "reference.py", folder / "results.json"
    secret.write_text("the answer", encoding="utf-8")
    filled = {"secret": str(secret), "results": str(results)}
    (case,) = [case for case in HOSTILE if case.name == name]
    with child(RIGHT + FIND + case.code.format(**filled)) as one:
        failure = one.run(inputs()).failure
    seen = failure is not None and (failure.kind, failure.during) == (case.kind, case.during)
    return seen and failure is not None and case.words.format(**filled) in failure.text


@pytest.mark.parametrize(
    ("file", "old", "new", "name"), MUTANTS, ids=[f"{m[0]}: {m[-1]}, {m[1][:30]}" for m in MUTANTS]
)
def test_a_missing_check_is_seen(
    file: str, old: str, new: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = dict(bootstrap.sources())
    wanted = f"tinytf.course.grading.{file}"
    assert texts[wanted].count(old) == 1
    texts[wanted] = texts[wanted].replace(old, new)
    monkeypatch.setattr(bootstrap, "sources", lambda: tuple(texts.items()))
    # Where the process is another user's, it cannot do what is no longer refused.
    assert not ends_as_it_must(name, tmp_path)

"""Texts as documents: round trips, and that no line is lost."""

from types import ModuleType

import pytest
from hypothesis import strategies as st

from tests.data.strategies import lines
from tests.ops.claims import claim

texts = st.lists(st.sampled_from(["", "  ", "a", " b c", "def f():"]), max_size=40).map("\n".join)


@claim(
    wanted=st.lists(st.lists(lines, min_size=1, max_size=4), max_size=4),
    gap=st.sampled_from(["\n\n", "\n \n\n"]),
    before=st.sampled_from(["", "\n", " \n\n"]),
)
def test_documents_that_were_written_are_read(
    module: ModuleType, wanted: list[list[str]], gap: str, before: str
) -> None:
    text = before + gap.join("\n".join(document) for document in wanted) + before
    assert module.read_documents(text) == wanted


@claim(text=texts, n_lines=st.integers(2, 5))
def test_lines_as_documents_loses_none(module: ModuleType, text: str, n_lines: int) -> None:
    """A slow definition: cut where the rule says so, going through the lines one by one."""
    documents = module.lines_as_documents(text, n_lines)
    flat = [line for document in documents for line in document]
    assert flat == [line.strip() for line in text.split("\n") if line.strip()]
    rest = text.split("\n")
    for document in documents:
        taken = 0
        while taken < len(document):
            line = rest.pop(0)
            assert line.strip() or taken < n_lines, f"a blank line inside {document}"
            taken += bool(line.strip())
        ended_by_blank = taken >= n_lines and (not rest or not rest[0].strip())
        assert ended_by_blank or taken == 2 * n_lines or not any(map(str.strip, rest)), document


def test_lines_as_documents_by_hand(module: ModuleType) -> None:
    text = "a\n\nb\nc\n\nd\ne\nf\ng\nh\n\n\n i \n"
    wanted = [["a", "b", "c"], ["d", "e", "f", "g"], ["h", "i"]]
    assert module.lines_as_documents(text, 2) == wanted
    assert module.lines_as_documents("") == []
    assert module.lines_as_documents("\n".join("x" * 40)) == [["x"] * 32, ["x"] * 8]


def test_one_line_is_no_document(module: ModuleType) -> None:
    with pytest.raises(ValueError, match="n_lines: expected a number >= 2, got 1"):
        module.lines_as_documents("a\n", 1)

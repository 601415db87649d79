"""Reading a report in a test."""

from tinytf.gradcheck import Report


def problem(report: Report) -> tuple[str, str]:
    """(kind, message) of the only problem."""
    assert len(report.problems) == 1, str(report)
    assert not report.ok
    return report.problems[0].kind, report.problems[0].message

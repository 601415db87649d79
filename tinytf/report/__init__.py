"""The step report: one training step, op by op, as one HTML page that opens from disk.

`build_report` makes a report's data from the trace of a step, `assemble` joins it with the page,
which stands in `tinytf/report/page`.

To read in this order: `axes.py`, `matrices.py`, `equations.py`, `sheet.py` (what is shown),
`layout.py`, `numbers.py` (which of a trace's numbers), `call_tree.py`, `writer.py`, `story.py` (how
a trace becomes steps), the ops in `steps_*.py`, and `build.py`, which joins them.
"""

from tinytf.report.assemble import assemble
from tinytf.report.build import Step, build_report
from tinytf.report.numeric_check import check_step

__all__ = ["Step", "assemble", "build_report", "check_step"]

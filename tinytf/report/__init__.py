"""The step report: one training step, op by op, as one HTML page that opens from disk.

`assemble` joins the page, which stands in `tinytf/report/page`, with a report's data.
"""

from tinytf.report.assemble import assemble

__all__ = ["assemble"]

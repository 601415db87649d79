"""`tinytf check`: compare every gradient with a numeric derivative and print the worst errors."""

import argparse
from typing import Any

import numpy as np

from tinytf.cli.parsing import Parser, whole
from tinytf.gradcheck.all_ops import check_everything
from tinytf.gradcheck.report import Report

_DESCRIPTION = """\
Compare every gradient with an independent numeric derivative, in float64: each op with its options,
then two-layer models with dropout on, padded targets and tied weights. All inputs and parameters
are random, and so is the gradient sent into each backward pass.
Complex-step derivatives must agree to 1e-9; central differences, which are used where complex-step
cannot be, to 1e-6.
"""

_EXAMPLES = """\
examples:
  tinytf check             a few seconds
  tinytf check --seed 7    other random numbers
"""


def add_parser(commands: Any) -> None:
    """Add `check` to the commands."""
    parser: Parser = commands.add_parser(
        "check", help="prove every gradient", description=_DESCRIPTION, epilog=_EXAMPLES
    )
    parser.add_argument("--seed", type=whole(0), default=0, metavar="N", help="default 0")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command: 0 where every gradient is right, 1 where one is wrong."""
    checks = check_everything(args.seed)
    width = max(len(name) for name, _ in checks)
    print(f"{'checked':{width}}  entries  worst error  method        tensor")
    for name, report in checks:
        print(_row(name, report, width))
    wrong = [report for _, report in checks if not report.ok]
    for report in wrong:
        print(f"\n{report}")
    print(f"\n{_summary(checks)}")
    return 1 if wrong else 0


def _row(name: str, report: Report, width: int) -> str:
    entries = sum(result.checked for result in report.results)
    worst = report.worst
    if worst is None:
        return f"{name:{width}}  nothing was checked  WRONG"
    return (
        f"{name:{width}}  {entries:7}  {worst.error:11.1e}  {worst.method:12}  {worst.name}"
        f"{'' if report.ok else '  WRONG'}"
    )


def _summary(checks: list[tuple[str, Report]]) -> str:
    n_right = sum(report.ok for _, report in checks)
    lines = [f"{n_right} of {len(checks)} checks right"]
    results = [result for _, report in checks for result in report.results]
    for method in sorted({result.method for result in results}):
        errors = [result.error for result in results if result.method == method]
        lines.append(
            f"worst relative error by {method}: {np.max(errors):.1e}, over {len(errors)} tensors"
        )
    return "\n".join(lines)

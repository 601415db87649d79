"""`python -m docs`: build the API reference into build/reference, and check its pages.

The first warning stops the build. What is wrong with the finished pages is listed, a line each, and
makes the exit status 1.
"""

import sys
import time
from pathlib import Path

from docs.check import problems
from docs.reference import build

TARGET = Path(__file__).parent.parent / "build" / "reference"


def main() -> int:
    """Build, check, and say how it went."""
    start = time.perf_counter()
    modules = build(TARGET)
    found = problems(TARGET, modules)
    for problem in found:
        print(f"error: {problem}")
    seconds = time.perf_counter() - start
    print(
        f"{len(modules)} pages in {seconds:.0f} s, {len(found)} problems: {TARGET / 'index.html'}"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

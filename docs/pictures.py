"""`python -m docs.pictures DIR`: make the README's pictures anew, with tinytf's own commands.

DIR is where `tinytf train translator` saved its model. The step report is photographed by Chromium.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.report.browser import Browser, find_browser

IMAGES = Path(__file__).parent / "images"
SENTENCE = "The man who buys a red apple reads a long book."
FRAGMENT = "#s=134"  # a cross-attention's softmax, backward
SIZE = (1400, 640)


def tinytf(*arguments: str) -> None:
    """Run the command line."""
    subprocess.run([sys.executable, "-m", "tinytf", *arguments], check=True)


def step_report(picture: Path) -> None:
    """The page of `tinytf report`, as a browser shows it at one step."""
    chromium = find_browser()
    if chromium is None:
        raise SystemExit("the picture of the step report needs Chromium")
    with tempfile.TemporaryDirectory() as folder, Browser(chromium) as browser:
        page = Path(folder) / "step.html"
        tinytf("report", "-o", str(page))
        browser.send("Emulation.setScrollbarsHidden", hidden=True)
        browser.resize(*SIZE)
        browser.open(page, FRAGMENT)
        browser.screenshot(picture)


def main() -> int:
    """Write both pictures into docs/images."""
    if len(sys.argv) != 2:
        print("usage: python -m docs.pictures DIR, a directory of `tinytf train translator`")
        return 2
    IMAGES.mkdir(exist_ok=True)
    tinytf(
        "translate", sys.argv[1], SENTENCE, "--attention-map", str(IMAGES / "cross-attention.svg")
    )
    step_report(IMAGES / "step-report.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())

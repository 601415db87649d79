"""`python -m docs.pictures DIR`: make the README's pictures anew, with tinytf's own commands.

DIR is where `tinytf train translator` saved its model. The step report is photographed by Chromium.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from shutil import which

IMAGES = Path(__file__).parent / "images"
SENTENCE = "The man who buys a red apple reads a long book."
FRAGMENT = "s=134"  # a cross-attention's softmax, backward
SIZE = (1400, 640)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def tinytf(*arguments: str) -> None:
    """Run the command line."""
    subprocess.run([sys.executable, "-m", "tinytf", *arguments], check=True)


def step_report(picture: Path) -> None:
    """The page of `tinytf report`, as a browser shows it at one step."""
    browser = next(filter(None, map(which, BROWSERS)), None)
    if browser is None:
        raise SystemExit(f"the picture of the step report needs one of {', '.join(BROWSERS)}")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "step.html"
        tinytf("report", "-o", str(page))
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        options += [f"--window-size={SIZE[0]},{SIZE[1]}", f"--screenshot={picture}"]
        command = [browser, *options, f"{page.as_uri()}#{FRAGMENT}"]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


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

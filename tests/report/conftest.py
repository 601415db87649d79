"""A browser for the whole run, and reports opened in it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.report.browser import Browser, find_browser
from tests.report.install_browser import install
from tinytf.report import assemble

WIDE = (1360, 960)
STACKS = ("decoder", "encoder", "encoder-decoder")


@pytest.fixture(scope="session")
def started() -> Iterator[Browser]:
    reason = None
    if find_browser() is None:
        in_ci = bool(os.environ.get("CI"))
        reason = install() if in_ci else "run `python -m tests.report.install_browser`"
    path = find_browser()
    if path is None:
        pytest.skip(f"no Chromium: {reason}")
    with Browser(path) as running:
        yield running


@pytest.fixture
def browser(started: Browser) -> Browser:
    started.resize(*WIDE)
    return started


Opener = Callable[..., Browser]


@pytest.fixture
def open_report(browser: Browser, tmp_path: Path) -> Opener:
    """Call it with a report, and the page is open in the browser, which is returned."""

    def open_it(report: dict[str, Any], fragment: str = "") -> Browser:
        path = tmp_path / "step.html"
        path.write_text(assemble(report), encoding="utf-8")
        browser.open(path, fragment)
        return browser

    return open_it


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report of a fresh model of each stack, made by the command."""
    folder = tmp_path_factory.mktemp("reports")
    made = {stack: folder / f"{stack}.html" for stack in STACKS}
    for stack, path in made.items():
        command = [sys.executable, "-m", "tinytf", "report", "--stack", stack, "-o", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
    return made

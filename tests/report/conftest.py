"""A browser for the whole run, and reports opened in it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.report.browser import Browser, find_browser
from tests.report.install_browser import install
from tinytf.report import assemble

WIDE = (1360, 960)


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

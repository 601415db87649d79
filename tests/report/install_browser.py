"""Install a Chromium for the tests of the step report: `python -m tests.report.install_browser`.

Debian's and Ubuntu's package manager is used, as root. Anywhere else: install Chromium or Chrome by
hand, and name it in the environment variable TINYTF_BROWSER if it is not on the PATH. In CI (where
the variable CI is set) the tests call `install` by themselves.
"""

import os
import shutil
import subprocess
import sys

from tests.report.browser import find_browser

PACKAGES = ("chromium", "fonts-dejavu-core")
LONGEST = 600  # seconds that the package manager may take


def install() -> str | None:
    """Install a browser. None where it worked; otherwise why it did not, in one line."""
    if shutil.which("apt-get") is None:
        return "no apt-get here: install Chromium by hand"
    if os.geteuid() != 0:
        return "apt-get needs root: install Chromium by hand"
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        command = ["apt-get", "-qq", *arguments]
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=LONGEST
            )
        except subprocess.TimeoutExpired:
            return f"{' '.join(command)}: not done within {LONGEST} s"
        if done.returncode != 0 and arguments[0] == "install":
            return f"{' '.join(command)}: {(done.stderr.strip() or 'failed').splitlines()[-1]}"
    return None if find_browser() else "apt-get installed no Chromium that is on the PATH"


if __name__ == "__main__":
    reason = None if find_browser() else install()
    print(reason or f"browser: {find_browser()}")
    sys.exit(reason is not None)

"""A headless Chromium driven by its DevTools protocol, with nothing but the standard library.

The browser is spoken to through a pair of pipes (`--remote-debugging-pipe`): messages are JSON with
a zero byte after each. So there is no port that another program could take, and no web socket.
"""

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-pings",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--remote-debugging-pipe",
)
# The browser reads from 3 and writes to 4: put the pipes there, then become the browser.
LAUNCHER = """
import fcntl, os, sys
pipes = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
os.dup2(pipes[0], 3)
os.dup2(pipes[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
PATIENCE = 60  # seconds until an answer; a loaded machine takes its time

# key -> (code, virtual key code), for the keys that are no letters
NAMED_KEYS = {
    "ArrowLeft": 37,
    "ArrowUp": 38,
    "ArrowRight": 39,
    "ArrowDown": 40,
    "Home": 36,
    "End": 35,
    "Tab": 9,
    "Escape": 27,
    "Enter": 13,
}


class BrowserError(Exception):
    """The browser did not do what was asked, or did not answer."""


def find_browser() -> str | None:
    """The path of a Chromium; None where there is none. TINYTF_BROWSER names one by hand."""
    wanted = (os.environ.get("TINYTF_BROWSER"), *NAMES)
    return next((found for name in wanted if name and (found := shutil.which(name))), None)


class Browser:
    """One running browser with one page. Use it in a `with`."""

    def __init__(self, path: str) -> None:
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        commands_in, self._commands = os.pipe()
        self._answers, answers_out = os.pipe()
        pipes = (commands_in, answers_out)
        arguments = [path, *ARGUMENTS, f"--user-data-dir={self._profile.name}", "about:blank"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", LAUNCHER, *map(str, pipes), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=pipes,
            start_new_session=True,
        )
        os.close(commands_in)
        os.close(answers_out)
        self._buffer = b""
        self._number = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        try:
            self._session = self._attach()
            for domain in ("Page", "Runtime", "Network", "Log"):
                self.send(f"{domain}.enable")
            # A window of a headless browser may lack the focus, and its page then hears of none.
            self.send("Emulation.setFocusEmulationEnabled", enabled=True)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the browser and remove its profile."""
        try:
            self._session = None
            self.send("Browser.close")
        except (BrowserError, OSError):
            self._process.kill()
        self._process.wait(timeout=PATIENCE)
        os.close(self._commands)
        os.close(self._answers)
        self._profile.cleanup()

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol and wait for its answer; events are kept on the way."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._write(message)
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self._read(deadline, method)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result
            if "method" in answer:
                self.events.append(answer)

    def open(self, path: Path, fragment: str = "") -> None:
        """Load a file and wait until its script has run."""
        self.events.clear()
        # another document first: the same file with another fragment would not load again
        self.send("Page.navigate", url="about:blank")
        self._wait_for("Page.loadEventFired")
        self.events.clear()
        self.send("Page.navigate", url=path.resolve().as_uri() + fragment)
        self._wait_for("Page.loadEventFired")

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression in the page; a promise is waited for."""
        answer = self.send(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            text = details.get("exception", {}).get("description", details["text"])
            raise BrowserError(f"{script[:80]}: {text}")
        return answer["result"].get("value")

    def press(self, key: str, shift: bool = False) -> None:
        """Press and release a key, as a keyboard does."""
        event: dict[str, Any] = {"key": key, "modifiers": 8 if shift else 0}
        if key in NAMED_KEYS:
            event |= {"code": key, "windowsVirtualKeyCode": NAMED_KEYS[key]}
            if key == "Enter":
                event["text"] = "\r"
        else:
            code = {" ": "Space"}.get(key, f"Key{key.upper()}")
            event |= {"code": code, "windowsVirtualKeyCode": ord(key.upper()), "text": key}
        kind = "keyDown" if "text" in event else "rawKeyDown"
        self.send("Input.dispatchKeyEvent", type=kind, **event)
        event.pop("text", None)
        self.send("Input.dispatchKeyEvent", type="keyUp", **event)

    def click(self, x: float, y: float) -> None:
        """Click with the left button at a place of the window, in pixels."""
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def resize(self, width: int, height: int) -> None:
        """Give the window this size, in pixels, and the page time to hear of it and draw itself."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        # The page gets its resize event with the next frame, and has answered it in the one after.
        frame = "requestAnimationFrame"
        self.run(f"new Promise((done) => {frame}(() => {frame}(() => done(true))))")

    def screenshot(self, path: Path) -> None:
        """Save what the window shows as a PNG."""
        answer = self.send("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(answer["data"]))

    def problems(self) -> list[str]:
        """Errors and warnings of the console, and exceptions, since the page was opened."""
        self.run("0")  # whatever was on its way has arrived by now
        found = []
        for event in self.events:
            about = event["params"]
            if event["method"] == "Runtime.exceptionThrown":
                details = about["exceptionDetails"]
                found.append(details.get("exception", {}).get("description", details["text"]))
            elif event["method"] == "Runtime.consoleAPICalled":
                found.append(f"console.{about['type']}: {about['args']}")
            elif event["method"] == "Log.entryAdded":
                found.append(f"{about['entry']['level']}: {about['entry']['text']}")
        return found

    def requests(self) -> list[str]:
        """The addresses that the page asked for since it was opened, its own file first."""
        self.run("0")
        sent = [event for event in self.events if event["method"] == "Network.requestWillBeSent"]
        return [event["params"]["request"]["url"] for event in sent]

    def _attach(self) -> str:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            targets = self.send("Target.getTargets")["targetInfos"]
            pages = [target["targetId"] for target in targets if target["type"] == "page"]
            if pages:
                answer = self.send("Target.attachToTarget", targetId=pages[0], flatten=True)
                return str(answer["sessionId"])
            time.sleep(0.05)
        raise BrowserError(f"expected a page within {PATIENCE} s, found none")

    def _wait_for(self, method: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not any(event["method"] == method for event in self.events):
            message = self._read(deadline, method)
            if "method" in message:
                self.events.append(message)

    def _write(self, message: dict[str, Any]) -> None:
        left = json.dumps(message).encode() + b"\0"
        while left:
            left = left[os.write(self._commands, left) :]

    def _read(self, deadline: float, waiting_for: str) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select(
                [self._answers], [], [], max(deadline - time.monotonic(), 0)
            )
            if not ready:
                raise BrowserError(f"{waiting_for}: expected an answer within {PATIENCE} s")
            chunk = os.read(self._answers, 1 << 20)
            if not chunk:
                raise BrowserError(f"{waiting_for}: the browser has ended")
            self._buffer += chunk
        text, self._buffer = self._buffer.split(b"\0", 1)
        message: dict[str, Any] = json.loads(text)
        return message

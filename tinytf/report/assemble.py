"""One HTML text out of the page's parts and a report's data.

The page opens from disk with no other file and no network. What a report holds (tokens above all)
may be any text, so it stands in the page as data and never as markup: see `_as_data` and `_policy`.
"""

import base64
import hashlib
import html
import json
import re
from importlib import resources
from typing import Any

# In reading order: what a file uses is in the files before it, but for calls between drawings.
SCRIPTS = (
    "dom.js",
    "data.js",
    "numbers.js",
    "colours.js",
    "functions.js",
    "arithmetic.js",
    "arithmetic-sums.js",
    "arithmetic-functions.js",
    "arithmetic-loss.js",
    "state.js",
    "matrix.js",
    "equation.js",
    "sums.js",
    "step.js",
    "steplist.js",
    "map.js",
    "map-lines.js",
    "attention.js",
    "flow.js",
    "header.js",
    "keys.js",
    "selftest.js",
    "main.js",
)
STYLES = ("style.css", "matrix.css", "panels.css")

# Characters with which a text inside <script> could end the script or begin a comment, and the two
# line separators that older JavaScript did not take inside a string.
_ESCAPED = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def assemble(report: dict[str, Any]) -> str:
    """The page with this report in it.

    Args:
        report: what the page shows, in the form that `tinytf.report` builds; "title" is its title.

    Returns:
        A whole HTML document that names no other file and no host.

    Raises:
        ValueError: a number in the report is not finite (infinities are written as the texts
            "inf", "-inf" and "nan").
    """
    style = "".join(_part(name) for name in STYLES)
    script = '"use strict";\n' + "".join(_part(name) for name in SCRIPTS)
    parts = {
        "POLICY": html.escape(_policy(style, script)),
        "TITLE": html.escape(report["title"]),
        "STYLE": style,
        "SCRIPT": script,
        "DATA": _as_data(report),
    }
    # One pass over the template, so that a text which looks like a place in it stays a text.
    return re.sub(r"@@([A-Z]+)@@", lambda place: parts[place[1]], _part("page.html"))


def _part(name: str) -> str:
    return resources.files("tinytf.report").joinpath("page", name).read_text(encoding="utf-8")


def _as_data(report: dict[str, Any]) -> str:
    text = json.dumps(report, allow_nan=False, separators=(",", ":"))
    return re.sub("[<>&\u2028\u2029]", lambda found: _ESCAPED[found[0]], text)


def _policy(style: str, script: str) -> str:
    """Nothing is loaded from anywhere, and only this style and this script are in force."""
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"

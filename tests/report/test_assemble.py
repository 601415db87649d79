"""The page as a text: safe, alone, and short enough to read."""

import base64
import hashlib
import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

import tinytf.report
from tests.report.sample_report import sample_report
from tinytf.report import assemble
from tinytf.report.assemble import SCRIPTS, STYLES

PAGE = Path(tinytf.report.__file__).parent / "page"


@pytest.fixture(scope="module")
def text() -> str:
    return assemble(sample_report())


def blocks(text: str, tag: str) -> list[str]:
    return re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", text, flags=re.DOTALL)


def test_no_address_of_another_host(text: str) -> None:
    assert re.findall(r"\w+://[^\s\"'`]+", text) == []
    assert re.findall(r"(?:src|href)\s*=\s*[\"']?(?!#)[\w/]", text.split("<script")[0]) == []


def test_the_policy_allows_this_style_and_this_script_alone(text: str) -> None:
    policy = html.unescape(re.findall(r'Content-Security-Policy" content="([^"]+)"', text)[0])
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    data, script = blocks(text, "script")
    (style,) = blocks(text, "style")
    for rule, content in (("script-src", script), ("style-src", style)):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    assert "unsafe" not in policy
    assert json.loads(data) == json.loads(json.dumps(sample_report()))


@pytest.mark.parametrize(
    "token", ["</script><b>", "<!--<script>", "a&b", "\u2028\u2029", "@@STYLE@@"]
)
def test_a_token_stands_as_data(token: str) -> None:
    report: dict[str, Any] = sample_report()
    report["labels"]["T"][0] = token
    report["title"] = token
    text = assemble(report)
    data = blocks(text, "script")[0]
    assert not re.search("[<>&\u2028\u2029]", data)
    assert json.loads(data)["labels"]["T"][0] == token
    assert len(blocks(text, "script")) == 2
    assert html.unescape(blocks(text, "title")[0]) == token


def test_a_number_that_json_has_not_is_an_error() -> None:
    report = sample_report()
    report["header"]["loss_after"] = float("nan")
    with pytest.raises(ValueError, match="JSON compliant"):
        assemble(report)


def test_every_file_of_the_page_is_used_once() -> None:
    names = {path.name for path in PAGE.iterdir()}
    assert names == {*SCRIPTS, *STYLES, "page.html"}
    assert len(SCRIPTS) == len(set(SCRIPTS))


@pytest.mark.parametrize("name", [*SCRIPTS, *STYLES, "page.html"])
def test_a_file_of_the_page_is_short_enough_to_read(name: str) -> None:
    lines = (PAGE / name).read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 300, f"{name}: expected at most 300 lines, got {len(lines)}"
    if name.endswith(".js"):
        assert lines[0].startswith("// "), f"{name}: expected a comment that says what it is"


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_writes_html_or_runs_text(name: str) -> None:
    source = (PAGE / name).read_text(encoding="utf-8")
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|fetch\("
    )
    assert re.findall(forbidden, source) == []

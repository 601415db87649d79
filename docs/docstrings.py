"""Docstrings as they are written here, turned into Markdown.

In source, a formula or a derivation is set off by four spaces, below the line that leads to it;
sections such as `Args:` are Google's. Markdown would run the former together into one paragraph.
"""

import re
from inspect import cleandoc
from textwrap import dedent

LISTS = ("Args", "Attributes", "Raises")
TEXTS = ("Returns", "Yields")
BLOCK = "    "
_CODE = re.compile(r"(`[^`]*`)")
_EMPHASIS = re.compile(r"(?<![\w*])\*(\w(?:[\w ]*\w)?)\*(?![\w*])")
_ARXIV = re.compile(r"\barXiv:(\d{4}\.\d{4,5})\b")


def to_markdown(docstring: str) -> str:
    """The Markdown of a docstring.

    Args:
        docstring: without the indentation of the code around it.

    Returns:
        The same text: sections as bold headings with lists, blocks as fenced code, and in prose
        nothing that Markdown or HTML would take for a command.
    """
    lines = docstring.splitlines()
    found: list[str] = []
    while lines:
        line = lines.pop(0)
        if line.removesuffix(":") in (*LISTS, *TEXTS) and line.endswith(":"):
            body = dedent("\n".join(take_indented(lines)))
            found += ["", f"**{line}**", "", *section(line.removesuffix(":"), body)]
        elif line.startswith(BLOCK):
            block = dedent("\n".join([line, *take_indented(lines)])).rstrip()
            lead = next((one for one in reversed(found) if one), "")
            is_code = "xample" in lead or block.startswith(("import ", "from "))
            found += ["", f"```{'python' if is_code else 'text'}", block, "```", ""]
        else:
            found.append(prose(line))
    return "\n".join(found).strip()


def take_indented(lines: list[str]) -> list[str]:
    """Remove from the front the lines that are indented or empty, and give them."""
    n_taken = 0
    while n_taken < len(lines) and (lines[n_taken].startswith(BLOCK) or not lines[n_taken].strip()):
        n_taken += 1
    taken = lines[:n_taken]
    del lines[:n_taken]
    return [*taken, ""] if taken and not taken[-1].strip() else taken


def section(name: str, body: str) -> list[str]:
    """The lines of a section: "name: text" as a list, or a text."""
    if name in TEXTS:
        return [to_markdown(body), ""]
    found = []
    for item in re.split(r"\n(?=\S)", body.strip()):
        key, _, text = item.partition(":")
        said = to_markdown(cleandoc(text)).replace("\n", "\n  ")
        found.append(f"- **{prose(key)}:** {said}")
    return [*found, ""]


def prose(line: str) -> str:
    """A line of text without accidental markup; arXiv numbers become links."""
    parts = _CODE.split(line)
    return "".join(part if i % 2 else _escaped(part) for i, part in enumerate(parts))


def _escaped(text: str) -> str:
    bullet = re.match(r" *\* ", text)
    start = bullet[0] if bullet else ""
    text = text[len(start) :].replace("&", "&amp;").replace("<", "&lt;")
    text = re.sub(r"\](?=[(\[:])", r"\\]", text)
    pieces = _EMPHASIS.split(text)  # every second one is emphasised on purpose
    pieces = [f"*{x}*" if i % 2 else x.replace("*", r"\*") for i, x in enumerate(pieces)]
    return start + _ARXIV.sub(r"[arXiv:\1](https://arxiv.org/abs/\1)", "".join(pieces))

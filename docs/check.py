"""What may be wrong with the finished pages: dead links, loads from elsewhere, names left out."""

import ast
import importlib
import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path

# Attributes in a tag; in texts, angle brackets are escaped.
_ANCHOR = re.compile(r'<[a-z][^<>]*?\sid="([^"]*)"')
_LINK = re.compile(r'<a\s[^<>]*?\bhref="([^"]*)"')
_LOAD = re.compile(
    r'<(?!a\s)[a-z][^<>]*?\s(?:href|src|srcset|data|poster)="([^"]*)"'  # such as <link>, <img>
    r"|(?:\burl\(|@import\s)[\"' ]*([^\"' );]*)"  # in a style sheet
    r"|\.src\s*=\s*[\"']([^\"']*)"  # in a script
)
_SCRIPT = re.compile(r"(<script\b[^>]*>).*?</script>", re.DOTALL)


@dataclass(frozen=True)
class Page:
    """What a page defines and refers to.

    Attributes:
        anchors: the ids in it.
        links: where its links lead.
        loads: addresses that a browser fetches without being asked.
    """

    anchors: set[str]
    links: list[str]
    loads: list[str]


def read(html: str) -> Page:
    """Find out what a page defines and refers to."""
    loads = [next(filter(None, found), "") for found in _LOAD.findall(html)]
    static = _SCRIPT.sub(r"\1", html)
    return Page(set(_ANCHOR.findall(static)), list(map(unescape, _LINK.findall(static))), loads)


def problems(directory: Path, modules: list[str]) -> list[str]:
    """All that is wrong with the reference, a line each.

    Args:
        directory: where it is.
        modules: the names of the modules that must have a page.
    """
    paths = sorted(directory.rglob("*.html"))
    pages = {path.resolve(): read(path.read_text(encoding="utf-8")) for path in paths}
    found = []
    for path, page in pages.items():
        said = path.relative_to(directory.resolve())
        found += [f"{said}: dead link {link}" for link in page.links if is_dead(link, path, pages)]
        found += [
            f"{said}: loads {address[:60]} from elsewhere"
            for address in page.loads
            if not address.startswith("data:") and (":" in address or address.startswith("//"))
        ]
    for name in modules:
        path = (directory / f"{name.replace('.', '/')}.html").resolve()
        if path not in pages:
            found.append(f"{name}: no page")
            continue
        missing = [one for one in public_names(name) if one not in pages[path].anchors]
        found += [f"{name}.{one}: not in the reference" for one in missing]
    return found


def is_dead(link: str, path: Path, pages: dict[Path, Page]) -> bool:
    """Whether a link on the page at `path` leads nowhere; other hosts are taken on trust."""
    if link.startswith("https://"):
        return False
    file, _, anchor = link.partition("#")
    target = (path.parent / file).resolve() if file else path
    if target not in pages:
        return True
    return bool(anchor) and anchor not in pages[target].anchors


def public_names(module_name: str) -> list[str]:
    """The public functions, classes and methods that a file defines, from its source."""
    module = importlib.import_module(module_name)
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    found = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            found.append(node.name)
            if isinstance(node, ast.ClassDef):
                found += [
                    f"{node.name}.{one.name}"
                    for one in node.body
                    if isinstance(one, ast.FunctionDef) and not one.name.startswith("_")
                ]
    return found

"""Build the pages: a page for each file of the package, and an index of names for each package."""

import importlib
import pkgutil
import shutil
import warnings
from pathlib import Path
from typing import Any

import pdoc
import pdoc.render
import pygments
from markupsafe import Markup
from pdoc.doc import Class, Doc, Function, Module, Variable
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

import tinytf
from docs.docstrings import to_markdown
from docs.signatures import as_written, short_types

# The command line documents itself (`tinytf COMMAND --help`), and so do the assignments.
LEFT_OUT = ("tinytf.__main__", "tinytf.cli", "tinytf.course")
SOURCE = HtmlFormatter(cssclass="pdoc-code codehilite")


def module_names() -> list[str]:
    """The modules that have a page."""
    found = [one.name for one in pkgutil.walk_packages(tinytf.__path__, "tinytf.")]
    return ["tinytf", *(name for name in found if not name.startswith(LEFT_OUT))]


def build(directory: Path) -> list[str]:
    """Write the reference, in place of what may be there.

    Args:
        directory: gets index.html, search.js and the pages.

    Returns:
        The names of the modules that have a page.

    Raises:
        Warning: whatever pdoc, or an import, warns of.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        modules = {name: load(name) for name in module_names()}
        configure()
        shutil.rmtree(directory, ignore_errors=True)
        for name, module in modules.items():
            page = directory / f"{name.replace('.', '/')}.html"
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(pdoc.render.html_module(module, modules), encoding="utf-8")
        index = pdoc.render.html_index(modules)
        (directory / "index.html").write_text(index, encoding="utf-8")
        search = pdoc.render.search_index(modules)
        (directory / "search.js").write_text(search, encoding="utf-8")
    return list(modules)


def configure() -> None:
    """Tell pdoc about the templates beside this file."""
    pdoc.render.configure(
        docformat="markdown",
        template_directory=Path(__file__).parent / "templates",
        footer_text=f"tinytf {tinytf.__version__}",
    )
    pdoc.render.env.filters["highlight"] = highlighted
    pdoc.render.env.filters["exported_from"] = exported_from
    pdoc.render.env.filters["first_paragraph"] = first_paragraph


def load(name: str) -> Module:
    """A module with its docstrings as Markdown, and its signatures as the source has them."""
    module = importlib.import_module(name)
    for exported in getattr(module, "__all__", ()):  # pdoc does not see what __getattr__ gives
        vars(module)[exported] = getattr(module, exported)
    loaded = Module(module)
    convert(loaded)
    for member in loaded.members.values():
        if member.taken_from[0] == name:  # not what a package passes on
            convert(member)
    return loaded


def convert(doc: Doc[Any]) -> None:
    """Give an object, and what a class has, docstring and signature in the form that is shown."""
    doc.docstring = to_markdown(doc.docstring)
    if isinstance(doc, Function):
        doc.signature = as_written(doc)
    if isinstance(doc, Variable):
        doc.annotation_str = short_types(doc.annotation_str)
    if isinstance(doc, Class):
        for member in doc.own_members:
            if not member.name.startswith("_") or member.name == "__init__":
                convert(member)


def exported_from(package: Module, part: Module) -> list[Doc[Any]]:
    """What a package exports of one of its files or packages, in the order of the source."""
    found = [
        one
        for one in package.members.values()
        if one.kind != "module" and f"{one.taken_from[0]}.".startswith(f"{part.modulename}.")
    ]
    order = list(part.members)
    return sorted(found, key=lambda one: order.index(one.name) if one.name in order else -1)


def highlighted(doc: Doc[Any]) -> Markup:
    """The source of a function in colours."""
    return Markup(pygments.highlight(doc.source, PythonLexer(), SOURCE))


def first_paragraph(markdown: str) -> str:
    """What a docstring says first."""
    return markdown.partition("\n\n")[0]

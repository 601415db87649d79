"""Docstrings as Markdown: formulas stand as in the source, sections are lists, nothing is lost."""

from html import unescape
from inspect import cleandoc

import pytest

from docs.docstrings import to_markdown

render_helpers = pytest.importorskip(
    "pdoc.render_helpers", reason='needs pdoc: pip install ".[dev]"'
)


def shown(markdown: str) -> str:
    """The HTML that pdoc makes of Markdown."""
    return str(render_helpers.to_html(markdown))


def test_a_derivation_becomes_a_block_and_the_text_goes_on() -> None:
    source = """
        Derivation: from the last step to the first:
            z = p @ v    ->  dv = p^T @ dz
            p = softmax  ->  dp * p
        and so on.
        """
    assert to_markdown(cleandoc(source)) == (
        "Derivation: from the last step to the first:\n\n```text\n"
        "z = p @ v    ->  dv = p^T @ dz\np = softmax  ->  dp * p\n```\n\nand so on."
    )


@pytest.mark.parametrize(
    ("lead", "first", "language"),
    [
        ("An example:", "with trace(model):", "python"),
        ("An example:\n", "with trace(model):", "python"),
        ("In a test:", "from hypothesis import given", "python"),
        ("So", "dx = dy", "text"),
    ],
)
def test_examples_are_python(lead: str, first: str, language: str) -> None:
    block = f"{lead}\n    {first}\n\n        more"
    assert f"```{language}\n{first}\n\n    more\n```" in to_markdown(block)


def test_sections_are_headings_with_lists() -> None:
    source = """
        First line.

        Args:
            x: (B, T),
                two axes.
            w_in, w_out: weights:
                more.

        Returns:
            y (B, T)
            and a cache.

        Raises:
            TypeError: x is not a float array.
        """
    assert to_markdown(cleandoc(source)) == (
        "First line.\n\n\n**Args:**\n\n"
        "- **x:** (B, T),\n  two axes.\n- **w_in, w_out:** weights:\n  more.\n"
        "\n\n**Returns:**\n\ny (B, T)\nand a cache.\n\n\n**Raises:**\n\n"
        "- **TypeError:** x is not a float array."
    )


@pytest.mark.parametrize(
    "text",
    [
        "scale q*k*v, then 2 * x * y",
        "<unk> and <b>no tag</b>, a < b & c",
        "x[j](1 - y[j]) and grad[i][j]",
        "w_in and __init__ and _x_",
        "names such as layers.*.q and layers.*.k",
    ],
)
def test_prose_is_shown_as_it_is_written(text: str) -> None:
    paragraph = shown(to_markdown(text)).removeprefix("<p>").strip().removesuffix("</p>")
    assert "<" not in paragraph
    assert unescape(paragraph) == text


def test_emphasis_lists_and_code_stay() -> None:
    html = shown(to_markdown("A *variable* is `a*b<c`.\n\n* one\n* two *x*"))
    assert "<em>variable</em>" in html
    assert "<code>a*b&lt;c</code>" in html
    assert html.count("<li>") == 2
    assert "<em>x</em>" in html


def test_arxiv_numbers_are_links() -> None:
    found = to_markdown("Ba et al. 2016 (arXiv:1607.06450).")
    assert found == "Ba et al. 2016 ([arXiv:1607.06450](https://arxiv.org/abs/1607.06450))."

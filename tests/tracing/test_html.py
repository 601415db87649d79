"""What a notebook shows: whole and harmless HTML, the right numbers on the right colours."""

import re
from html import unescape
from html.parser import HTMLParser
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.ops.claims import claim
from tinytf.tracing import Source, TracedTensor

from .by_hand import parameter, read_only_decoder, tensor
from .strategies import tensors

TAGS = {"div", "table", "tr", "td", "th", "p", "b", "pre", "ul", "li"}


class Page(HTMLParser):
    """Reads HTML: the text of each cell with its style, and all text; complains of loose ends."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tables: list[list[list[tuple[str, str]]]] = []
        self.paragraphs: list[str] = []
        self.items: list[str] = []
        self.pre = ""
        self.feed(html)
        self.close()
        assert self.open == [], f"expected every element to be closed, got {self.open} open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, f"expected no element but {sorted(TAGS)}, got {tag}"
        names = {name for name, _ in attrs}
        assert names <= {"style"}, f"expected no attribute but style, got {names}"
        assert not any("url" in str(value) for _, value in attrs)
        self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append(("", dict(attrs)["style"] or ""))
        elif tag == "p":
            self.paragraphs.append("")
        elif tag == "li":
            self.items.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        tag = self.open[-1]
        if tag in ("td", "th"):
            text, style = self.tables[-1][-1][-1]
            self.tables[-1][-1][-1] = text + data, style
        elif tag == "p":
            self.paragraphs[-1] += data
        elif tag == "li":
            self.items[-1] += data
        elif tag == "pre":
            self.pre += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"expected no comment, got {data}")

    def texts(self, table: int) -> list[list[str]]:
        """The texts of a table's cells."""
        return [[text for text, _ in row] for row in self.tables[table]]


def background(style: str) -> str:
    """The colour of a cell, such as "#ffffff"; "" for none."""
    found = re.search(r"background:(#\w{6})", style)
    return found[1] if found else ""


def test_a_trace_is_the_lines_of_its_table(module: ModuleType) -> None:
    given = [
        tensor("ids", [1, 0], kind="input", axes=("T",), why_no_grad="integers"),
        tensor("a.b", [3.0, np.nan], 0.5, axes=("T",)),
        parameter("w", [[1.0]], 0.5, after=[[2.0]]),
    ]
    page = Page(module.trace_html(given, ["a note"]))
    assert page.texts(0) == [
        ["tensor", "shape", "RMS", "max", "zeros", "grad RMS", "update", "flags"],
        ["ids", "T=2", "", "1", "50%", "-[1]", "", ""],
        ["a.b", "T=2", "3", "3", "0%", "0.5", "", "NaN"],
        ["w", "1 1", "1", "1", "0%", "0.5", "1", ""],
    ]
    assert page.paragraphs == ["[1] integers", "note: a note"]
    for row in page.tables[0]:
        for i, (_, style) in enumerate(row):
            assert ("text-align:right" in style) == (2 <= i < 7)
            assert ("bold" in style) == (i == 7), "flags catch the eye"


def test_a_tensor_says_all_there_is_to_say(module: ModuleType) -> None:
    y = tensor(
        "a.y", [[1.0, -2.0], [0.0, 4.0]], 3.0, axes=("T", "D"), op="linear", aliases=["a.z", "b"]
    )
    y.source = Source("x.py", 7, "y = (\n    x < w\n)")
    y.grad_parts = {"q": np.full((2, 2), 2.0), "k": np.full((2, 2), 1.0)}
    html = module.tensor_html(y)
    page = Page(html)
    assert "<b>a.y</b>" in html
    assert page.paragraphs == [
        "intermediate, T=2 D=2, float64",
        "also called a.z, b",
        "made by linear in x.py, line 7:",
        "value",
        "gradient",
        "the gradient is the sum of what came from",
    ]
    assert page.pre == "y = (\n    x < w\n)"
    assert page.items == ["q: RMS 2", "k: RMS 1"]
    assert page.texts(0) == [["", "0", "1"], ["0", "1", "-2"], ["1", "0", "4"]]
    assert page.texts(1) == [["", "0", "1"], ["0", "3", "3"], ["1", "3", "3"]]


def test_without_gradient_it_says_why(module: ModuleType) -> None:
    page = Page(module.tensor_html(tensor("y", [1.0], why_no_grad="a < b")))
    assert page.paragraphs == ["intermediate, 1, float64", "value", "no gradient: a < b"]
    assert len(page.tables) == 1


@pytest.mark.parametrize(
    ("shape", "axes", "title", "n_rows", "n_cols"),
    [
        ((), (), "value", 1, 1),
        ((3,), ("D",), "value", 1, 3),
        ((2, 3, 4, 5), ("B", "H", "T", "D"), "value, B 0 of 2, H 0 of 3", 4, 5),
        ((20, 17), ("T", "D"), "value, showing 16 of 20 rows, showing 16 of 17 columns", 16, 16),
        ((16, 16), ("T", "D"), "value", 16, 16),
        ((0, 3), ("T", "D"), "value", 0, 0),
    ],
)
def test_which_matrix_is_shown(
    module: ModuleType,
    shape: tuple[int, ...],
    axes: tuple[str, ...],
    title: str,
    n_rows: int,
    n_cols: int,
) -> None:
    value = np.arange(float(np.prod(shape))).reshape(shape)
    page = Page(module.tensor_html(tensor("y", value, axes=axes)))
    assert page.paragraphs[1] == title
    head, *rows = page.texts(0)
    assert head == ["", *map(str, range(n_cols))]
    assert [row[0] for row in rows] == list(map(str, range(n_rows)))
    first = value[(0,) * max(0, len(shape) - 2)] if value.size else np.zeros((0, 0))
    numbers = [[float(text) for text in row[1:]] for row in rows]
    assert numbers == np.atleast_2d(first)[:16, :16].tolist()


def test_colours(module: ModuleType) -> None:
    value = [[4.0, 2.0, 0.0, -0.0, -2.0, -4.0], [1e-9, np.inf, -np.inf, np.nan, 1.0, -1.0]]
    page = Page(module.tensor_html(tensor("y", value)))
    cells = [cell for row in page.tables[0][1:] for cell in row[1:]]
    shown = {text: background(style) for text, style in cells}
    assert shown == {
        "4": "#b35806", "2": "#d9ac82", "0": "#ffffff", "-2": "#90b2d6", "-4": "#2166ac",
        "1e-09": "#ffffff", "inf": "#dddddd", "-inf": "#dddddd", "nan": "#dddddd",
        "1": "#ecd5c1", "-1": "#c8d9ea",
    }  # fmt: skip
    for text, style in cells:
        dark = text in ("4", "-4")
        assert f"color:{'#fff' if dark else '#000'}" in style.rpartition(";")[2], f"{text}: {style}"


def test_integers_and_booleans_are_no_quantities(module: ModuleType) -> None:
    page = Page(module.tensor_html(tensor("ids", [[123456, 7]], kind="input")))
    assert page.texts(0)[1] == ["0", "123456", "7"]
    assert background(page.tables[0][1][1][1]) == ""
    assert Page(module.tensor_html(tensor("m", [True, False]))).texts(0)[1] == [
        "0",
        "True",
        "False",
    ]
    page = Page(module.tensor_html(tensor("words", ["<b>"], kind="input")))
    assert page.paragraphs[1] == "value: <U3, no numbers to show"


ATTACK = '</table><script>alert(1)</script><img src=x onerror="alert(1)">&amp;<!--'


def test_texts_from_outside_stay_texts(module: ModuleType) -> None:
    bad = tensor(ATTACK, [1.0], 1.0, axes=(ATTACK,), op=ATTACK, aliases=[ATTACK])
    bad.source = Source(ATTACK, 1, ATTACK)
    bad.grad_parts = {ATTACK: np.ones(1)}
    page = Page(module.tensor_html(bad))
    assert page.pre == ATTACK
    assert page.items == [f"{ATTACK}: RMS 1"]
    page = Page(module.trace_html([bad, tensor("y", [1.0], why_no_grad=ATTACK)], [ATTACK]))
    assert page.texts(0)[1][0] == ATTACK
    assert page.paragraphs == [f"[1] {ATTACK}", f"note: {ATTACK}"]
    deep = tensor("y", np.ones((1, 1, 1)), axes=(ATTACK, "T", "D"), why_no_grad=ATTACK)
    assert Page(module.tensor_html(deep)).paragraphs[1] == f"value, {ATTACK} 0 of 1"


@claim(one=tensors())
def test_any_tensor_can_be_shown(module: ModuleType, one: TracedTensor) -> None:
    html = module.tensor_html(one)
    assert Page(html).paragraphs
    assert one.name in unescape(html)


def test_traces_and_tensors_of_a_model_show_themselves() -> None:
    t = read_only_decoder()
    assert len(Page(t._repr_html_()).tables[0]) == len(t) + 1
    for one in t:
        assert Page(one._repr_html_()).paragraphs


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("loss", "TracedTensor('loss', intermediate, scalar, gradient from the caller of "
         "cross_entropy_backward)"),
        ("decoder.embed.tok.weight", "TracedTensor('decoder.embed.tok.weight', parameter, V=7 D=8, "
         "gradient from head, decoder.embed.tok)"),
        ("ids", "TracedTensor('ids', input, B=2 T=5, no gradient: "),
    ],
)  # fmt: skip
def test_what_a_prompt_shows(name: str, said: str) -> None:
    t: Any = read_only_decoder()
    assert repr(t[name]).startswith(said)
    assert re.fullmatch(r"Trace\(\d+ tensors, \d+ of them with a gradient\)", repr(t))

"""The pages of the reference: what is on them, and that what is wrong with them is found."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tinytf.layers import Linear
from tinytf.ops.arrays import Array
from tinytf.tracing import TracedTensor

pytest.importorskip("pdoc", reason='needs pdoc: pip install ".[dev]"')

import pdoc.render
from pdoc.doc import Function

from docs import reference
from docs.check import problems, public_names
from docs.signatures import as_written


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few pages; the whole reference takes ten seconds, and is built and checked by CI."""
    directory = tmp_path_factory.mktemp("reference")
    patch = pytest.MonkeyPatch()
    patch.setattr(reference, "module_names", lambda: MODULES)
    reference.build(directory)
    patch.undo()
    return directory


MODULES = [
    "tinytf",
    "tinytf.gradcheck.evidence",
    "tinytf.ops",
    "tinytf.ops.softmax",
    "tinytf.training.optimizers",
]


def test_the_whole_package_but_commands_and_assignments_has_pages() -> None:
    names = reference.module_names()
    assert len(names) == len(set(names))
    packages = ("ops", "layers", "models", "training", "generation", "gradcheck", "tracing", "text")
    assert {f"tinytf.{package}" for package in packages} <= set(names)
    files = Path(str(reference.tinytf.__file__)).parent.glob("ops/[a-z]*.py")
    assert {f"tinytf.ops.{path.stem}" for path in files} <= set(names)
    assert not [name for name in names if "course" in name or "cli" in name]


def test_what_stands_in_the_source_stands_on_the_page(pages: Path) -> None:
    html = (pages / "tinytf/ops/softmax.html").read_text(encoding="utf-8")
    for said in (
        'id="softmax_forward"',
        'id="log_softmax_backward"',
        "<strong>axis:</strong> the axis along which the probabilities sum to 1.",
        "<code>y[i] = exp(x[i]) / sum_j exp(x[j])</code>",
        "dx[j] = sum_i dy[i] y[i] (1[i = j] - y[j]) = y[j] (dy[j] - sum_i dy[i] y[i])",
        '<a href="#softmax_backward">softmax_backward</a>',
        "SoftmaxCache",
    ):
        assert said in html, said
    assert "numpy.ndarray[" not in html
    assert "_require_axis" not in pdoc_text(html)


def pdoc_text(html: str) -> str:
    """The page without the sources, which name private functions too."""
    return "".join(part.partition("</pre>")[2] for part in html.split('<div class="pdoc-code'))


def test_a_package_says_which_file_each_name_comes_from(pages: Path) -> None:
    html = (pages / "tinytf/ops.html").read_text(encoding="utf-8")
    assert '<a href="ops/softmax.html#softmax_forward">softmax_forward</a>' in html
    order = [html.index(f'id="{name}"') for name in ("softmax_forward", "softmax_backward")]
    assert order == sorted(order), "a forward stands above its backward, as in the source"


def test_the_pages_are_right(pages: Path) -> None:
    assert problems(pages, MODULES) == []


@pytest.mark.parametrize(
    ("page", "old", "new", "problem"),
    [
        ("ops", 'href="ops/softmax.html"', 'href="ops/soft.html"', "dead link ops/soft.html"),
        ("ops", "#softmax_forward", "#forward", "dead link ops/softmax.html#forward"),
        (
            "ops/softmax",
            'id="softmax_forward"',
            'id="y"',
            "tinytf.ops.softmax.softmax_forward: not",
        ),
        ("training/optimizers", 'id="SGD"', 'id="GD"', "tinytf.training.optimizers.SGD: not in"),
        ("training/optimizers", 'id="Optimizer.step"', "", "optimizers.Optimizer.step: not in"),
        ("ops", "<body>", '<body><img src="https://a.b/c.png">', "loads https://a.b/c.png"),
        ("ops", "</head>", '<link href="//a.b/c.css"></head>', "loads //a.b/c.css"),
        ("ops", "</style>", 'p {background: url("http://a.b/c")}</style>', "loads http://a.b/c"),
        ("ops", "</style>", "@import 'https://a.b/c';</style>", "loads https://a.b/c"),
        ("ops", "</body>", '<script>x.src = "https://a.b"</script>', "loads https://a.b"),
    ],
)
def test_what_is_wrong_is_found(
    page: str, old: str, new: str, problem: str, pages: Path, tmp_path: Path
) -> None:
    for path in pages.rglob("*.html"):
        copy = tmp_path / path.relative_to(pages)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    wrong = tmp_path / f"tinytf/{page}.html"
    html = wrong.read_text(encoding="utf-8")
    assert old in html
    wrong.write_text(html.replace(old, new), encoding="utf-8")
    found = problems(tmp_path, MODULES)
    assert any(problem in one for one in found), found


def test_a_page_that_is_not_there_is_found(pages: Path) -> None:
    assert problems(pages, [*MODULES, "tinytf.ops.tanh"]) == ["tinytf.ops.tanh: no page"]


def test_public_names_are_those_of_the_source() -> None:
    names = public_names("tinytf.training.optimizers")
    assert names[:4] == ["Optimizer", "Optimizer.step", "Optimizer.zero_grad", "SGD"]
    assert not [name for name in names if "_update" in name or "__init__" in name]


def test_a_warning_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def warns(*_: Any) -> str:
        import warnings

        warnings.warn("something is odd", stacklevel=1)
        return ""

    monkeypatch.setattr(reference, "module_names", lambda: ["tinytf"])
    monkeypatch.setattr(pdoc.render, "html_module", warns)
    with pytest.raises(UserWarning, match="something is odd"):
        reference.build(tmp_path / "reference")


def example(x: Array, /, *rest: Array, scale: float = 1e-5, rng: np.random.Generator) -> Array:
    """Arguments of every kind."""
    return x


def test_signatures_are_spelled_as_in_the_source() -> None:
    function = Function(__name__, "example", example, (__name__, "example"))
    assert " ".join(str(as_written(function)).split()) == (
        "( x: Array, /, *rest: Array, scale: float = 1e-05, rng: np.random.Generator ) -> Array"
    )


def test_a_constructor_returns_nothing() -> None:
    place = ("tinytf.layers.linear", "Linear.__init__")
    spelled = str(as_written(Function(*place, Linear.__init__, place)))
    assert "rng: np.random.Generator, std: float | None = 0.02" in " ".join(spelled.split())
    assert "->" not in spelled


def test_without_a_source_types_are_shortened() -> None:
    place = ("tinytf.tracing.tensors", "TracedTensor.__init__")
    spelled = str(as_written(Function(*place, TracedTensor.__init__, place)))
    assert "value: Array" in spelled
    assert "numpy" not in spelled


def test_what_the_search_shows_is_spelled_so_too(pages: Path) -> None:
    found = (pages / "search.js").read_text(encoding="utf-8")
    assert "SoftmaxCache" in found
    assert '"annotation": ": Array"' in found
    assert "numpy.ndarray[" not in found

"""The same numbers give the same file, text is text, and a missing matplotlib is said in a line."""

import builtins
from types import ModuleType
from typing import Any

import pytest

NEEDED = "needs matplotlib, the extra `plot`"
NAMES = ["a$b$c", "$x", "_run", "<b>&amp;", "\u540d\u524d", "\\alpha"]


def fill(figure: Any) -> None:
    axes = figure.subplots()
    axes.plot([1, 2, 4], [3, 1, 2], clip_on=True)
    for i, name in enumerate(NAMES):
        axes.text(1, 1 + i / 9, name)


def picture(module: ModuleType, file_format: str = "svg") -> bytes:
    content: bytes = module.draw(fill, (4, 3), file_format)
    return content


@pytest.mark.parametrize("file_format", ["svg", "png"])
def test_the_same_numbers_give_the_same_file(module: ModuleType, file_format: str) -> None:
    matplotlib = pytest.importorskip("matplotlib", reason=NEEDED)
    first = picture(module, file_format)
    with matplotlib.rc_context({"lines.linewidth": 9, "font.size": 30, "svg.hashsalt": None}):
        assert picture(module, file_format) == first
    assert first.startswith({"svg": b"<?xml", "png": b"\x89PNG\r\n"}[file_format])
    assert b"date" not in first


def test_names_are_shown_as_they_are(module: ModuleType) -> None:
    pytest.importorskip("matplotlib", reason=NEEDED)
    shown = picture(module).decode()
    for name in NAMES:
        escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert f">{escaped}</text>" in shown, name


def test_without_matplotlib(module: ModuleType) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: Any) -> Any:
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(builtins, "__import__", without)
        with pytest.raises(ImportError) as caught:
            picture(module)
    assert str(caught.value) == 'pictures need matplotlib: pip install "tinytf[plot]"'

"""A pattern's picture: each share in its cell, as dark as it is large, under the names it is of."""

import base64
import io
import re
import xml.etree.ElementTree as ET
from types import ModuleType

import numpy as np
import pytest

NEEDED = "needs matplotlib, the extra `plot`"
QUERIES, KEYS = ["Der", "Mann", "</s>"], ["the", "man", "old", "$x$", "</s>"]


def a_pattern(seed: int = 0) -> np.ndarray:
    """(Tq, Tk) shares; each row has a large one, in another column."""
    pattern = np.random.default_rng(seed).uniform(0.01, 0.1, size=(3, 5))
    pattern[[0, 1, 2], [0, 1, 4]] += 1
    pattern[1, 3] = 0.0
    return pattern / pattern.sum(axis=1, keepdims=True)


def drawn(module: ModuleType, pattern: np.ndarray) -> ET.Element:
    pytest.importorskip("matplotlib", reason=NEEDED)
    picture = module.draw_pattern(pattern, QUERIES, KEYS, "a title", "svg")
    return ET.fromstring(re.sub(rb' xmlns="[^"]*"', b"", picture))


def texts(picture: ET.Element) -> dict[str, list[tuple[float, float, str]]]:
    """What is written -> where (x, y), and in which style."""
    found: dict[str, list[tuple[float, float, str]]] = {}
    for text in picture.iter("text"):
        place = re.search(r"(?:rotate\([^)]*\) )?translate\((\S+) (\S+)\)", str(text.attrib))
        x, y = (
            (float(place[1]), float(place[2]))
            if place
            else (float(text.get("x", "nan")), float(text.get("y", "nan")))
        )
        style = str(text.get("style"))
        found.setdefault("".join(text.itertext()).strip(), []).append((x, y, style))
    return found


def test_each_share_stands_under_its_key_and_beside_its_query(module: ModuleType) -> None:
    pattern = a_pattern()
    shown = texts(drawn(module, pattern))
    assert {*QUERIES, *KEYS, "a title"} <= set(shown)
    for i, j in np.argwhere(pattern > 0.5):
        ((x, y, style),) = shown[f"{pattern[i, j]:.2f}"]
        (query,) = [place for place in shown[QUERIES[i]] if place[0] < x - 20]
        assert abs(query[1] - y) < 5, "on the height of its query"
        above = [place for place in shown[KEYS[j]] if place[1] < y - 20]
        assert min(abs(place[0] - x) for place in above) < 8, "under its key"
        assert "#ffffff" in style, "white on dark"
    assert sum(map(len, shown.values())) == len(QUERIES) + len(KEYS) + 1 + (pattern > 0).sum()


def test_a_larger_share_is_darker(module: ModuleType) -> None:
    """Read back from the picture: one shade for each cell, on a scale from 0 to 1."""
    matplotlib = pytest.importorskip("matplotlib", reason=NEEDED)
    from matplotlib.image import imread

    for pattern in (a_pattern(), 0.5 * a_pattern()):
        (image,) = drawn(module, pattern).iter("image")
        (link,) = (value for name, value in image.attrib.items() if name.endswith("href"))
        pixels = imread(io.BytesIO(base64.b64decode(link.split(",")[1])))  # (height, width, RGBA)
        if "scale(1 -1)" in str(image.get("transform")):
            pixels = pixels[::-1]
        height, width = pixels.shape[:2]
        rows = ((np.arange(3) + 0.5) * height / 3).astype(int)
        columns = ((np.arange(5) + 0.5) * width / 5).astype(int)
        shades = pixels[rows][:, columns]  # (Tq, Tk, RGBA)
        expected = matplotlib.colormaps["Blues"](pattern)
        np.testing.assert_allclose(shades, expected, atol=0.02)
        darkness = 1 - shades[..., :3].mean(axis=-1)
        assert (np.diff(darkness.reshape(-1)[np.argsort(pattern, axis=None)]) > -0.004).all()


def test_what_is_no_pattern_is_refused(module: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"expected shape \(3, 5\), .*, got \(5, 3\)"):
        module.draw_pattern(a_pattern().T, QUERIES, KEYS, "t", "svg")
    with pytest.raises(ValueError, match="at least one, got"):
        module.draw_pattern(np.zeros((0, 5)), [], KEYS, "t", "svg")
    for wrong in (1.1, -0.1, np.nan):
        pattern = a_pattern()
        pattern[0, 1] = wrong
        with pytest.raises(ValueError, match="expected shares from 0 to 1"):
            module.draw_pattern(pattern, QUERIES, KEYS, "t", "svg")

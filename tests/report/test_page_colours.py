"""The colours: white at zero, told apart by all three kinds of colour-blindness, readable."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.report.browser import Browser
from tests.report.conftest import Opener
from tests.report.sample_report import sample_report

Array = npt.NDArray[Any]

# Machado, Oliveira and Fernandes 2009, "A Physiologically-based Model for Simulation of Color
# Vision Deficiency", severity 1.0; for linear RGB.
EYES = {
    "full colour vision": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
SHARES = [0.1, 0.25, 0.5, 0.75, 1.0]


def linear(colour: list[int]) -> Array:
    c = np.asarray(colour) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(colour: list[int], eye: str) -> Array:
    """CIE L*a*b* (D65) of an sRGB colour as that eye sees it."""
    seen = np.clip(np.asarray(EYES[eye]) @ linear(colour), 0, 1)
    to_xyz = [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
    relative = np.asarray(to_xyz) @ seen / np.array([0.95047, 1.0, 1.08883])
    f = np.where(relative > 216 / 24389, np.cbrt(relative), (24389 / 27 * relative + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(a: list[int], b: list[int], eye: str) -> float:
    """CIE 1976 difference; about 2.3 is just noticed."""
    return float(np.linalg.norm(lab(a, eye) - lab(b, eye)))


@pytest.fixture
def page(open_report: Opener) -> Browser:
    return open_report(sample_report())


def colour(page: Browser, value: float, kind: str = "value", scale: float = 1) -> list[int]:
    found: list[int] = page.run(f"cellColour({value!r}, {scale!r}, '{kind}')")
    return found


def test_the_ends_are_the_named_colours_and_zero_is_white(page: Browser) -> None:
    assert colour(page, -1) == [0x21, 0x66, 0xAC]
    assert colour(page, 1) == [0xB3, 0x58, 0x06]
    for zero in (0.0, -0.0):
        for kind in ("value", "gradient", "probability"):
            assert colour(page, zero, kind) == [255, 255, 255]
    assert colour(page, 5) == colour(page, 1), "beyond the range: the end of the scale"
    assert colour(page, 0, scale=0) == [255, 255, 255], "a matrix of zeros"


@pytest.mark.parametrize("eye", EYES)
def test_signs_are_told_apart(page: Browser, eye: str) -> None:
    for share in SHARES:
        apart = distance(colour(page, -share), colour(page, share), eye)
        assert apart > 60 * share, f"{eye}: -{share} and +{share} are {apart:.1f} apart"


def test_red_and_green_would_not_pass() -> None:
    """Proof that the test above can fail."""
    assert distance([215, 48, 39], [26, 152, 80], "deuteranopia") < 60


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize(("sign", "kind"), [(1, "value"), (-1, "value"), (1, "probability")])
def test_more_is_seen_as_more(page: Browser, eye: str, sign: int, kind: str) -> None:
    lightness = [lab(colour(page, sign * share, kind), eye)[0] for share in (0, *SHARES)]
    steps = np.diff(lightness)
    assert np.all(steps < -2), f"{eye}: lightness {np.round(lightness, 1)} must fall"


@pytest.mark.parametrize("eye", EYES)
def test_a_tiny_number_is_seen_not_to_be_zero(page: Browser, eye: str) -> None:
    for tiny in (2e-5, -2e-5):
        assert distance(colour(page, tiny), [255, 255, 255], eye) > 2.3


@pytest.mark.parametrize("eye", EYES)
def test_a_probability_is_not_taken_for_a_signed_number(page: Browser, eye: str) -> None:
    certain = colour(page, 1, "probability")
    for end in (-1, 1):
        assert distance(certain, colour(page, end), eye) > 30


@pytest.mark.parametrize("eye", EYES)
def test_the_parts_of_a_pill_are_told_apart(page: Browser, eye: str) -> None:
    parts = {}
    for part in ("value", "gradient", "update"):
        said = page.run(
            f"getComputedStyle(document.querySelector('.swatch.{part}')).backgroundColor"
        )
        parts[part] = [int(number) for number in said[4:-1].split(",")]
    for a, b in (("value", "gradient"), ("gradient", "update"), ("value", "update")):
        assert distance(parts[a], parts[b], eye) > 15, f"{eye}: {a} and {b}"


def test_the_number_on_a_cell_can_be_read(page: Browser) -> None:
    """WCAG 2.1 AA asks for a contrast of 4.5."""
    for kind in ("value", "probability"):
        for value in np.linspace(-1 if kind == "value" else 0, 1, 81):
            ground = colour(page, float(value), kind)
            light = page.run(f"luminance({ground})")
            ink = 1.0 if page.run(f"inkOn({ground})") == "white" else 0.0
            contrast = (max(light, ink) + 0.05) / (min(light, ink) + 0.05)
            assert contrast >= 4.5, f"{kind} {value:.3f}: {contrast:.2f}"


def test_masked_cells_are_hatched_and_left_out_of_the_range(page: Browser) -> None:
    at = next(n for n, step in enumerate(sample_report()["steps"]) if "scores" in step["title"])
    page.run(f"goTo({at})")
    masked = "document.querySelector('#panel-step td.masked')"
    assert "repeating-linear-gradient" in page.run(f"getComputedStyle({masked}).backgroundImage")
    assert page.run(f"{masked}.ariaLabel").endswith(": masked")
    assert page.run("document.querySelectorAll('#panel-step td.masked').length") == 6
    largest = page.run("drawnEquations[0].out.range()")
    values = page.run("[...drawnEquations[0].out.array.values].filter(Number.isFinite)")
    assert math.isclose(largest, max(map(abs, values)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (2e-5, "2e\u22125"),
        (-2e-5, "\u22122e\u22125"),
        (0.00049, "5e\u22124"),
        (0.0005, "0.001"),
        (-0.4237, "\u22120.424"),
        (9.9996, "10.00"),
        (12.345, "12.35"),
        (-123.45, "\u2212123.5"),
        (1234.5, "1235"),
        (12345, "1e4"),
    ],
)
def test_a_number_in_a_cell(page: Browser, value: float, text: str) -> None:
    shown = page.run(f"shortNumber({value!r})")
    assert shown in (text, text.replace("12.35", "12.34").replace("1235", "1234"))
    assert len(shown) <= 7

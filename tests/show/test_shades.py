"""Shades: one for zero alone, darker with |value|; colour-blind readers can tell them apart."""

import itertools
import math
import re
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .arrays import backgrounds, rgb

numbers = st.floats(allow_nan=False, allow_infinity=False)
# What red, green and blue light become for the three kinds of colour-blindness:
# Machado, Oliveira and Fernandes 2009, table of severity 1.0 (linear light).
COLOUR_BLIND = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}  # fmt: skip
EVERYBODY = {"full colour": np.eye(3)} | {k: np.array(v) for k, v in COLOUR_BLIND.items()}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def light(number: int) -> np.ndarray:
    """Linear light, red, green and blue, of one of xterm's colours (sRGB's definition)."""
    c = rgb(number)
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(number: int, seen: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of one of xterm's colours as seen by an eye; a distance of 2.3 is just seen."""
    xyz = TO_XYZ @ np.clip(seen @ light(number), 0, 1) / TO_XYZ.sum(axis=1)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_steps_are_fifths_of_the_largest(module: ModuleType) -> None:
    scale = module.Scale.of([[1e-9, 0.0, -10.0], [-2.5, 7.99, 8.5]])
    assert scale == (10, True)
    assert [scale.shade(x) for x in (1e-9, 0.0, -10.0, -2.5, 7.99, 8.5)] == [1, 0, -5, -2, 4, 5]
    symbols = [module.symbol(x, scale) for x in (0.0, -0.0, 1, 3, 5, 7, 9, -9)]
    assert symbols == ["  ", "  ", " .", " :", " o", " #", " @", "-@"]


@given(st.lists(numbers, min_size=2))
def test_shades_grow_with_the_number_and_only_zero_has_none(
    module: ModuleType, values: list[float]
) -> None:
    scale = module.Scale.of([values])
    shades = [scale.shade(value) for value in sorted(values)]
    assert shades == sorted(shades)
    for value in values:
        assert (scale.shade(value) == 0) == (value == 0)
        assert scale.shade(-value) == -scale.shade(value)
    assert max(map(abs, shades)) == (5 if any(values) else 0)


@given(st.lists(numbers, min_size=1))
def test_colours_darken_with_the_absolute_value_and_zero_is_white(
    module: ModuleType, values: list[float]
) -> None:
    scale = module.Scale.of([values])
    assert backgrounds(module.paint("0", 0.0, scale)) == [231]
    for same_sign in ([x for x in values if x > 0], [x for x in values if x < 0]):
        painted = [module.paint("1", x, scale) for x in sorted(same_sign, key=abs)]
        colours = [colour for text in painted for colour in backgrounds(text)]
        assert 231 not in colours
        lightness = [lab(colour, np.eye(3))[0] for colour in colours]
        assert lightness == sorted(lightness, reverse=True)


def test_probabilities_have_a_palette_of_their_own(module: ModuleType) -> None:
    assert not module.Scale.of([[0.0, 0.25, 1.0]]).signed
    assert not module.Scale.of([[float(np.nextafter(np.float32(1), np.float32(2)))]]).signed
    assert not module.Scale.of([[0.5, math.nan, -math.inf]]).signed
    assert module.Scale.of([[0.5, 1.1]]).signed
    assert module.Scale.of([[0.5, -1e-30]]).signed
    palettes = {
        tuple(module.Scale(1, signed).palette(value)[1:])
        for signed, value in ((True, 0.5), (True, -0.5), (False, 0.5))
    }
    assert len(palettes) == 3


def test_what_is_no_finite_number_is_marked_and_has_no_part_in_the_scale(
    module: ModuleType,
) -> None:
    odd = [math.nan, math.inf, -math.inf]
    assert module.Scale.of([[*odd, 0.5]]) == (0.5, False)
    assert module.Scale.of([odd]) == (0, False)
    scale = module.Scale(1.0, True)
    assert [module.symbol(x, scale) for x in odd] == [" ?", " !", " x"]
    assert [module.mark(x)[2] for x in odd] == ["NaN", "Inf", "masked (-inf)"]
    assert module.mark(-3.0) is None
    used = {*module.BLUE, *module.ORANGE, *module.GREEN}
    assert not used & {backgrounds(module.paint("", x, scale))[0] for x in odd}


def test_painted_text_ends_with_the_terminals_own_colours(module: ModuleType) -> None:
    assert module.paint("1.0", 1.0, module.Scale(1, True)) == "\x1b[38;5;231;48;5;130m1.0\x1b[0m"
    assert module.paint("0.1", 0.1, module.Scale(1, True)) == "\x1b[38;5;16;48;5;223m0.1\x1b[0m"


@pytest.mark.parametrize("eye", EVERYBODY)
def test_neighbouring_shades_and_the_two_signs_differ_for_every_eye(
    module: ModuleType, eye: str
) -> None:
    def distance(a: int, b: int) -> float:
        return float(np.linalg.norm(lab(a, EVERYBODY[eye]) - lab(b, EVERYBODY[eye])))

    for palette in (module.BLUE, module.ORANGE, module.GREEN):
        assert palette[0] == 231
        for a, b in itertools.pairwise(palette):
            assert distance(a, b) > 9, f"{eye}: {a} and {b} look alike"
            assert lab(a, EVERYBODY[eye])[0] > lab(b, EVERYBODY[eye])[0]
    for blue, orange in zip(module.BLUE[1:], module.ORANGE[1:], strict=True):
        assert distance(blue, orange) > 15, f"{eye}: {blue} and {orange} look alike"


def test_text_can_be_read_on_every_colour(module: ModuleType) -> None:
    """Contrast of at least 4.5 to 1, as WCAG 2.1 defines it."""
    for signed, sign in ((True, 1), (True, -1), (False, 1)):
        for value in (0, 0.1, 0.3, 0.5, 0.7, 0.9, math.nan, math.inf, -math.inf):
            text = module.paint("", sign * value, module.Scale(1.0, signed))
            foreground, background = re.findall(r"8;5;(\d+)", text)
            words, ground = (TO_XYZ[1] @ light(int(n)) for n in (foreground, background))
            contrast = (max(words, ground) + 0.05) / (min(words, ground) + 0.05)
            assert contrast >= 4.5, f"{value} on {backgrounds(text)}: contrast {contrast:.2f}"

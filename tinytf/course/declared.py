"""Cases made from declared inputs: small readable ones, random ones, and special ones."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytf.course.exercise import Cases, Inputs, Probe
from tinytf.course.input_language import Declared, read, size, sizes_of
from tinytf.ops.arrays import Array

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

_LARGEST_SIDE = 3  # of the small readable inputs
_UNEQUAL = (3, 4, 2, 5, 7, 6, 8, 9)  # sizes of the random ones
_GENERIC = 4
# Special, but no edge cases: what fails here is wrong altogether.
_CORE = ("all sizes equal", "3 leading axes", "gradients around 1e-4")


def cases_of(
    declarations: Mapping[str, Any], cotangent: str | None = None, edge: bool = True
) -> Cases:
    """Cases of declared inputs.

    Args:
        declarations: name -> words, see `input_language.py`.
        cotangent: the name of dy among them: numbers around 1000 are for the other inputs, and
            gradients around 1e-4 for this one.
        edge: whether special probes cost the points for edge cases only.

    Raises:
        CourseError: a declaration cannot be understood.
    """
    inputs = read(declarations)
    made = _Made(inputs, cotangent, edge)
    return Cases(strategy=made.strategy, generic=made.generic, special=made.special)


class _Made:
    def __init__(self, inputs: dict[str, Declared], cotangent: str | None, edge: bool) -> None:
        self.inputs = inputs
        self.letters = sizes_of(inputs)
        self.starred = any("*" in (one.axes or ()) for one in inputs.values())
        self.cotangent = cotangent
        self.edge = edge

    # --- random inputs ---------------------------------------------------------------------------

    def generic(self, rng: np.random.Generator) -> list[Probe]:
        """Sizes that differ from each other; each choice of each input at least once."""
        most = max([_GENERIC, *(len(one.choices) for one in self.inputs.values())])
        probes = []
        for turn in range(most):
            sizes = {
                letter: _UNEQUAL[(place + turn) % len(_UNEQUAL)]
                for place, letter in enumerate(self.letters)
            }
            free = [number for number in range(2, 20) if number not in sizes.values()]
            inputs = self._random(rng, sizes, tuple(free[: 2 - turn % 2]), turn)
            probes.append(Probe(f"random numbers {turn + 1}", inputs))
        return probes

    def special(self, rng: np.random.Generator) -> list[Probe]:
        """What random shapes miss."""
        usual = {letter: _UNEQUAL[place % 8] for place, letter in enumerate(self.letters)}
        ones = dict.fromkeys(self.letters, 1)
        square = dict.fromkeys(self.letters, 3)
        made = {"all sizes 1": self._random(rng, ones, (1,))}
        made["all sizes equal"] = self._random(rng, square, (3,))
        if self.starred:
            made["no leading axis"] = self._random(rng, usual, ())
            made["3 leading axes"] = self._random(rng, usual, (2, 1, 3))
        floats = [name for name, one in self.inputs.items() if one.kind == "float"]
        if large := [name for name in floats if name != self.cotangent]:
            inputs = self._random(rng, usual, (2,))
            made["numbers around 1000"] = inputs | {name: 1000 * inputs[name] for name in large}
        if self.cotangent in floats:
            inputs = self._random(rng, usual, (2,))
            inputs[self.cotangent] = 1e-4 * inputs[self.cotangent]
            made["gradients around 1e-4"] = inputs
        for name, one in self.inputs.items():
            inputs = self._random(rng, usual, (2,))
            if one.none:
                made[f"{name} is None"] = inputs | {name: None}
            if one.kind == "int" and one.axes:
                made[f"{name} all the same"] = inputs | {name: np.full_like(inputs[name], 0)}
            if one.kind == "bool" and one.axes:
                made[f"{name} all False"] = inputs | {name: np.zeros_like(inputs[name])}
                made[f"{name} all True"] = inputs | {name: np.ones_like(inputs[name])}
        return [
            Probe(words, inputs, self.edge and words not in _CORE) for words, inputs in made.items()
        ]

    def _random(
        self,
        rng: np.random.Generator,
        sizes: Mapping[str, int],
        leading: tuple[int, ...],
        turn: int = 0,
    ) -> Inputs:
        """Inputs of these sizes; choices in turn."""

        def fill(kind: str, shape: tuple[int, ...], below: int) -> Array:
            if kind == "float":
                return rng.normal(size=shape)
            return rng.integers(0, below, shape) if kind == "int" else rng.random(shape) < 0.5

        inputs: Inputs = {}
        for name, one in self.inputs.items():
            if one.kind == "choice":
                inputs[name] = one.choices[turn % len(one.choices)]
                continue
            below = size(one.below, sizes) if one.below else 0
            array = np.asarray(fill(one.kind, _shape(one, sizes, leading), below))
            inputs[name] = array if one.axes is not None else array.item()
        return inputs

    # --- readable inputs -------------------------------------------------------------------------

    def strategy(self) -> "SearchStrategy[Inputs]":
        """Small whole numbers, sizes from 1: they shrink to zeros and ones."""
        from hypothesis import strategies as st

        return st.composite(self._draw)()

    def _draw(self, draw: "DrawFn") -> Inputs:
        from hypothesis import strategies as st

        side = st.integers(1, _LARGEST_SIDE)
        sizes = {letter: draw(side) for letter in self.letters}
        leading = tuple(draw(st.lists(side, max_size=2))) if self.starred else ()
        return {name: draw(_readable(one, sizes, leading)) for name, one in self.inputs.items()}


def _readable(
    one: Declared, sizes: Mapping[str, int], leading: tuple[int, ...]
) -> "SearchStrategy[Any]":
    from hypothesis import strategies as st
    from hypothesis.extra import numpy as hnp

    if one.kind == "choice":
        return st.sampled_from(one.choices)
    dtype: Any = np.float64
    elements: SearchStrategy[Any] = st.integers(-3, 3).map(float)
    if one.kind == "int":
        dtype, elements = np.int64, st.integers(0, size(one.below, sizes) - 1)
    elif one.kind == "bool":
        dtype, elements = np.bool_, st.booleans()
    if one.axes is None:
        drawn: SearchStrategy[Any] = elements
    else:
        shape = _shape(one, sizes, leading)
        drawn = hnp.arrays(dtype, shape, elements=elements, fill=st.just(dtype(0)))
    return st.one_of(drawn, st.none()) if one.none else drawn


def _shape(one: Declared, sizes: Mapping[str, int], leading: tuple[int, ...]) -> tuple[int, ...]:
    shape: list[int] = []
    for axis in one.axes or ():
        shape += leading if axis == "*" else (size(axis, sizes),)
    return tuple(shape)

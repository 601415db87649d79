"""English phrases and the Python expressions they mean.

Ambiguity is avoided by construction: every phrase is a prefix with a fixed number of parts ("the
sum of A and B"), or has its parts between fixed words ("the remainder when A is divided by
three"). There is no infix "A times B", so "the sum of a and b times c" cannot be said. A phrase
of two parts has a simple first part, so that each "and" is near the word it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass

NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "twenty": 20, "one hundred": 100,
}  # fmt: skip
VARIABLES = ("x", "y", "z", "a", "b", "n")
LISTS = ("values", "prices", "scores")


@dataclass(frozen=True)
class Form:
    """A way to make a phrase: {0} and {1} are its parts, {k} is a number, {v} a list.

    `kind` is what it gives: "number", "test" or "list". All parts are numbers.
    """

    english: str
    python: str
    kind: str

    @property
    def n_parts(self) -> int:
        """How many parts: 0, 1 or 2."""
        return sum(f"{{{part}}}" in self.english for part in range(2))


@dataclass(frozen=True)
class Meaning:
    """A phrase, its expression, and the pairs (form, variable directly in that form) in it."""

    english: str
    python: str
    combined: frozenset[tuple[str, str]] = frozenset()


FORMS = (
    Form("{k} more than {0}", "({0}) + {k}", "number"),
    Form("{k} less than {0}", "({0}) - {k}", "number"),
    Form("twice {0}", "2 * ({0})", "number"),
    Form("{k} times {0}", "{k} * ({0})", "number"),
    Form("half of {0}", "({0}) / 2", "number"),
    Form("a third of {0}", "({0}) / 3", "number"),
    Form("the square of {0}", "({0}) ** 2", "number"),
    Form("the cube of {0}", "({0}) ** 3", "number"),
    Form("the opposite of {0}", "-({0})", "number"),
    Form("the absolute value of {0}", "abs({0})", "number"),
    Form("the remainder when {0} is divided by {k}", "({0}) % {k}", "number"),
    Form("the sum of {0} and {1}", "({0}) + ({1})", "number"),
    Form("the difference between {0} and {1}", "({0}) - ({1})", "number"),
    Form("the product of {0} and {1}", "({0}) * ({1})", "number"),
    Form("the quotient of {0} and {1}", "({0}) / ({1})", "number"),
    Form("the larger of {0} and {1}", "max({0}, {1})", "number"),
    Form("the smaller of {0} and {1}", "min({0}, {1})", "number"),
    Form("the sum of all {v}", "sum({v})", "number"),
    Form("the largest of all {v}", "max({v})", "number"),
    Form("the smallest of all {v}", "min({v})", "number"),
    Form("the number of {v}", "len({v})", "number"),
    Form("the first of all {v}", "{v}[0]", "number"),
    Form("the last of all {v}", "{v}[-1]", "number"),
    Form("whether {0} is greater than {1}", "({0}) > ({1})", "test"),
    Form("whether {0} is less than {1}", "({0}) < ({1})", "test"),
    Form("whether {0} is at least {1}", "({0}) >= ({1})", "test"),
    Form("whether {0} is at most {1}", "({0}) <= ({1})", "test"),
    Form("whether {0} equals {1}", "({0}) == ({1})", "test"),
    Form("whether {0} differs from {1}", "({0}) != ({1})", "test"),
    Form("whether {0} is divisible by {k}", "({0}) % {k} == 0", "test"),
    Form("whether {0} is even", "({0}) % 2 == 0", "test"),
    Form("whether {0} is odd", "({0}) % 2 == 1", "test"),
    Form("the {v} in order", "sorted({v})", "list"),
    Form("the {v} greater than {k}", "[e for e in {v} if e > {k}]", "list"),
    Form("the squares of all {v}", "[e ** 2 for e in {v}]", "list"),
    Form("{k} times each of the {v}", "[{k} * e for e in {v}]", "list"),
)

# A test inside another phrase: {0} is a number, {c} a test without its "whether".
CONDITIONAL = Form("if {c} then {0} else {1}", "({0}) if ({c}) else ({1})", "number")
BOTH = Form("whether {c} and {d}", "({c}) and ({d})", "test")
EITHER = Form("whether {c} or {d}", "({c}) or ({d})", "test")

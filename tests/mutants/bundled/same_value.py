"""Mistakes in judging by value."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "2 and 2.0 alike": ("if type(first) is not type(second):", "if False:"),
    "one assignment only": ("range(200)", "range(1)"),
    "no empty list": ("numbers[15 : 15 + line % 5]", "numbers[15 : 16 + line % 4]"),
    "length not bounded": ("if len(text) > MAX_LENGTH:", "if False:"),
    "size not bounded": ("len(nodes) > MAX_NODES or", ""),
    "loops not bounded": (" or loops > MAX_COMPREHENSIONS", ""),
    "values not bounded": ("abs(value) > MAX_VALUE", "False"),
    "keywords allowed": (", keywords=[])", ")"),
    "floats exactly": (
        "math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-12)",
        "first == second",
    ),
    "all failures alike": ("return type(failure)", "return ArithmeticError"),
    "unlisted equals unlisted": (
        "    except _NotListedError:\n        return False",
        "    except _NotListedError:\n        return True",
    ),
    "and is or": ("isinstance(op, ast.And)", "isinstance(op, ast.Or)"),
    "both sides of if": ("body if _evaluate(test, variables) else orelse", "body"),
    "tests of a loop ignored": ("if all(_evaluate(test, these) for test in loop.ifs)", ""),
    "greater or equal": ("ast.Gt: operator.gt", "ast.Gt: operator.ge"),
    "whole division": ("ast.Div: operator.truediv", "ast.Div: operator.floordiv"),
}

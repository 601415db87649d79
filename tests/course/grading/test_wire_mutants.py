"""The tests of the wire see mistakes in its checks."""

import pytest

from tests.mutants.mutate import assert_real_passes, assert_seen

SUBCLASSES = "if isinstance(value, ndarray):\n            return {"
MUTANTS = [
    ("no magic word", "if magic != MAGIC:", "if False:"),
    ("no limit of the header", "n_header > LONGEST_HEADER or ", ""),
    ("no limit of the body", " or n_body > largest_body", ""),
    ("recursion is not caught", "(ValueError, RecursionError)", "ValueError"),
    ("any header", "if type(header) is not dict:", "if False:"),
    ("any dtype", "type(name) is not str or name not in DTYPES", "False"),
    ("no limit of axes", " or len(shape) > LONGEST_SHAPE", ""),
    ("sizes of any type", "type(size) is int and ", ""),
    ("body may be long", "if at != len(body):", "if False:"),
    ("any booleans", 'if name == "bool" and part.strip(b"\\0\\1"):', "if False:"),
    ("not writable", 'array.astype(kind.newbyteorder("="))', "array"),
    ("arrays from the end", "0 <= content < len(arrays)", "content < len(arrays)"),
    ("any integers", "kind is int and -(2**63) <= tree < 2**63", "kind is int"),
    ("long words come", "kind is str and len(tree) <= LONGEST_WORD", "kind is str"),
    ("long words go", "if len(value) > LONGEST_WORD:", "if False:"),
    ("large integers go", "if not -(2**63) <= value < 2**63:", "if False:"),
    (
        "deep values go",
        "DEEPEST:\n            raise ValueError",
        "99:\n            raise ValueError",
    ),
    ("deep values come", "DEEPEST:\n        raise WireError", "99:\n        raise WireError"),
    ("floats rounded", "value.hex()", "float(f'{value:.15g}').hex()"),
    ("subclasses go", "if kind is ndarray:\n            return {", SUBCLASSES),
    ("scalars of many", 'if tag == "scalar" and array.shape:', "if False:"),
    ("byte order kept", "array.astype(DTYPES[name], copy=False).tobytes()", "array.tobytes()"),
    ("tuples as lists", "return tuple(_value(", "return list(_value("),
    ("wrong floats", "except (ValueError, OverflowError)", "except ValueError"),
]


def test_the_real_wire_passes() -> None:
    assert_real_passes("wire", "course.grading")


@pytest.mark.parametrize(("mistake", "old", "new"), MUTANTS, ids=[name for name, *_ in MUTANTS])
def test_each_mistake_is_seen(mistake: str, old: str, new: str) -> None:
    assert_seen("wire", mistake, (old, new), "course.grading")

"""What `tinytf.ops` offers."""

from pathlib import Path

import tinytf.ops
from tests.ops.strategies import CALLS


def test_every_pair_is_exported_and_nothing_is_untested() -> None:
    exported = {name.removesuffix("_forward") for name in tinytf.ops.__all__ if "_fo" in name}
    assert exported == set(CALLS)
    for pair in CALLS:
        forward = getattr(tinytf.ops, f"{pair}_forward")
        backward = getattr(tinytf.ops, f"{pair}_backward")
        assert forward.__module__ == backward.__module__


def test_every_file_of_ops_has_its_tests() -> None:
    here = Path(__file__).parent
    for path in Path(str(tinytf.ops.__file__)).parent.glob("[a-z]*.py"):
        assert (here / f"test_{path.name}").exists(), f"expected tests/ops/test_{path.name}"

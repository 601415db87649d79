"""The check that every measure makes on its two inputs. Bottom of `tinytf.metrics`."""

from collections.abc import Sized


def check_lengths(gold: Sized, predicted: Sized, what: str) -> None:
    """Raise ValueError unless there are equally many of both, and at least one."""
    if len(gold) != len(predicted):
        raise ValueError(
            f"predicted: expected as many {what} as gold, {len(gold)}, got {len(predicted)}"
        )
    if not len(gold):
        raise ValueError(f"gold: expected at least one of the {what}, got none")

"""What the known mistakes of both blocks share: residual connections undone in a wrong way.

Each is a function that takes the place of `residual_backward` in a block's source.
"""

from tinytf.course.exercise import Mistake

RESIDUAL = "residual_backward("

# Called like residual_backward; `parts` is what the sub-layer's own backward returned.
_WRONG = """
def {name}(dy: Any, norm: Any, sublayer_backward: Any, norm_position: str, cache: Any) -> Any:
    norm_cache, sublayer_cache, _ = cache
    dsummed = norm.backward(dy, norm_cache) if norm_position == "post" else dy
    parts = sublayer_backward(dsummed, sublayer_cache)
    dinner, *rest = parts if isinstance(parts, tuple) else (parts,)
{body}
    return (dx, *rest) if rest else dx
"""

_NO_SKIP = _WRONG.format(
    name="no_skip",
    body='    dx = norm.backward(dinner, norm_cache) if norm_position == "pre" else dinner',
)
_NO_NORM = _WRONG.format(name="no_norm", body="    dx = dsummed + dinner")
_SKIP_THROUGH_NORM = _WRONG.format(
    name="skip_through_norm",
    body="    dx = dsummed + dinner\n"
    '    dx = norm.backward(dx, norm_cache) if norm_position == "pre" else dx',
)


def everywhere(targets: tuple[str, ...]) -> tuple[Mistake, ...]:
    """Mistakes in all residual connections of a block.

    Args:
        targets: what stands in front of each call of `residual_backward`, such as "dresid_mid = ".
    """
    replaced = {
        name: (
            *((f"{target}{RESIDUAL}", f"{target}{name}(") for target in targets),
            ("from typing import Any\n", f"from typing import Any\n{source}"),
        )
        for name, source in (
            ("no_skip", _NO_SKIP),
            ("no_norm", _NO_NORM),
            ("skip_through_norm", _SKIP_THROUGH_NORM),
        )
    }
    return (
        Mistake(
            "skip paths lost",
            "only what came back through the sub-layers goes on; the skip paths are lost",
            "x was added to the sub-layer's output, so its gradient is a sum of two",
            replaced["no_skip"],
        ),
        Mistake(
            "norms skipped",
            "with pre-norm, what comes back through a sub-layer does not go through its norm",
            "with post-norm nothing is wrong",
            replaced["no_norm"],
        ),
        Mistake(
            "skip paths through the norms",
            "with pre-norm, the skip path goes through the norm, too: it must go past it",
            "with post-norm nothing is wrong",
            replaced["skip_through_norm"],
        ),
    )


def lost_around(sublayer: str, target: str) -> Mistake:
    """The skip path around one sub-layer is lost."""
    return Mistake(
        f"skip path around {sublayer} lost",
        f"the skip path around {sublayer} is lost: only what came back through it goes on",
        "x was added to the sub-layer's output, so its gradient is a sum of two",
        (
            (f"{target}{RESIDUAL}", f"{target}no_skip("),
            ("from typing import Any\n", f"from typing import Any\n{_NO_SKIP}"),
        ),
    )


def positions() -> tuple[Mistake, ...]:
    """The norm's position taken for granted."""
    old = "norm_position = self.config.norm_position"
    return (
        Mistake(
            "always pre-norm",
            "the backward takes every block for pre-norm",
            "with pre-norm nothing is wrong",
            ((old, 'norm_position = "pre"'),),
        ),
        Mistake(
            "always post-norm",
            "the backward takes every block for post-norm",
            "with post-norm nothing is wrong",
            ((old, 'norm_position = "post"'),),
        ),
    )

"""Known mistakes in the exercise "embedding"."""

from tinytf.course.exercise import Mistake

_SUM = "np.add.reduceat(drows, starts, axis=0)"
_Y = "return weight[ids], (ids"
_PADDING = "if padding_idx is not None:"
_RETURN = "    return dweight\n"

MISTAKES = (
    Mistake(
        "only the last of duplicate ids",
        "of an id that stands in several places only the last counts: with an array of ids, "
        "`dweight[ids] += dy` does not add up duplicates (nor does `=`); use np.add.at",
        "rows of ids that occur once are right; for the others yours is dy at their last place",
        ((_SUM, "drows[np.r_[starts[1:], len(drows)] - 1]"),),
    ),
    Mistake(
        "only the first of duplicate ids",
        "of an id that stands in several places only the first counts; their gradients add up",
        "rows of ids that occur once are right; for the others yours is dy at their first place",
        ((_SUM, "drows[starts]"),),
    ),
    Mistake(
        "duplicate ids averaged",
        "the gradients of an id that stands in several places are averaged; they add up",
        "yours times the number of places of an id is the correct row",
        ((_SUM, f"{_SUM} / np.diff(np.r_[starts, len(drows)])[:, None]"),),
    ),
    Mistake(
        "divided by the number of ids",
        "dweight is divided by the number of ids; it is a plain sum",
        "yours times the number of ids is the correct one",
        ((_RETURN, "    return dweight / ids.size\n"),),
    ),
    Mistake(
        "gradient of row id - 1",
        "the gradients land one row too early: ids count from 0, as rows do",
        "your dweight is the correct one, moved up by one row",
        ((_RETURN, "    return np.roll(dweight, -1, axis=0)\n"),),
    ),
    Mistake(
        "only rows that occur",
        "dweight has rows only for ids that occur; it must have the table's own shape, with 0 in "
        "the other rows",
        "your dweight has as many rows as there are different ids",
        ((_RETURN, "    return dweight[np.unique(ids)]\n"),),
    ),
    Mistake(
        "number of look-ups for their gradients",
        "dweight counts how often each id stood; it must add up dy of these places",
        "your dweight is the same whatever dy is",
        ((_SUM, "np.diff(np.r_[starts, len(drows)])[:, None]"),),
    ),
    Mistake(
        "padding row gets gradient",
        "the row of padding_idx gets a gradient; it must stay 0",
        "your dweight is right but for the row of padding_idx",
        (("dweight[padding_idx] = 0", "pass"),),
    ),
    Mistake(
        "padding 0 not seen",
        "`if padding_idx:` is false for padding_idx = 0, too; ask whether it is None",
        "with padding_idx = 2 yours is right, with 0 the row of padding has a gradient",
        ((_PADDING, "if padding_idx:"),),
    ),
    Mistake(
        "row 0 always padding",
        "row 0 never gets a gradient, as if it were always padding; only padding_idx says so",
        "your dweight is 0 in row 0",
        ((_RETURN, "    dweight[0] = 0\n    return dweight\n"),),
    ),
    Mistake(
        "padding looks like zeros",
        "y is 0 where the id is padding_idx; it is the table's row as for any other id, only the "
        "gradient is special",
        "your y is 0 where the id is padding_idx",
        ((_Y, "return weight[ids] * (ids != padding_idx)[..., None], (ids"),),
    ),
    Mistake(
        "looks up id - 1",
        "y holds the row before the one that is asked for: ids count from 0, as rows do",
        "your y is weight[ids - 1]",
        ((_Y, "return weight[ids.astype(int) - 1], (ids"),),
    ),
    Mistake(
        "scaled by the root of D",
        "y is scaled by sqrt(D), as in Vaswani et al. 2017; here the look-up only copies rows",
        "y / yours is 1 / sqrt(D) everywhere",
        ((_Y, "return weight[ids] * weight.shape[1] ** 0.5, (ids"),),
    ),
)

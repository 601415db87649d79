"""Known mistakes in the backward of cross-entropy."""

from tinytf.course.exercise import Mistake

_DPER_TOKEN = "np.where(real, dloss / max(int(real.sum()), 1), 0)"
_DCOUNT = "max(int(real.sum()), 1), 0)"
_PROBS = "probs = np.exp(log_probs)  # (..., V)"
_SPREAD = "dlogits: Array = probs - label_smoothing / vocab_size if label_smoothing else probs"
_PUT = "np.put_along_axis(dlogits, targets[..., None], picked - (1 - label_smoothing), axis=-1)"
_ZEROS = "dlogits = np.zeros_like(probs)"
_SCALED = "dlogits *= dper_token[..., None]"
_CLEARED = "dlogits[~real] = 0"
_ROWS = "in each row dlogits must sum to 0"

BACKWARD = (
    Mistake(
        "not divided",
        "dlogits is not divided by the number of targets that are not ignored: it belongs to a "
        "sum, not to a mean",
        "yours / correct is that number",
        ((_DPER_TOKEN, "np.where(real, dloss, 0)"),),
    ),
    Mistake(
        "divided by ignored targets too",
        "dlogits is divided by the number of all targets, ignored ones among them",
        "your dlogits is right where no target is ignored",
        ((_DCOUNT, "real.size, 0)"),),
    ),
    Mistake(
        "divided by axis 0 only",
        "dlogits is divided by the size of axis 0, not by the number of targets",
        "your dlogits is right for logits of 2 axes without ignored targets",
        ((_DCOUNT, "(len(real) if real.ndim else 1), 0)"),),
    ),
    Mistake(
        "divided by the classes too",
        "dlogits is divided by V once too often",
        "correct / yours is V, the number of classes",
        ((_DCOUNT, "(max(int(real.sum()), 1) * vocab_size), 0)"),),
    ),
    Mistake(
        "divided by the real targets of each sequence",
        "each sequence is divided by its own number of targets, not by that of all of them",
        "the loss is one mean over all targets",
        (
            (
                _DCOUNT,
                "(np.maximum(real.sum(axis=-1, keepdims=True), 1) if real.ndim else 1), 0)",
            ),
        ),
    ),
    Mistake(
        "dloss not used",
        "dloss is not used: dlogits is the same for each dloss",
        "dlogits must double when dloss doubles",
        ((_DPER_TOKEN, "np.where(real, 1.0 / max(int(real.sum()), 1), 0)"),),
    ),
    Mistake(
        "sign flipped",
        "the sign of dlogits is flipped",
        "yours / correct is -1 on all entries",
        ((_DPER_TOKEN, "np.where(real, -dloss / max(int(real.sum()), 1), 0)"),),
    ),
    Mistake(
        "1 of the target forgotten",
        "nothing is subtracted at the target: dlogits is made of the probabilities alone",
        f"at the target dlogits must be 0 or less (for dloss > 0); {_ROWS}",
        ((_PUT, "np.put_along_axis(dlogits, targets[..., None], picked, axis=-1)"),),
    ),
    Mistake(
        "1 taken off every class",
        "1 is subtracted from every class, not from the target alone",
        _ROWS,
        ((_PUT, "dlogits = dlogits - (1 - label_smoothing)"),),
    ),
    Mistake(
        "1 added at the target",
        "1 is added at the target, where it must be subtracted",
        _ROWS,
        ((_PUT, _PUT.replace("picked - (", "picked + (")),),
    ),
    Mistake(
        "1 taken off class 0",
        "1 is subtracted from class 0 of each row, not from the row's own target",
        _ROWS,
        (
            (
                _PUT,
                "dlogits[..., 0] -= 1 - label_smoothing",
            ),
        ),
    ),
    Mistake(
        "every row at every target",
        "p[:, targets] -= 1 subtracts 1 from the columns of all targets in every row; each row has "
        "one target of its own, p[rows, targets]",
        _ROWS,
        ((_PUT, "dlogits[..., np.unique(targets[real])] -= 1 - label_smoothing"),),
    ),
    Mistake(
        "every row at every target, class 0 for ignored ones",
        "p[:, targets] -= 1 subtracts 1 from the columns of all targets in every row; each row has "
        "one target of its own, p[rows, targets]",
        _ROWS,
        ((_PUT, "dlogits[..., np.unique(targets)] -= 1 - label_smoothing"),),
    ),
    Mistake(
        "log-probabilities in the place of probabilities",
        "dlogits is made of the logarithms of the probabilities, not of the probabilities",
        _ROWS,
        ((_PROBS, "probs = log_probs.copy()"),),
    ),
    Mistake(
        "logits in the place of probabilities",
        "dlogits is made of the logits, not of the probabilities",
        _ROWS,
        (
            ("return loss, (log_probs,", "return loss, (logits,"),
            (_PROBS, "probs = log_probs.copy()"),
        ),
    ),
    Mistake(
        "exponentials in the place of probabilities",
        "dlogits is made of exp(logits), which are not divided by their sum",
        _ROWS,
        (("return loss, (log_probs,", "return loss, (logits,"),),
    ),
    Mistake(
        "through the softmax twice",
        "p - 1 at the target is the gradient of logits already; yours was sent through the softmax "
        "once more",
        "your rows sum to 0 all the same",
        (
            (
                _SCALED,
                f"{_SCALED}\n    dlogits = p * (dlogits - np.vecdot(dlogits, p)[..., None])",
            ),
            (_PROBS, f"{_PROBS}\n    p = probs.copy()"),
        ),
    ),
    Mistake(
        "gradient of the probabilities",
        "dlogits is -1/p at the target: the gradient of the probabilities, not yet of the logits",
        _ROWS,
        (
            (
                _PUT,
                f"{_ZEROS}\n    np.put_along_axis(dlogits, targets[..., None], -1 / picked, -1)",
            ),
        ),
    ),
    Mistake(
        "gradient of the log-probabilities",
        "dlogits is -1 at the target and 0 elsewhere: the gradient of the log-probabilities, not "
        "yet of the logits",
        _ROWS,
        (
            (
                _PUT,
                f"{_ZEROS}\n    np.put_along_axis(dlogits, targets[..., None], -1.0, axis=-1)",
            ),
        ),
    ),
    Mistake(
        "only the target's entry",
        "dlogits is p - 1 at the target and 0 elsewhere: the other classes have a gradient, too",
        _ROWS,
        (
            (
                _PUT,
                f"{_ZEROS}\n    np.put_along_axis(dlogits, targets[..., None], picked - 1, -1)",
            ),
        ),
    ),
    Mistake(
        "gradient for ignored rows",
        "rows of ignored targets get a gradient, as if they were class 0",
        "rows of ignored targets must be 0",
        (
            (_DPER_TOKEN, "np.full(real.shape, dloss / max(int(real.sum()), 1))"),
            (_CLEARED, "dlogits[~real] += 0"),
        ),
    ),
    Mistake(
        "probabilities left in ignored rows",
        "rows of ignored targets keep their probabilities: only the 1 at the target was left out",
        "rows of ignored targets must be 0",
        (
            (_DPER_TOKEN, "np.full(real.shape, dloss / max(int(real.sum()), 1))"),
            (_CLEARED, "dlogits[~real] = probs_[~real] * (dloss / max(int(real.sum()), 1))"),
            (_PROBS, f"{_PROBS}\n    probs_ = probs.copy()"),
        ),
    ),
    Mistake(
        "NaN of ignored rows",
        "rows of ignored targets are multiplied by 0 instead of being set to 0, and 0 * NaN is NaN",
        "your dlogits is right where the logits of ignored targets are numbers",
        ((_CLEARED, "dlogits[~real] *= 0"),),
    ),
    Mistake(
        "0 / 0 without real targets in the backward",
        "where every target is ignored, dlogits is divided by 0",
        "without real targets dlogits must be 0, not NaN",
        (
            (_DPER_TOKEN, "real * (dloss / np.float64(real.sum()))"),
            (_CLEARED, "dlogits[~real] *= 1"),
        ),
    ),
    Mistake(
        "smoothing forgotten in the backward",
        "label_smoothing is not used in the backward",
        "your dlogits is right without smoothing",
        ((_PROBS, f"{_PROBS}\n    label_smoothing = 0.0"),),
    ),
    Mistake(
        "target keeps the full 1",
        "1 is subtracted at the target, where it must be 1 - label_smoothing",
        _ROWS,
        ((_PUT, "np.put_along_axis(dlogits, targets[..., None], picked - 1, axis=-1)"),),
    ),
    Mistake(
        "target kept out of the smoothed share in the backward",
        "1 - label_smoothing is subtracted at the target, without its part of the smoothed share",
        _ROWS,
        ((_PUT, _PUT.replace("(1 -", "(1 - label_smoothing / vocab_size -")),),
    ),
    Mistake(
        "smoothed share spread over the other classes",
        "the smoothed share is spread over the V - 1 other classes, not over all V",
        "at the target, 1 - label_smoothing + label_smoothing / V must be subtracted",
        (
            (
                _SPREAD,
                "other = label_smoothing / max(vocab_size - 1, 1)\n    dlogits = probs - other",
            ),
            (_PUT, _PUT.replace("picked - (1 -", "picked + other - (1 -")),
        ),
    ),
    Mistake(
        "smoothed share not subtracted",
        "the smoothed share is not subtracted from every class",
        _ROWS,
        ((_SPREAD, "dlogits: Array = probs"),),
    ),
    Mistake(
        "smoothed share not divided by V",
        "the smoothed share is not divided among the classes: each gets all of it",
        _ROWS,
        ((_SPREAD, "dlogits: Array = probs - label_smoothing"),),
    ),
    Mistake(
        "smoothed share divided by V - 1",
        "the smoothed share is divided by V - 1, and taken from all V classes",
        _ROWS,
        ((_SPREAD, "dlogits: Array = probs - label_smoothing / max(vocab_size - 1, 1)"),),
    ),
    Mistake(
        "smoothed share added",
        "the smoothed share is added to every class, where it must be subtracted",
        _ROWS,
        ((_SPREAD, "dlogits: Array = probs + label_smoothing / vocab_size"),),
    ),
)

"""Known mistakes in cross-entropy: those of the forward, and all together."""

from tinytf.course.exercise import Mistake
from tinytf.course.mistakes.cross_entropy_backward import BACKWARD

_LOG_PROBS = "log_probs, _ = log_softmax_forward(logits)  # (..., V)"
_COUNT = "/ max(n_real, 1))"
_PLAIN = "        per_token = -picked\n"
_SMOOTH = "per_token = -(1 - label_smoothing) * picked - label_smoothing * uniform"
_UNIFORM = "uniform = log_probs.sum(axis=-1) / vocab_size"
_MASKED = "np.where(real, per_token, 0).sum()"

FORWARD = (
    Mistake(
        "summed, not averaged",
        "the loss is the sum over the targets, not their mean",
        "yours / correct is the number of targets that are not ignored",
        ((_COUNT, "/ 1)"),),
    ),
    Mistake(
        "averaged over ignored targets too",
        "the sum is divided by the number of all targets, ignored ones among them",
        "your loss is right where no target is ignored",
        ((_COUNT, "/ max(real.size, 1))"),),
    ),
    Mistake(
        "averaged over axis 0 only",
        "the sum is divided by the size of axis 0, not by the number of targets",
        "your loss is right for logits of 2 axes without ignored targets",
        ((_COUNT, "/ (len(real) if real.ndim else 1))"),),
    ),
    Mistake(
        "averaged over the classes too",
        "the mean runs over the classes, too: the loss is divided by V once too often",
        "correct / yours is V, the number of classes",
        ((_COUNT, "/ max(n_real, 1) / vocab_size)"),),
    ),
    Mistake(
        "ignored targets used as indices",
        "ignored targets are used as indices: nothing is done about ignore_index",
        "your loss is right where no target is ignored",
        (("real = targets != ignore_index", "real = np.ones(targets.shape, bool)"),),
    ),
    Mistake(
        "ignored rows counted",
        "ignored targets are counted as if they were class 0",
        "your loss is right where no target is ignored",
        ((_MASKED, "per_token.sum()"),),
    ),
    Mistake(
        "ignored rows counted and averaged",
        "ignored targets take part in the mean as if they were class 0",
        "your loss is right where no target is ignored",
        ((_MASKED, "per_token.sum()"), (_COUNT, "/ max(real.size, 1))")),
    ),
    Mistake(
        "NaN of ignored rows in the loss",
        "ignored targets are multiplied by 0 instead of being left out, and 0 * NaN is NaN",
        "your loss is right where the logits of ignored targets are numbers",
        ((_MASKED, "(real * per_token).sum()"),),
    ),
    Mistake(
        "0 / 0 without real targets",
        "where every target is ignored, 0 is divided by 0",
        "a mean over nothing has to be 0 here, not NaN",
        ((_COUNT, "/ np.float64(n_real))"),),
    ),
    Mistake(
        "-100 whatever ignore_index",
        "the option ignore_index is not used: -100 is always the ignored one, and nothing else",
        "your loss is right with the default",
        (("real = targets != ignore_index", "real = targets != -100"),),
    ),
    Mistake(
        "sign forgotten",
        "the minus sign is missing: the loss is the mean of log(p), which is below 0",
        "yours / correct is -1",
        ((_MASKED, "np.where(real, -per_token, 0).sum()"),),
    ),
    Mistake(
        "bits, not nats",
        "the logarithm is one to the base 2, not the natural one",
        "yours / correct is 1.442695, which is 1 / log(2)",
        ((_MASKED, f"{_MASKED} / np.log(2)"),),
    ),
    Mistake(
        "probability, not its logarithm",
        "the loss has the probability of the target, not its logarithm",
        "where the target is nearly impossible, the loss must be large",
        ((_PLAIN, "        per_token = -np.exp(picked)\n"),),
    ),
    Mistake(
        "one minus the probability",
        "the loss is 1 - p of the target, not -log(p)",
        "where the target is nearly impossible, the loss must be far above 1",
        ((_PLAIN, "        per_token = 1 - np.exp(picked)\n"),),
    ),
    Mistake(
        "no softmax",
        "the logits are taken as logarithms of probabilities: there is no softmax",
        "the loss does not change when one number is added to a row of logits, yours does",
        ((_LOG_PROBS, "log_probs = logits.copy()"),),
    ),
    Mistake(
        "logarithm of the logits",
        "the logarithm of the logits is taken, without a softmax",
        "logits may be below 0, where no logarithm exists",
        ((_LOG_PROBS, "log_probs = np.log(logits)"),),
    ),
    Mistake(
        "no logarithm of the sum",
        "the logarithm of the sum of the exponentials is missing: only the maximum is subtracted",
        "the loss of the likeliest class is 0 in yours",
        ((_LOG_PROBS, "log_probs = logits - logits.max(axis=-1, keepdims=True)"),),
    ),
    Mistake(
        "no shift",
        "the maximum is not subtracted before exp, so exp overflows from 710 on",
        "exp(1000) is inf; exp(-1000) is 0, and its logarithm -inf",
        ((_LOG_PROBS, "log_probs = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))"),),
    ),
    Mistake(
        "logarithm of a softmax",
        "the softmax is formed first and its logarithm taken then: a probability that underflows "
        "to 0 becomes -inf",
        "a target that lies 1000 below the largest logit must cost 1000",
        ((_LOG_PROBS, "log_probs = np.log(np.exp(log_softmax_forward(logits)[0]))"),),
    ),
    Mistake(
        "logarithm of a softmax, no shift",
        "the softmax is formed first, without subtracting the maximum, and its logarithm taken "
        "then: exp overflows from 710 on, and small probabilities become log(0)",
        "a target that lies 1000 below the largest logit must cost 1000",
        (
            (
                _LOG_PROBS,
                "log_probs = np.log(np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True))",
            ),
        ),
    ),
    Mistake(
        "one maximum for all rows",
        "one maximum is subtracted from all rows, not each row's own",
        "in a row whose logits lie 1000 below that maximum every exp is 0",
        (
            (
                _LOG_PROBS,
                "log_probs = logits - logits.max()\n"
                "    log_probs = log_probs - np.log(np.exp(log_probs).sum(axis=-1, keepdims=True))",
            ),
        ),
    ),
    Mistake(
        "softmax over axis 0",
        "the softmax runs over axis 0, not over the classes, which are the last axis",
        "your loss is right for logits of 1 axis",
        ((_LOG_PROBS, "log_probs, _ = log_softmax_forward(logits, axis=0)"),),
    ),
    Mistake(
        "softmax over everything",
        "the softmax runs over all logits together, not over the classes of each row",
        "your loss is right for a single row",
        (
            (
                _LOG_PROBS,
                "log_probs = logits - logits.max()\n"
                "    log_probs = log_probs - np.log(np.exp(log_probs).sum())",
            ),
        ),
    ),
    Mistake(
        "all classes",
        "the losses of all classes are added up, not that of the target alone",
        "the loss must depend on the targets",
        ((_PLAIN, "        per_token = -log_probs.sum(axis=-1)\n"),),
    ),
    Mistake(
        "smoothing forgotten",
        "the option label_smoothing is not used",
        "your loss is right without smoothing",
        (("    if label_smoothing:\n", "    label_smoothing = 0.0\n    if label_smoothing:\n"),),
    ),
    Mistake(
        "smoothing forgotten in the loss",
        "the option label_smoothing is not used in the loss",
        "your loss is right without smoothing",
        (("    if label_smoothing:\n", "    if False:\n"),),
    ),
    Mistake(
        "smoothing on top of the full target",
        "the smoothed share is added to a target that still counts in full: the shares must sum to "
        "1",
        "your loss is right without smoothing",
        ((_SMOOTH, "per_token = -picked - label_smoothing * uniform"),),
    ),
    Mistake(
        "smoothing not divided by V",
        "the smoothed share is not divided among the classes: each gets all of it",
        "the shares of a row must sum to 1",
        ((_UNIFORM, "uniform = log_probs.sum(axis=-1)"),),
    ),
    Mistake(
        "smoothing spread over the other classes",
        "the smoothed share is spread over the V - 1 other classes, not over all V",
        "the target keeps 1 - label_smoothing + label_smoothing / V",
        ((_UNIFORM, "uniform = (log_probs.sum(axis=-1) - picked) / max(vocab_size - 1, 1)"),),
    ),
    Mistake(
        "smoothing divided by V - 1",
        "the smoothed share is divided by V - 1, and given to all V classes",
        "the shares of a row must sum to 1",
        ((_UNIFORM, "uniform = log_probs.sum(axis=-1) / max(vocab_size - 1, 1)"),),
    ),
    Mistake(
        "target kept out of the smoothed share",
        "the target gets 1 - label_smoothing only: its part of the smoothed share is missing",
        "the shares of a row must sum to 1",
        ((_UNIFORM, "uniform = (log_probs.sum(axis=-1) - picked) / vocab_size"),),
    ),
    Mistake(
        "smoothing the other way round",
        "label_smoothing and 1 - label_smoothing are swapped",
        "with label_smoothing = 0.5 nobody would notice",
        ((_SMOOTH, "per_token = -label_smoothing * picked - (1 - label_smoothing) * uniform"),),
    ),
    *(
        Mistake(
            f"{small} inside the logarithm",
            f"{small} is added inside the logarithm: that hides a probability that underflows to 0",
            "a target that lies 1000 below the largest logit must cost 1000",
            (
                (
                    _LOG_PROBS,
                    f"log_probs = np.log(np.exp(log_softmax_forward(logits)[0]) + {small})",
                ),
            ),
        )
        for small in ("1e-15", "1e-12", "1e-10", "1e-9", "1e-8")
    ),
)

MISTAKES = (*FORWARD, *BACKWARD)

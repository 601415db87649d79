"""Known mistakes in a training loop."""

from tinytf.course.exercise import Mistake

_SHIFTED = "ids, targets = tokens[:, :-1], tokens[:, 1:]"
_ZERO = "optimizer.zero_grad()"
_DLOGITS = "cross_entropy_backward(1.0, loss_cache)"
_BACKWARD = "model.backward(dlogits, cache)"
_RISE = "rise = min(1.0, (i + 1) / (warmup_steps + 1))"
_STEP = "optimizer.step(learning_rate * rise)"
_KEPT = "losses.append(float(loss))"
_MEAN = "the loss is a mean over the tokens already, and its own gradient is 1"
_NO_WARMUP = "without a warm-up nothing is wrong"

BATCHES = (
    Mistake(
        "targets not shifted",
        "the targets are the tokens that the model has just read: it learns to copy",
        "at each position the target must be the token one further on",
        ((_SHIFTED, "ids, targets = tokens[:, :-1], tokens[:, :-1]"),),
    ),
    Mistake(
        "shifted the wrong way",
        "the targets are the tokens before those that are read, not after them",
        "at each position the target must be the token one further on",
        ((_SHIFTED, "ids, targets = tokens[:, 1:], tokens[:, :-1]"),),
    ),
    Mistake(
        "the last tokens copied",
        "ids and targets are both the last T tokens: the model learns to copy",
        "at each position the target must be the token one further on",
        ((_SHIFTED, "ids, targets = tokens[:, 1:], tokens[:, 1:]"),),
    ),
    Mistake(
        "only the first batch",
        "every step uses the first batch",
        "the first loss is right, the others are those of the first batch",
        ((_SHIFTED, f"tokens = batches[0]\n        {_SHIFTED}"),),
    ),
    Mistake(
        "only the first row",
        "only the first row of each batch is used",
        "your loss does not depend on the other rows",
        ((_SHIFTED, f"tokens = tokens[:1]\n        {_SHIFTED}"),),
    ),
    Mistake(
        "batches from the last to the first",
        "the batches are used in reversed order",
        "your first loss is that of the last batch",
        (("enumerate(batches)", "enumerate(batches[::-1])"),),
    ),
)

GRADIENTS = (
    Mistake(
        "gradients not zeroed",
        "the gradients are not set to 0, so those of all steps before count again",
        "the first step is right",
        ((_ZERO, "pass"),),
    ),
    Mistake(
        "no step changes anything",
        "no step changes the parameters: either the optimiser takes none, or the gradients are set "
        "to 0 between backward and step",
        "the parameters are those at the start, and the losses those of an untrained model",
        ((_ZERO, "pass"), (_BACKWARD, f"{_BACKWARD}\n        {_ZERO}")),
    ),
    Mistake(
        "ascent",
        "the steps go along the gradient, not against it: the loss rises",
        "the first step is the right one with the sign flipped",
        ((_DLOGITS, f"-{_DLOGITS}"),),
    ),
    Mistake(
        "loss as its own gradient",
        "the loss is passed where its gradient belongs, so every step is scaled by the loss",
        _MEAN,
        ((_DLOGITS, _DLOGITS.replace("1.0", "loss")),),
    ),
    Mistake(
        "gradient divided by the batch",
        "the gradient is divided by the number of rows",
        _MEAN,
        ((_DLOGITS, _DLOGITS.replace("1.0", "1.0 / len(ids)")),),
    ),
    Mistake(
        "gradient divided by the tokens",
        "the gradient is divided by the number of tokens once more",
        _MEAN,
        ((_DLOGITS, _DLOGITS.replace("1.0", "1.0 / ids.size")),),
    ),
    Mistake(
        "gradient divided by the length",
        "the gradient is divided by the number of positions in a row",
        _MEAN,
        ((_DLOGITS, _DLOGITS.replace("1.0", "1.0 / ids.shape[1]")),),
    ),
    Mistake(
        "gradient of the summed loss",
        "the gradient is that of the sum over the tokens, not of their mean",
        _MEAN,
        ((_DLOGITS, _DLOGITS.replace("1.0", "float(ids.size)")),),
    ),
    Mistake(
        "gradient divided by the number of batches",
        "the gradient is divided by the number of batches; every batch has a step of its own",
        "with a single batch nothing is wrong",
        ((_DLOGITS, _DLOGITS.replace("1.0", "1.0 / len(batches)")),),
    ),
    Mistake(
        "logits as their own gradient",
        "the probabilities' loss has no backward: the logits are passed as their own gradient",
        "your steps do not depend on the targets",
        ((_DLOGITS, "logits"),),
    ),
    Mistake(
        "two steps for each batch",
        "each batch gets two steps with the same gradient",
        "the first loss is right",
        ((_STEP, f"{_STEP}\n        {_STEP}"),),
    ),
)

RATES_AND_LOSSES = (
    Mistake(
        "no warm-up",
        "the learning rate does not rise: it is the highest one from the first step on",
        _NO_WARMUP,
        ((_RISE, "rise = 1.0"),),
    ),
    Mistake(
        "warm-up from 0",
        "the warm-up counts the steps from 0, so the first step has the learning rate 0",
        "the first step changes nothing",
        ((_RISE, "rise = min(1.0, i / (warmup_steps + 1))"),),
    ),
    Mistake(
        "warm-up one step short",
        "the warm-up reaches the highest learning rate one step too early",
        _NO_WARMUP,
        ((_RISE, "rise = min(1.0, (i + 1) / max(1, warmup_steps))"),),
    ),
    Mistake(
        "learning rate keeps rising",
        "the learning rate goes on rising after the warm-up",
        "during the warm-up nothing is wrong",
        ((_RISE, "rise = (i + 1) / (warmup_steps + 1)"),),
    ),
    Mistake(
        "learning rate falls",
        "the learning rate falls in the warm-up, it must rise",
        _NO_WARMUP,
        ((_RISE, "rise = 1 / (min(i, warmup_steps) + 1)"),),
    ),
    Mistake(
        "loss after the step",
        "the losses are those after the step; each must be the loss before it",
        "your first loss is lower than that of the untrained model",
        (
            (
                _KEPT,
                "losses.append(float(cross_entropy_forward(model.forward(ids)[0], targets)[0]))",
            ),
        ),
    ),
    Mistake(
        "losses summed over the tokens",
        "the losses are sums over the tokens of a batch, not means",
        "the parameters are right",
        ((_KEPT, "losses.append(float(loss) * targets.size)"),),
    ),
    Mistake(
        "losses divided by the rows",
        "the losses are divided by the number of rows; they are means already",
        "the parameters are right",
        ((_KEPT, "losses.append(float(loss) / len(ids))"),),
    ),
    Mistake(
        "running mean of the losses",
        "each loss is the mean of all losses so far, not of its own batch",
        "the first loss is right, and so are the parameters",
        ((_KEPT, "losses.append((sum(losses[-1:]) * i + float(loss)) / (i + 1))"),),
    ),
    Mistake(
        "only the last loss",
        "only the last batch's loss is returned",
        "the parameters are right",
        ((_KEPT, "losses = [float(loss)]"),),
    ),
)

MISTAKES: tuple[Mistake, ...] = (*BATCHES, *GRADIENTS, *RATES_AND_LOSSES)

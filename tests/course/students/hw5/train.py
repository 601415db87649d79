"""hw5, train: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import wrong
from tests.course.variants import Variant

TRAIN = """
def train(model, optimizer, batches, learning_rate, warmup_steps=0):
    history = []
    for n, batch in enumerate(batches, 1):
        x = batch[:, :-1]
        y = batch[:, 1:]
        out, kept = model.forward(x)
        loss, loss_kept = cross_entropy_forward(out, y)
        optimizer.zero_grad()
        model.backward(cross_entropy_backward(1.0, loss_kept), kept)
        rate = learning_rate
        if n <= warmup_steps:
            rate = learning_rate * n / (warmup_steps + 1)
        optimizer.step(rate)
        history.append(loss.item())
    return history
"""

# the loss's gradient by hand: (softmax - one-hot) / number of tokens
TRAIN_BY_HAND = """
import numpy as np

def train(model, optimizer, batches, learning_rate, warmup_steps=0):
    losses = []
    step = 0
    optimizer.zero_grad()
    while step < len(batches):
        tokens = np.array(batches[step])
        logits, cache = model.forward(tokens[:, :-1])
        targets = tokens[:, 1:]
        p = np.exp(logits - logits.max(axis=-1, keepdims=True))
        p /= p.sum(axis=-1, keepdims=True)
        hit = np.eye(logits.shape[-1])[targets]
        losses.append(float(-np.log((p * hit).sum(axis=-1)).mean()))
        model.backward((p - hit) / targets.size, cache)
        step += 1
        optimizer.step(learning_rate * min(step, warmup_steps + 1) / (warmup_steps + 1))
        optimizer.zero_grad()
    return losses
"""

RIGHT: tuple[Variant, ...] = (
    Variant("train", "steps counted from 1", code=TRAIN),
    Variant("train", "the loss by hand", code=TRAIN_BY_HAND),
)

WRONG = wrong(
    (
        "train",
        "copies",
        TRAIN,
        (("y = batch[:, 1:]", "y = batch[:, :-1]"),),
        "targets not shifted",
    ),
    (
        "train",
        "backwards",
        TRAIN,
        (("x = batch[:, :-1]", "x = batch[:, 1:]"), ("y = batch[:, 1:]", "y = batch[:, :-1]")),
        "shifted the wrong way",
    ),
    (
        "train",
        "no zero_grad",
        TRAIN,
        (("        optimizer.zero_grad()\n", ""),),
        "gradients not zeroed",
    ),
    (
        "train",
        "zero once",
        TRAIN_BY_HAND,
        (("        optimizer.zero_grad()\n    return", "    return"),),
        "gradients not zeroed",
    ),
    (
        "train",
        "zero too late",
        TRAIN,
        (
            ("        optimizer.zero_grad()\n", ""),
            (
                "        rate = learning_rate\n",
                "        optimizer.zero_grad()\n        rate = learning_rate\n",
            ),
        ),
        "no step changes anything",
    ),
    (
        "train",
        "no step",
        TRAIN,
        (("        optimizer.step(rate)\n", ""),),
        "no step changes anything",
    ),
    ("train", "uphill", TRAIN, (("optimizer.step(rate)", "optimizer.step(-rate)"),), "ascent"),
    ("train", "hit - p", TRAIN_BY_HAND, (("(p - hit)", "(hit - p)"),), "ascent"),
    (
        "train",
        "dloss = loss",
        TRAIN,
        (("cross_entropy_backward(1.0,", "cross_entropy_backward(loss,"),),
        "loss as its own gradient",
    ),
    (
        "train",
        "/ rows",
        TRAIN,
        (("cross_entropy_backward(1.0,", "cross_entropy_backward(1 / len(x),"),),
        "gradient divided by the batch",
    ),
    (
        "train",
        "sum",
        TRAIN_BY_HAND,
        (("(p - hit) / targets.size", "p - hit"),),
        "gradient of the summed loss",
    ),
    ("train", "/ rows only", TRAIN_BY_HAND, (("/ targets.size", "/ len(tokens)"),), None),
    (
        "train",
        "first batch",
        TRAIN_BY_HAND,
        (("batches[step]", "batches[0]"),),
        "only the first batch",
    ),
    (
        "train",
        "no warm-up",
        TRAIN,
        (
            (
                "        if n <= warmup_steps:\n            rate = learning_rate * n / "
                "(warmup_steps + 1)\n",
                "",
            ),
        ),
        "no warm-up",
    ),
    (
        "train",
        "n - 1",
        TRAIN,
        (
            (
                "n <= warmup_steps:\n            rate = learning_rate * n ",
                "n <= warmup_steps + 1:\n            rate = learning_rate * (n - 1) ",
            ),
        ),
        "warm-up from 0",
    ),
    (
        "train",
        "/ warmup",
        TRAIN,
        (("* n / (warmup_steps + 1)", "* n / warmup_steps"),),
        "warm-up one step short",
    ),
    (
        "train",
        "sums of losses",
        TRAIN,
        (("loss.item()", "loss.item() * y.size"),),
        "losses summed over the tokens",
    ),
    (
        "train",
        "last loss",
        TRAIN,
        (("return history", "return history[-1:]"),),
        "only the last loss",
    ),
)

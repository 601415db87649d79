"""Known mistakes in SGD with momentum and weight decay."""

from tinytf.course.exercise import Mistake

_DIRECTION = "direction = grad + decay * value if decay else grad"
_KEPT = "velocity *= self.momentum"
_ADDED = "velocity += direction"
_STEP = "value -= learning_rate * direction"
_PLAIN = "without momentum nothing is wrong"
_NO_DECAY = "without weight decay nothing is wrong"

MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "uphill",
        "the step goes along the gradient, not against it: the loss rises",
        "your first step is the right one with the sign flipped",
        ((_STEP, "value += learning_rate * direction"),),
    ),
    Mistake(
        "no learning rate",
        "the step is not multiplied by the learning rate",
        "your first step is too large by the factor 1 / learning_rate",
        ((_STEP, "value -= direction"),),
    ),
    Mistake(
        "learning rate divides",
        "the step is divided by the learning rate, not multiplied",
        "your first step is too large by the factor 1 / learning_rate^2",
        ((_STEP, "value -= direction / learning_rate"),),
    ),
    Mistake(
        "no momentum",
        "momentum has no effect",
        f"the first step is right; {_PLAIN}",
        (("if self.momentum:", "if False:"),),
    ),
    Mistake(
        "momentum averages",
        "the velocity is a running mean, with the gradient times 1 - momentum",
        f"your first step is too small by the factor 1 - momentum; {_PLAIN}",
        ((_ADDED, "velocity += (1 - self.momentum) * direction"),),
    ),
    Mistake(
        "momentum on the gradient's side",
        "momentum multiplies the gradient, not the velocity that was there",
        f"your first step is too small by the factor momentum; {_PLAIN}",
        ((_KEPT, "velocity *= 1.0"), (_ADDED, "velocity += self.momentum * direction")),
    ),
    Mistake(
        "velocity never fades",
        "the velocity is not multiplied by momentum: all gradients count fully for ever",
        f"the first step is right; {_PLAIN}",
        ((_KEPT, "velocity *= 1.0"),),
    ),
    Mistake(
        "Nesterov",
        "this is Nesterov's momentum: the gradient plus momentum times the velocity",
        f"your first step is too large by the factor 1 + momentum; {_PLAIN}",
        (("direction = velocity\n", "direction = direction + self.momentum * velocity\n"),),
    ),
    Mistake(
        "one step late",
        "the step uses the velocity from before the gradient was added to it",
        f"your first step is 0; {_PLAIN}",
        (
            (_KEPT, "before = velocity * self.momentum\n            velocity *= self.momentum"),
            ("direction = velocity\n", "direction = before\n"),
        ),
    ),
    Mistake(
        "gradient enters the velocity with a minus",
        "the gradient is subtracted from the velocity, and the velocity from the value: uphill",
        f"your first step is the right one with the sign flipped; {_PLAIN}",
        ((_ADDED, "velocity -= direction"),),
    ),
    Mistake(
        "no weight decay",
        "weight decay has no effect",
        _NO_DECAY,
        ((_DIRECTION, "direction = grad"),),
    ),
    Mistake(
        "decay on biases",
        "biases are decayed, too: use the argument decay, which is 0 for them",
        f"the matrix is right, the bias is not; {_NO_DECAY}",
        ((_DIRECTION, "direction = grad + self.weight_decay * value"),),
    ),
    Mistake(
        "decay outside the velocity",
        "the decay shrinks the value directly; here it is part of what the velocity adds up",
        f"the first step is right; {_PLAIN}, and {_NO_DECAY}",
        ((_DIRECTION, "direction = grad\n        value *= 1 - learning_rate * decay"),),
    ),
    Mistake(
        "decay pushes away from 0",
        "the decay is subtracted from the gradient, so it makes the weights grow",
        _NO_DECAY,
        ((_DIRECTION, "direction = grad - decay * value"),),
    ),
    Mistake(
        "decay by the sign",
        "the decay adds the sign of the value, not the value: that is L1, not weight decay",
        _NO_DECAY,
        ((_DIRECTION, "direction = grad + decay * np.sign(value)"),),
    ),
    Mistake(
        "decay times the learning rate twice",
        "the decay has the learning rate twice: once in the gradient, once in the step",
        _NO_DECAY,
        ((_DIRECTION, "direction = grad + learning_rate * decay * value"),),
    ),
    Mistake(
        "decay twice as strong",
        "the decay has a factor 2, as the gradient of decay times value^2",
        _NO_DECAY,
        ((_DIRECTION, "direction = grad + 2 * decay * value"),),
    ),
)

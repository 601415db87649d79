"""Known mistakes in Adam and AdamW."""

from tinytf.course.exercise import Mistake

_FIRST = "first += (1 - beta1) * grad"
_SECOND = "second += (1 - beta2) * (grad * grad)"
_CORRECTION1 = "correction1 = 1 - beta1**self.n_steps"
_CORRECTION2 = "correction2 = 1 - beta2**self.n_steps"
_ROOT = "np.sqrt(second) * (1 / correction2**0.5) + self.eps"
_DECAY = "value *= 1 - learning_rate * decay"
_STEP = "value -= (learning_rate / correction1) * first / root"
_STARTS = "the moments start at 0, so the first steps need it most"
_NO_DECAY = "without weight decay nothing is wrong"
_ONE = "the first step must be close to learning_rate in every number, whatever the gradient"

MOMENTS = (
    Mistake(
        "no bias correction",
        "neither moment is divided by 1 - beta^t",
        _STARTS,
        ((_CORRECTION1, "correction1 = 1.0"), (_CORRECTION2, "correction2 = 1.0")),
    ),
    Mistake(
        "no bias correction of the first moment",
        "the first moment is not divided by 1 - beta1^t",
        f"your first step is too small by the factor 1 - beta1; {_STARTS}",
        ((_CORRECTION1, "correction1 = 1.0"),),
    ),
    Mistake(
        "no bias correction of the second moment",
        "the second moment is not divided by 1 - beta2^t",
        f"your first step is too large by nearly 1 / sqrt(1 - beta2); {_STARTS}",
        ((_CORRECTION2, "correction2 = 1.0"),),
    ),
    Mistake(
        "bias corrected one step late",
        "the bias correction uses the number of the next step, t + 1",
        "n_steps is 1 at the first step already",
        (
            (_CORRECTION1, "correction1 = 1 - beta1 ** (self.n_steps + 1)"),
            (_CORRECTION2, "correction2 = 1 - beta2 ** (self.n_steps + 1)"),
        ),
    ),
    Mistake(
        "bias correction without the power",
        "the bias correction divides by 1 - beta at every step, not by 1 - beta^t",
        "the first step is right",
        ((_CORRECTION1, "correction1 = 1 - beta1"), (_CORRECTION2, "correction2 = 1 - beta2")),
    ),
    Mistake(
        "bias correction multiplies",
        "the moments are multiplied by 1 - beta^t, not divided",
        _STARTS,
        (
            (_CORRECTION1, "correction1 = 1 / (1 - beta1**self.n_steps)"),
            (_CORRECTION2, "correction2 = 1 / (1 - beta2**self.n_steps)"),
        ),
    ),
    Mistake(
        "betas exchanged",
        "beta1 and beta2 are exchanged",
        "with equal betas nothing is wrong",
        (("beta1, beta2 = self.betas", "beta2, beta1 = self.betas"),),
    ),
    Mistake(
        "second moment without the square",
        "the second moment averages the gradient's absolute value, not its square",
        _ONE,
        ((_SECOND, "second += (1 - beta2) * np.abs(grad)"),),
    ),
    Mistake(
        "second moment of the first moment",
        "the second moment averages the square of the first moment, not of the gradient",
        _ONE,
        ((_SECOND, "second += (1 - beta2) * (first * first)"),),
    ),
    Mistake(
        "first moment without 1 - beta1",
        "the gradient enters the first moment without the factor 1 - beta1",
        "your first step is too large by the factor 1 / (1 - beta1)",
        ((_FIRST, "first += grad"),),
    ),
    Mistake(
        "second moment without 1 - beta2",
        "the square enters the second moment without the factor 1 - beta2",
        _ONE,
        ((_SECOND, "second += grad * grad"),),
    ),
    Mistake(
        "first moment not kept",
        "the first moment is forgotten at each step",
        "the first step is right",
        (("first *= beta1", "first *= 0.0"),),
    ),
    Mistake(
        "second moment not kept",
        "the second moment is forgotten at each step",
        "the first step is right",
        (("second *= beta2", "second *= 0.0"),),
    ),
    Mistake(
        "first moment does not fade",
        "the first moment is not multiplied by beta1",
        "the first step is right",
        (("first *= beta1", "first *= 1.0"),),
    ),
    Mistake(
        "second moment does not fade",
        "the second moment is not multiplied by beta2",
        "the first step is right",
        (("second *= beta2", "second *= 1.0"),),
    ),
)

STEP = (
    Mistake(
        "uphill",
        "the step goes along the gradient, not against it: the loss rises",
        "your first step is the right one with the sign flipped",
        ((_STEP, _STEP.replace("-=", "+=")),),
    ),
    Mistake(
        "no learning rate",
        "the step is not multiplied by the learning rate",
        "your first step is too large by the factor 1 / learning_rate",
        ((_STEP, _STEP.replace("learning_rate", "1.0")),),
    ),
    Mistake(
        "gradient in the place of the first moment",
        "the step uses the gradient itself, not its running mean: that is RMSProp",
        "the first step is right",
        ((_STEP, "value -= learning_rate * grad / root"),),
    ),
    Mistake(
        "no root",
        "the step is divided by the second moment, not by its root",
        _ONE,
        ((_ROOT, "second / correction2 + self.eps"),),
    ),
    Mistake(
        "eps inside the root",
        "eps is added under the root, not to the root",
        "with eps 0 nothing is wrong",
        ((_ROOT, "np.sqrt(second / correction2 + self.eps)"),),
    ),
    Mistake(
        "eps before the bias correction",
        "eps is added before the root is corrected, so the correction scales it, too",
        "with eps 0 nothing is wrong",
        ((_ROOT, "(np.sqrt(second) + self.eps) / correction2**0.5"),),
    ),
    Mistake(
        "no eps",
        "eps is not added to the root",
        "where the gradient is 0, yours is 0 / 0, NaN",
        ((_ROOT, "np.sqrt(second) * (1 / correction2**0.5)"),),
    ),
    Mistake(
        "correction of the second moment outside the root",
        "the root is divided by 1 - beta2^t, not by the root of it",
        "your first step is too small by nearly sqrt(1 - beta2)",
        ((_ROOT, "np.sqrt(second) / correction2 + self.eps"),),
    ),
)

DECAY = (
    Mistake(
        "no weight decay",
        "weight decay has no effect",
        _NO_DECAY,
        ((_DECAY, "pass"),),
    ),
    Mistake(
        "decay on biases",
        "biases are decayed, too: use the argument decay, which is 0 for them",
        f"the matrix is right, the bias is not; {_NO_DECAY}",
        (
            ("if decay:", "if self.weight_decay:"),
            (_DECAY, _DECAY.replace("decay", "self.weight_decay")),
        ),
    ),
    Mistake(
        "decay through Adam's scaling",
        "the decay is added to the gradient (L2), so it is scaled by the moments; here it shrinks "
        "the value directly",
        _NO_DECAY,
        (
            (_DECAY, "pass"),
            ("first *= beta1", "grad = grad + decay * value\n        first *= beta1"),
        ),
    ),
    Mistake(
        "decay without the learning rate",
        "the decay is not multiplied by the learning rate",
        _NO_DECAY,
        ((_DECAY, "value *= 1 - decay"),),
    ),
    Mistake(
        "decay after the step",
        "the value is decayed after the step, so the step is shrunk, too",
        f"you decay the step along with the value; {_NO_DECAY}",
        ((_DECAY, "pass"), (_STEP, f"{_STEP}\n        {_DECAY}")),
    ),
    Mistake(
        "decay pushes away from 0",
        "the decay makes the weights grow, not shrink",
        _NO_DECAY,
        ((_DECAY, "value *= 1 + learning_rate * decay"),),
    ),
)

MISTAKES: tuple[Mistake, ...] = (*MOMENTS, *STEP, *DECAY)

"""hw5, adam: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import wrong
from tests.course.variants import Variant

ADAM = """
def _update(self, tile, learning_rate, decay):
    w, g = self.flat.value[tile], self.flat.grad[tile]
    m, v = self.state["first_moment"][tile], self.state["second_moment"][tile]
    b1, b2 = self.betas
    m[:] = b1 * m + (1 - b1) * g
    v[:] = b2 * v + (1 - b2) * g**2
    mhat = m / (1 - b1**self.n_steps)
    vhat = v / (1 - b2**self.n_steps)
    w -= learning_rate * decay * w
    w -= learning_rate * mhat / (np.sqrt(vhat) + self.eps)

Adam._update = _update
"""

ADAM_OTHER = """
def _update(self, tile, learning_rate, decay):
    t = self.n_steps
    beta1, beta2 = self.betas
    grad = self.flat.grad[tile]
    first = self.state["first_moment"][tile]
    first = first + (1 - beta1) * (grad - first)
    second = beta2 * self.state["second_moment"][tile] + (1 - beta2) * np.square(grad)
    self.state["first_moment"][tile] = first
    self.state["second_moment"][tile] = second
    rate = learning_rate / (1 - beta1**t)
    step = rate * first / (np.sqrt(second / (1 - beta2**t)) + self.eps)
    self.flat.value[tile] = (1 - learning_rate * decay) * self.flat.value[tile] - step

Adam._update = _update
"""

RIGHT: tuple[Variant, ...] = (
    Variant("adam", "as in the paper", code=ADAM),
    Variant("adam", "moments moved by differences", code=ADAM_OTHER),
)

WRONG = wrong(
    (
        "adam",
        "no correction",
        ADAM,
        (("m / (1 - b1**self.n_steps)", "m"), ("v / (1 - b2**self.n_steps)", "v")),
        "no bias correction",
    ),
    (
        "adam",
        "first not corrected",
        ADAM,
        (("m / (1 - b1**self.n_steps)", "m"),),
        "no bias correction of the first moment",
    ),
    (
        "adam",
        "second not corrected",
        ADAM,
        (("v / (1 - b2**self.n_steps)", "v"),),
        "no bias correction of the second moment",
    ),
    (
        "adam",
        "t + 1",
        ADAM_OTHER,
        (("t = self.n_steps", "t = self.n_steps + 1"),),
        "bias corrected one step late",
    ),
    (
        "adam",
        "no power",
        ADAM,
        (("b1**self.n_steps", "b1"), ("b2**self.n_steps", "b2")),
        "bias correction without the power",
    ),
    (
        "adam",
        "b2, b1",
        ADAM,
        (("b1, b2 = self.betas", "b2, b1 = self.betas"),),
        "betas exchanged",
    ),
    ("adam", "abs", ADAM, (("g**2", "abs(g)"),), "second moment without the square"),
    (
        "adam",
        "m = g",
        ADAM_OTHER,
        (("second = beta2", "first = (1 - beta1) * grad\n    second = beta2"),),
        "first moment not kept",
    ),
    ("adam", "no 1 - b1", ADAM, (("(1 - b1) * g\n", "g\n"),), "first moment without 1 - beta1"),
    ("adam", "no sqrt", ADAM, (("np.sqrt(vhat)", "vhat"),), "no root"),
    (
        "adam",
        "eps in sqrt",
        ADAM,
        (("(np.sqrt(vhat) + self.eps)", "np.sqrt(vhat + self.eps)"),),
        "eps inside the root",
    ),
    ("adam", "no eps", ADAM, ((" + self.eps", ""),), "no eps"),
    (
        "adam",
        "RMSProp",
        ADAM,
        (("mhat / ", "g / "),),
        "gradient in the place of the first moment",
    ),
    (
        "adam",
        "plus",
        ADAM,
        (("w -= learning_rate * mhat", "w += learning_rate * mhat"),),
        "uphill",
    ),
    (
        "adam",
        "L2",
        ADAM,
        (
            ("    w -= learning_rate * decay * w\n", ""),
            ("    m[:] = b1", "    g = g + decay * w\n    m[:] = b1"),
        ),
        "decay through Adam's scaling",
    ),
    (
        "adam",
        "decay on all",
        ADAM,
        (("learning_rate * decay * w", "learning_rate * self.weight_decay * w"),),
        "decay on biases",
    ),
    (
        "adam",
        "no decay",
        ADAM,
        (("    w -= learning_rate * decay * w\n", ""),),
        "no weight decay",
    ),
    (
        "adam",
        "decay alone",
        ADAM,
        (("w -= learning_rate * decay * w", "w -= decay * w"),),
        "decay without the learning rate",
    ),
    (
        "adam",
        "decay last",
        ADAM_OTHER,
        (
            (
                "(1 - learning_rate * decay) * self.flat.value[tile] - step",
                "(1 - learning_rate * decay) * (self.flat.value[tile] - step)",
            ),
        ),
        "decay after the step",
    ),
)

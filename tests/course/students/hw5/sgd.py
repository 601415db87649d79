"""hw5, sgd: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import wrong
from tests.course.variants import Variant

SGD = """
def _update(self, tile, learning_rate, decay):
    w = self.flat.value[tile]
    g = self.flat.grad[tile] + decay * w
    if self.momentum > 0:
        self.state["velocity"][tile] = self.momentum * self.state["velocity"][tile] + g
        g = self.state["velocity"][tile]
    self.flat.value[tile] = w - learning_rate * g

SGD._update = _update
"""

SGD_IN_PLACE = """
def _update(self, tile, learning_rate, decay):
    value = self.flat.value[tile]
    direction = self.flat.grad[tile].copy()
    direction += decay * value
    if "velocity" in self.state:
        v = self.state["velocity"][tile]
        v[:] = direction + v * self.momentum
        direction = v
    np.subtract(value, learning_rate * direction, out=value)

SGD._update = _update
"""

RIGHT: tuple[Variant, ...] = (
    Variant("sgd", "assigned slices", code=SGD),
    Variant("sgd", "in place", code=SGD_IN_PLACE),
)

WRONG = wrong(
    ("sgd", "plus", SGD, (("w - learning_rate", "w + learning_rate"),), "uphill"),
    ("sgd", "no rate", SGD, (("w - learning_rate * g", "w - g"),), "no learning rate"),
    ("sgd", "no momentum", SGD, (("self.momentum > 0", "False"),), "no momentum"),
    (
        "sgd",
        "ema",
        SGD,
        (("[tile] + g\n", "[tile] + (1 - self.momentum) * g\n"),),
        "momentum averages",
    ),
    (
        "sgd",
        "sum for ever",
        SGD_IN_PLACE,
        (("v * self.momentum", "v"),),
        "velocity never fades",
    ),
    (
        "sgd",
        "Nesterov",
        SGD_IN_PLACE,
        (("direction = v\n", "direction = direction + self.momentum * v\n"),),
        "Nesterov",
    ),
    (
        "sgd",
        "decay everywhere",
        SGD,
        (("+ decay * w", "+ self.weight_decay * w"),),
        "decay on biases",
    ),
    (
        "sgd",
        "decay forgotten",
        SGD_IN_PLACE,
        (("    direction += decay * value\n", ""),),
        "no weight decay",
    ),
    (
        "sgd",
        "decoupled",
        SGD,
        (
            (" + decay * w", ""),
            (
                "= w - learning_rate * g",
                "= w * (1 - learning_rate * decay) - learning_rate * g",
            ),
        ),
        "decay outside the velocity",
    ),
    (
        "sgd",
        "decay minus",
        SGD_IN_PLACE,
        (("direction += decay", "direction -= decay"),),
        "decay pushes away from 0",
    ),
    ("sgd", "2 decay", SGD, (("+ decay * w", "+ 2 * decay * w"),), "decay twice as strong"),
)

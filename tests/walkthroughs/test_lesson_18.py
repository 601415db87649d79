"""Lesson 18: its claims hold when computed another way."""

import numpy as np

from tinytf.ops import cross_entropy_forward

from .golden_text import finished


def test_find_the_bug() -> None:
    variables = finished("18_find_the_bug")[0]
    ids, targets, new_model = variables["ids"], variables["targets"], variables["new_model"]
    # No model can do better than the share of each word among those that follow the same beginning.
    follows = [
        [(targets[same, t] == row[t]).mean() for t, same in enumerate(shared)]
        for row, shared in zip(targets, beginnings(ids), strict=True)
    ]
    assert np.isclose(variables["best"], -np.log(follows).mean())

    def slope_along(student, of):
        """Measured, and what the gradients that a student's backward adds up to promise."""
        rng, model = np.random.default_rng(0), new_model(student)
        variables["forward_and_backward"](model)
        parameters = {name: p for name, p in model.parameters().items() if of in name}
        move = {name: rng.normal(size=p.value.shape) for name, p in parameters.items()}
        promised = sum((p.grad * move[name]).sum() for name, p in parameters.items())
        losses = []
        for step in (1e-5, -2e-5):
            for name, parameter in parameters.items():
                parameter.value += step * move[name]
            losses.append(cross_entropy_forward(model.forward(ids)[0], targets)[0])
        return (losses[0] - losses[1]) / 2e-5, promised

    def right(student, of=""):
        return np.isclose(*slope_along(student, of), rtol=1e-5)

    for student in (0, 3, 4):
        assert right(student)
    assert not right(1)
    assert right(1, "layers.2")
    assert not right(1, "layers.0")
    assert right(2, "layers")
    assert not right(2, "tok")
    # One word changes: which positions notice?
    noticed = {}
    for student in (0, 3):
        model, other = new_model(student), ids[:1].copy()
        other[0, 2] = 4
        difference = model.forward(other)[0] - model.forward(ids[:1])[0]
        noticed[student] = [bool(row.any()) for row in difference[0]]
    assert noticed == {0: [False] * 2 + [True] * 4, 3: [True] * 3 + [False] * 3}
    assert all(error < 1e-9 for error in variables["right"].check().values())


def beginnings(ids: np.ndarray) -> list[list[np.ndarray]]:
    """For each sentence and position: which sentences begin in the same way up to there."""
    return [[(ids[:, : t + 1] == row[: t + 1]).all(axis=1) for t in range(len(row))] for row in ids]

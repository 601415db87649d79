"""Lesson 12: its claims hold when computed another way."""

import numpy as np

from tinytf import DecoderLM
from tinytf.ops import cross_entropy_forward

from .golden_text import finished


def test_one_sgd_step() -> None:
    variables = finished("12_one_sgd_step_by_hand")[0]
    ids, targets, gradients = variables["ids"], variables["targets"], variables["g"]
    # Along the gradient the slope is its squared length, along another direction the dot product.
    rng = np.random.default_rng(0)
    directions = {name: rng.normal(size=gradient.shape) for name, gradient in gradients.items()}
    for along in (gradients, directions):

        def loss(t, along=along):
            model, parameters = variables["new_model"]()
            assert isinstance(model, DecoderLM)
            for name, parameter in parameters.items():
                parameter.value += t * along[name]
            return cross_entropy_forward(model.forward(ids)[0], targets)[0]

        expected = sum((gradients[name] * along[name]).sum() for name in gradients)
        assert np.isclose((loss(1e-5) - loss(-1e-5)) / 2e-5, expected, rtol=1e-6)
    assert variables["text"][:11] == "the cat sat"
    assert np.array_equal(ids.reshape(-1)[1:], targets.reshape(-1)[:-1])
    sgd, sgd_too_large, adam, adam_too_large = variables["curves"]
    assert sgd[0] == adam[0] == variables["loss"]
    assert sgd[-1] < sgd[0] - 1
    assert np.allclose(adam, adam_too_large, atol=1e-4)
    assert abs(sgd - sgd_too_large).max() > 0.5
    assert np.allclose(variables["ratios"], [1, 1 / 4], atol=1e-3)

"""Lesson 8: its claims hold when computed another way."""

import numpy as np

from .golden_text import finished


def test_encoder_block() -> None:
    variables = finished("08_encoder_block")[0]
    ids, mask, dout, real, g = (variables[name] for name in ("ids", "mask", "dout", "real", "g"))
    rng = np.random.default_rng(0)
    direction = {name: rng.normal(size=gradient.shape) for name, gradient in g.items()}

    def loss(t):
        model, parameters = variables["new_encoder"](variables["config"])
        for name, parameter in parameters.items():
            parameter.value += t * direction[name]
        return (dout * real * model.forward(ids, mask)[0]).sum()

    expected = sum((g[name] * direction[name]).sum() for name in g)
    assert np.isclose((loss(1e-6) - loss(-1e-6)) / 2e-6, expected, rtol=1e-6)
    assert real[..., 0].tolist() == [[True] * 5, [True] * 3 + [False] * 2]
    # The short sentence on its own, without padding, comes out the same.
    alone, _ = variables["new_encoder"](variables["config"])[0].forward(ids[1:, :3])
    assert np.allclose(alone[0], variables["resid_post"][1, :3], atol=1e-13)
    assert not variables["pattern"][1, :, :, 3:].any()
    assert not g["tok.weight"][0].any()
    through = variables["through"]
    assert np.array_equal(through["pre"], dout)
    assert not np.allclose(through["post"], dout, atol=0.1)

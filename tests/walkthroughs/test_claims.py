"""The claims of each walkthrough hold when computed another way."""

from __future__ import annotations

import numpy as np

from tinytf import DecoderLM
from tinytf.ops import cross_entropy_forward

from .golden_text import finished


def slope(loss, x: np.ndarray) -> np.ndarray:
    """Central differences: another method than the complex-step of the walkthroughs."""
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = 1e-5
        gradient[index] = (loss(x + step) - loss(x - step)) / 2e-5
    return gradient


def softmax(x: np.ndarray) -> np.ndarray:
    return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)


def test_softmax() -> None:
    variables = finished("01_softmax_and_its_jacobian")[0]
    x, dy, jacobian = variables["x"], variables["dy"], variables["jacobian"]
    assert np.allclose(variables["y"], softmax(x))
    for i in range(4):
        assert np.allclose(jacobian[i], slope(lambda x, i=i: softmax(x)[i], x), atol=1e-9)
    dx = slope(lambda x: dy @ softmax(x), x)
    assert np.allclose(variables["dx"], dx, atol=1e-9)
    assert np.allclose(variables["numeric"], dx, atol=1e-9)
    assert np.allclose(slope(lambda x: softmax(x).sum(), x), 0, atol=1e-9)
    errors = variables["errors"]  # rows: right, three wrong; columns: dy = 1, random dy
    assert (errors[:, 0] < 1e-15).all()
    assert errors[0, 1] < 1e-15 < 0.05 < errors[1:, 1].min()


def test_attention() -> None:
    variables = finished("05_attention_forward_and_backward")[0]
    q, k, v, dz = (variables[name] for name in ("q", "k", "v", "dz"))

    def attend(q, k, v):
        scores = q @ k.T / 3**0.5
        return softmax(np.where(np.tri(4, dtype=bool), scores, -np.inf)) @ v

    assert np.allclose(variables["z"], attend(q, k, v))
    for name, loss, array in (
        ("dq", lambda q: (dz * attend(q, k, v)).sum(), q),
        ("dk", lambda k: (dz * attend(q, k, v)).sum(), k),
        ("dv", lambda v: (dz * attend(q, k, v)).sum(), v),
    ):
        assert np.allclose(variables[name], slope(loss, array), atol=1e-8), name
    below = np.tri(4, dtype=bool)
    below[0] = False
    assert np.array_equal(variables["dscores"] != 0, below)
    assert variables["dpattern"].all()
    assert not variables["dq"][0].any()
    assert variables["z2"].shape == (1, 2, 4, 3)
    assert variables["dq2"].shape == (1, 4, 6)


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


def test_next_token() -> None:
    variables = finished("09_decoder_next_token")[0]
    ids, targets = variables["ids"], variables["targets"]
    assert np.array_equal(ids[0, 1:], targets[0, :-1])
    logits = variables["new_model"]().forward(ids)[0][0]  # (T, V)
    assert np.allclose(
        softmax(logits)[np.arange(6), targets[0]], np.exp(-np.array(variables["losses"]))
    )
    assert np.isclose(np.mean(variables["losses"]), variables["loss"])
    upper = np.tri(6, dtype=bool).T
    assert np.array_equal(variables["causal_moves"] != 0, upper)
    assert np.array_equal(variables["reached"] != 0, upper.T)
    assert variables["leaky_moves"].all()
    chance = np.log(6)
    causal, no_mask = variables["ends"]
    assert np.allclose(causal, chance, atol=0.05)
    assert max(no_mask[:5]) < 0.1
    assert no_mask[5] > chance - 0.05


def test_cross_attention() -> None:
    variables = finished("10_cross_attention")[0]
    w, q, k = variables["w"], variables["q"][0], variables["k"][0]
    v, dout = variables["v"][0], variables["dout"][0]
    assert variables["pattern"].shape == (6, 4)
    assert np.allclose(variables["pattern"], softmax(q @ k.T / 6**0.5))

    def loss(q, k, v):
        z = softmax(q @ k.T / 6**0.5) @ v
        return (dout * (z @ w["out.weight"] + w["out.bias"])).sum()

    through_k = slope(lambda k: loss(q, k, v), k) @ w["k.weight"].T
    through_v = slope(lambda v: loss(q, k, v), v) @ w["v.weight"].T
    assert np.allclose(variables["dmemory_k"][0], through_k, atol=1e-8)
    assert np.allclose(variables["dmemory_v"][0], through_v, atol=1e-8)
    assert np.allclose(variables["dx"][0], slope(lambda q: loss(q, k, v), q) @ w["q.weight"].T)
    shares, measured = variables["shares"], variables["measured"]
    assert np.allclose(shares[0] + shares[1], measured, atol=1e-13)
    assert min(abs(shares[i] - measured).max() for i in (0, 1)) > 0.1
    assert len(variables["wrong"]) == len(variables["encoder_names"]) - 2 == 31
    assert not set(variables["train"]) & set(variables["test"])
    readable, other = variables["maps"]
    assert readable[[1, 2, 3, 4], [1, 4, 2, 3]].min() > 0.9
    assert other[3, 4] > 0.5


def test_bert_masking() -> None:
    variables = finished("11_bert_masking")[0]
    ids, mask_id = variables["many"], variables["MASK"]
    inputs, labels = variables["masked"](ids, np.random.default_rng(0))
    asked = labels != -100
    assert np.array_equal(labels[asked], ids[asked])
    assert np.array_equal(inputs[~asked], ids[~asked])
    words = (ids != variables["CLS"]) & (ids != variables["SEP"])
    assert not asked[~words].any()
    assert abs(asked.sum() / words.sum() - 0.15) < 0.005
    n_words = len(variables["words"])
    assert abs((inputs[asked] == mask_id).mean() - 0.8) < 0.01
    assert abs((inputs[asked] == ids[asked]).mean() - (0.1 + 0.1 / n_words)) < 0.01
    assert not np.isin(inputs[asked], [variables[s] for s in ("PAD", "CLS", "SEP")]).any()
    dlogits, logits = variables["dlogits"][0], variables["caches"][0][0]
    expected = softmax(logits[2]) - np.eye(variables["V"])[variables["number"]["cat"]]
    assert np.allclose(dlogits[2], expected, atol=1e-13)
    assert not np.delete(dlogits, 2, axis=0).any()
    assert np.diag(variables["both_ways"]).min() > 0.9
    assert np.ptp(variables["causal"], axis=0).max() < 1e-12


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


def test_find_the_bug() -> None:
    variables = finished("16_find_the_bug")[0]
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

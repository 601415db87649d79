"""Lesson 11: its claims hold when computed another way."""

import numpy as np

from .golden_text import finished
from .numeric import softmax


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

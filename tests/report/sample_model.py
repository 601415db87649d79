"""The model of the sample report, in plain NumPy: causal attention, then cross-attention, one head
each, with residuals, a head and a loss. Small enough that every number of it can be looked at.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

TOKENS = ["<bos>", "the", "cat", "the"]
TARGETS = ["the", "cat", "sat", "down"]
SOURCE = ["le", "chat", "etait", "assis", "la", "-bas"]
WORDS = [
    *(
        "<bos>",
        "the",
        "cat",
        "sat",
        "down",
        "</script><img src=x onerror=alert(1)>",
        "<!--<script>",
    ),
    *(f"word{n}" for n in range(17)),
]
IDS = [WORDS.index(token) for token in TOKENS]
TARGET_IDS = [WORDS.index(token) for token in TARGETS]
T, S, D, V = len(TOKENS), len(SOURCE), 4, len(WORDS)
SCALE = D**-0.5
LEARNING_RATE = 0.1
SEEN = np.tril(np.ones((T, T), dtype=bool))

PARAMETERS = {
    "W_E": (V, D),
    "W_pos": (T, D),
    **{f"W_{name}": (D, D) for name in ("Q", "K", "V", "O", "CQ", "CK", "CV")},
    "W_U": (D, V),
}


def start(seed: int = 3) -> dict[str, Array]:
    """Random parameters, and the memory (S, D) that the cross-attention looks at."""
    rng = np.random.default_rng(seed)
    drawn = {name: rng.normal(0, 0.6, shape) for name, shape in PARAMETERS.items()}
    drawn["memory"] = rng.normal(0, 1, (S, D))
    return drawn


def softmax(x: Array) -> Array:
    """Of each row; complex numbers pass."""
    e = np.exp(x - x.real.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def forward(p: dict[str, Array], nudge: dict[str, Array] | None = None) -> dict[str, Array]:
    """Every intermediate by name. `nudge` is added to an intermediate as soon as it is made."""
    made: dict[str, Array] = {}

    def keep(name: str, value: Array) -> Array:
        made[name] = value if nudge is None or name not in nudge else value + nudge[name]
        return made[name]

    tok = keep("tok", p["W_E"][IDS])
    x = keep("x", tok + p["W_pos"])
    q, k, v = (keep(name, x @ p[f"W_{name.upper()}"]) for name in "qkv")
    scores = keep("scores", np.where(SEEN, SCALE * (q @ k.T), -np.inf))
    pattern = keep("pattern", softmax(scores))
    z = keep("z", pattern @ v)
    out = keep("out", z @ p["W_O"])
    mid = keep("resid_mid", x + out)
    memory = keep("memory", p["memory"])
    cq = keep("cross.q", mid @ p["W_CQ"])
    ck, cv = keep("cross.k", memory @ p["W_CK"]), keep("cross.v", memory @ p["W_CV"])
    cross_scores = keep("cross.scores", SCALE * (cq @ ck.T))
    cross_pattern = keep("cross.pattern", softmax(cross_scores))
    cross_z = keep("cross.z", cross_pattern @ cv)
    post = keep("resid_post", mid + cross_z)
    logits = keep("logits", post @ p["W_U"])
    log_probs = keep("log_probs", np.log(softmax(logits)))
    per_token = keep("per_token", -log_probs[np.arange(T), TARGET_IDS][:, None])
    keep("loss", per_token.mean().reshape(1, 1))
    return made


def softmax_back(pattern: Array, d: Array) -> Array:
    """The gradient through the softmax of each row."""
    product: Array = pattern * (d - (d * pattern).sum(axis=-1, keepdims=True))
    return product


def backward(p: dict[str, Array], m: dict[str, Array]) -> dict[str, Array]:
    """Every gradient by the name of what it belongs to; "x via q" is what q sends to x."""
    d: dict[str, Array] = {"loss": np.ones((1, 1)), "per_token": np.full((T, 1), 1 / T)}
    d["probs"] = np.exp(m["log_probs"])
    d["logits"] = (d["probs"] - np.eye(V)[TARGET_IDS]) / T
    d["resid_post"] = d["logits"] @ p["W_U"].T
    d["W_U"] = m["resid_post"].T @ d["logits"]
    d["cross.z"] = d["resid_post"]
    d["cross.pattern"] = d["cross.z"] @ m["cross.v"].T
    d["cross.v"] = m["cross.pattern"].T @ d["cross.z"]
    d["cross.scores"] = softmax_back(m["cross.pattern"], d["cross.pattern"])
    d["cross.q"] = SCALE * d["cross.scores"] @ m["cross.k"]
    d["cross.k"] = SCALE * d["cross.scores"].T @ m["cross.q"]
    for name in ("K", "V"):
        sent = d[f"cross.{name.lower()}"]
        d[f"memory via cross.{name.lower()}"] = sent @ p[f"W_C{name}"].T
        d[f"W_C{name}"] = m["memory"].T @ sent
    d["memory"] = d["memory via cross.k"] + d["memory via cross.v"]
    d["resid_mid via cross.q"] = d["cross.q"] @ p["W_CQ"].T
    d["W_CQ"] = m["resid_mid"].T @ d["cross.q"]
    d["resid_mid via the residual"] = d["resid_post"]
    d["resid_mid"] = d["resid_post"] + d["resid_mid via cross.q"]
    d["out"] = d["resid_mid"]
    d["z"], d["W_O"] = d["out"] @ p["W_O"].T, m["z"].T @ d["out"]
    d["pattern"] = d["z"] @ m["v"].T
    d["v"] = m["pattern"].T @ d["z"]
    d["scores"] = softmax_back(m["pattern"], d["pattern"])
    d["q"], d["k"] = SCALE * d["scores"] @ m["k"], SCALE * d["scores"].T @ m["q"]
    d["x via the residual"] = d["resid_mid"]
    d["x"] = d["resid_mid"].copy()
    for name in "qkv":
        d[f"x via {name}"] = d[name] @ p[f"W_{name.upper()}"].T
        d[f"W_{name.upper()}"] = m["x"].T @ d[name]
        d["x"] = d["x"] + d[f"x via {name}"]
    d["tok"], d["W_pos"] = d["x"], d["x"]
    d["W_E"] = np.zeros((V, D))
    np.add.at(d["W_E"], IDS, d["tok"])
    return d


def numeric_errors(
    p: dict[str, Array], m: dict[str, Array], d: dict[str, Array]
) -> dict[str, float]:
    """Largest difference of each gradient from complex-step, relative to its largest entry."""
    errors = {}
    for name in [*m, *PARAMETERS]:
        if name not in d:
            continue
        shape = d[name].shape
        found = complex_step(nudged_loss(p, name), shape)
        errors[name] = float(np.abs(found - d[name]).max() / np.abs(d[name]).max())
    return errors


def nudged_loss(p: dict[str, Array], name: str) -> Callable[[Array], Any]:
    """The loss as a function of what is added to one parameter or intermediate."""
    if name in PARAMETERS:
        return lambda nudge: forward(p | {name: p[name] + nudge})["loss"]
    return lambda nudge: forward(p, {name: nudge})["loss"]


def complex_step(loss: Callable[[Array], Any], shape: tuple[int, ...]) -> Array:
    """d loss / d nudge at 0, entry by entry."""
    found = np.zeros(shape)
    for place in np.ndindex(shape):
        nudge = np.zeros(shape, dtype=complex)
        nudge[place] = 1e-30j
        found[place] = loss(nudge).imag.item() / 1e-30
    return found

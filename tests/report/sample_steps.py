"""The steps of the sample report, in the order in which they happen."""

import numpy as np

from tests.report import sample_model as model
from tests.report.sample_report import WHERE, Writer, total_square
from tests.report.sheet import row, view

SELF, CROSS = WHERE["causal"], WHERE["cross"]
CONSUMERS_OF_X = ["the residual", "q", "k", "v"]
CONSUMERS_OF_MID = ["the residual", "cross.q"]
CONSUMERS_OF_MEMORY = ["cross.k", "cross.v"]
NAMES = {"q": "queries", "k": "keys", "v": "values"}


def write(w: Writer) -> None:
    """All steps, the header, the attention maps and the gradient flow."""
    forward(w)
    loss(w)
    backward_cross(w)
    backward_self(w)
    update(w)
    for kind, prefix, where, layer in (("causal", "", SELF, 0), ("cross", "cross.", CROSS, 1)):
        entry = {"kind": kind, "where": where.split(",")[0], "layer": layer, "head": 0}
        tensors = {"value": f"{prefix}pattern", "grad": f"d {prefix}pattern"}
        w.sheet.attention.append(entry | tensors)


def forward(w: Writer) -> None:
    ids = {"ids": model.IDS}
    lookup = row("tok = W_E[ids]", "lookup", view("tok"), [view("w W_E")], options=ids)
    w.step("forward", "Look up token embeddings", ["tok", "W_E"], [lookup], group="embedding")
    add = row("x = tok + W_pos", "add", view("x"), [view("tok"), view("w W_pos")])
    w.step("forward", "Add positions", ["x", "W_pos"], [add], group="embedding")
    for name in "qkv":
        w.linear(f"Project to {NAMES[name]}", "x", f"W_{name.upper()}", name, group=SELF)
    attend(w, "", SELF)
    w.linear("Output projection", "z", "W_O", "out", group=SELF)
    add = row("resid_mid = x + out", "add", view("resid_mid"), [view("x"), view("out")])
    w.step("forward", "Residual add", ["resid_mid"], [add], group=SELF)
    w.step("forward", "The memory arrives", ["memory"], [], group=CROSS)
    for name, x in (("q", "resid_mid"), ("k", "memory"), ("v", "memory")):
        title = f"Cross-attention {NAMES[name]}"
        w.linear(title, x, f"W_C{name.upper()}", f"cross.{name}", group=CROSS)
    attend(w, "cross.", CROSS)
    operands = [view("resid_mid"), view("cross.z")]
    add = row("resid_post = resid_mid + z", "add", view("resid_post"), operands)
    w.step("forward", "Cross residual add", ["resid_post"], [add], group=CROSS)
    w.linear("Unembed → logits", "resid_post", "W_U", "logits", group="head")


def attend(w: Writer, prefix: str, group: str) -> None:
    q, k, v, scores, pattern, z = (
        f"{prefix}{name}" for name in ("q", "k", "v", "scores", "pattern", "z")
    )
    title = "Cross-attention" if prefix else "Attention"
    product = row(
        "scores = ½ q · kᵀ", "matmul", view(scores), [view(q), view(k, True)], scale=model.SCALE
    )
    w.step("forward", f"{title} scores", [scores], [product], group=group)
    soft = row("pattern = softmax(scores)", "softmax", view(pattern), [view(scores)])
    w.step("forward", f"{title} softmax → pattern", [pattern], [soft], group=group)
    mix = row("z = pattern · v", "matmul", view(z), [view(pattern), view(v)])
    w.step("forward", f"{title}: mix the values", [z], [mix], group=group)


def loss(w: Writer) -> None:
    options = {"targets": model.TARGET_IDS, "smoothing": 0.0}
    rows = [
        row("log_probs = log softmax(logits)", "log_softmax", view("log_probs"), [view("logits")]),
        row(
            "per_token = \N{MINUS SIGN}log_probs[target]",
            "pick_nll",
            view("per_token"),
            [view("log_probs")],
            options=options,
        ),
        row("loss = mean(per_token)", "mean_real", view("loss"), [view("per_token")], options={}),
    ]
    step = w.step("loss", "Cross-entropy loss", ["loss"], rows)
    operands = [view("probs"), view("d per_token")]
    gradient = row(
        "∂logits = (probs \N{MINUS SIGN} target) · ∂per_token",
        "cross_entropy_grad",
        view("d logits"),
        operands,
        options=options,
    )
    fills = ["loss", "logits"]
    back = w.step("backward", "Cross-entropy backward", fills, [gradient], group="head")
    step["twin"], back["twin"] = back["id"], step["id"]
    w.linear_back("Unembed → logits", "resid_post", "W_U", "logits", group="head")


def attend_back(w: Writer, prefix: str, group: str) -> None:
    q, k, v, scores, pattern, z = (
        f"{prefix}{name}" for name in ("q", "k", "v", "scores", "pattern", "z")
    )
    title = "Cross-attention" if prefix else "Attention"
    rows = [
        row("∂pattern = ∂z · vᵀ", "matmul", view(f"d {pattern}"), [view(f"d {z}"), view(v, True)]),
        row("∂v = patternᵀ · ∂z", "matmul", view(f"d {v}"), [view(pattern, True), view(f"d {z}")]),
    ]
    w.step("backward", f"{title}: mix the values backward", [pattern, v], rows, group=group)
    operands = [view(pattern), view(f"d {pattern}")]
    formula = "∂scores = pattern ⊙ (∂pattern \N{MINUS SIGN} rowsum(∂pattern ⊙ pattern))"
    rows = [row(formula, "softmax_grad", view(f"d {scores}"), operands)]
    w.step("backward", f"{title} softmax → pattern backward", [scores], rows, group=group)
    from_q, from_k = [view(f"d {scores}"), view(k)], [view(f"d {scores}", True), view(q)]
    rows = [
        row("∂q = ½ ∂scores · k", "matmul", view(f"d {q}"), from_q, scale=model.SCALE),
        row("∂k = ½ ∂scoresᵀ · q", "matmul", view(f"d {k}"), from_k, scale=model.SCALE),
    ]
    w.step("backward", f"{title} scores backward", [q, k], rows, group=group)


def copy_back(w: Writer, title: str, x: str, source: str, consumers: list[str], to: str) -> None:
    """A residual add passes its gradient on unchanged to both of its inputs."""
    first = row(
        f"∂{x} ⊕= ∂{source}",
        "copy",
        view(f"d {x} via the residual"),
        [view(f"d {source}")],
        options={},
    )
    second = row(f"∂{to} = ∂{source}", "copy", view(f"d {to}"), [view(f"d {source}")], options={})
    fills = [(x, 1, len(consumers)), to]
    group = CROSS if "Cross" in title else SELF
    total = w.sum_of(x, 1, consumers)
    w.step("backward", f"{title} backward", fills, [first, second], group=group, sum=total)


def backward_cross(w: Writer) -> None:
    copy_back(w, "Cross residual add", "resid_mid", "resid_post", CONSUMERS_OF_MID, "cross.z")
    attend_back(w, "cross.", CROSS)
    for name, x, number, consumers in (
        ("q", "resid_mid", 2, CONSUMERS_OF_MID),
        ("k", "memory", 1, CONSUMERS_OF_MEMORY),
        ("v", "memory", 2, CONSUMERS_OF_MEMORY),
    ):
        title = f"Cross-attention {NAMES[name]}"
        part = (number, consumers)
        w.linear_back(title, x, f"W_C{name.upper()}", f"cross.{name}", part, group=CROSS)


def backward_self(w: Writer) -> None:
    copy_back(w, "Residual add", "x", "resid_mid", CONSUMERS_OF_X, "out")
    w.linear_back("Output projection", "z", "W_O", "out", group=SELF)
    attend_back(w, "", SELF)
    for number, name in enumerate("qkv", start=2):
        part = (number, CONSUMERS_OF_X)
        w.linear_back(f"Project to {NAMES[name]}", "x", f"W_{name.upper()}", name, part, group=SELF)
    rows = [
        row("∂tok = ∂x", "copy", view("d tok"), [view("d x")], options={}),
        row("∂W_pos = ∂x", "copy", view("d W_pos"), [view("d x")], options={}),
    ]
    w.step("backward", "Add positions backward", ["tok", "W_pos"], rows, group="embedding")
    options = {"ids": model.IDS}
    scatter = row(
        "∂W_E[v] = Σ ∂tok[i], ids[i] = v",
        "scatter_add",
        view("d W_E"),
        [view("d tok")],
        options=options,
    )
    title = "Look up token embeddings backward"
    w.step("backward", title, ["W_E"], [scatter], group="embedding")


def update(w: Writer) -> None:
    after = {}
    for name in model.PARAMETERS:
        before, gradient = w.p[name], w.d[name]
        after[name] = before - model.LEARNING_RATE * gradient
        labels = {key: w.sheet.tensors[f"w {name}"][key] for key in ("rows", "cols")}
        w.sheet.tensor(f"delta {name}", after[name] - before, "update", title=f"Δ{name}", **labels)
        w.sheet.tensor(f"after {name}", after[name], "parameter", title=f"{name} after", **labels)
        rate = -model.LEARNING_RATE
        delta = row(
            f"Δ{name} = \N{MINUS SIGN}lr ∂{name}",
            "multiply",
            view(f"delta {name}"),
            [view(f"d {name}")],
            scale=rate,
        )
        operands = [view(f"w {name}"), view(f"delta {name}")]
        total = row(f"{name} after = {name} + Δ{name}", "add", view(f"after {name}"), operands)
        w.step("update", f"SGD on {name}", [name], [delta, total])
    loss_after = model.forward(w.p | after)["loss"].item()
    loss_before = w.m["loss"].item()
    gain = model.LEARNING_RATE * total_square([w.d[name] for name in model.PARAMETERS])
    w.sheet.header |= {
        "texts": [
            {"label": "source", "tokens": model.SOURCE},
            {"label": "input", "tokens": model.TOKENS},
            {"label": "target", "tokens": model.TARGETS},
        ],
        "loss_before": loss_before,
        "loss_after": loss_after,
        "loss_predicted": loss_before - gain,
        "notes": ["Everything is shown: nothing is left out."],
    }
    write_flow(w, after)


def write_flow(w: Writer, after: dict[str, np.ndarray]) -> None:
    layers = {"embedding": ["W_E", "W_pos"], "head": ["W_U"]}
    layers |= {"decoder.layers.0": ["W_Q", "W_K", "W_V", "W_O"]}
    layers |= {"decoder.layers.1": ["W_CQ", "W_CK", "W_CV"]}
    for layer, names in layers.items():
        parts = []
        for name in names:
            moved = np.linalg.norm(after[name] - w.p[name]) / np.linalg.norm(w.p[name])
            rms = float(np.sqrt(np.square(w.d[name]).mean()))
            parts.append({"name": name, "grad_rms": rms, "update_ratio": float(moved)})
        w.sheet.flow.append({"layer": layer, "parts": parts})

"""A report with one step for each kind of equation, every number made by NumPy in another way."""

import math
from typing import Any

import numpy as np

from tests.report.sheet import Array, Row, Sheet, row, view

ROWS, COLS = 5, 6


def softmax(x: Array) -> Array:
    """Of each row; a row of -inf alone gives zeros."""
    e = np.exp(x - np.maximum(x.max(axis=-1, keepdims=True), -1e300))
    total = e.sum(axis=-1, keepdims=True)
    result: Array = e / np.where(total == 0, 1, total)
    return result


def cdf(x: Array) -> Array:
    """The normal distribution's."""
    return np.vectorize(lambda one: math.erfc(-one / math.sqrt(2)) / 2)(x)


def density(x: Array) -> Array:
    """The normal distribution's."""
    result: Array = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    return result


def gelu_tanh(x: Array) -> Array:
    """GELU by its "tanh" formula."""
    result: Array = 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return result


def slope(f: Any, x: Array) -> Array:
    """By complex-step."""
    result: Array = f(x + 1e-30j).imag / 1e-30
    return result


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x))."""
    result: Array = 1 / (1 + np.exp(-x))
    return result


class Gallery:
    """Puts equations into a sheet, one a step."""

    def __init__(self) -> None:
        self.sheet = Sheet("Every kind of equation")
        self.rng = np.random.default_rng(11)

    def drawn(self, *shape: int) -> Array:
        """Random numbers, rounded to 32 bits as the page will read them."""
        return self.rng.normal(size=shape).astype(np.float32).astype(np.float64)

    def add(self, kind: str, name: str, out: Array, operands: list[Any], **more: Any) -> Row:
        """An equation out = kind(operands); an operand may be None, as in a norm with no mean."""
        views = [
            None if one is None else self.sheet.tensor(f"{name} {n}", one, title=f"A{n}")
            for n, one in enumerate(operands)
        ]
        masked = more.pop("masked", None)
        shown = self.sheet.tensor(f"{name} out", out, title="out", masked=masked)
        equation = row(f"out = {name}", kind, shown, views, **more)
        self.sheet.step("forward", name, [equation])
        return equation


def gallery(with_large: bool = True) -> dict[str, Any]:
    """The report, with equations too large for numbers in the cells or without."""
    g = Gallery()
    sums(g)
    functions(g)
    losses(g)
    if with_large:
        large(g)
    return g.sheet.report()


def sums(g: Gallery) -> None:
    a, b, wide = g.drawn(ROWS, COLS), g.drawn(ROWS, COLS), g.drawn(COLS, 3)
    bias, column = g.drawn(1, 3), g.drawn(ROWS, 1)
    g.add("matmul", "matmul", a @ wide, [a, wide])
    other = g.drawn(ROWS, 3)
    g.add("matmul", "matmul and the rest", a @ wide + other, [a, wide, other])
    g.add("matmul", "scaled matmul", -0.5 * (a @ wide), [a, wide], scale=-0.5)
    g.add("matmul", "matmul and bias", a @ wide + bias, [a, wide, bias])
    g.add("matmul", "matmul, scale and bias", 2 * (a @ wide) + bias, [a, wide, bias], scale=2.0)
    seen = np.tril(np.ones((ROWS, ROWS), dtype=bool))
    scores = np.where(seen, a @ b.T, -np.inf)
    equation = g.add("matmul", "masked", scores, [a, b], masked=~seen)
    equation["operands"][1] = view("masked 1", transposed=True)
    square = g.drawn(COLS, COLS)
    equation = g.add("matmul", "square, transposed", a @ square.T, [a, square])
    equation["operands"][1] = view("square, transposed 1", transposed=True)
    g.add("add", "add", a + b, [a, b])
    g.add(
        "add",
        "add and broadcast",
        a - column + a[:1],
        [a, column, a[:1]],
        options={"signs": [1, -1, 1]},
    )
    g.add("multiply", "multiply", 3 * a * column * b, [a, column, b], scale=3.0)
    g.add("divide", "divide", a / column, [a, column])
    g.add("sum_rows", "sum_rows", a.sum(axis=0), [a])
    g.add("sum_cols", "sum_cols", a.sum(axis=1)[:, None], [a])
    g.add("mean_cols", "mean_cols", a.mean(axis=1)[:, None], [a])
    g.add("dot_rows", "dot_rows of a column", (column * a).sum(axis=1)[:, None], [column, a])
    g.add("dot_rows", "dot_rows", 0.25 * (a * b).sum(axis=1)[:, None], [a, b], scale=0.25)
    ids = [3, 0, 3, 4]
    g.add("lookup", "lookup", a[ids], [a], options={"ids": ids})
    crop = {"ids": [13, 10, 13, 14], "rows": [14, 10, 13, 11, 12]}
    g.add("lookup", "lookup in a crop", a[ids], [a[[4, 0, 3, 1, 2]]], options=crop)
    table = np.zeros((ROWS, COLS))
    np.add.at(table, ids, b[:4])
    g.add("scatter_add", "scatter_add", table, [b[:4]], options={"ids": ids})
    crop = {"ids": ids, "row_ids": [4, 3]}
    g.add("scatter_add", "scatter_add to a crop", table[[4, 3]], [b[:4]], options=crop)
    g.add("copy", "copy", a, [a], options={"text": "out is A"})
    part = {"row_start": 1, "col_start": 2, "text": "columns 2-4 are head 1"}
    g.add("copy", "slice", a[1:3, 2:5], [a], options=part)
    g.add("copy", "side by side", np.hstack([a, column]), [a, column], options={})
    g.add(
        "copy", "one below the other", np.vstack([a, b[:2]]), [a, b[:2]], options={"stack": "rows"}
    )


def functions(g: Gallery) -> None:
    x, d = 3 * g.drawn(ROWS, COLS), g.drawn(ROWS, COLS)
    x[0, 0] = 0
    positive = np.abs(g.drawn(ROWS, COLS)) + 0.01
    pairs: dict[str, tuple[Array, Any, Array]] = {
        "relu": (x, lambda z: np.where(z.real > 0, z, 0), (x > 0) * 1.0),
        "gelu": (x, lambda z: z * cdf(z), cdf(x) + x * density(x)),
        "gelu_tanh": (x, gelu_tanh, slope(gelu_tanh, x)),
        "silu": (x, lambda z: z * sigmoid(z), slope(lambda z: z * sigmoid(z), x)),
        "tanh": (x, np.tanh, 1 - np.tanh(x) ** 2),
        "exp": (x, np.exp, np.exp(x)),
        "log": (positive, np.log, 1 / positive),
        "square": (x, np.square, 2 * x),
    }
    for name, (at, f, steep) in pairs.items():
        g.add("function", name, f(at), [at], options={"name": name})
        g.add("function_grad", f"{name} backward", d * steep, [d, at], options={"name": name})
    eps = 1e-5
    options = {"name": "rsqrt", "eps": eps}
    g.add("function", "rsqrt", 1 / np.sqrt(positive + eps), [positive], options=options)
    steep = -0.5 * (positive + eps) ** -1.5
    g.add("function_grad", "rsqrt backward", d * steep, [d, positive], options=options)
    scores = x.copy()
    scores[1, 3:], scores[2] = -np.inf, -np.inf
    pattern = softmax(scores)
    g.add("softmax", "softmax", pattern, [scores])
    back = pattern * (d - (d * pattern).sum(axis=1, keepdims=True))
    g.add("softmax_grad", "softmax backward", back, [pattern.astype(np.float32), d])
    g.add("log_softmax", "log_softmax", np.log(softmax(x)), [x])
    norms(g, x, d)
    turned(g)


def norms(g: Gallery, x: Array, dnormed: Array) -> None:
    mean = x.mean(axis=1, keepdims=True)
    rstd = 1 / np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    normed = (x - mean) * rstd
    dmean = -rstd * dnormed.sum(axis=1, keepdims=True)
    drstd = (dnormed * (x - mean)).sum(axis=1, keepdims=True)
    dx = rstd * dnormed + (dmean - normed * rstd**2 * drstd) / COLS
    g.add("norm_grad", "layer norm backward", dx, [dnormed, normed, rstd, dmean, drstd])
    crop = [dnormed[:, :2], normed[:, :2], rstd, dmean, drstd]
    g.add("norm_grad", "layer norm backward, cropped", dx[:, :2], crop, options={"n": COLS})
    root = 1 / np.sqrt((x**2).mean(axis=1, keepdims=True) + 1e-5)
    droot = (dnormed * x).sum(axis=1, keepdims=True)
    dx = root * dnormed - x * root * root**2 * droot / COLS
    g.add("norm_grad", "RMS norm backward", dx, [dnormed, x * root, root, None, droot])


def turned(g: Gallery) -> None:
    x = g.drawn(ROWS, COLS)
    angles = np.arange(ROWS)[:, None] * 10.0 ** -np.arange(COLS // 2)
    turn = np.exp(1j * angles)
    for name, by in (("rotate", turn), ("rotate back", turn.conj())):
        pairs = (x[:, : COLS // 2] + 1j * x[:, COLS // 2 :]) * by
        out = np.hstack([pairs.real, pairs.imag])
        options = {"inverse": name == "rotate back"}
        g.add("rotate", name, out, [x, turn.real, turn.imag], options=options)


def losses(g: Gallery) -> None:
    logits = g.drawn(ROWS, COLS)
    probs = softmax(logits)
    targets, ignored = [2, 0, 5, -100, 1], [False, False, False, True, False]
    real = [not one for one in ignored]
    for smoothing in (0.0, 0.1):
        wanted = np.full((ROWS, COLS), smoothing / COLS)
        for i, target in enumerate(targets):
            if target >= 0:
                wanted[i, target] += 1 - smoothing
        per_token = -(wanted * np.log(probs)).sum(axis=1, keepdims=True) * np.array(real)[:, None]
        options = {"targets": targets, "smoothing": smoothing, "ignored": ignored}
        name = f"loss, smoothing {smoothing}"
        g.add("pick_nll", name, per_token, [np.log(probs)], options=options)
        dper_token = np.array(real)[:, None] / sum(real)
        dlogits = (probs - wanted) * dper_token
        g.add(
            "cross_entropy_grad", f"{name} backward", dlogits, [probs, dper_token], options=options
        )
    g.add("mean_real", "mean", per_token[real].mean(), [per_token], options={"real": real})


def large(g: Gallery) -> None:
    a, b = g.drawn(8, 64), g.drawn(64, 24)
    g.add("matmul", "wide", a @ b, [a, b])
    part = "showing 32 of 64 features"
    g.add("matmul", "cropped", a @ b, [a[:, :32], b[:32]], options={"partial": part})
    g.sheet.tensors["cropped 0"]["of"] = [8, 64]
    g.sheet.tensors["cropped 1"]["of"] = [64, 24]
    scores = g.drawn(20, 20)
    g.add("softmax", "wide softmax", softmax(scores), [scores])

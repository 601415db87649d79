"""The three stacks once more, in plain NumPy and straight through: what a trace is compared with.

Nothing of tinytf runs here. Each intermediate goes through `at`, which notes its name and can move
it: so the slope of the loss with respect to any intermediate is measured by moving the intermediate
itself. The names are those of the trace.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tinytf.config import Config

Array = np.ndarray[Any, Any]
Values = Mapping[str, Array]


class Reference:
    """A forward pass that names, and on request moves, every intermediate.

    Args:
        config: sizes; the switches that are used here are norm_position, positions, activation and
            tie_embeddings.
        parameters: name -> value.
        moved: the intermediate to move; None for none.
        move: what to add to it.
    """

    def __init__(
        self, config: Config, parameters: Values, moved: str | None = None, move: Any = 0.0
    ) -> None:
        self.config = config
        self.parameters = parameters
        self.moved, self.move = moved, move
        self.values: dict[str, Array] = {}

    def at(self, name: str, value: Array) -> Array:
        """An intermediate that the loss depends on."""
        assert name not in self.values, f"{name} is named twice"
        value = value + self.move if name == self.moved else value
        self.values[name] = value
        return value

    # --- pieces ---

    def linear(self, layer: str, x: Array) -> Array:
        return x @ self.parameters[f"{layer}.weight"] + self.parameters.get(f"{layer}.bias", 0.0)

    def norm(self, layer: str, x: Array) -> Array:
        mean = self.at(f"{layer}.mean", x.sum(-1, keepdims=True) / x.shape[-1])
        variance = ((x - mean) ** 2).sum(-1, keepdims=True) / x.shape[-1]
        rstd = self.at(f"{layer}.rstd", (variance + self.config.norm_eps) ** -0.5)
        normed = self.at(f"{layer}.normed", (x - mean) * rstd)
        gamma, beta = self.parameters[f"{layer}.gamma"], self.parameters[f"{layer}.beta"]
        return self.at(f"{layer}.out", normed * gamma + beta)

    def heads(self, name: str, merged: Array) -> Array:
        """(B, T, D) -> (B, H, T, K), with both named."""
        merged = self.at(f"{name}_merged", merged)
        n_heads = self.config.n_heads
        parts = np.split(merged, n_heads, axis=-1)
        return self.at(name, np.stack(parts, axis=1))

    def attention(self, layer: str, x: Array, memory: Array, allowed: Array) -> Array:
        q = self.heads(f"{layer}.q", self.linear(f"{layer}.q", x))
        k = self.heads(f"{layer}.k", self.linear(f"{layer}.k", memory))
        v = self.heads(f"{layer}.v", self.linear(f"{layer}.v", memory))
        scores = np.einsum("bhqd,bhkd->bhqk", q, k) / np.sqrt(self.config.d_head)
        scores = self.at(f"{layer}.scores", scores)
        powers = np.where(allowed, np.exp(scores - scores.real.max()), 0)
        pattern = self.at(f"{layer}.pattern", powers / powers.sum(-1, keepdims=True))
        z = self.at(f"{layer}.z", np.einsum("bhqk,bhkd->bhqd", pattern, v))
        merged = self.at(f"{layer}.merged", np.concatenate(list(z.swapaxes(0, 1)), axis=-1))
        return self.at(f"{layer}.out", self.linear(f"{layer}.out", merged))

    def ffn(self, layer: str, x: Array) -> Array:
        w = self.parameters
        pre = self.at(f"{layer}.pre", x @ w[f"{layer}.w_in"] + w[f"{layer}.b_in"])
        inner = np.sqrt(2 / np.pi) * (pre + 0.044715 * pre**3)
        post = self.at(f"{layer}.post", pre * (1 + np.tanh(inner)) / 2)
        return self.at(f"{layer}.out", post @ w[f"{layer}.w_out"] + w[f"{layer}.b_out"])

    def residual(
        self, layer: str, number: int, sum_name: str, x: Array, sublayer: Callable[[Array], Array]
    ) -> Array:
        if self.config.norm_position == "pre":
            out = sublayer(self.norm(f"{layer}.norm{number}", x))
            return self.at(f"{layer}.{sum_name}", x + out)
        summed = self.at(f"{layer}.residual{number}.summed", x + sublayer(x))
        return self.norm(f"{layer}.norm{number}", summed)

    def embed(self, layer: str, table: Array, ids: Array, segments: Array | None = None) -> Array:
        out = self.at(f"{layer}.tok", table[ids])
        d_model = self.config.d_model
        if self.config.positions == "learned":
            pos = self.at(f"{layer}.pos", self.parameters[f"{layer}.pos.weight"][: ids.shape[1]])
            out = out + pos
        else:
            angle = np.arange(ids.shape[1])[:, None] / 10000 ** (np.arange(0, d_model, 2) / d_model)
            pos = np.stack([np.sin(angle), np.cos(angle)], axis=-1).reshape(len(angle), -1)
            out = out * np.sqrt(d_model) + pos[:, :d_model]
        if segments is not None:
            out = self.at(f"{layer}.placed", out)
            segment = self.at(
                f"{layer}.segment", self.parameters[f"{layer}.segment.weight"][segments]
            )
            out = self.at(f"{layer}.summed", out + segment)
            return self.norm(f"{layer}.norm", out)
        return self.at(f"{layer}.out", out)

    def stack(
        self, name: str, x: Array, self_allowed: Array, memory: Array | None, source: Array | None
    ) -> Array:
        for i in range(self.config.n_layers):
            layer = f"{name}.layers.{i}"

            def self_attention(h: Array, layer: str = layer) -> Array:
                return self.attention(f"{layer}.self_attn", h, h, self_allowed)

            def cross_attention(h: Array, layer: str = layer) -> Array:
                assert memory is not None
                assert source is not None
                return self.attention(f"{layer}.cross_attn", h, memory, source)

            def ffn(h: Array, layer: str = layer) -> Array:
                return self.ffn(f"{layer}.ffn", h)

            x = self.residual(layer, 1, "resid_mid", x, self_attention)
            if memory is not None:
                x = self.residual(layer, 2, "resid_mid_cross", x, cross_attention)
            x = self.residual(layer, 2 + (memory is not None), "resid_post", x, ffn)
        return self.norm(f"{name}.final_norm", x) if self.config.norm_position == "pre" else x

    def loss(self, name: str, logits: Array, targets: Array, smoothing: float = 0.0) -> Array:
        """Mean cross-entropy over the targets that are not -100."""
        log_probs = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
        real = targets != -100
        onehot = np.eye(logits.shape[-1])[np.where(real, targets, 0)]
        smoothed = (1 - smoothing) * onehot + smoothing / logits.shape[-1]
        per_token = self.at(f"{name}.per_token", -(smoothed * log_probs).sum(-1))
        return self.at(name, np.asarray((per_token * real).sum() / real.sum()))

    # --- stacks ---

    def decoder(self, ids: Array, targets: Array) -> Array:
        table = self.parameters["decoder.embed.tok.weight"]
        x = self.embed("decoder.embed", table, ids)
        resid = self.stack("decoder", x, np.tri(ids.shape[1], dtype=bool), None, None)
        return self.loss("loss", self.at("logits", resid @ table.T), targets)

    def encoder_decoder(
        self, source: Array, target: Array, lengths: Array, targets: Array, smoothing: float
    ) -> Array:
        table = self.parameters["encoder.embed.tok.weight"]
        real = (np.arange(source.shape[1]) < lengths[:, None])[:, None, None, :]
        memory = self.stack("encoder", self.embed("encoder.embed", table, source), real, None, None)
        x = self.embed("decoder.embed", table, target)
        resid = self.stack("decoder", x, np.tri(target.shape[1], dtype=bool), memory, real)
        return self.loss("loss", self.at("logits", resid @ table.T), targets, smoothing)

    def bert(
        self, ids: Array, segments: Array, lengths: Array, predict: Array, tokens: Array, nsp: Array
    ) -> Array:
        """The sum of both losses."""
        w, table = self.parameters, self.parameters["encoder.embed.tok.weight"]
        real = (np.arange(ids.shape[1]) < lengths[:, None])[:, None, None, :]
        x = self.embed("encoder.embed", table, ids, segments)
        h = self.stack("encoder", x, real, None, None)
        picked = self.at("mlm.picked", h[predict])
        pre = self.at("mlm.pre", self.linear("mlm.dense", picked))
        post = self.at("mlm.post", pre * normal_cdf(pre))
        scores = self.at("mlm.scores", self.norm("mlm.norm", post) @ table.T)
        logits = self.at("mlm.logits", scores + w["mlm.bias"])
        cls = self.at("pooler.cls", h[:, 0])
        pooled = np.tanh(self.at("pooler.pre", self.linear("pooler.dense", cls)))
        nsp_logits = self.at("nsp_logits", self.linear("nsp", self.at("pooler.pooled", pooled)))
        return self.loss("loss", logits, tokens) + self.loss("loss#2", nsp_logits, nsp)


def normal_cdf(x: Array) -> Array:
    """The standard normal distribution function by its Taylor series about 0, for |x| < 3."""
    term, total = x, x
    for n in range(1, 60):
        term = term * -(x**2) / (2 * n)
        total = total + term / (2 * n + 1)
    return np.asarray(0.5 + total / np.sqrt(2 * np.pi))

"""Which axis is which, and what of it is shown: the same choice for every matrix of a report."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from tinytf.config import Config
from tinytf.ops.arrays import Array
from tinytf.report.axes import Axis, counted_axis, named_axis, only
from tinytf.tracing import Trace, TracedTensor

ONE = only("0", "single")
TOP_WORDS = 16  # words of the vocabulary that are shown besides those of the texts

# the end of a parameter's name -> its two axes; of a vector only the second one counts
_PARAMETERS = (
    (r"embed\.tok\.weight", "words", "feature"),
    (r"embed\.pos\.weight", "position", "feature"),
    (r"embed\.segment\.weight", "segment", "feature"),
    (r"attn\.q\.(weight|bias)", "feature", "heads"),
    (r"attn\.[kv]\.(weight|bias)", "feature", "kv_heads"),
    (r"attn\.out\.(weight|bias)", "heads", "feature"),
    (r"(w_in|w_gate|w_up|b_in)", "feature", "inner"),
    (r"(w_out|w_down|b_out)", "inner", "feature"),
    (r"mlm\.bias", "feature", "words"),
    (r"mlm\.decoder\.weight", "feature", "words"),
    (r"nsp\.(weight|bias)", "feature", "follows"),
    (r"head\.(weight|bias)", "feature", "head"),
    (r"(weight|bias|gamma|beta)", "feature", "feature"),
)


@dataclass(frozen=True)
class Limits:
    """How much is shown, from everything (None) down.

    Attributes:
        features: of each vector.
        heads: of each attention, in the steps; the attention maps show all.
        words: of the vocabulary, besides those of the texts.
        layers: of each stack, at its beginning and its end together.
    """

    features: int | None = None
    heads: int | None = None
    words: int | None = None
    layers: int | None = None


class Layout:
    """The axes of a report.

    Args:
        trace: of one training step with B = 1.
        config: of the model.
        labels: axis letter -> labels, such as "T" -> the tokens that are read.
        source_words: the labels of the source's own vocabulary, where it has one.
        limits: how much is shown.
    """

    def __init__(
        self,
        trace: Trace,
        config: Config,
        labels: dict[str, list[str]],
        source_words: list[str] | None,
        limits: Limits,
    ) -> None:
        self.config, self.labels, self.limits = config, labels, limits
        self.two_stacks = any(name.startswith("decoder") for name in trace.names()) and (
            "encoder.embed.tok" in trace
        )
        d_head = config.d_head
        self.heads = list(range(config.n_heads))[: limits.heads]
        group = config.n_heads // config.kv_heads
        self.kv_heads = sorted({head // group for head in self.heads})
        feature = self._feature_axis(config.d_model)
        per_head = self._head_places(d_head)
        self.axes: dict[str, Axis] = {
            "feature": feature,
            "inner": self._feature_axis(config.d_ff),
            "in_head": counted_axis("feature", d_head, per_head),
            "heads": self._merged(config.n_heads, self.heads, per_head),
            "kv_heads": self._merged(config.kv_heads, self.kv_heads, per_head),
            "segment": counted_axis("segment", max(config.n_segments, 1)),
            "start_end": named_axis("boundary", ["start", "end"]),
            "one": ONE,
        }
        if "2" in labels:
            self.axes["follows"] = named_axis("class", labels["2"])
        if "L" in labels:
            self.axes["classes"] = named_axis("class", labels["L"])
        for letter, name in (("T", "tokens"), ("S", "source")):
            if letter in labels:
                self.axes[name] = self._tokens(labels[letter])
        if "N" in labels:
            self.axes["asked"] = self._tokens(labels["N"]).called("token that is asked for")
        self._add_words(trace, source_words)

    def _feature_axis(self, size: int) -> Axis:
        return counted_axis("feature", size, tuple(range(size))[: self.limits.features])

    def _head_places(self, d_head: int) -> tuple[int, ...]:
        """The features that are shown of each head; with RoPE, whole pairs (i, i + K/2)."""
        most = d_head
        if self.limits.features is not None:
            most = min(d_head, max(4, self.limits.features // max(len(self.heads), 1)))
        if self.config.positions != "rope":
            return tuple(range(most))
        pairs = range(max(most // 2, 1))
        return (*pairs, *(d_head // 2 + i for i in pairs))

    def _merged(self, n_heads: int, heads: list[int], places: tuple[int, ...]) -> Axis:
        d_head = self.config.d_head
        shown = tuple(head * d_head + place for head in heads for place in places)
        return counted_axis("feature", n_heads * d_head, shown)

    @staticmethod
    def _tokens(tokens: Sequence[str]) -> Axis:
        return named_axis("token", [f"{i} {token}" for i, token in enumerate(tokens)])

    def _add_words(self, trace: Trace, source_words: list[str] | None) -> None:
        """The words of the vocabulary: those of the texts, and the likeliest."""
        words = self.labels.get("V")
        if words is None or len(words) != self.config.vocab_size:
            words = [str(i) for i in range(self.config.vocab_size)]
        read = _ids(trace, ("ids", "target") if self.two_stacks else ("ids",))
        source = _ids(trace, ("source",))
        if source_words is None:
            read = [*read, *source]
        else:
            self.axes["source_words"] = _words(source_words, source, self.limits.words)
        wanted = [*read, *self._likeliest(trace)]
        self.axes["words"] = _words(words, wanted, self.limits.words)

    def _likeliest(self, trace: Trace) -> Iterable[int]:
        """Targets, then the words with the largest logits, the best first."""
        for name in ("logits", "mlm.logits"):
            if name in trace and trace[name].shape[-1] == self.config.vocab_size:
                logits = trace[name].value.reshape(-1, self.config.vocab_size)
                targets = trace["loss.targets"].value.reshape(-1)
                best = logits.max(axis=0).argsort(kind="stable")[::-1][:TOP_WORDS]
                return [*(int(one) for one in targets if one >= 0), *map(int, best)]
        return []

    # --- which axes a tensor has ---

    def of_parameter(self, name: str, shape: tuple[int, ...]) -> tuple[Axis, Axis]:
        """The two axes of a parameter; a vector is one row."""
        rows, cols = next(
            (axes for end, *axes in _PARAMETERS if re.search(rf"(^|[._]){end}$", name))
        )
        if name.startswith("encoder.embed") and "source_words" in self.axes and rows == "words":
            rows = "source_words"
        if cols == "head":
            cols = self._head_columns(shape[-1])
        if rows == "position":
            return self._positions(name, shape[0]), self.axes[cols]
        return (self.axes[rows] if len(shape) == 2 else ONE), self.axes[cols]

    def _head_columns(self, size: int) -> str:
        if "classes" in self.axes and self.axes["classes"].size == size:
            return "classes"
        if self.axes["words"].size == size and "V" in self.labels:
            return "words"
        return "start_end" if size == 2 else "one"

    def _positions(self, name: str, size: int) -> Axis:
        n_tokens = self.sequence(name).size
        return counted_axis("position", size, tuple(range(min(size, n_tokens))))

    def sequence(self, name: str) -> Axis:
        """The tokens that a tensor of this name has a row for."""
        of_source = self.two_stacks and name.startswith("encoder.")
        if ".cross_attn." in name and name.rsplit(".", 1)[-1][0] in "kv":
            of_source = True
        return self.axes["source" if of_source else "tokens"]

    def keys(self, name: str) -> Axis:
        """The tokens that an attention of this name looks at."""
        of_source = ".cross_attn." in name or (self.two_stacks and name.startswith("encoder."))
        axis = self.axes["source" if of_source else "tokens"]
        return axis.called("token looked at (key)")

    def of_tensor(self, tensor: TracedTensor) -> tuple[Axis, Axis]:
        """The two axes of an intermediate (of one head of it)."""
        name, shape = tensor.name, tensor.shape
        tail = name.rsplit(".", 1)[-1]
        if len(shape) == 4:
            if tail in ("scores", "pattern", "dropped"):
                queries = self.sequence(name).called("token that looks (query)")
                return queries, self.keys(name)
            return self.sequence(name), self.axes["in_head"]
        if tail == "per_token":
            return self.rows_of_loss(name, shape), ONE
        if not shape or tail in ("predictions", "targets", "error"):
            return ONE, ONE
        if len(shape) == 3 and shape[1:] == (2, self.axes["tokens"].size) and tail == "logits":
            return self.axes["start_end"], self.axes["tokens"]
        rows = self.sequence(name)
        if name.startswith("mlm."):
            rows = self.axes["asked"]
        elif len(shape) == 2 and tail != "pos":
            rows = only("[CLS]", "text")
        return rows, self._columns(name, tail, shape[-1])

    def rows_of_loss(self, name: str, shape: tuple[int, ...]) -> Axis:
        """What the loss has a term for."""
        n_terms = int(np.prod(shape))
        for key in ("asked", "tokens", "start_end"):
            if key in self.axes and self.axes[key].size == n_terms and not name.startswith("loss#"):
                return self.axes[key]
        return only("[CLS]", "text")

    def _columns(self, name: str, tail: str, size: int) -> Axis:
        if tail in ("mean", "rstd"):
            return only(tail, "statistic")
        if name == "nsp_logits":
            return self.axes["follows"]
        if tail in ("logits", "mlm_logits") or name in ("mlm.scores", "scores"):
            return self.axes[self._head_columns(size)]
        if "ffn." in name and tail in ("pre", "post", "gate", "up"):
            return self.axes["inner"]
        if tail in ("q_merged", "merged"):
            return self.axes["heads"]
        if tail in ("k_merged", "v_merged"):
            return self.axes["kv_heads"]
        return self.axes["feature"]


def _ids(trace: Trace, names: tuple[str, ...]) -> list[int]:
    """The token ids of some inputs."""
    found = [trace[name].value for name in names if name in trace]
    return [int(one) for ids in found for one in ids.reshape(-1)]


def _words(words: list[str], wanted: Iterable[int], most: int | None) -> Axis:
    """An axis of the vocabulary: all words where they are few, else the wanted ones."""
    shown: Array = np.arange(len(words))
    if most is not None and len(words) > most:
        shown = np.array(sorted(set(wanted)), dtype=np.int64)
    labels = tuple(f"{place} {words[place]}" for place in shown)
    return Axis("word of the vocabulary", len(words), tuple(map(int, shown)), labels)

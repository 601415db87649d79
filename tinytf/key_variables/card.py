"""The card of one model: its key variables, and what follows from them, as lines of text."""

from collections.abc import Iterator

from tinytf.key_variables.architecture import Architecture
from tinytf.key_variables.card_costs import cost_lines
from tinytf.key_variables.derived import by_hand, cost_length, layer_shares
from tinytf.key_variables.known_model import NOT_PUBLISHED, ClosedModel, KnownModel
from tinytf.key_variables.shapes import count_by_part, count_parameters
from tinytf.key_variables.text_layout import aligned, percent, wrapped
from tinytf.key_variables.unknown import Readable, estimate


def card(model: KnownModel) -> list[str]:
    """Key variables, parameters, work, memory and growth."""
    architecture = model.architecture
    return [
        f"{model.name}: {_with_article(architecture.family)}",
        *wrapped(variants(architecture)),
        "",
        "Key variables",
        *aligned(list(key_variables(model))),
        *wrapped(f"source: {model.source}"),
        *(wrapped(f"note: {model.note}") if model.note else []),
        "",
        *_parameters(architecture),
        "",
        *cost_lines(architecture, cost_length(architecture)),
    ]


def key_variables(model: KnownModel) -> Iterator[tuple[str, str, str]]:
    """Name, letter and value of each; of two stacks that differ, both values."""
    arch = model.architecture
    max_len = "no limit built in" if arch.max_len is None else f"{arch.max_len:,}"
    source = "" if arch.source_vocab_size is None else f"{arch.source_vocab_size:,} -> "
    yield "vocabulary", "V", f"{source}{arch.vocab_size:,}"
    yield "model size", "D", f"{arch.d_model:,}"
    yield "context length", "T", max_len
    yield "heads", "H", _of_stacks(arch, "n_heads")
    if any(stack.n_kv_heads != stack.n_heads for stack in arch.stacks):
        yield "key and value heads", "Hkv", _of_stacks(arch, "n_kv_heads")
    yield "head size", "K", _of_stacks(arch, "d_head")
    yield "FFN size", "F", _of_stacks(arch, "d_ff")
    if len(arch.stacks) == 2:
        yield "layers", "L", " + ".join(f"{stack.n_layers:,}" for stack in arch.stacks)
    else:
        yield "layers", "L", f"{arch.main.n_layers:,}"
    yield "batch in training", "B", model.batch
    yield "tokens in training", "", model.tokens


def variants(arch: Architecture) -> str:
    """The switches in a line: what makes it a GPT, a Llama or a BERT."""
    biases = {arch.qkv_bias, arch.out_bias, arch.ffn_bias}
    some_biases = "biases" if biases == {True} else "no biases"
    if len(biases) == 2:
        some_biases = "biases in some layers"
    said = [
        f"{arch.norm_position}-norm {arch.norm}",
        f"{arch.positions} positions",
        f"{'gated ' if arch.gated else ''}{arch.activation}",
        some_biases,
    ]
    if arch.decoder is not None and arch.language_head:
        said.append("head tied to the embeddings" if arch.tie_embeddings else "a head of its own")
    heads = {
        "pooler": arch.pooler,
        "head for masked tokens": arch.masked_head,
        f"{arch.n_labels} more outputs": arch.n_labels > 0,
    }
    return ", ".join([*said, *(name for name, there in heads.items() if there)])


def closed_card(model: ClosedModel) -> list[str]:
    """What is public of a model whose maker does not say how large it is."""
    values = {
        ("vocabulary", "V"): model.vocabulary,
        ("model size", "D"): NOT_PUBLISHED,
        ("context length", "T"): model.context,
        ("heads", "H"): NOT_PUBLISHED,
        ("FFN size", "F"): NOT_PUBLISHED,
        ("layers", "L"): NOT_PUBLISHED,
        ("batch in training", "B"): NOT_PUBLISHED,
        ("tokens in training", ""): NOT_PUBLISHED,
        ("parameters", ""): NOT_PUBLISHED,
    }
    return [
        f"{model.name}: {model.about}",
        "",
        "Key variables",
        *aligned([(*name, value) for name, value in values.items()]),
        *wrapped(f"source: {model.source}"),
        *wrapped("Without D, L and F nothing can be counted."),
    ]


def unknown_card(name: str, found: list[Readable], reason: str) -> list[str]:
    """What can be read of a config whose architecture is not known, and what cannot."""
    rows = [(one.variable, one.letter, f"{one.value:,}", f"({one.key})") for one in found]
    lines = [f"{name}: of an architecture that is not known here", "", "Key variables"]
    lines += [*aligned(rows), *wrapped(f"not known: {reason}"), ""]
    value = estimate(found)
    if value is not None:
        lines += wrapped(
            f"By hand: 12 L D^2 + V D = {value:,} parameters, if it is a decoder or an encoder "
            "with F = 4 D and as many key heads as heads."
        )
    lines += wrapped(
        "Not counted: the exact parameters, FLOPs, activations and KV cache. They depend on "
        "biases, norms, gates and heads, which this family says in its own way or not at all."
    )
    return lines


def _parameters(arch: Architecture) -> list[str]:
    parts, total = count_by_part(arch), count_parameters(arch)
    rows = [(part, f"{count:,}", percent(count / total)) for part, count in parts.items()]
    guess = by_hand(arch)
    relation = "exact" if guess.error == 0 else f"{percent(abs(guess.error))} too "
    relation += "" if guess.error == 0 else ("high" if guess.error > 0 else "low")
    lines = ["Parameters", *aligned([*rows, ("total", f"{total:,}", "")])]
    lines += wrapped(f"by hand: {guess.formula} = {guess.value:,}, {relation}")
    for share in layer_shares(arch):
        verdict = "" if share.about_two_thirds else "not "
        lines += wrapped(
            f"{_a_layer(share.stack, arch)} has {share.attention:.2f} D^2 in attention and "
            f"{share.ffn:.2f} D^2 in the FFN: the FFN holds {percent(share.share)}, "
            f"{verdict}about two thirds"
        )
    return lines


def _a_layer(stack: str, arch: Architecture) -> str:
    return "a layer" if len(arch.stacks) == 1 else f"a layer of the {stack}"


def _of_stacks(arch: Architecture, name: str) -> str:
    """The value of both stacks once where they agree."""
    values = list(dict.fromkeys(getattr(stack, name) for stack in arch.stacks))
    return " / ".join(f"{value:,}" for value in values)


def _with_article(family: str) -> str:
    return f"an {family}" if family.startswith("e") else f"a {family}"

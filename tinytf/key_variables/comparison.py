"""Models side by side, and the list of all that are known."""

from tinytf.key_variables.card import key_variables
from tinytf.key_variables.derived import cost_length, layer_shares
from tinytf.key_variables.flops import count_flops, full_lengths
from tinytf.key_variables.known_model import NOT_PUBLISHED, ClosedModel, KnownModel
from tinytf.key_variables.memory import activation_bytes, kv_cache_bytes
from tinytf.key_variables.shapes import count_by_part, count_parameters
from tinytf.key_variables.text_layout import aligned, percent, wrapped

_PER_BLOCK = 4  # columns that fit beside the names of the rows
_LONGEST = 18  # characters of a cell; longer texts stand below the table
_SEE_BELOW = "see below"
_VARIABLES = (
    "vocabulary", "model size", "context length", "heads", "key and value heads", "head size",
    "FFN size", "layers", "batch in training", "tokens in training",
)  # fmt: skip


def compare(models: list[KnownModel | ClosedModel]) -> list[str]:
    """A column for each model; more than fit stand in a second table below the first one."""
    lines: list[str] = []
    for start in range(0, len(models), _PER_BLOCK):
        block = models[start : start + _PER_BLOCK]
        columns = [_closed(m) if isinstance(m, ClosedModel) else _known(m) for m in block]
        names = list(dict.fromkeys(name for column in columns for name in column))
        rows = [("", *(_cut(model.name) for model in block))]
        rows += [(name, *(_cell(column.get(name, "-")) for column in columns)) for name in names]
        lines += ["", *aligned(rows, indent="")] if lines else aligned(rows, indent="")
        for model, column in zip(block, columns, strict=True):
            for name, text in column.items():
                if len(text) > _LONGEST:
                    lines += wrapped(f"{model.name}, {name}: {text}", indent="")
    return lines


def table(models: tuple[KnownModel, ...], closed: tuple[ClosedModel, ...]) -> list[str]:
    """A row for each model that is known, by family, and the closed ones."""
    head = ("parameters", "V", "D", "T", "H", "F", "L")
    lines = []
    for family in ("encoder-decoder", "encoder", "decoder"):
        rows: list[tuple[str, ...]] = [(f"{family}s", *head)]
        rows += [_row(model) for model in models if model.architecture.family == family]
        lines += [*aligned(rows, indent=""), ""]
    names = ", ".join(model.name for model in closed)
    lines += wrapped(f"closed, nearly nothing is published: {names}", indent="")
    return lines


def _row(model: KnownModel) -> tuple[str, ...]:
    values = {letter: value for _, letter, value in key_variables(model)}
    values["T"] = values["T"] if model.architecture.max_len else "-"
    cells = (values[letter] for letter in ("V", "D", "T", "H", "F", "L"))
    return (model.name, f"{count_parameters(model.architecture):,}", *cells)


def _known(model: KnownModel) -> dict[str, str]:
    arch = model.architecture
    total, length = count_parameters(arch), cost_length(arch)
    lengths = full_lengths(arch, length)
    column = dict.fromkeys(_VARIABLES, "")
    column.update((name, value) for name, _, value in key_variables(model))
    if not column["key and value heads"]:
        column["key and value heads"] = column["heads"]
    column["parameters"] = f"{total:,}"
    for part, count in count_by_part(arch).items():
        column[f"... {part}"] = percent(count / total)
    shares = [percent(share.share) for share in layer_shares(arch)]
    column["FFN of a layer"] = " / ".join(shares)
    column["costs at length"] = f"{length:,}"
    column["FLOPs per token"] = f"{round(count_flops(arch, lengths) / length):,}"
    column["activations, bytes"] = f"{activation_bytes(arch, lengths):,}"
    column["KV bytes per token"] = f"{kv_cache_bytes(arch):,}" if arch.decoder else "none"
    return column


def _closed(model: ClosedModel) -> dict[str, str]:
    column = dict.fromkeys((*_VARIABLES, "parameters"), NOT_PUBLISHED)
    return column | {"vocabulary": model.vocabulary, "context length": model.context}


def _cell(text: str) -> str:
    return text if len(text) <= _LONGEST else _SEE_BELOW


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST else "..." + name[3 - _LONGEST :]

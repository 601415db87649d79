"""Mistakes in what is printed."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, dict[str, Edit]] = {
    "text_layout": {
        "first column right": ("first.ljust(widths[0])", "first.rjust(widths[0])"),
        "other columns left": ("cell.rjust(width)", "cell.ljust(width)"),
        "blanks at the end": ("gap.join(cells)).rstrip()", "gap.join(cells))"),
        "names broken": ("break_on_hyphens=False", "break_on_hyphens=True"),
        "no second indent": ('subsequent_indent=indent + "  "', "subsequent_indent=indent"),
        "shares of one": ("100 * share", "share"),
        "wider than a terminal": ("WIDTH = 100", "WIDTH = 120"),
    },
    "card": {
        "H of the keys": (
            '"heads", "H", _of_stacks(arch, "n_heads")',
            '"heads", "H", _of_stacks(arch, "n_kv_heads")',
        ),
        "key heads never shown": (
            "if any(stack.n_kv_heads != stack.n_heads for",
            "if any(False for",
        ),
        "layers added up": ('" + ".join(f"{stack', '" x ".join(f"{stack'),
        "no source": (
            '        *wrapped(f"source: {model.source}"),\n        *(wrapped(f"note',
            '        *(wrapped(f"note',
        ),
        "no note": ("if model.note else []", "if False else []"),
        "high for low": (
            '"high" if guess.error > 0 else "low"',
            '"low" if guess.error > 0 else "high"',
        ),
        "two thirds always true": ('"" if share.about_two_thirds else "not "', '""'),
        "shares of the layers": ("percent(count / total)", "percent(count / parts['FFN'])"),
        "an d": ('if family.startswith("e")', 'if family.startswith("d")'),
        "closed model with a size": (
            '("model size", "D"): NOT_PUBLISHED',
            '("model size", "D"): "12,288"',
        ),
        "no reason": ('*wrapped(f"not known: {reason}"), ""', '""'),
        "no estimate": ("    if value is not None:\n", "    if False:\n"),
        "tied for free": (
            'if arch.tie_embeddings else "a head',
            'if not arch.tie_embeddings else "a head',
        ),
        "source vocabulary not shown": (
            '"" if arch.source_vocab_size is None else f"{arch.source_vocab_size:,} -> "',
            '""',
        ),
    },
    "card_costs": {
        "backward once": ("backward = BACKWARD_PER_FORWARD * forward", "backward = forward"),
        "per sequence for per token": (
            '("forward", f"{round(forward / length):,}", "")',
            '("forward", f"{forward:,}", "")',
        ),
        "share of the training step": ("percent(flops / forward)", "percent(flops / forward / 3)"),
        "pattern of everything": ("for array in kept if array.quadratic)", "for array in kept)"),
        "cache of one token": (
            'f"{per_token * length:,}"))\n        if arch',
            'f"{per_token:,}"))\n        if arch',
        ),
        "rule for encoders": (
            'if arch.family == "decoder":\n        rule',
            "if True:\n        rule",
        ),
        "rule of the forward pass": ("rule * length / both", "rule * length / forward"),
        "cache of an encoder": (
            "    if arch.decoder is not None:\n        per_token",
            "    if True:\n        per_token",
        ),
        "growth in another order": (
            "factor(one.longer), factor(one.wider)",
            "factor(one.wider), factor(one.longer)",
        ),
        "32 bits for 16": ("FLOAT16 * count_parameters", "FLOAT32 * count_parameters"),
    },
    "comparison": {
        "five in a row": ("_PER_BLOCK = 4", "_PER_BLOCK = 5"),
        "long texts cut": ("text if len(text) <= _LONGEST else _SEE_BELOW", "text[:_LONGEST]"),
        "nothing below": (
            "                if len(text) > _LONGEST:\n",
            "                if False:\n",
        ),
        "name cut behind": ('"..." + name[3 - _LONGEST :]', 'name[: _LONGEST - 3] + "..."'),
        "cache for all": ('if arch.decoder else "none"', 'if True else "none"'),
        "closed models with heads": (
            'dict.fromkeys((*_VARIABLES, "parameters"), NOT_PUBLISHED)',
            'dict.fromkeys((*_VARIABLES, "parameters"), "0")',
        ),
        "keys missing": ('column["key and value heads"] = column["heads"]', "pass"),
        "shares of the whole model": (
            "[percent(share.share) for share in layer_shares(arch)]",
            '[percent(count_by_part(arch)["FFN"] / total)]',
        ),
        "parameters of the layers": (
            'column["parameters"] = f"{total:,}"',
            'column["parameters"] = f"{total - 1:,}"',
        ),
        "a length where there is none": (
            'values["T"] if model.architecture.max_len else "-"',
            'values["T"]',
        ),
        "one family": (
            'for family in ("encoder-decoder", "encoder", "decoder"):',
            'for family in ("decoder",):',
        ),
    },
}

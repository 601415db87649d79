"""Mistakes in checkpoints."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "written in place": (
        'unfinished = directory / (file_name + ".unfinished")',
        "unfinished = directory / file_name",
    ),
    "the old one removed first": (
        'with open(unfinished, "wb") as file:',
        "(directory / file_name).unlink(missing_ok=True)\n        "
        'with open(unfinished, "wb") as file:',
    ),
    "renamed before all is written": (
        "np.savez(file, **arrays)",
        "os.replace(unfinished, directory / file_name)\n            np.savez(file, **arrays)",
    ),
    "unlinked, then renamed": (
        "os.replace(unfinished, directory / file_name)",
        "(directory / file_name).unlink(missing_ok=True); "
        "os.replace(unfinished, directory / file_name)",
    ),
    "an unfinished file left behind": ("unfinished.unlink(missing_ok=True)", "pass"),
    "copied, not renamed": (
        "os.replace(unfinished, directory / file_name)",
        "(directory / file_name).write_bytes(unfinished.read_bytes())",
    ),
    "the directory not made": ("directory.mkdir(parents=True, exist_ok=True)", "pass"),
    "no optimiser's state": ("in checkpoint.optimizer.items())", "in {}.items())"),
    "parameters in float32": (
        'f"parameter/{name}": value for',
        'f"parameter/{name}": value.astype("f4") for',
    ),
    "progress as text": ('"progress": checkpoint.progress', '"progress": str(checkpoint.progress)'),
    "pickles read": ("allow_pickle=False", "allow_pickle=True"),
    "format not checked": ('if about["format"] != _FORMAT:', "if False:"),
    "damaged archives raise what zipfile raises": ("    zipfile.BadZipFile,\n", ""),
    "an unknown compression raises what zipfile raises": ("    RuntimeError,\n", ""),
    "missing names raise KeyError": ("    KeyError,\n", ""),
    "broken numbers raise ValueError": ("    ValueError,\n", ""),
    "JSON of the wrong type raises TypeError": ("    TypeError,\n", ""),
    "parameters bound, not copied": (
        "parameter.value[...] = values[name]",
        "parameter.value = values[name]",
    ),
    "missing parameters stay at random": (
        "if set(values) != set(parameters):",
        "if set(values) - set(parameters):",
    ),
    "other parameters ignored": (
        "if set(values) != set(parameters):",
        "if set(parameters) - set(values):",
    ),
    "shapes not checked": ("if values[name].shape != parameter.value.shape:", "if False:"),
    "sizes checked, not shapes": (
        "if values[name].shape != parameter.value.shape:",
        "if values[name].size != parameter.value.size:",
    ),
    "every model a decoder": ('"model": checkpoint.model,', '"model": "decoder",'),
    "any kind will do": ("if kinds and checkpoint.model not in kinds:", "if False:"),
    "only the first kind will do": ("model not in kinds:", "model != kinds[0]:"),
    "a model made of another kind": ("KINDS[checkpoint.model].make(", 'KINDS["decoder"].make('),
    "unknown kinds raise KeyError later": ('if about["model"] not in KINDS:', "if False:"),
    "always the last": ("BEST if (Path(directory) / BEST).exists() else LAST", "LAST"),
    "goes on from the best": (
        "file_name: str = LAST) -> Checkpoint:",
        "file_name: str = BEST) -> Checkpoint:",
    ),
    "the best over the last": (
        "directory / file_name)\n    except",
        "directory / LAST)\n    except",
    ),
    "both files written through one name": (
        '(file_name + ".unfinished")',
        "file_name",
    ),
    "the source's tokenizer lost": (
        "source_tokenizer and source_tokenizer.to_json()",
        "None",
    ),
    "one tokenizer for both": (
        "source_tokenizer and source_tokenizer.to_json()",
        "source_tokenizer and checkpoint.tokenizer.to_json()",
    ),
    "extras lost": ('"extras": checkpoint.extras', '"extras": {}'),
    "the first format refused": ('if about["format"] == _FIRST_FORMAT:', "if False:"),
    "a damaged header of an array not foreseen": ("    tokenize.TokenError,\n", ""),
    "vocabularies not compared": ("if came != expected:", "if False:"),
    "the source's vocabulary not compared": (
        "if came != expected:",
        'if came != expected and which == "tokenizer":',
    ),
    "no directory in the error": (
        'raise CheckpointError(f"{directory}: {error}") from error',
        "raise",
    ),
    "a model at random": ("load_parameters(model, checkpoint.parameters)", "pass"),
    "names with their prefix": ("name.removeprefix(prefix): value", "name: value"),
    "optimiser's state among the parameters": (
        '_under("optimizer/", arrays)',
        '_under("parameter/", arrays)',
    ),
}

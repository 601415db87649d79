"""Mistakes in checkpoints."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "written in place": (
        'unfinished = directory / (FILE_NAME + ".unfinished")',
        "unfinished = directory / FILE_NAME",
    ),
    "the old one removed first": (
        'with open(unfinished, "wb") as file:',
        "(directory / FILE_NAME).unlink(missing_ok=True)\n        "
        'with open(unfinished, "wb") as file:',
    ),
    "renamed before all is written": (
        "np.savez(file, **arrays)",
        "os.replace(unfinished, directory / FILE_NAME)\n            np.savez(file, **arrays)",
    ),
    "unlinked, then renamed": (
        "os.replace(unfinished, directory / FILE_NAME)",
        "(directory / FILE_NAME).unlink(missing_ok=True); "
        "os.replace(unfinished, directory / FILE_NAME)",
    ),
    "an unfinished file left behind": ("unfinished.unlink(missing_ok=True)", "pass"),
    "copied, not renamed": (
        "os.replace(unfinished, directory / FILE_NAME)",
        "(directory / FILE_NAME).write_bytes(unfinished.read_bytes())",
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
    "a model at random": ("load_parameters(model, checkpoint.parameters)", "pass"),
    "names with their prefix": ("name.removeprefix(prefix): value", "name: value"),
    "optimiser's state among the parameters": (
        '_under("optimizer/", arrays)',
        '_under("parameter/", arrays)',
    ),
}

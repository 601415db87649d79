"""Mistakes in each file of tinytf/plotting, which its tests must see."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, dict[str, Edit]] = {
    "curves": {
        "mean lags": ("np.minimum(places + reach + 1, len(values))", "places + 1"),
        "mean leaves the value itself out": ("places + reach + 1, len", "places + reach, len"),
        "every step's validation joined by NaN": (
            "known = np.isfinite(run.validation_loss)\n",
            "known = run.step > 0\n",
        ),
        "raw curve not pale": ("alpha=0.3, ", ""),
        "no mean": ("running_mean(values, reach), color", "values, color"),
        "width of the mean misstated": ("{2 * reach + 1} steps", "{reach} steps"),
        "gradient norm on a linear scale": ('axes.set_yscale("log")', "pass"),
        "all runs in one colour": ("(run, (colour, colour))", "(run, (COLOURS[0], COLOURS[0]))"),
        "validation in the colour of training": (
            "(COLOURS[0], COLOURS[1]))]",
            "(COLOURS[0], COLOURS[0]))]",
        ),
        "validation not dashed beside others": (
            'linestyle="--" if len(runs) > 1 else "-",\n                label=f"validation',
            'linestyle="-",\n                label=f"validation',
        ),
        "no unit": ('f"loss ({unit})" if unit else "loss"', '"loss"'),
        "BLEU beside shares": ("(known <= 1).all()", "True"),
        "correlations beside shares": ("(known >= 0).all() and ", ""),
        "a panel of nothing": ("if known.size:", "if True:"),
        "any number of runs": ("if not 1 <= len(runs) <= MAX_RUNS", "if not 1 <= len(runs)"),
        "a single point is nothing": ('return "o" if len(step) == 1 else ""', 'return ""'),
        "yellow on white": ('"#D55E00"', '"#FFFF00"'),
    },
    "figures": {
        "names read as formulas": ('"text.parse_math": False', '"text.parse_math": True'),
        "date in the file": (
            'metadata = {"Date": None} if file_format == "svg" else None',
            "metadata = None",
        ),
        "random identifiers": ('"svg.hashsalt": "tinytf",', ""),
        "the user's settings play a part": (
            'style.context(["default", _STYLE])',
            "style.context([_STYLE])",
        ),
        "missing letters warn": ('"ignore", message="Glyph', '"error", message="Glyph'),
        "another extra named": ("tinytf[plot]", "tinytf[plots]"),
    },
    "attention": {
        "transposed": ("axes.imshow(pattern,", "axes.imshow(pattern.T,"),
        "queries and keys swapped": (
            "axes.set_xticks(range(len(keys)), keys, rotation=90)",
            "axes.set_xticks(range(len(queries)), queries, rotation=90)",
        ),
        "numbers in the wrong cells": ("axes.text(column, row,", "axes.text(row, column,"),
        "dark text on dark cells": ("share > WHITE_TEXT", "share < 0"),
        "colours stretched to the largest share": (", vmin=0, vmax=1", ""),
        "cells of 0.00 are written": ("pattern >= SHOWN", "pattern >= 0"),
        "any shape": (
            "if pattern.shape != (len(queries), len(keys)) or not pattern.size",
            "if False",
        ),
        "any number": ("(pattern <= 1 + 1e-6)", "(pattern <= np.inf)"),
        "negative shares": ("(pattern >= 0) & ", ""),
        "no title": ("axes.set_title(title)", "pass"),
    },
}

"""Mistakes in each file of tinytf/show, which its tests must see."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, dict[str, Edit]] = {
    "layout": {
        "left-out rows not said": ('(n_rows, all_rows, "rows"), ', ""),
        "left-out columns not said": ('(n_cols, all_cols, "columns")', ""),
        "shown and all swapped": ("{n_shown} of {n}", "{n} of {n_shown}"),
        "labels not counted": ("if len(labels) != size:", "if False:"),
        "labels from 1": ("for i in range(size)]", "for i in range(1, size + 1)]"),
        "labels as they are": (
            'return text.encode("unicode_escape").decode("ascii")',
            "return text",
        ),
        "line breaks kept": (
            'encode("unicode_escape")',
            'encode("ascii", errors="backslashreplace")',
        ),
        "complex numbers shown": ('not in "biuf"', 'not in "biufc"'),
        "three axes shown": ("not in (1, 2)", "not in (1, 2, 4)"),
        "a vector is a column": ("array[None, :]", "array[:, None]"),
        "a vector's row has a number": ('labels = [""]', 'labels = ["0"]'),
    },
    "matrix": {
        "a small number rounded to zero": ("if float(text) == 0:", "if False:"),
        "zero like other numbers": ("if value == 0:", "if False:"),
        "large numbers written out": ("if LARGE <= abs(value)", 'if float("inf") <= abs(value)'),
        "labels to the left": ("GAP + name.rjust(width)", "GAP + name.ljust(width)"),
        "numbers to the left": ("padded = text.rjust(width)", "padded = text.ljust(width)"),
        "one column too many": (
            "(LINE_WIDTH - label_width) // (width + len(GAP))",
            "(LINE_WIDTH - label_width) // (width + len(GAP)) + 1",
        ),
        "always coloured": ("if colour and scale else", "if scale else"),
        "never coloured": ("if colour and scale else", "if False else"),
        "the number without its blanks coloured": ("paint(padded, value", "paint(text, value"),
        "integers coloured": ('array.dtype.kind == "f"', 'array.dtype.kind in "fi"'),
        "scale of columns left out": (
            "Scale.of([row[:n_cols] for row in values])",
            "Scale.of(values)",
        ),
    },
    "shades": {
        "a small number rounded to zero": ("max(1, math.ceil", "max(0, math.floor"),
        "rounded instead of up": ("math.ceil(abs", "round(abs"),
        "one step too few": ("/ self.largest * N_SHADES", "/ self.largest * (N_SHADES - 1)"),
        "sign lost": ("return steps if value > 0 else -steps", "return steps"),
        "no minus": ('("-" if shade < 0 else " ")', '" "'),
        "infinity has a part in the scale": (
            "for value in row if math.isfinite(value)",
            "for value in row if not math.isnan(value)",
        ),
        "largest without its sign": (
            "max(map(abs, finite), default=0.0)",
            "max(finite, default=0.0)",
        ),
        "signed only above 1": ("any(value < 0 for value in finite) or ", ""),
        "signed only below 0": (" or largest > 1 + ROUNDING", ""),
        "a softmax's rounding is signed": ("> 1 + ROUNDING", "> 1"),
        "blue above zero": (
            "return ORANGE if value >= 0 else BLUE",
            "return BLUE if value >= 0 else ORANGE",
        ),
        "probabilities in orange": ("return GREEN", "return ORANGE"),
        "infinity called masked": ("return INFINITE if value > 0 else MASKED", "return MASKED"),
        "NaN called masked": ("return NOT_A_NUMBER", "return MASKED"),
        "colours not taken off": (r"m{text}\x1b[0m", "m{text}"),
        "white on the light colours": (
            "WHITE if shade == N_SHADES",
            "WHITE if shade >= N_SHADES - 3",
        ),
        "black on the darkest": ("WHITE if shade == N_SHADES else BLACK", "BLACK"),
        "red for orange": (
            "ORANGE = (231, 223, 216, 209, 172, 130)",
            "ORANGE = (231, 224, 217, 210, 167, 124)",
        ),
        "first shade hardly seen": ("BLUE = (231, 153,", "BLUE = (231, 195,"),
        "zero not white": ("GREEN = (231,", "GREEN = (255,"),
    },
    "heat": {
        "always coloured": (
            "return paint(text, value, scale) if colour else text\n",
            "return paint(text, value, scale)\n",
        ),
        "never coloured": (
            "return paint(text, value, scale) if colour else text\n",
            "return text\n",
        ),
        "legend never coloured": ("{paint(text, value, scale) if colour else text} ", "{text} "),
        "labels upwards": ("[label.rjust(height)[i] for", "[label.rjust(height)[-1 - i] for"),
        "labels begin in one line": ("label.rjust(height)[i]", "label.ljust(height)[i]"),
        "one column too many": ("- len(GAP)) // CELL]", "+ len(GAP)) // CELL]"),
        "no gap after the label": ("ljust(label_width) + GAP", "ljust(label_width)"),
        "scale of numbers out of sight": (
            "scale = Scale.of(values)",
            "scale = Scale.of(as_matrix(array).tolist())",
        ),
        "rows left out not said": (
            "left_out_lines(array, len(row_names), ",
            "left_out_lines(array, 10**9, ",
        ),
        "columns left out not said": (
            "len(row_names), len(col_names))\n",
            "len(row_names), 10**9)\n",
        ),
        "cut rows not said": ("for name in row_names + col_names", "for name in col_names"),
        "cut columns not said": ("for name in row_names + col_names", "for name in row_names"),
        "cut without a sign": ('label[: MAX_LABEL - 1] + "~"', "label[:MAX_LABEL]"),
        "no negative bounds": ('(1.0, "up to"), (-1.0, "down to")', '(1.0, "up to"),'),
        "bounds begin at zero": (
            "* i / N_SHADES for i in range(1, N_SHADES + 1)",
            "* i / N_SHADES for i in range(N_SHADES)",
        ),
        "marks not named": ("others[special[2]] = entry(value, special[2])", "pass"),
        "zero not named": ('others["0"] = entry(0.0, "(blank) exactly 0")', "pass"),
        "shades for yes and no": ("if not yes_no and any(", "if any("),
    },
    "terminal": {
        "colour in a pipe": ("return os.isatty(stream.fileno())", "return stream.fileno() >= 0"),
        "NO_COLOR not read": ('environment.get("NO_COLOR") or ', ""),
        "an empty NO_COLOR counts": ('environment.get("NO_COLOR")', '"NO_COLOR" in environment'),
        "dumb terminals too": ('(None, "", "dumb")', '(None, "")'),
        "terminals without a name too": ('(None, "", "dumb")', '("dumb",)'),
        "Windows Terminal not known": (' or environment.get("WT_SESSION")', ""),
        "title lost": ("rows, cols, title, digits, colour)", "rows, cols, None, digits, colour)"),
        "numbers instead of shades": ("if heat:", "if False:"),
        "shades instead of numbers": ("if heat:", "if True:"),
        "no empty line": ('title, digits, colour) + "\\n")', "title, digits, colour))"),
    },
}

"""Wrong variants of the readers: module -> what is wrong -> the edit that makes it so."""

from tests.mutants.mutate import Edit

ERRORS: dict[str, Edit] = {
    "not a ValueError": ("DataError(ValueError)", "DataError(Exception)"),
    "nothing is cut": ("len(text) <= 60", "len(text) <= 6000"),
}

LINES: dict[str, Edit] = {
    "splitlines": ('.removesuffix("\\n").split("\\n")', ".splitlines()"),
    "an empty line after the last": ('.removesuffix("\\n")', ""),
    "all blank lines at the end dropped": ('.removesuffix("\\n")', '.rstrip("\\n")'),
    "blank files are data": ("if not text.strip():", "if not text:"),
    "no name is the current directory": ('if os.fspath(path) == "":', "if path is None:"),
    "a null character in the name": ("(OSError, ValueError)", "OSError"),
}

PAIRS: dict[str, Edit] = {
    "lines from 0": ("enumerate(read_lines(path), start=1)", "enumerate(read_lines(path))"),
    "parallel lines from 0": ("strict=True), start=1)", "strict=True), start=0)"),
    "further columns dropped": ("if len(columns) != 2:", "if len(columns) < 2:"),
    "lines of one column dropped": (
        "        if len(columns) != 2:",
        "        if len(columns) == 1:\n            continue\n        if len(columns) != 2:",
    ),
    "empty columns kept": ("if not column:", "if column is None:"),
    "empty lines kept": ('if columns == [""]:', "if columns == []:"),
    "empty lines of parallel files kept": ("if not side:", "if side is None:"),
    "uneven files cut": ("if len(sources) != len(targets):", "if not targets:"),
    "the shorter file blamed": (
        "names if len(sources) > len(targets) else names[::-1]",
        "names if len(sources) < len(targets) else names[::-1]",
    ),
    "the last common line named": ("place(longer, fewest + 1)", "place(longer, fewest)"),
    "the sides swapped": (
        "SentencePair(source, target, place",
        "SentencePair(target, source, place",
    ),
    "the partner's file blamed": (
        "((*names, source), (*names[::-1], target))",
        "((*names[::-1], source), (*names, target))",
    ),
    "spaces kept": ('[column.strip() for column in line.split("\\t")]', 'line.split("\\t")'),
}

GETTEXT_CATALOGUES: dict[str, Edit] = {
    "the context kept": ('msgid.rpartition("\\x04")[2]', "msgid"),
    "the context up to the last mark only": (
        'msgid.rpartition("\\x04")[2]',
        'msgid.partition("\\x04")[2] or msgid',
    ),
    "the header is a message": ('if msgid == "":', "if msgid is None:"),
    "the plural for 1": ("ngettext(msgid, plural, 2)", "ngettext(msgid, plural, 1)"),
    "the singular for 0": ("ngettext(msgid, plural, 1)", "ngettext(msgid, plural, 0)"),
    "the plural's English lost": ("yield number, plural,", "yield number, english,"),
    "plurals looked up without context": (
        "ngettext(msgid, plural, 2)",
        "ngettext(english, plural, 2)",
    ),
    "the same text kept": ("elif pair[0] == pair[1]:", "elif pair[0] is None:"),
    "untranslated text kept": ("if not all(pair):", "if not any(pair):"),
    "repeated text kept": ("elif pair in pairs:", "elif pair is None:"),
    "one translation for each text": (
        "elif pair in pairs:",
        "elif pair[0] in {p[0] for p in pairs}:",
    ),
    "line breaks kept": ('return " ".join(text.split())', "return text.strip()"),
    "one byte order": ('order = "<" if', 'order = "<" if True or'),
    "ASCII only": ('charset() or "ascii"))', 'charset() and "ascii"))'),
    "the plural rule not tried": ("for n in (1, 2):", "for n in ():"),
    "the plural rule tried for 2 only": ("for n in (1, 2):", "for n in (2,):"),
    "broken files are a traceback": (
        "except (OSError, ValueError, LookupError, ArithmeticError, struct.error)",
        "except (OSError, ValueError, LookupError, ArithmeticError)",
    ),
    "unknown encodings are a traceback": ("ValueError, LookupError,", "ValueError,"),
    "broken files forgotten": (
        'skipped.append(Skipped(str(path), str(error).removeprefix(f"{path}: ")))',
        "pass",
    ),
    "one broken file ends all": (
        "        except DataError as error:",
        "        except TabError as error:",
    ),
    "every language taken": ("if by_name is False:", "if by_name == 7:"),
    "other languages not counted": (
        "            n_other += 1\n            continue",
        "            continue",
    ),
    "the header before the folder": ("if by_name or _is(header", "if _is(header"),
    "the header not asked": ("if by_name or _is(header, language):", "if by_name:"),
    "any language that begins so": (
        'rf"{re.escape(language)}([-_][A-Za-z]+)?(\\.[\\w-]+)?"',
        'rf"{re.escape(language)}.*"',
    ),
    "no countries": ("([-_][A-Za-z]+)?", ""),
    "LC_MESSAGES only": ('startswith("LC_")', 'startswith("LC_MESSAGES")'),
    "the folder as given": ("path.absolute().parts", '("", "", *path.parts)'),
    "capital endings passed by": ("name.lower().endswith", "name.endswith"),
    "in the order of the disk": (
        "return sorted(found, key=lambda path: path.parts)",
        "return sorted(found, key=lambda path: path.parts, reverse=True)",
    ),
    "links to directories followed": ("followlinks=False", "followlinks=True"),
    "marks kept": (
        "return english.replace(mark",
        "return english, translation\n            return english.replace(mark",
    ),
    "marks of GTK only": ('for mark in "_&":', 'for mark in "_":'),
    "marks of Qt only": ('for mark in "_&":', 'for mark in "&":'),
    "names lose their underscore": ("words[0] != words[1] and ", ""),
    "marks in the middle of both words": (" and any(word[0] == mark for word in words)", ""),
    "marks at the start of both words": ("and any(word[0]", "and all(word[0]"),
    "more than one mark": ("text.count(mark) == 1", "text.count(mark) >= 1"),
}

TSV: dict[str, Edit] = {
    "one known name is a header": (">= 2:", ">= 1:"),
    "never a header": (">= 2:", ">= 99:"),
    "names as they stand": ("cell.strip().lower() for cell", "cell.strip() for cell"),
    "lines from the header": ("start=1 + has_header", "start=1"),
    "lines from 0": ("start=1 + has_header", "start=0 + has_header"),
    "short lines dropped": (
        "if len(cells) != width:",
        "if len(cells) < width:\n            continue\n        if len(cells) != width:",
    ),
    "long lines cut": ("if len(cells) != width:", "if len(cells) < width:"),
    "empty cells kept": ("if not cell:", "if cell is None:"),
    "spaces kept": ("(cells[column].strip() for", "(cells[column] for"),
    "the wrong column named": ("column {column + 1}", "column {column}"),
    "the first of several": ("if len(having) != 1 or", "if not having or"),
    "a column twice": (" or any(header.count(name) > 1 for name in having[0])", ""),
    "the second text lost": ("texts[1] if pairs else None", "None"),
    "pairs in the order of the header": (
        "columns += [header.index(name) for name in having[0]]",
        "columns += sorted(header.index(name) for name in having[0])",
    ),
    "nan is a score": ("if not math.isfinite(score):", "if math.isinf(score):"),
    "infinity is a score": ("if not math.isfinite(score):", "if math.isnan(score):"),
    "no example is fine": ("if len(lines) == 1:", "if not lines:"),
    "labels for scores": ("_rows(path, pairs, _SCORES)", "_rows(path, pairs, _LABELS)"),
}

CONLL: dict[str, Edit] = {
    "the last sentence lost": ('[*read_lines(path), ""]', "[*read_lines(path)]"),
    "sentences run on over blank lines": ("        if tokens:", "        if tokens and columns:"),
    "document marks are tokens": ('if columns and columns[0] != "-DOCSTART-":', "if columns:"),
    "document marks not counted": ("n_document_marks += bool(columns)", "pass"),
    "blank lines counted": ("n_document_marks += bool(columns)", "n_document_marks += 1"),
    "split at any space of Unicode": ('re.findall(r"[^ \\t]+", line)', "line.split()"),
    "split at tabs only": ('r"[^ \\t]+"', 'r"[^\\t]+"'),
    "columns may be missing": ("if len(columns) != n_columns:", "if len(columns) > n_columns:"),
    "columns may be too many": ("if len(columns) != n_columns:", "if len(columns) < n_columns:"),
    "the token may be the tag": (" or token == tag", ""),
    "the first token's line one too late": ("number - len(tokens)", "number - len(tokens) + 1"),
    "every token's line is the first's": ("self.line + index", "self.line"),
    "IOB1 left as it is": ('if scheme == "IOB1":', 'if scheme == "IOB3":'),
    "IOB1 not known": ("if against_iob1 is None:", "if against_iob1 == 7:"),
    "anything goes": ("if against_iob2 is None:", "if True:"),
    "B- may begin in IOB1": ('if tag.startswith("B-") and not continues', "if False"),
    "another type continues": ("tag[2:] == before[2:] and ", ""),
    "the last sentence's tag goes on": (
        '    for sentence in sentences:\n        before = "O"\n',
        '    before = "O"\n    for sentence in sentences:\n',
    ),
    "the last mistake is named": (" and against_iob2 is None", ""),
    "B- by the line after": ('("O", *sentence.tags[:-1])', '(*sentence.tags[1:], "O")'),
    "I- of another type stays": (
        'tag.startswith("I-") and tag[2:] != last[2:]',
        'tag.startswith("I-") and last == "O"',
    ),
    "B- of IOB1 merged": (
        'f"B-{tag[2:]}" if tag.startswith("I-") and',
        'f"I-{tag[2:]}" if tag[0] == "B" else f"B-{tag[2:]}" if tag[0] == "I" and',
    ),
    "other tags pass": ('if tag != "O" and tag not in is_entity:', "if False:"),
    "no entity is plain": (' and tags != {"O"}', ""),
}

JSON_LINES: dict[str, Edit] = {
    "lines from 0": ('text.count("\\n", 0, start) + 1', 'text.count("\\n", 0, start)'),
    "the line before the value": ("        start = _below", "        start = -1 + _below"),
    "the first of two equal names": ("if key == wanted:", "if key == wanted and found is None:"),
    "the name's line": (
        "            key, at = _DECODER.raw_decode(text, at)\n",
        "            name_at = at\n            key, at = _DECODER.raw_decode(text, at)\n"
        "            if key == wanted and text[name_at - 1] == chr(10):\n"
        "                return name_at\n",
    ),
    "no break before a colon": (
        "            at = _skip_blanks(text, at)\n            at = _skip",
        "            at = _skip",
    ),
    "no break after a comma": (
        "at = _skip_blanks(text, at + 1)\n        index",
        "at += 1\n        index",
    ),
    "blanks are spaces": ('r"[ \\t\\n\\r]*"', 'r"[ \\t]*"'),
    "entries from 1": ("index = 0", "index = 1"),
}

SQUAD: dict[str, Edit] = {
    "any answer in the context": ("context.startswith(text, start)", "text in context"),
    "an answer anywhere after": (
        "not context.startswith(text, start)",
        "text not in context[start:]",
    ),
    "starts from the end": ("if start < 0 or not", "if not"),
    "answers cut to the first": (
        "        answers.append(Answer(text, start))",
        "        answers = answers or [Answer(text, start)]",
    ),
    "the best is the last": (
        "        answers.append(Answer(text, start))",
        "        answers = [Answer(text, start)]",
    ),
    "no answer is fine": ("if not answers:", "if answers is None:"),
    "an id may come twice": ("if question.id in questions:", "if False:"),
    "v2 passes": ('node.value.get("is_impossible") is True', "False"),
    "v2's possible ones refused": (
        'node.value.get("is_impossible") is True',
        '"is_impossible" in node.value',
    ),
    "True is a number": (
        "if type(node.value) is not kind:",
        "if not isinstance(node.value, kind):",
    ),
    "blank text": ("if not node.value.strip():", "if not node.value:"),
    "half characters": ("check_unicode(node.value)", "pass"),
    "the line of the paragraph": ("path = (*self.path, key)", "path = (*self.path, key)[:4]"),
    "the column as line": ("place(name, error.lineno)", "place(name, error.colno)"),
    "the question not named": ("self.value, self.path, note)", 'self.value, self.path, "")'),
    "only the first place": ("while len(starts) < 3 and", "while len(starts) < 1 and"),
    "deep nesting is a traceback": ("except (RecursionError, ValueError)", "except ValueError"),
    "long numbers are a traceback": (
        "except (RecursionError, ValueError)",
        "except RecursionError",
    ),
    "no question is fine": ("if not questions:", "if questions is None:"),
    "the question's text lost": ('node.text("question"), context', "identity, context"),
}

DOCUMENTS: dict[str, Edit] = {
    "sentences not stripped": ("if sentence := line.strip():", "if sentence := line:"),
    "an empty document for each blank line": (
        "        elif documents[-1]:\n            documents.append([])\n",
        "        else:\n            documents.append([])\n",
    ),
    "an empty one at the end": (
        "documents[:-1]\n\n\ndef lines_as",
        "documents\n\n\ndef lines_as",
    ),
    "cut after the first blank line": ("and n_so_far >= n_lines", "and n_so_far"),
    "one line too many": ("n_so_far >= n_lines", "n_so_far > n_lines"),
    "cut at n_lines": ("2 * n_lines or", "n_lines or"),
    "never cut": ("n_so_far == 2 * n_lines or ", ""),
    "one line is enough": ("if n_lines < 2:", "if n_lines < 1:"),
}

MISTAKES: dict[str, dict[str, Edit]] = {
    "errors": ERRORS,
    "lines": LINES,
    "pairs": PAIRS,
    "gettext_catalogues": GETTEXT_CATALOGUES,
    "tsv": TSV,
    "conll": CONLL,
    "json_lines": JSON_LINES,
    "squad": SQUAD,
    "documents": DOCUMENTS,
}

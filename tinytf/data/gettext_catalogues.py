"""Sentence pairs out of the translations of real programs: gettext's .mo catalogues.

Most programs keep their messages in English and ship a compiled catalogue for each language, such
as /usr/share/locale/de/LC_MESSAGES/grep.mo. Python's own `gettext` reads them. It has no public
list of the messages in a catalogue, so `_keys` takes that from the file's first table; the layout
is in https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html.

What a message goes through, in this order:

- A context ("Stock label\\x04_Edit") tells translators where a message is shown. It is not shown
  itself, so it is removed.
- A message with plural forms gives two pairs: the singular with the translation for 1, the plural
  with the translation for 2, by the catalogue's own rule. Further forms (Polish has three) have no
  English partner of their own and are not used.
- Line breaks and runs of spaces, which are layout, become one space; spaces at the ends go.
- The mark of a keyboard shortcut ("_File", "E&xit") is removed on both sides; see `_without_marks`.
- Left out and counted: messages without a translation, those that are the same in both languages
  (names, mostly, and what nobody translated), and pairs that came before.

Placeholders such as %s and {name} stay.
"""

import gettext
import io
import os
import re
import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tinytf.data.errors import DataError
from tinytf.data.lines import read_bytes
from tinytf.data.pairs import SentencePair
from tinytf.text.corpus import Skipped

# Why a message gives no pair: the keys of `GettextPairs.left_out`.
NOT_TRANSLATED = "not translated"
THE_SAME = "the same in both languages"
REPEATED = "repeated"


@dataclass(frozen=True)
class GettextPairs:
    """What `read_gettext` found.

    Attributes:
        pairs: English and translation; `place` names the catalogue and the message in it, from 1.
        files: the catalogues read, in order.
        skipped: catalogues and directories that could not be used, and why.
        left_out: how many messages gave no pair, by reason.
        n_other: how many catalogues of other languages were passed by.
    """

    pairs: tuple[SentencePair, ...]
    files: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    left_out: Mapping[str, int]
    n_other: int


def read_gettext(path: str | os.PathLike[str], language: str = "de") -> GettextPairs:
    """Read one catalogue, or all of a language below a directory (/usr/share/locale, for example).

    A catalogue's language is what the folder above LC_MESSAGES says (de/LC_MESSAGES/grep.mo);
    elsewhere the end of its name (de.mo, plugin-de_DE.mo), or else its own header. "de" takes
    de_AT and de_DE too, but not de@hebrew: that is another script. A single file is taken as it is.
    Symbolic links to files are read, those to directories (they may lead in circles) are not.

    Raises:
        DataError: no such path; a single file that is no catalogue; no catalogue of the language,
            or not one pair in them. Says how many were of other languages or broken, and why.
    """
    root = Path(path)
    if os.fspath(path) != "" and root.is_dir():  # Path("") would be the current directory
        found, skipped, n_other = _find(root, language)
    else:
        found, skipped, n_other = [(root, _open_catalogue(path))], [], 0
    pairs: dict[tuple[str, str], SentencePair] = {}
    left_out = Counter({NOT_TRANSLATED: 0, THE_SAME: 0, REPEATED: 0})
    for file, catalogue in found:
        for number, english, translation in catalogue.messages():
            pair = _without_marks(_folded(english), _folded(translation))
            if not all(pair):
                left_out[NOT_TRANSLATED] += 1
            elif pair[0] == pair[1]:
                left_out[THE_SAME] += 1
            elif pair in pairs:
                left_out[REPEATED] += 1
            else:
                pairs[pair] = SentencePair(*pair, f"{file}, message {number}")
    if not pairs:
        first = f"; the first: {skipped[0].path}: {skipped[0].reason}" if skipped else ""
        raise DataError(
            f"{root}: expected translated messages in catalogues such as "
            f"{language}/LC_MESSAGES/NAME.mo, got {len(found)} catalogues with "
            f"{left_out.total()} messages, none of use, {n_other} of other languages, "
            f"{len(skipped)} skipped{first}"
        )
    files = tuple(str(file) for file, _ in found)
    return GettextPairs(tuple(pairs.values()), files, tuple(skipped), dict(left_out), n_other)


@dataclass(frozen=True)
class _Catalogue:
    """`translations`, and the `keys` to look up in it: (msgid,) or (singular, plural)."""

    translations: gettext.GNUTranslations
    keys: tuple[tuple[str, ...], ...]

    def messages(self) -> Iterator[tuple[int, str, str]]:
        """Number of the message, English, translation ("" where there is none)."""
        for number, key in enumerate(self.keys, start=1):
            msgid = key[0]
            if msgid == "":  # the header: who translated, in which encoding
                continue
            english = msgid.rpartition("\x04")[2]
            if len(key) == 1:
                yield number, english, self.translations.gettext(msgid)
            else:
                plural = key[1]
                yield number, english, self.translations.ngettext(msgid, plural, 1)
                yield number, plural, self.translations.ngettext(msgid, plural, 2)


def _open_catalogue(path: str | os.PathLike[str]) -> _Catalogue:
    """Read a .mo file.

    Raises:
        DataError: it cannot be read or is broken; `gettext` has an exception of another kind for
            each way in which a file can be broken.
    """
    data = read_bytes(path)
    try:
        translations = gettext.GNUTranslations(io.BytesIO(data))
        catalogue = _Catalogue(translations, tuple(_keys(data, translations.charset() or "ascii")))
        for n in (1, 2):  # runs the file's own rule for plurals, which may divide by zero
            translations.ngettext("", "", n)
    except (OSError, ValueError, LookupError, ArithmeticError, struct.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError(
            f"{os.fspath(path)}: expected a gettext catalogue (.mo), got: {reason}"
        ) from error
    return catalogue


def _keys(data: bytes, charset: str) -> Iterator[tuple[str, ...]]:
    """The first table of a .mo file that `gettext` has accepted: (length, offset) of each msgid."""
    order = "<" if data[:4] == struct.pack("<I", 0x950412DE) else ">"
    count, table = struct.unpack_from(order + "2I", data, 8)
    for entry in range(count):
        length, start = struct.unpack_from(order + "2I", data, table + 8 * entry)
        msgid = data[start : start + length]
        # As `gettext` does it: split the bytes first, a zero byte separates singular and plural.
        yield tuple(str(part, charset) for part in msgid.split(b"\x00"))


def _find(root: Path, language: str) -> tuple[list[tuple[Path, _Catalogue]], list[Skipped], int]:
    """The catalogues of the language below `root`, in order of their path; see `GettextPairs`."""
    found: list[tuple[Path, _Catalogue]] = []
    skipped: list[Skipped] = []
    n_other = 0
    for path in _mo_files(root, skipped):
        by_name = _language_by_name(path, language)
        if by_name is False:
            n_other += 1
            continue
        try:
            catalogue = _open_catalogue(path)
        except DataError as error:
            skipped.append(Skipped(str(path), str(error).removeprefix(f"{path}: ")))
            continue
        header = catalogue.translations.info().get("language", "")
        if by_name or _is(header, language):
            found.append((path, catalogue))
        elif header:
            n_other += 1
        else:
            skipped.append(Skipped(str(path), "neither its place, its name nor its header says "
                                   "the language"))  # fmt: skip
    return found, skipped, n_other


def _mo_files(root: Path, skipped: list[Skipped]) -> list[Path]:
    """All .mo files below `root`; adds directories that cannot be read to `skipped`."""

    def note(error: OSError) -> None:
        skipped.append(Skipped(str(error.filename), f"cannot be read: {error.strerror}"))

    found = [
        Path(directory, name)
        for directory, _, names in os.walk(root, onerror=note, followlinks=False)
        for name in names
        if name.lower().endswith(".mo")
    ]
    return sorted(found, key=lambda path: path.parts)


def _language_by_name(path: Path, language: str) -> bool | None:
    """Whether the folders or the name say this language; None where they say nothing."""
    # absolute: `root` may be "." in the middle of /usr/share/locale/de/LC_MESSAGES.
    parts = path.absolute().parts
    if parts[-2].startswith("LC_") and len(parts) > 3:
        return _is(parts[-3], language)
    endings = re.split(r"[-.]", path.stem)
    return True if _is(path.stem, language) or _is(endings[-1], language) else None


def _is(name: str, language: str) -> bool:
    """Whether a locale's name is this language: de, de_DE, de-AT, de_DE.UTF-8; not de@hebrew."""
    return re.fullmatch(rf"{re.escape(language)}([-_][A-Za-z]+)?(\.[\w-]+)?", name) is not None


def _folded(text: str) -> str:
    return " ".join(text.split())


def _without_marks(english: str, translation: str) -> tuple[str, str]:
    """Both texts without the mark of a shortcut, "_" (GTK) or "&" (Qt, Windows).

    A mark stands once on each side, before a letter or digit, on at least one side at the start
    of a word, and not in a word that both sides have: "_File" and "_Datei", "E&xit" and
    "&Beenden", but not "cannot read LC_ALL", "_start" on both sides, or "R&D" and "F&E".
    """
    for mark in "_&":
        words = []
        for text in (english, translation):
            word = re.search(rf"[\w&]*{mark}[^\W_][\w&]*", text)
            if word and text.count(mark) == 1:
                words.append(word[0])
        if len(words) == 2 and words[0] != words[1] and any(word[0] == mark for word in words):
            return english.replace(mark, ""), translation.replace(mark, "")
    return english, translation

"""Real .mo files, written here byte by byte: what becomes a pair, what is left out and told."""

import gettext
import os
import struct
import tempfile
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import strategies as st

from tests.data.files import message_of, write
from tests.data.mo_files import catalogue, header, mo_file
from tests.ops.claims import claim
from tinytf.data.errors import DataError

words = st.text(st.characters(codec="utf-8", exclude_characters="\x00\x04_&"), min_size=1).filter(
    lambda text: bool(text.strip())
)


@claim(
    messages=st.dictionaries(words, words, min_size=1, max_size=5),
    order=st.sampled_from(["<", ">"]),
)
def test_messages_that_were_written_are_read(
    module: ModuleType, messages: dict[str, str], order: str
) -> None:
    wanted = {
        (" ".join(english.split()), " ".join(german.split())): None
        for english, german in messages.items()
    }
    same = {pair for pair in wanted if pair[0] == pair[1]}
    n_same = sum(a.split() == b.split() for a, b in messages.items())
    rows = [header(), *(((english,), (german,)) for english, german in messages.items())]
    with tempfile.TemporaryDirectory() as directory:
        path = write(Path(directory, "x.mo"), mo_file(rows, order))
        if len(same) == len(wanted):
            assert "got 1 catalogues with" in message_of(module.read_gettext, path)
            return
        found = module.read_gettext(path)
    assert [(p.source, p.target) for p in found.pairs] == [p for p in wanted if p not in same]
    n_repeated = len(messages) - n_same - len(found.pairs)
    assert found.left_out == {
        module.NOT_TRANSLATED: 0,
        module.THE_SAME: n_same,
        module.REPEATED: n_repeated,
    }
    assert (found.files, found.skipped, found.n_other) == ((str(path),), (), 0)


def pairs_of(module: ModuleType, path: Path, *messages: tuple[tuple[str, ...], tuple[str, ...]],
             **head: str) -> list[tuple[str, str]]:  # fmt: skip
    write(path, mo_file([header(**head), *messages]))
    return [(pair.source, pair.target) for pair in module.read_gettext(path).pairs]


def test_contexts_are_not_text(module: ModuleType, tmp_path: Path) -> None:
    assert pairs_of(
        module,
        tmp_path / "x.mo",
        (("month\x04May",), ("Mai",)),
        (("verb\x04may\x04x",), ("darf",)),
        (("files\x04%d file", "%d files"), ("%d Datei", "%d Dateien")),
    ) == [("May", "Mai"), ("x", "darf"), ("%d file", "%d Datei"), ("%d files", "%d Dateien")]


def test_plural_forms(module: ModuleType, tmp_path: Path) -> None:
    german = (("%d file", "%d files"), ("%d Datei", "%d Dateien"))
    assert pairs_of(module, tmp_path / "x.mo", german) == [
        ("%d file", "%d Datei"),
        ("%d files", "%d Dateien"),
    ]
    # Slovenian: 1 is form 1 and 2 is form 2 of its rule, form 0 has no English partner.
    rule = "nplurals=4; plural=(n%100==1 ? 1 : n%100==2 ? 2 : n%100==3 || n%100==4 ? 3 : 0);"
    slovenian = (("%d file", "%d files"), ("a", "b", "c", "d"))
    assert pairs_of(module, tmp_path / "x.mo", slovenian, plural=rule) == [
        ("%d file", "b"),
        ("%d files", "c"),
    ]
    # One form for all numbers.
    japanese = (("%d file", "%d files"), ("a",))
    assert pairs_of(module, tmp_path / "x.mo", japanese, plural="nplurals=1; plural=0;") == [
        ("%d file", "a"),
        ("%d files", "a"),
    ]


MARKS = [
    ("_File", "_Datei", "File", "Datei"),
    ("Save &As...", "Speichern &unter...", "Save As...", "Speichern unter..."),
    ("E_xit", "_Beenden", "Exit", "Beenden"),
    ("_Open", "\u00d6_ffnen", "Open", "\u00d6ffnen"),
    ("(&1) one", "(&E)ins", "(1) one", "(E)ins"),
    # Not marks: names, letters joined by "&", two of them, one side only, entities, "a & b".
    ("cannot read LC_ALL", "LC_ALL ist nicht lesbar", None, None),
    ("see _start", "siehe _start", None, None),
    ("local_schema", "lokales_Schema", None, None),
    ("R&D", "F&E", None, None),
    ("_A or _B", "_C", None, None),
    ("_File", "Datei", None, None),
    ("a &amp; b", "c &amp; d", None, None),
    ("cats & dogs", "Hunde & Katzen", None, None),
    ("cats & dogs", "Hunde &Katzen", None, None),
]


def test_marks_of_shortcuts(module: ModuleType, tmp_path: Path) -> None:
    for english, german, wanted_english, wanted_german in MARKS:
        [pair] = pairs_of(module, tmp_path / "x.mo", ((english,), (german,)))
        assert pair == (wanted_english or english, wanted_german or german)


def test_what_is_left_out_is_counted(module: ModuleType, tmp_path: Path) -> None:
    write(
        tmp_path / "de" / "LC_MESSAGES" / "a.mo",
        catalogue(("one", "eins"), ("two", ""), ("three", " \n"), ("OK", "OK"), ("x\n", "x")),
    )
    write(
        tmp_path / "de" / "LC_MESSAGES" / "b.mo",
        catalogue(("\none  ", "eins"), ("four", "vier"), ("one", "ein")),
    )
    found = module.read_gettext(tmp_path)
    came = [(pair.source, pair.target) for pair in found.pairs]
    assert came == [("one", "eins"), ("four", "vier"), ("one", "ein")]
    assert found.left_out == {
        module.NOT_TRANSLATED: 2,
        module.THE_SAME: 2,
        module.REPEATED: 1,
    }
    assert [pair.place for pair in found.pairs] == [
        f"{found.files[0]}, message 2",
        f"{found.files[1]}, message 3",
        f"{found.files[1]}, message 4",
    ]


def names(root: Path, files: tuple[str, ...]) -> list[str]:
    return [Path(file).relative_to(root).as_posix() for file in files]


def test_which_catalogues_are_of_the_language(module: ModuleType, tmp_path: Path) -> None:
    places = {
        "de/LC_MESSAGES/a.mo": "",
        "de_AT/LC_MESSAGES/b.mo": "",
        "de_DE.UTF-8/LC_TIME/c.MO": "",
        "deep/er/de/LC_MESSAGES/d.mo": "fr",  # the folder counts, not the header
        ".hidden/de.mo": "",
        "plugin-de_DE.mo": "",
        "some.de.mo": "",
        "by_header.mo": "de",
    }
    others = {
        "de@hebrew/LC_MESSAGES/a.mo": "",
        "den/LC_MESSAGES/a.mo": "",
        "fr/LC_MESSAGES/de.mo": "",
        "other.mo": "fr",
    }
    for number, (place, language) in enumerate({**places, **others, "nothing.mo": ""}.items()):
        write(tmp_path / place, catalogue((f"m{number}", f"n{number}"), language=language))
    write(tmp_path / "de" / "LC_MESSAGES" / "a.po", "no catalogue")
    found = module.read_gettext(str(tmp_path))
    assert names(tmp_path, found.files) == sorted(places, key=lambda name: Path(name).parts)
    assert len(found.pairs) == len(places)
    assert found.n_other == len(others)
    [(path, reason)] = found.skipped
    assert names(tmp_path, (path,)) == ["nothing.mo"]
    assert reason == "neither its place, its name nor its header says the language"
    french = module.read_gettext(tmp_path, "fr")
    assert names(tmp_path, french.files) == ["fr/LC_MESSAGES/de.mo", "other.mo"]


def test_from_within_the_folder(module: ModuleType, tmp_path: Path) -> None:
    file = write(tmp_path / "de" / "LC_MESSAGES" / "a.mo", catalogue(("one", "eins")))
    before = Path.cwd()
    os.chdir(file.parent)
    try:
        assert module.read_gettext(".").files == ("a.mo",)
        assert module.read_gettext("a.mo").files == ("a.mo",)
    finally:
        os.chdir(before)


def test_links(module: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "de" / "LC_MESSAGES"
    write(folder / "a.mo", catalogue(("one", "eins")))
    try:
        (folder / "b.mo").symlink_to(folder / "a.mo")
        (folder / "c.mo").symlink_to(folder / "nowhere.mo")
        (folder / "circle").symlink_to(tmp_path, target_is_directory=True)
    except OSError as error:
        pytest.skip(f"symbolic links cannot be made here: {error}")
    found = module.read_gettext(tmp_path)
    assert [Path(file).name for file in found.files] == ["a.mo", "b.mo"]
    assert found.left_out[module.REPEATED] == 1
    [(path, reason)] = found.skipped
    assert (Path(path).name, reason) == ("c.mo", "cannot be read: No such file or directory")


GOOD = catalogue(("one", "eins"), ("two", "zwei"))
BROKEN = {
    "magic": (b"no catalogue", "Bad magic number"),
    "empty": (b"", "unpack requires a buffer of 4 bytes"),
    "version": (GOOD[:4] + struct.pack("<I", 7 << 16) + GOOD[8:], "Bad version number 7"),
    "cut": (GOOD[:-3], "File is corrupt"),
    "cut_early": (GOOD[:30], "unpack requires a buffer of 8 bytes"),
    "no_charset": (mo_file([(("one",), ("\u00e4",))]), "'ascii' codec can't decode"),
    "charset": (mo_file([header(charset="x-no"), (("a",), ("b",))]), "unknown encoding: x-no"),
    "latin1": (
        mo_file([(("",), ("Last-Translator: \u00e4\nContent-Type: text/plain; charset=latin1\n",))],
                charset="latin1"),
        "'utf-8' codec can't decode byte 0xe4",
    ),
    "plural": (mo_file([header(plural="nplurals=2; plural=n %;")]), "unexpected"),
    "zero": (mo_file([header(plural="nplurals=2; plural=2/(n-1);")]), "division"),
    "three": (mo_file([header(), (("a", "b", "c"), ("d",))]), "too many values to unpack"),
}  # fmt: skip


def test_broken_catalogues(module: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "de" / "LC_MESSAGES"
    for name, (data, reason) in BROKEN.items():
        path = write(folder / f"{name}.mo", data)
        said = message_of(module.read_gettext, path)
        expected = f"{name}.mo: expected a gettext catalogue (.mo), got: "
        assert said.startswith(expected), said
        assert reason in said, (said, reason)
    assert message_of(module.read_gettext, tmp_path) == (
        f"{tmp_path.name}: expected translated messages in catalogues such as "
        "de/LC_MESSAGES/NAME.mo, got 0 catalogues with 0 messages, none of use, 0 of other "
        f"languages, {len(BROKEN)} skipped; the first: charset.mo: expected a gettext catalogue "
        "(.mo), got: unknown encoding: x-no"
    )
    write(folder / "good.mo", GOOD)
    found = module.read_gettext(tmp_path)
    assert len(found.pairs) == 2
    assert sorted(Path(path).stem for path, _ in found.skipped) == sorted(BROKEN)
    assert all(reason.startswith("expected a gettext catalogue") for _, reason in found.skipped)


@claim(max_examples=200, place=st.integers(0, len(GOOD) - 1), byte=st.integers(0, 255))
def test_any_byte_may_be_wrong(module: ModuleType, place: int, byte: int) -> None:
    """A broken catalogue gives pairs or a DataError, never another error."""
    with tempfile.TemporaryDirectory() as directory:
        path = write(Path(directory, "x.mo"), GOOD[:place] + bytes([byte]) + GOOD[place + 1 :])
        try:
            said = f"{path}, {len(module.read_gettext(path).pairs)} pairs"
        except DataError as error:
            said = str(error)
        assert said.startswith(str(path)), said


def test_nothing_found(module: ModuleType, tmp_path: Path) -> None:
    write(tmp_path / "fr" / "LC_MESSAGES" / "a.mo", GOOD)
    assert message_of(module.read_gettext, tmp_path) == (
        f"{tmp_path.name}: expected translated messages in catalogues such as "
        "de/LC_MESSAGES/NAME.mo, got 0 catalogues with 0 messages, none of use, 1 of other "
        "languages, 0 skipped"
    )
    said = message_of(module.read_gettext, tmp_path, "it")
    assert "in catalogues such as it/LC_MESSAGES/NAME.mo, got 0" in said
    said = message_of(module.read_gettext, tmp_path / "missing")
    assert said == "missing: cannot be read: No such file or directory"
    said = message_of(module.read_gettext, "")
    assert said == "data: expected the name of a file, got an empty name"
    said = message_of(module.read_gettext, write(tmp_path / "x.mo", catalogue(("OK", "OK"))))
    assert "got 1 catalogues with 1 messages, none of use" in said


def test_the_catalogues_of_this_machine() -> None:
    """A spot check against `gettext` itself, where the system has German translations."""
    from tinytf.data.gettext_catalogues import read_gettext

    files = sorted(Path("/usr/share/locale/de/LC_MESSAGES").glob("*.mo"))[:10]
    if not files:
        pytest.skip("no German catalogues in /usr/share/locale")
    for file in files:
        try:
            found = read_gettext(file)
        except DataError:
            continue  # broken, or names that are the same in both languages
        with file.open("rb") as stream:
            translations = gettext.GNUTranslations(stream)
        known = [p for p in found.pairs if translations.gettext(p.source) == p.target]
        assert len(known) > 0, f"{file}: expected pairs that gettext knows, got none"
        assert all(pair.source and pair.target for pair in found.pairs)
        assert not any("\n" in pair.source + pair.target for pair in found.pairs)

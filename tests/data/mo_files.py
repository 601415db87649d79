"""Writing .mo catalogues, in either byte order, for the reader to read."""

import struct

# A message: its msgid, or (msgid, plural); and its translations, one or one for each plural form.
Message = tuple[tuple[str, ...], tuple[str, ...]]

GERMAN = "nplurals=2; plural=(n != 1);"


def header(plural: str = GERMAN, language: str = "", charset: str = "UTF-8") -> Message:
    """The message with the empty msgid, which every catalogue should have."""
    lines = [f"Content-Type: text/plain; charset={charset}", f"Plural-Forms: {plural}"]
    if language:
        lines.append(f"Language: {language}")
    return (("",), ("\n".join(lines) + "\n",))


def mo_file(messages: list[Message], order: str = "<", charset: str = "utf-8") -> bytes:
    """A .mo file; `order` is "<" (little-endian) or ">". Messages stay in the given order."""
    tables: list[list[tuple[int, int]]] = [[], []]
    start_of_strings = 28 + 16 * len(messages)
    strings = b""
    for side, table in enumerate(tables):
        for message in messages:
            data = "\0".join(message[side]).encode(charset)
            table.append((len(data), start_of_strings + len(strings)))
            strings += data + b"\0"
    n = len(messages)
    head = struct.pack(order + "7I", 0x950412DE, 0, n, 28, 28 + 8 * n, 0, start_of_strings)
    entries = [number for table in tables for entry in table for number in entry]
    return head + struct.pack(f"{order}{4 * n}I", *entries) + strings


def catalogue(*pairs: tuple[str, str], language: str = "") -> bytes:
    """A catalogue of plain messages with a header."""
    return mo_file(
        [header(language=language), *(((english,), (german,)) for english, german in pairs)]
    )

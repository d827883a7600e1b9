"""Translations in gettext catalogues: .po as text, .mo as compiled.

Source: GNU gettext manual, "The Format of PO Files" and "The Format of GNU MO Files".
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from xnorm.errors import DataError, SettingError
from xnorm.files import open_binary
from xnorm.kb.sources.lines import at, text_lines
from xnorm.languages import CODES, language_code

_MAGIC = b"\xde\x12\x04\x95"
_KEYWORD = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)\s*(?=\")")
_FIRST = ("msgctxt", "msgid")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
_HEADER = re.compile(r"^Language:[ \t]*(\S+)", re.MULTILINE)
_IN_NAME = re.compile(r"(?:^|[-_.])([a-z]{2})(?:[_-][A-Za-z0-9]+)?\.(?:po|mo)")


class Catalogue(NamedTuple):
    """A language and its translations of messages."""

    language: str
    messages: Mapping[str, str]


def read_catalogue(path: Path) -> Catalogue:
    """The messages that are translated; fuzzy and obsolete entries are not.

    Contexts are not told apart: of several translations of a message the first one counts. The
    language is that of the header, else of the file's name (`es.po`, `icd10-pt_BR.mo`).

    Raises:
        DataError: naming the line that is broken.
        SettingError: when nothing says the language.
    """
    with open_binary(path) as stream:
        packed = stream.read(4) in (_MAGIC, _MAGIC[::-1])
    messages: dict[str, str] = {}
    for message, translation in _compiled(path) if packed else _entries(path):
        if translation:
            messages.setdefault(message, translation)
    header = messages.pop("", "")
    return Catalogue(_language(header, path), messages)


def _language(header: str, path: Path) -> str:
    said = _HEADER.search(header)
    if said is not None:
        return language_code(said[1], place=str(path))
    named = _IN_NAME.search(path.name)
    if named is None or named[1] not in CODES:
        raise SettingError(
            "neither the header nor the name of the file says its language",
            place=str(path),
            todo="Name it like es.po, or write the line Language: es into its header",
        )
    return named[1]


def _entries(path: Path) -> Iterator[tuple[str, str]]:
    """The messages of a .po file; the header is the translation of the empty one."""
    entry: dict[str, str] = {}
    field, fuzzy = "", False
    for number, raw in text_lines(path):
        line = raw.strip()
        keyword = _KEYWORD.match(line)
        begins = line.startswith("#") or (keyword is not None and keyword[1] in _FIRST)
        if begins and field.startswith("msgstr"):
            yield from _finished(entry, fuzzy=fuzzy)
            entry, field, fuzzy = {}, "", False
        if line.startswith("#"):
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        if keyword is not None:
            field = keyword[1]
            entry[field] = ""
            line = line[keyword.end() :]
        if line:
            quoted = _QUOTED.fullmatch(line)
            if quoted is None or not field:
                raise DataError(
                    f"expected a text in quotation marks, found '{line[:40]}'",
                    place=at(path, number),
                    todo="Check the file with: msgfmt --check",
                )
            entry[field] += _ESCAPE.sub(lambda e: _ESCAPED.get(e[1], e[1]), quoted[1])
    yield from _finished(entry, fuzzy=fuzzy)


def _finished(entry: Mapping[str, str], *, fuzzy: bool) -> Iterator[tuple[str, str]]:
    message = entry.get("msgid")
    if message is not None and not (fuzzy and message):
        yield message, entry.get("msgstr", entry.get("msgstr[0]", ""))


def _compiled(path: Path) -> Iterator[tuple[str, str]]:
    """The messages of a .mo file."""
    with open_binary(path) as stream:
        data = stream.read()
    order = "<" if data.startswith(_MAGIC) else ">"
    try:
        count, messages, translations = struct.unpack_from(f"{order}3I", data, 8)
        for number in range(count):
            message = _string(data, order, messages + 8 * number)
            # A context stands before the message and a plural after it.
            message = message.rpartition("\4")[2].partition("\0")[0]
            yield message, _string(data, order, translations + 8 * number).partition("\0")[0]
    except (struct.error, UnicodeDecodeError) as error:
        raise DataError(
            f"the catalogue is damaged ({error})",
            place=str(path),
            todo="Compile it again with: msgfmt",
        ) from error


def _string(data: bytes, order: str, position: int) -> str:
    length, start = struct.unpack_from(f"{order}2I", data, position)
    text: bytes = struct.unpack_from(f"{length}s", data, start)[0]
    return text.decode("utf-8")

"""CoNLL columns with IOB tags: a token a line, its tag in the last column, a blank line a sentence.

Read are IOB1, IOB2 and BIOES (BILOU) tags, in columns apart by tabs or blanks. Two neighbouring
columns of offsets, found by the first token, say where tokens lie in the document; without them
tokens are joined with a blank. `-DOCSTART-` and `# doc_id = ID` begin a document.

Source: https://www.clips.uantwerpen.be/conll2003/ner/ for the tags and `-DOCSTART-`
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import BinaryIO

import msgspec

from xnorm.document import Document, Mention, Span, mention_at
from xnorm.errors import DataError, SettingError
from xnorm.files import open_binary
from xnorm.formats.folders import files_with
from xnorm.formats.lines import line_text
from xnorm.formats.reading import Reading, plain_name
from xnorm.languages import language_code

HOLDS = frozenset({"language", "text", "mentions", "types"})
SUFFIXES = (".conll", ".iob", ".iob2", ".bio", ".bioes")

_TAG = re.compile(r"([BIOESLU])(?:[-_](.*))?")
_DOC = re.compile(r"# ?(?:new)?doc[ _-]?id\s*[=: ]\s*(?P<id>.+)", re.IGNORECASE)
_LANGUAGE = re.compile(r"# ?lang(?:uage)?\s*[=:]\s*(?P<code>.+)", re.IGNORECASE)
_REMARK = re.compile(r"# ?[\w. ]+ ?[=:]")
_HEADER = {"token", "word", "form"}
_START = "-DOCSTART-"
# The text between tokens is made of blanks: a slip in an offset must not fill the memory.
_GAP = 10_000_000


class _Token(msgspec.Struct, frozen=True):
    """A line's token: its place, text, tag and type, and its start where the file says one.

    `first` of a sentence: no mention goes on from the token before it.
    """

    place: str
    text: str
    tag: str
    type: str
    first: bool
    start: int | None


class _Draft:
    """A document while its lines come."""

    def __init__(self, id: str) -> None:
        self.id = id
        self.language = ""
        self.tokens: list[_Token] = []
        self.wrong: DataError | SettingError | None = None
        self._column: int | None = None

    def add(self, line: str, place: str, *, first: bool) -> None:
        """Takes one line; the first thing wrong with the document is kept."""
        if self.wrong is not None:
            return
        try:
            if said := _LANGUAGE.match(line):
                self.language = language_code(said["code"], place=place)
            elif not _is_remark(line):
                self._take(_cells(line), place, first=first)
        except (DataError, SettingError) as error:
            self.wrong = error

    def _take(self, cells: list[str], place: str, *, first: bool) -> None:
        tag = _TAG.fullmatch(cells[-1]) if len(cells) > 1 else None
        if not self.tokens:
            if tag is None and cells[0].casefold() in _HEADER:
                return
            self._column = _offset_column(cells)
        if tag is None:
            raise DataError(
                f"no IOB tag at the end of the line: '{cells[-1]}'",
                place=place,
                todo="Write `token TAG` or `token start end TAG`, with a tag such as B-Disease",
            )
        self.tokens.append(
            _Token(place, cells[0], tag[1], tag[2] or "", first, self._start(cells, place))
        )

    def _start(self, cells: list[str], place: str) -> int | None:
        if self._column is None:
            return None
        if _offset_column(cells) != self._column:
            raise DataError(
                f"no offsets of {len(cells[0])} characters as the tokens before have them",
                place=place,
                todo="Give start and end of every token in characters of the document",
            )
        return int(cells[self._column])

    def document(self, reading: Reading) -> Iterator[Document]:
        """The document, unless there is no token or something wrong, which is reported."""
        try:
            if self.wrong is not None:
                raise self.wrong
            if self.tokens:
                yield self._built()
        except (DataError, SettingError) as error:
            reading.bad(error)

    def _built(self) -> Document:
        pieces: list[str] = []
        spans: list[Span] = []
        length = 0
        for token in self.tokens:
            start = token.start if token.start is not None else length + bool(pieces)
            if not 0 <= start - length <= _GAP:
                raise DataError(
                    f"the token begins at {start:,}, but the one before it ends at {length:,}",
                    place=token.place,
                    todo="Offsets count Unicode characters of the document and ascend",
                )
            pieces += [" " * (start - length), token.text]
            length = start + len(token.text)
            spans.append((start, length))
        document = Document.from_text("".join(pieces), id=self.id, language=self.language)
        mentions = tuple(_mentions(self.tokens, spans, document.text))
        return msgspec.structs.replace(document, mentions=mentions)


def sniff(head: bytes, name: str) -> bool:
    """Whether it is named so, announces a document of tokens, or its first lines end in tags."""
    if plain_name(name).endswith(SUFFIXES):
        return True
    lines = head.decode("utf-8", "replace").removeprefix("\ufeff").splitlines()[:50]
    if any(line.startswith(_START) for line in lines[:3]):
        return True
    rows = [_cells(line) for line in lines if line.strip() and not _is_remark(line)]
    if rows and rows[0][0].casefold() in _HEADER:
        del rows[0]
    tags = [_TAG.fullmatch(cells[-1]) if len(cells) > 1 else None for cells in rows]
    # Prose may end a line in "vitamin B", but not all of them.
    return len(tags) > 2 and all(tags)


def read(stream: BinaryIO, reading: Reading) -> Iterator[Document]:
    """The documents of a file; one that no line announces is named after the file."""
    yield from _documents(stream, reading, PurePath(plain_name(reading.name)).stem, "")


def read_folder(folder: Path, reading: Reading) -> Iterator[Document]:
    """The documents of all files of the folder and its folders, in the order of their paths.

    Raises:
        DataError: when there is no such file.
    """
    for relative, path in files_with(folder, SUFFIXES, todo="Give a folder of CoNLL files"):
        name = relative[: plain_name(relative).rindex(".")]
        with open_binary(path) as stream:
            part = Reading(str(path), reading.on_bad, reading.on_note)
            yield from _documents(stream, part, name, f"{name}/")


def sniff_folder(folder: Path) -> bool:
    """Whether there is a file with one of the suffixes."""
    return any(plain_name(path.name).endswith(SUFFIXES) for path in folder.iterdir())


def _documents(stream: BinaryIO, reading: Reading, alone: str, before: str) -> Iterator[Document]:
    """The documents of one file.

    Args:
        stream: the file.
        reading: its name and the ears for complaints.
        alone: the id of the document in a file that announces none.
        before: what stands before the numbers of documents that are announced without an id.
    """
    draft, count, blank = _Draft(alone), 0, True
    for number, data in enumerate(stream, 1):
        place = f"{reading.name}, line {number}"
        try:
            line = line_text(data, place=place)
        except DataError as error:
            draft.wrong = draft.wrong or error
            continue
        line = line.removeprefix("\ufeff") if number == 1 else line
        announced = _DOC.match(line)
        if line.startswith(_START) or (announced and (draft.tokens or draft.wrong)):
            yield from draft.document(reading)
            count += 1
            draft = _Draft(f"{before}{count}")
        if announced:
            draft.id = announced["id"].strip()
        elif line.strip() and not line.startswith(_START):
            draft.add(line, place, first=blank)
        blank = not line.strip()
    yield from draft.document(reading)


def _cells(line: str) -> list[str]:
    return line.split("\t") if "\t" in line else line.split()


def _is_remark(line: str) -> bool:
    """Whether the line says something about the tokens; a token may be a `#` too."""
    if not line.startswith("#"):
        return False
    return bool(_REMARK.match(line)) or not _TAG.fullmatch(_cells(line)[-1])


def _offset_column(cells: list[str]) -> int | None:
    """Where start and end stand one after the other: their difference is the token's length."""
    for at in range(1, len(cells) - 2):
        start, end = cells[at : at + 2]
        if (
            start.isdecimal()
            and end.isdecimal()
            and max(len(start), len(end)) < 16
            and int(end) - int(start) == len(cells[0])
        ):
            return at
    return None


def _mentions(tokens: list[_Token], spans: list[Span], text: str) -> Iterator[Mention]:
    """What the tags say; any of the schemes is read without knowing which one it is."""
    found: list[tuple[str, int, int]] = []
    goes_on = False
    for token, (start, end) in zip(tokens, spans, strict=True):
        if token.tag == "O":
            goes_on = False
            continue
        same = goes_on and not token.first and found[-1][0] == token.type
        if token.tag in "IEL" and same:
            found[-1] = (token.type, found[-1][1], end)
        else:
            found.append((token.type, start, end))
        goes_on = token.tag in "BI"
    for number, (type, start, end) in enumerate(found, 1):
        yield mention_at(text, [(start, end)], id=f"T{number}", type=type)

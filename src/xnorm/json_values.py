"""JSON in bounded memory: the values of one big array, of JSON Lines, or one object alone."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain
from typing import Any, BinaryIO, NamedTuple

import msgspec

from xnorm.errors import DataError, XnormError
from xnorm.files import not_utf8

_BOM = codecs.BOM_UTF8
_BLANK = re.compile(r"[ \t\n\r]*")
_CHUNK = 1 << 18
# A value cut by the end of the window fails at most this far before it: in `\u12` or `fals`.
_CUT = 12
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_TOKEN = re.compile(rb'"((?:[^"\\]|\\.)*+)"(\s*:)?|["{}\[\]]', re.DOTALL)


class Value(NamedTuple):
    """A parsed value with its place: the file (and line), and the JSON path from there."""

    place: str
    root: str
    value: Any


def _refuse(text: str) -> float:
    raise ValueError(f"{text} is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{text} is too large for a number")
    return number


_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)


def read_values(
    stream: BinaryIO, name: str, on_bad: Callable[[XnormError], None] | None = None
) -> Iterator[Value]:
    """The values of a JSON array, of JSON Lines or of one JSON object, told apart by content.

    A broken line is reported and left out; a broken array ends the reading with an error, because
    nothing says where its next value begins.

    Args:
        stream: the bytes.
        name: the file, as messages say it.
        on_bad: hears of a line that is left out; None raises the error instead.

    Raises:
        DataError: with the line of what cannot be parsed.
    """
    first, number = b"", 0
    while not first.strip() and (first := stream.readline(_CHUNK)):
        number += 1
        if number == 1:
            first = first.removeprefix(_BOM)
    if first.lstrip().startswith(b"["):
        yield from _array(_Window(stream, first, number, name))
    elif first.rstrip().endswith((b"{", b"[", b",", b":")):
        yield from _single(_Window(stream, first, number, name))
    else:
        if first and not first.endswith(b"\n"):
            first += stream.readline()
        yield from _lines(chain([first], stream), number, name, on_bad)


def read_nested(
    stream: BinaryIO, name: str, keys: Collection[str]
) -> Iterator[tuple[dict[str, Any], Value]]:
    """The values of an array that is a field of an object, or of several objects in a row.

    Args:
        stream: the bytes.
        name: the file, as messages say it.
        keys: the names that the field may have.

    Yields:
        The other fields of the object, complete only when its last value has been taken, and a
        value.

    Raises:
        DataError: with the line of what cannot be parsed.

    >>> import io
    >>> stream = io.BytesIO(b'{"source": "x", "documents": [{"id": 1}, {"id": 2}]}')
    >>> [(fields, value.root) for fields, value in read_nested(stream, "x.json", ["documents"])]
    [({'source': 'x'}, '$.documents[0]'), ({'source': 'x'}, '$.documents[1]')]
    """
    first = stream.readline(_CHUNK).removeprefix(_BOM)
    window = _Window(stream, first, 1, name)
    while window.peek():
        if window.peek() != "{":
            raise window.broken("expected an object")
        window.skip()
        fields: dict[str, Any] = {}
        for key in _keys(window):
            if key in keys and window.peek() == "[":
                for value in _items(window):
                    yield fields, value._replace(root=f"$.{key}{value.root[1:]}")
            else:
                fields[key] = window.value()


def write_lines(values: Iterable[Any], stream: BinaryIO) -> None:
    """JSON Lines, one value at a time."""
    for value in values:
        stream.write(msgspec.json.encode(value) + b"\n")


def write_array(values: Iterable[Any], stream: BinaryIO) -> None:
    """One JSON array with a value a line, one value at a time."""
    before = b"[\n"
    for value in values:
        stream.write(before + msgspec.json.encode(value))
        before = b",\n"
    stream.write(b"[]\n" if before == b"[\n" else b"\n]\n")


def is_array(head: bytes) -> bool:
    """Whether the head of a file begins a JSON array.

    >>> is_array(b' [{"id": "1"')
    True
    """
    return head.removeprefix(_BOM).lstrip().startswith(b"[")


def is_json(head: bytes) -> bool:
    """Whether the head of a file begins a JSON array or object."""
    return head.removeprefix(_BOM).lstrip().startswith((b"[", b"{"))


def first_keys(head: bytes) -> set[str]:
    """The keys of the first object, as far as the head of the file shows them.

    >>> sorted(first_keys(b'[{"id": "1", "text": ["{a}", {"b": 1}], "la'))
    ['id', 'text']
    """
    keys: set[str] = set()
    if not is_json(head):
        return keys
    base = 2 if is_array(head) else 1
    depth = 0
    for token in _TOKEN.finditer(head):
        mark = token[0]
        if mark in b"{[":
            depth += 1
        elif mark in b"}]":
            depth -= 1
            if depth < base:
                break
        elif mark == b'"':
            break
        elif token[2] and depth == base:
            keys.add(token[1].decode("utf-8", "replace"))
    return keys


class _Window:
    """The decoded part of a stream that holds the next value; it grows only as far as needed."""

    def __init__(self, stream: BinaryIO, first: bytes, line: int, name: str) -> None:
        self.name = name
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8")()
        self._text = ""
        self._at = 0
        self._line = line
        self._ended = False
        self._append(first)

    def peek(self) -> str:
        """The next character that is not blank, or nothing at the end."""
        while True:
            match = _BLANK.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._grow():
                return ""

    def skip(self) -> None:
        """Leaves the character that `peek` gave behind."""
        self._at += 1

    def value(self) -> Any:
        """The next JSON value, whole."""
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated") or error.pos >= len(self._text) - _CUT
                if not (cut and self._grow()):
                    raise self.broken(error.msg, error.pos) from None
            except (ValueError, RecursionError) as error:
                raise self.broken(str(error)) from None
            else:
                if end < len(self._text) or not self._grow():
                    _check_surrogates(self._text[self._at : end], value, self.place())
                    self._at = end
                    return value

    def place(self, position: int | None = None) -> str:
        """The file and the line of a position in the window."""
        position = self._at if position is None else position
        line = self._line + self._text.count("\n", 0, position)
        return f"{self.name}, line {line}"

    def broken(self, what: str, position: int | None = None) -> DataError:
        """The error for a place that does not parse."""
        return _broken(what, self.place(position))

    def _grow(self) -> bool:
        if self._ended:
            return False
        # Doubling keeps the repeated parses of one long value linear in its length.
        chunk = self._stream.read(max(_CHUNK, len(self._text) - self._at))
        self._ended = not chunk
        if chunk:
            self._line += self._text.count("\n", 0, self._at)
            self._text = self._text[self._at :]
            self._at = 0
        self._append(chunk)
        return not self._ended

    def _append(self, chunk: bytes) -> None:
        try:
            self._text += self._decode.decode(chunk, final=self._ended)
        except UnicodeDecodeError as error:
            lines = self._text.count("\n") + error.object.count(b"\n", 0, error.start)
            raise not_utf8(error, place=f"{self.name}, line {self._line + lines}") from None


def _keys(window: _Window) -> Iterator[str]:
    """The keys of the object that has begun; the values are the caller's to take."""
    while window.peek() != "}":
        key = window.value()
        if not isinstance(key, str) or window.peek() != ":":
            raise window.broken("expected a key in quotes and ':'")
        window.skip()
        window.peek()
        yield key
        if window.peek() not in (",", "}"):
            raise window.broken("expected ',' or '}' after a value of the object")
        if window.peek() == ",":
            window.skip()
    window.skip()


def _array(window: _Window) -> Iterator[Value]:
    yield from _items(window)
    if window.peek():
        raise window.broken("more text after the end of the array")


def _items(window: _Window) -> Iterator[Value]:
    window.peek()
    window.skip()
    if window.peek() == "]":
        window.skip()
    else:
        number = 0
        while True:
            if not window.peek():
                raise window.broken("the array ends too early")
            yield Value(window.name, f"$[{number}]", window.value())
            number += 1
            mark = window.peek()
            if mark not in (",", "]"):
                raise window.broken("expected ',' or ']' after a value of the array")
            window.skip()
            if mark == "]":
                break


def _single(window: _Window) -> Iterator[Value]:
    window.peek()
    value = window.value()
    if window.peek():
        raise window.broken("more text after the end of the object")
    yield Value(window.name, "$", value)


def _lines(
    lines: Iterable[bytes],
    number: int,
    name: str,
    on_bad: Callable[[XnormError], None] | None,
) -> Iterator[Value]:
    for at, line in enumerate(lines, number):
        place = f"{name}, line {at}"
        if not line.strip():
            continue
        try:
            value = _line(line, place)
        except DataError as error:
            if on_bad is None:
                raise
            on_bad(error)
        else:
            yield Value(place, "$", value)


def _line(line: bytes, place: str) -> Any:
    try:
        text = line.decode("utf-8").strip(" \t\r\n")
    except UnicodeDecodeError as error:
        raise not_utf8(error, place=place) from None
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _broken(f"{error.msg} at character {error.pos + 1}", place) from None
    except (ValueError, RecursionError) as error:
        raise _broken(str(error), place) from None
    _check_surrogates(text, value, place)
    return value


def _check_surrogates(text: str, value: Any, place: str) -> None:
    # Half of a surrogate pair is no character: it could be read, but never be written as UTF-8.
    if _SURROGATE.search(text):
        try:
            msgspec.json.encode(value)
        except UnicodeEncodeError:
            raise _broken("an escape \\uD800 to \\uDFFF stands alone", place) from None


def _broken(what: str, place: str) -> DataError:
    return DataError(
        f"broken JSON: {what}", place=place, todo="Is the file whole? `python -m json.tool` checks"
    )

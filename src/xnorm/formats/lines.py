"""Lines of text formats: UTF-8 without zero bytes, and cells that fit a line."""

from __future__ import annotations

from xnorm.errors import DataError
from xnorm.files import not_utf8

_TO_BLANK = str.maketrans("\t\n\r", "   ")


def line_text(data: bytes, *, place: str) -> str:
    """One line without its line end.

    Raises:
        DataError: when it is not UTF-8 or has a zero byte.
    """
    if b"\0" in data:
        raise zero_byte(place)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise not_utf8(error, place=place) from None
    return text.removesuffix("\n").removesuffix("\r")


def first_line(head: bytes) -> str:
    """The first line of a file's head without its line end, whatever its bytes."""
    return head.split(b"\n", 1)[0].decode("utf-8", "replace").removesuffix("\r")


def zero_byte(place: str) -> DataError:
    """The error for a zero byte, which hints at UTF-16."""
    return DataError(
        "a zero byte, so this is no UTF-8 text",
        place=place,
        todo="Convert UTF-16 first, for instance: iconv -f utf-16 -t utf-8",
    )


def one_line(text: str) -> str:
    """The text with a blank for each tab and line end, so that offsets into it stay.

    >>> one_line("a\\tb\\r\\n")
    'a b  '
    """
    return text.translate(_TO_BLANK)

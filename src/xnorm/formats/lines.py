"""Lines of text formats, and cells that fit a line."""

from __future__ import annotations

from xnorm.files import decode_line

_TO_BLANK = str.maketrans("\t\n\r", "   ")


def line_text(data: bytes, *, place: str) -> str:
    """One line without its line end.

    Raises:
        DataError: when it is not UTF-8 or has a zero byte.
    """
    return decode_line(data, place=place).removesuffix("\n").removesuffix("\r")


def first_line(head: bytes) -> str:
    """The first line of a file's head without its line end, whatever its bytes."""
    return head.split(b"\n", 1)[0].decode("utf-8", "replace").removesuffix("\r")


def one_line(text: str) -> str:
    """The text with a blank for each tab and line end, so that offsets into it stay.

    >>> one_line("a\\tb\\r\\n")
    'a b  '
    """
    return text.translate(_TO_BLANK)

"""Offsets that count UTF-16 code units, as Java and JavaScript count them, and code points."""

from __future__ import annotations

from bisect import bisect_left


class Utf16:
    """Both ways of counting for one text.

    >>> units = Utf16("a🫀b")
    >>> units.point(3), units.point(2), units.unit(2)
    (2, None, 3)
    """

    def __init__(self, text: str) -> None:
        wide = [at for at, character in enumerate(text) if ord(character) > 0xFFFF]
        self._points = wide
        self._units = [at + number for number, at in enumerate(wide)]

    def point(self, unit: int) -> int | None:
        """The code point at a code unit; None within a character of two units."""
        before = bisect_left(self._units, unit)
        if before and self._units[before - 1] == unit - 1:
            return None
        return unit - before

    def unit(self, point: int) -> int:
        """The code unit at a code point."""
        return point + bisect_left(self._points, point)

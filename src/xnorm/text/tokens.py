"""Words and punctuation marks with their offsets."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_TOKEN = re.compile("a[am]*|[.m]")


class Token(NamedTuple):
    """Where a token lies: code points, end exclusive."""

    start: int
    end: int


class _Kinds(dict[int, str]):
    """The kind of each code point: `a` word, `m` mark that rides on a word, `.` other, blank."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if character.isspace() or category == "Cc" or code == 0x200B:
            kind = " "
        elif character.isalnum():
            kind = "a"
        elif category[0] == "M" or category == "Cf":
            kind = "m"
        else:
            kind = "."
        self[code] = kind
        return kind


def tokenize(text: str) -> list[Token]:
    """Words (letters and digits with their combining marks) and single punctuation marks.

    >>> [(t.start, t.end) for t in tokenize("β-Zellen, 3.")]
    [(0, 1), (1, 2), (2, 8), (8, 9), (10, 11), (11, 12)]
    """
    # A shadow of the same length, one letter a character: the expression stays small and exact
    # for every script, where `\\w` would split words at vowel signs.
    return [Token(*match.span()) for match in _TOKEN.finditer(text.translate(_KINDS))]


_KINDS = _Kinds()

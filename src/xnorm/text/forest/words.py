"""Texts cut into words, numbers, blanks and marks, and what each offers to rules.

Unlike `text.tokens`, a number is one piece with its decimals, and so are the letters around it
apart: `5mg` is two pieces, `T2DM` one, `TNFα` two. All pieces together are the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from itertools import accumulate

from xnorm.text.forest.source import Numbers
from xnorm.text.forest.templates import Fields, Value
from xnorm.text.normal import fold

_MOST_DIGITS = 15  # what a float holds exactly; longer ones are identifiers
_PIECE = re.compile(r"a[a0m]*|g[gm]*|0+(?:[.,']0+)*| +|.", re.DOTALL)
_GROUPED = re.compile(r"0{1,3}(?: 000)+(?!0)(?:[.,]0+)?|" + _PIECE.pattern, re.DOTALL)
_INTEGERS = re.compile(r"\d+|\D")
_MU = 0xB5  # the micro sign is the Greek letter


class _Kinds(dict[int, str]):
    """One letter a character: `a` letter, `g` Greek, `0` digit, `m` mark, blank; marks themselves.

    The marks of numbers are told apart; every other mark is `x`.
    """

    def __missing__(self, code: int) -> str:
        kind = self[code] = _kind(chr(code))
        return kind


def _kind(character: str) -> str:
    category = unicodedata.category(character)
    if character in ".,":
        return character
    if character in "'’":
        return "'"
    if character.isspace() or category == "Cc":
        return " "
    if category[0] == "M" or category == "Cf":
        return "m"
    if category == "Nd":
        return "0"
    if category[0] == "L" and "GREEK" in unicodedata.name(character, ""):
        return "g"
    return "g" if ord(character) == _MU else "a" if character.isalnum() else "x"


_KINDS = _Kinds()


def cut(text: str, *, grouped: bool = False) -> list[str]:
    """The pieces of a text; `grouped` takes blanks into numbers such as `10 000`.

    >>> cut("5mg/ml, 1,5")
    ['5', 'mg', '/', 'ml', ',', ' ', '1,5']
    """
    shadows = (_GROUPED if grouped else _PIECE).findall(text.translate(_KINDS))
    ends = accumulate(map(len, shadows))
    return [text[end - len(shadow) : end] for shadow, end in zip(shadows, ends, strict=True)]


def literal(text: str, *, case: bool = False) -> list[str]:
    """The symbols of words in a rule.

    >>> literal("V. a."), literal("IAM", case=True)
    (['v', '.', 'a', '.'], ['=IAM'])
    """
    return [symbol(piece, case=case) for piece in cut(text) if not piece.isspace()]


def symbol(piece: str, *, case: bool = False) -> str:
    """What a piece is called in an automaton."""
    if case:
        return f"={unicodedata.normalize('NFC', piece)}"
    return fold(piece) or piece


def labelled(label: str) -> str:
    """What a label is called in an automaton."""
    return f"{{{label}}}"


def reading(piece: str, numbers: Numbers) -> tuple[str, Mapping[str, Fields]] | None:
    """A number's plain form (`1200.5`) and readings; None when it is none, as in `12.03.2020`.

    A group of three digits after the thousands' mark is a group; anything else after a single
    mark, of either kind, is decimals.

    >>> reading("1.200,5", Numbers(",", (".",)))
    ('1200.5', {'number': {'value': 1200.5}})
    >>> reading("1.2", Numbers(",", (".",))), reading("1.2.3", Numbers())
    (('1.2', {'number': {'value': 1.2}}), None)
    """
    parts = _INTEGERS.findall(piece)
    digits = "".join(str(unicodedata.digit(c)) for c in piece if c.isdecimal())
    if len(digits) > _MOST_DIGITS:
        return None
    marks = [" " if mark.isspace() else "'" if mark == "’" else mark for mark in parts[1::2]]
    groups = parts[::2]
    tail = ""
    if marks and (not _thousands(marks, groups, numbers)):
        tail = groups[-1]
        if marks[-1] not in ".," or marks[-1] in marks[:-1]:
            return None
        if len(marks) > 1 and not _thousands(marks[:-1], groups[:-1], numbers):
            return None
    if not tail:
        value: Value = int(digits)
        return digits, {"number": {"value": value}, "integer": {"value": value}}
    plain = f"{digits[: -len(tail)]}.{digits[-len(tail) :]}"
    return plain, {"number": {"value": float(plain)}}


def _thousands(marks: list[str], groups: list[str], numbers: Numbers) -> bool:
    """Whether all marks part thousands."""
    return (
        len(set(marks)) == 1
        and marks[0] in numbers.thousands
        and len(groups[0]) <= 3
        and groups[0][0] != "0"
        and all(len(group) == 3 for group in groups[1:])
    )

"""The normal form of names and mentions, with a map back to the original text.

Folding works a character at a time, so that a map back always exists and a table remembers what
each character becomes.
"""

from __future__ import annotations

import unicodedata

_ZERO_WIDTH_SPACE = 0x200B


class _Folds(dict[int, str]):
    """What each code point becomes; filled as characters are met (`str.translate` asks for it)."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        self[code] = folded
        return folded


def fold(text: str) -> str:
    """The normal form: no case, accents or punctuation, compatible characters alike, one blank.

    Letters of other scripts stay, with their vowel signs; Latin leftovers (ß ø ł æ) become ASCII.
    Folding twice is folding once.

    >>> fold("  Naïve T-cell (Sjögren’s), Straße ")
    'naive t cell sjogren s strasse'
    """
    return " ".join(text.translate(_FOLDS).split())


def fold_with_map(text: str) -> tuple[str, list[int]]:
    """The normal form, and for each of its characters the code point offset it comes from.

    A blank points to the first character of the run that it stands for. The offsets never
    decrease.

    >>> fold_with_map("É, ß")
    ('e ss', [0, 1, 3, 3])
    """
    characters: list[str] = []
    offsets: list[int] = []
    blank = -1  # where a blank is due, once another letter follows
    for offset, code in enumerate(map(ord, text)):
        for character in _FOLDS[code]:
            if character == " ":
                if blank < 0:
                    blank = offset
                continue
            if blank >= 0 and characters:
                characters.append(" ")
                offsets.append(blank)
            blank = -1
            characters.append(character)
            offsets.append(offset)
    return "".join(characters), offsets


def _fold_character(character: str) -> str:
    """What one character becomes, folded until nothing changes: so fold is idempotent."""
    folded = "".join(_fold_part(part) for part in _parts(character))
    folded = unicodedata.normalize("NFC", folded)
    return folded if folded == character else "".join(map(_fold_character, folded))


def _parts(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character).casefold()
    return unicodedata.normalize("NFKD", decomposed)


def _fold_part(part: str) -> str:
    category = unicodedata.category(part)
    if category[0] == "M":
        return "" if category == "Me" or _is_accent(part) else part
    if category == "Cf":  # soft hyphens, joiners and direction marks are invisible
        return " " if ord(part) == _ZERO_WIDTH_SPACE else ""
    if not part.isalnum():
        return " "
    if ord(part) > 127 and unicodedata.name(part, "").startswith("LATIN"):
        from anyascii import anyascii

        plain = "".join(c for c in anyascii(part).lower() if c.isalnum())
        return plain or part
    return part


def _is_accent(mark: str) -> bool:
    """Accents and vowel points may go; vowel signs, viramas and voicing marks carry the word."""
    placed = unicodedata.combining(mark)
    return 10 <= placed <= 35 or placed >= 200


_FOLDS = _Folds()

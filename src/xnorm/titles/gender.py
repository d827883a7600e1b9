"""Feminine and masculine forms in one title: "Kassierer/-in", "enfermero/a", "Koch / Köchin"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from xnorm.text.normal import fold
from xnorm.titles.model import Part
from xnorm.titles.tables import WORD, Tables

_LONGEST = 3  # words of a form that is repeated: "Employé polyvalent / Employée polyvalente"
_SLASH = re.compile(r"(?<=[^\W\d_]{3})\s?[/|]\s?(?=[^\W\d_]{3})")
_SIGNS = frozenset("/(*:·•∙⋅_.")
_STEM = 2  # letters that two forms of a word share at least


def endings(text: str, tables: Tables) -> Iterator[Part]:
    """The endings that are added to words."""
    if not _SIGNS.isdisjoint(text):
        for found in tables.endings.finditer(text):
            letters = found[0].strip(" ()/*:·•∙⋅_.-")
            before = text[: found.start()].rstrip()[-1]
            if letters.isupper() == before.isupper():
                yield Part("gender", found.start(), found.end(), "ending")
    if tables.camel is not None and "In" in text:
        for found in tables.camel.finditer(text):
            if text[: found.start()].rpartition(" ")[2] != "Linked":
                yield Part("gender", found.start(), found.end(), "ending")


def twins(text: str, tables: Tables) -> Iterator[Part]:
    """The second of two forms that a slash parts, with the slash."""
    for slash in _SLASH.finditer(text):
        before = [word[0] for word in WORD.finditer(text, 0, slash.start())][-_LONGEST:]
        after = list(islice(WORD.finditer(text, slash.end()), _LONGEST))
        for count in range(1, min(len(before), len(after)) + 1):
            pairs = zip(before[-count:], (word[0] for word in after[:count]), strict=True)
            if _are_forms(list(pairs), tables):
                yield Part("gender", slash.start(), after[count - 1].end(), "twin")
                break


def _are_forms(pairs: Sequence[tuple[str, str]], tables: Tables) -> bool:
    """Whether the words are equal or forms of one, and at least one is another form."""
    folded = [(fold(one), fold(other)) for one, other in pairs]
    different = [pair for pair in folded if pair[0] != pair[1]]
    return bool(different) and all(_is_twin(one, other, tables) for one, other in different)


def _is_twin(one: str, other: str, tables: Tables) -> bool:
    if one[:_STEM] != other[:_STEM]:
        return False
    return any(
        _shares_stem(one, other, man, woman) or _shares_stem(other, one, man, woman)
        for man, woman in tables.twins
    )


def _shares_stem(one: str, other: str, man: str, woman: str) -> bool:
    stem = one.removesuffix(man)
    return len(stem) >= _STEM and one.endswith(man) and other == stem + woman

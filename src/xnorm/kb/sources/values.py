"""What single values of a table or record mean: kinds of names and languages."""

from __future__ import annotations

from functools import lru_cache

from xnorm.errors import DataError, did_you_mean
from xnorm.kb.model import KINDS
from xnorm.languages import language_code

_KINDS = {
    **{kind: kind for kind in KINDS},
    **dict.fromkeys(
        ("label", "main name", "pref", "preferred name", "preferred term"), "preferred"
    ),
    **dict.fromkeys(("", "exact", "alias", "alt", "alternative"), "synonym"),
    **dict.fromkeys(("acronym", "abbrev", "abbr"), "abbreviation"),
    **dict.fromkeys(("lay", "lay term", "patient"), "layperson"),
}


def kind_of(word: str, place: str) -> str:
    """The kind of name that a word stands for.

    Raises:
        DataError: for an unknown word.

    >>> kind_of("Acronym", "")
    'abbreviation'
    """
    kind = _KINDS.get(word.lower())
    if kind is None:
        raise DataError(
            f"unknown kind of name '{word}'",
            place=place,
            todo=did_you_mean(word, filter(None, _KINDS)),
        )
    return kind


def language_of(tag: str, default: str, place: str) -> str:
    """The language code of a tag such as `es-MX`, or the default for an empty one.

    Raises:
        SettingError: for an unknown code.
    """
    return _code(tag) or language_code(tag, place=place) if tag else default


@lru_cache
def _code(tag: str) -> str:
    """The code, looked up once; empty for an unknown one, whose error needs the place."""
    try:
        return language_code(tag)
    except ValueError:
        return ""

"""Whether two words may be one name in two transliterations: Gaddafi and Qadhafi."""

from __future__ import annotations

import re

_SOUNDS = (  # applied in this order to a folded word
    (re.compile("tsch|tch|sch|tsh|sh|ch|cz"), "s"),
    (re.compile("^(?:kh|gh|q|g|c)"), "k"),
    (re.compile("kh|ck|q|c"), "k"),
    (re.compile("x"), "ks"),
    (re.compile("ph"), "f"),
    (re.compile("w"), "v"),
    (re.compile("[tdz](?=[sz])"), ""),
    (re.compile("z"), "s"),
    (re.compile("(?<=[bcdfgjklmnpqrstvwxz])h|h$"), ""),
    (re.compile("^[aeiouy]+"), "a"),
    (re.compile("(?<!^)[aeiouyj]+"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)
_SHORTEST = 3
_SIMILAR = 0.6
_LONGER = 2  # letters


def skeleton(word: str) -> str:
    """The consonants by sound; empty where too few are left to tell names apart.

    >>> {skeleton(word) for word in ("gaddafi", "qadhafi", "kadafi")}
    {'kdf'}
    """
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word if len(word) >= _SHORTEST else ""


def may_be_one(one: str, other: str) -> bool:
    """Whether two words of one skeleton are near enough in letters, and no plural of the other."""
    from rapidfuzz.distance import Levenshtein

    if one.rstrip("s") == other.rstrip("s"):
        return one == other
    if abs(len(one) - len(other)) > _LONGER:
        return False
    return Levenshtein.normalized_similarity(one, other) >= _SIMILAR

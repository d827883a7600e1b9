"""The letters of a short form, laid over the words of a long form.

Every letter is looked for, in order; a letter that begins a word counts most, one inside a word
little, and words that are passed over cost. The best alignment says where the long form begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from xnorm.text.normal import fold_with_map

_MINOR = 3  # words up to this length (of, de, la, und) may be passed over at little cost
_BEGINS, _INSIDE = 1.0, 0.5
_SKIP, _SKIP_MINOR, _SKIP_END = 0.5, 0.2, 4.0
_MINOR_START = 0.6  # "Dirección de Desarrollo (DD)" does not begin at "de"

# Greek letters are spelled out as often as not, and their names begin like the Latin letters.
_GREEK = str.maketrans("αβγδεζηθικλμνξοπρστυφχψω", "abgdezetiklmnxoprstupcpo")
_GREEK_NAMES = re.compile(r"(?<=[a-z])(?:alpha|beta|gamma|delta|epsilon|kappa|omega|theta|sigma)")


# A digit may be a word: "two-dimensional (2D)". The digit takes the place of its first letter.
_NUMBERS = {
    **dict.fromkeys(("one", "uno", "ein", "eins", "un", "een"), "1"),
    **dict.fromkeys(("two", "dos", "zwei", "deux", "twee", "due", "dois"), "2"),
    **dict.fromkeys(("three", "tres", "drei", "trois", "drie", "tre"), "3"),
    **dict.fromkeys(("four", "cuatro", "vier", "quatre", "quattro", "quatro"), "4"),
    **dict.fromkeys(("five", "cinco", "funf", "cinq", "vijf", "cinque"), "5"),
    **dict.fromkeys(("six", "seis", "sechs", "zes", "sei"), "6"),
}


class Alignment(NamedTuple):
    """Where the best alignment begins in the text, and its score a letter (at most 1)."""

    start: int
    score: float


def letters_of(short: str) -> str:
    """The letters and digits that have to be found.

    >>> letters_of("TGF-β1"), letters_of("IFN-gamma")
    ('tgfb1', 'ifng')
    """
    folded = fold_with_map(short)[0].replace(" ", "").translate(_GREEK)
    return _GREEK_NAMES.sub(lambda name: name[0][0], folded)


def align(letters: str, text: str) -> Alignment | None:
    """The best alignment of letters (`letters_of`) that begins at a word of the text.

    Of equally good ones the last is taken: a long form is no longer than its letters ask for.

    >>> align("iam", "sufre un infarto agudo de miocardio")
    Alignment(start=9, score=0.933333)
    """
    folded, offsets = fold_with_map(text)
    folded = folded.translate(_GREEK)
    words = folded.split(" ")
    if any(letter.isdigit() for letter in letters):
        words = [_NUMBERS.get(word, word[:1]) + word[1:] for word in words]
        folded = " ".join(words)
    word_of: list[int] = []  # the word of each character
    cost = [0.0]  # what passing over all words before this one costs
    for word in words:
        word_of += [len(cost) - 1] * (len(word) + 1)
        cost.append(cost[-1] + (_SKIP_MINOR if len(word) <= _MINOR else _SKIP))
    places: dict[str, list[int]] = {letter: [] for letter in letters}
    for position, character in enumerate(folded):
        if character in places:
            places[character].append(position)
    begins = {0, *(position + 1 for position, c in enumerate(folded) if c == " ")}
    ends = [(len(folded), 0.0)]  # of what is aligned already: where it begins, and its score
    for letter in reversed(letters):
        after_all = ends[0][0] == len(folded)
        rests = _rests(places[letter], ends, word_of, cost, _SKIP_END if after_all else 1.0)
        ends = [
            (position, rest + (_BEGINS if position in begins else _INSIDE))
            for position, rest in rests
        ]
        if not ends:
            return None
    starts = {
        position: score - _MINOR_START * _minor(words[word_of[position]], text[offsets[position]])
        for position, score in ends
        if position in begins
    }
    if not starts:
        return None
    start = max(starts, key=lambda p: (round(starts[p], 6), p))
    return Alignment(offsets[start], round(starts[start] / len(letters), 6))


def _rests(
    places: Sequence[int],
    ends: Sequence[tuple[int, float]],
    word_of: Sequence[int],
    cost: Sequence[float],
    weight: float,
) -> list[tuple[int, float]]:
    """For each place of a letter the best score of what comes after, from the last to the first.

    Args:
        places: of the letter, ascending.
        ends: where what comes after may begin, with its score, descending.
        word_of: the word of each character.
        cost: of passing over all words before each one.
        weight: of that cost.
    """
    found = []
    same = beyond = float("-inf")  # best in the word that is looked at, and in those after it
    word, number = len(cost) - 1, 0
    for place in reversed(places):
        while number < len(ends) and ends[number][0] > place:
            later, score = ends[number]
            in_word = word_of[later] if later < len(word_of) - 1 else len(cost) - 1
            if in_word < word:
                beyond, same, word = max(beyond, same - weight * cost[word]), score, in_word
            same = max(same, score)
            number += 1
        next_word = weight * cost[word_of[place] + 1]
        if word_of[place] < word:
            rest = max(beyond, same - weight * cost[word]) + next_word
        else:
            rest = max(same, beyond + next_word)
        if rest > float("-inf"):
            found.append((place, rest))
    return found


def _minor(word: str, first: str) -> bool:
    """Whether a word is an article or the like, which no long form begins with."""
    return len(word) <= _MINOR and first.islower()

"""Rhetorical signals: words that tell what a sentence does ("in contrast", "the main reason").

The kinds are those of Fry, Kress, Fountoukidis, The Reading Teacher's Book of Lists, as Marujo et
al. (2012) count them; the lists of words are xnorm's own, one a language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xnorm.errors import DataError
from xnorm.files import decode, open_binary

KINDS = (
    "continuation",
    "change",
    "sequence",
    "illustration",
    "emphasis",
    "cause",
    "spatial",
    "comparison",
    "conclusion",
    "fuzz",
    "sign",
)
"""Kinds of signals; `sign` is emphasis without words, by quotation and exclamation marks."""

_SIGNS = re.compile(r"[!¡«»“”„]|\"+")


def count_signals(sentence: str, signals: Mapping[str, str]) -> NDArray[np.int64]:
    """How many signals of each kind a sentence has, int64[kinds].

    Args:
        sentence: of a text.
        signals: words in lower case with their kinds, such as `resources.signal_words`.

    >>> from xnorm.resources import signal_words
    >>> counts = count_signals('It "is", for example, odd.', signal_words("en")).tolist()
    >>> {kind: count for kind, count in zip(KINDS, counts) if count}
    {'illustration': 1, 'sign': 2}
    """
    counts = np.zeros(len(KINDS), np.int64)
    counts[-1] = sum(1 for _ in _SIGNS.finditer(sentence))
    if signals:
        for match in _pattern(tuple(signals)).finditer(" ".join(sentence.lower().split())):
            counts[KINDS.index(signals[match[0]])] += 1
    return counts


def read_signals(path: str | Path) -> dict[str, str]:
    """A list of one's own: lines of a signal, a tab, and its kind, after a header.

    Raises:
        DataError: naming the line that is not so.
    """
    with open_binary(path) as stream:
        lines = decode(stream.read(), place=str(path)).splitlines()
    signals: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        signal, tab, kind = line.partition("\t")
        if number == 1 or not line.strip():
            continue
        if not tab or not signal.strip() or kind.strip() not in KINDS:
            raise DataError(
                f"'{line}' is not a signal with its kind",
                place=f"{path}, line {number}",
                todo=f"Write the signal, a tab, and one of: {', '.join(KINDS)}",
            )
        signals[" ".join(signal.lower().split())] = kind.strip()
    return signals


@lru_cache
def _pattern(signals: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(signals, key=lambda signal: (-len(signal), signal))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")

"""Character 3-grams of words: each letter with its neighbours, a blank beside the first and last.

The same as scikit-learn's `char_wb` analyser of size 3 on folded text, but for a whole list at
once: 3-grams are numbers, made by numpy from the code points.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xnorm.index.hits import Offsets

_BITS = 21  # a code point
_BLANK = ord(" ")


def grams(texts: Sequence[str]) -> tuple[NDArray[np.int64], Offsets]:
    """The 3-grams of folded texts, flat, in the order of the text.

    Args:
        texts: folded, so that single blanks separate words.

    Returns:
        codes: int64[m], three code points in one number.
        offsets: int64[n + 1]; text `i` owns `offsets[i]:offsets[i + 1]`.

    >>> codes, offsets = grams(["ab c", "", "d"])
    >>> [decode(code) for code in codes.tolist()], offsets.tolist()
    ([' ab', 'ab ', ' c ', ' d '], [0, 3, 3, 4])
    """
    text = "".join(f" {text} " for text in texts)
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.int64)
    letter = points != _BLANK
    ends = np.cumsum([len(text) + 2 for text in texts])
    offsets = np.zeros(len(texts) + 1, np.int64)
    if len(texts):
        offsets[1:] = np.cumsum(letter)[ends - 1]
    place = np.flatnonzero(letter)
    codes = (points[place - 1] << _BITS | points[place]) << _BITS | points[place + 1]
    return codes, offsets


def decode(code: int) -> str:
    """The three characters of a number from `grams`."""
    mask = (1 << _BITS) - 1
    return "".join(chr(code >> shift & mask) for shift in (2 * _BITS, _BITS, 0))

"""A trial: hashed character n-grams of rare words beside the subwords of a static encoder.

As in fastText (Bojanowski et al., 2017), but only for words that fall into several subwords.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from xnorm.training.subwords import Cut, cut

RARE = 3
"""Subwords of a rare word, at least."""
LENGTHS = (4, 5)
BUCKETS = 20_000


def cut_with_ngrams(tokenizer: Any, texts: Sequence[str]) -> Cut:
    """Texts cut into subwords, with the n-grams of their rare words as numbers after these."""
    folded = [tokenizer.normalizer.normalize_str(text).split() for text in texts]
    words = list(dict.fromkeys(word for found in folded for word in found))
    pieces = np.diff(cut(tokenizer, words).starts)
    size = tokenizer.get_vocab_size()
    grams = {
        word: [size + zlib.crc32(gram.encode()) % BUCKETS for gram in _ngrams(word)]
        for word, count in zip(words, pieces, strict=True)
        if count >= RARE
    }
    plain = cut(tokenizer, texts)
    extra = [[gram for word in found for gram in grams.get(word, ())] for found in folded]
    counts = np.diff(plain.starts) + [len(found) for found in extra]
    starts = np.append(0, np.cumsum(counts))
    joined = np.empty(starts[-1], np.int64)
    for number, found in enumerate(extra):
        own = plain.pieces[plain.starts[number] : plain.starts[number + 1]]
        middle = starts[number] + len(own)
        joined[starts[number] : middle] = own
        joined[middle : starts[number + 1]] = found
    return Cut(joined, starts)


def _ngrams(word: str) -> list[str]:
    marked = f"<{word}>"
    return [
        marked[start : start + length]
        for length in LENGTHS
        for start in range(len(marked) - length + 1)
    ]

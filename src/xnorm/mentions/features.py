"""What the finder's scorer sees of a window and a name near it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xnorm.mentions.nearest import LATIN, Names, Near, Sums
from xnorm.mentions.windows import FUNCTION, GENERIC, Windows

FEATURES = (
    "similarity",
    "margin",
    "is best",
    "best similarity",
    "window length",
    "name length",
    "length ratio",
    "depth",
    "names of concept",
    "spread",
    "ratio",
    "sorted ratio",
    "equal",
    "window characters",
    "name characters",
    "window words",
    "name words",
    "first word",
    "last word",
    "window covered",
    "name covered",
    "window uncovered",
    "name uncovered",
    "kin",
    "function words",
    "generic words",
    "capitals",
    "capitalised",
)
"""`margin` is the distance to the next concept, `window length` that of its vector, `depth` a
share; `covered` and `uncovered` are explained by `coverage`, and `kin` says that both
languages take their medical words from Latin: else a right name may look like nothing in the text.
"""

_WORDS = 8
_COUNTERPART = 0.4
_FAR = 0.25  # margins beyond this say no more: small terminologies have large ones
_BLOCK = 512


def pair_features(
    texts: Sequence[tuple[str, ...]], sums: Sums, near: Near, names: Names
) -> NDArray[np.float64]:
    """All features but the last five, which differ between the places of one text: [pairs, 23]."""
    from rapidfuzz import fuzz
    from rapidfuzz.process import cpdist

    text, name = near.text, near.name
    best = np.zeros(len(texts))
    second = np.zeros(len(texts))
    best[text[near.rank == 0]] = near.score[near.rank == 0]
    second[text[near.rank == 1]] = near.score[near.rank == 1]
    top = near.rank == 0
    length = np.linalg.norm(sums.raw[text], axis=1)
    queries = [" ".join(texts[i]) for i in text]
    choices = [names.texts[i] for i in name]
    columns = [
        near.score,
        np.where(top, near.score - second[text], near.score - best[text]).clip(-_FAR, _FAR),
        top,
        best[text],
        length,
        names.length[name],
        np.log(np.maximum(length, 1e-6) / np.maximum(names.length[name], 1e-6)),
        names.depth[name],
        np.log(names.known[name]),
        np.log1p(names.spread[name]),
        cpdist(queries, choices, scorer=fuzz.ratio) / 100,
        cpdist(queries, choices, scorer=fuzz.token_sort_ratio) / 100,
        [query == choice for query, choice in zip(queries, choices, strict=True)],
        [len(query) for query in queries],
        [len(choice) for choice in choices],
        [len(query.split()) for query in queries],
        names.words[name],
        sums.first[text],
        sums.last[text],
        *coverage(sums, names.sums, text, name),
    ]
    return np.stack([np.asarray(column, np.float64) for column in columns], 1)


def coverage(
    windows: Sums, names: Sums, window: NDArray[np.int64], name: NDArray[np.int64]
) -> list[NDArray[np.float64]]:
    """How much of each text the other explains, word by word.

    Each word's best cosine with a word of the other text, weighed by the length of its vector: the
    mean for window and name, and for both the summed length of words without a counterpart.
    """
    columns = np.zeros((4, len(window)))
    for start in range(0, len(window), _BLOCK):
        part = slice(start, start + _BLOCK)
        ours, our_lengths = windows.padded(window[part], _WORDS)
        theirs, their_lengths = names.padded(name[part], _WORDS)
        cosines = np.einsum("nad,nbd->nab", ours, theirs).astype(np.float64)
        cosines[(our_lengths[:, :, None] * their_lengths[:, None]) == 0] = 0
        for row, (best, lengths) in enumerate(
            ((cosines.max(2), our_lengths), (cosines.max(1), their_lengths))
        ):
            total = np.maximum(lengths.sum(1), 1e-6)
            columns[row, part] = (best * lengths).sum(1) / total
            columns[row + 2, part] = (lengths * (best < _COUNTERPART)).sum(1)
    return list(columns)


def place_features(
    windows: Windows, window: NDArray[np.int64], latin: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """The last five, which differ between the places of one text.

    Args:
        windows: all.
        window: the window of each pair.
        latin: whether the name of each pair is `Names.latin`.
    """
    flags = np.array(
        [
            (bool(word.kind & FUNCTION), word.kind == GENERIC, word.shape[0])
            for word in windows.words
        ],
        np.float64,
    ).reshape(-1, 3)
    before = np.concatenate([np.zeros((1, 3)), np.cumsum(flags, 0)])
    first, last = windows.first[window], windows.last[window]
    inside = before[last + 1] - before[first]
    texts_latin = np.array([language in LATIN for language in windows.languages], bool)
    begins = np.array([word.shape[1] for word in windows.words], bool)
    columns = [
        texts_latin[windows.document[window]] & latin,
        inside[:, 0],
        inside[:, 1],
        inside[:, 2] == last + 1 - first,
        begins[first],
    ]
    return np.stack(columns, 1).astype(np.float64)

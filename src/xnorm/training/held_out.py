"""Concepts that an encoder does not learn from, and how well it finds their names.

Held out is a concept by its id and by its names: a name that equals one of theirs after folding is
kept from training too, whichever concept it belongs to.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from xnorm.encoders import encode_projected
from xnorm.training.pairs import NameRow

if TYPE_CHECKING:
    import numpy.typing as npt

    from xnorm.encoders import Encodes

    Floats = npt.NDArray[np.float32]
    Integers = npt.NDArray[np.int64]

CUTS = (1, 5, 64)
_BLOCK = 256
"""Queries whose similarities to all names are held at once."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Shares of the queries of one language whose concept is among the first 1, 5 and 64.

    `by_name` also takes a concept for right that has a name of the query's concept, after folding:
    no similarity of names can tell the two apart.
    """

    queries: int
    by_id: tuple[float, float, float]
    by_name: tuple[float, float, float]


def split(names: Sequence[NameRow], one_in: int) -> tuple[list[NameRow], list[NameRow]]:
    """Rows to train on, and rows of held-out concepts (one in so many, chosen by their id).

    A name that equals a held-out one after folding is left out everywhere.
    """
    from xnorm.text.normal import fold

    if one_in <= 0:
        return list(names), []
    unseen = [row for row in names if zlib.crc32(row.concept.encode()) % one_in == 0]
    held, forbidden = {row.concept for row in unseen}, {fold(row.name) for row in unseen}
    seen = [row for row in names if row.concept not in held and fold(row.name) not in forbidden]
    return seen, unseen


def measure(
    encoder: Encodes,
    rows: Sequence[NameRow],
    *,
    pool: str = "en",
    most: int = 0,
    apart: str | None = None,
) -> dict[str, Found]:
    """What each language's names find among the names of the language `pool`.

    A concept ranks by its most similar name, equal ones by their id.

    Args:
        encoder: what is measured.
        rows: names of held-out concepts.
        pool: the language that is searched.
        most: queries a language, chosen by their text; 0 takes all.
        apart: the language of texts that are no names (`xnorm.encoders.encode_projected`).
    """
    targets = sorted((row for row in rows if row.language == pool), key=lambda row: row.concept)
    concepts = sorted({row.concept for row in targets})
    numbers = {concept: number for number, concept in enumerate(concepts)}
    first = np.searchsorted([row.concept for row in targets], concepts)
    alike = _alike(rows, numbers)
    vectors = encoder.encode([row.name for row in targets])
    found = {}
    for language, asked in sorted(queries(rows, pool).items()):
        if most:
            asked = sorted(asked, key=lambda row: zlib.crc32(row.name.encode()))[:most]
        encode = partial(encode_projected, encoder) if language == apart else encoder.encode
        ranks = np.array(
            [
                (_rank(scores, [numbers[row.concept]]), _rank(scores, alike[row.concept]))
                for row, scores in _scored(encode, asked, vectors, first)
            ]
        )
        by_id, by_name = ranks.T
        found[language] = Found(queries=len(asked), by_id=_shares(by_id), by_name=_shares(by_name))
    return found


def queries(rows: Sequence[NameRow], pool: str = "en") -> dict[str, list[NameRow]]:
    """By language, the names of concepts that have a name in the language `pool` too."""
    known = {row.concept for row in rows if row.language == pool}
    found: dict[str, list[NameRow]] = defaultdict(list)
    for row in rows:
        if row.language != pool and row.concept in known:
            found[row.language].append(row)
    return found


def mean_accuracy(found: dict[str, Found]) -> float:
    """Accuracy@1 by id, the mean over languages; 0 without any."""
    return float(np.mean([one.by_id[0] for one in found.values()])) if found else 0.0


def _alike(rows: Sequence[NameRow], numbers: dict[str, int]) -> dict[str, list[int]]:
    """Of each searched concept, the numbers of those that share a folded name, itself too."""
    from xnorm.text.normal import fold

    owners: dict[str, set[str]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.concept in numbers:
            key = fold(row.name)
            owners[key].add(row.concept)
            names[row.concept].add(key)
    return {
        concept: sorted({numbers[one] for key in keys for one in owners[key]})
        for concept, keys in names.items()
    }


def _scored(
    encode: Callable[[Sequence[str]], Floats],
    asked: Sequence[NameRow],
    vectors: Floats,
    first: Integers,
) -> Iterator[tuple[NameRow, Floats]]:
    """Each query with its similarities to concepts, float32 [concepts]."""
    for start in range(0, len(asked), _BLOCK):
        block = asked[start : start + _BLOCK]
        similar = encode([row.name for row in block]) @ vectors.T
        yield from zip(block, np.maximum.reduceat(similar, first, axis=1), strict=True)


def _shares(ranks: Integers) -> tuple[float, float, float]:
    one, five, many = (round(float((ranks < cut).mean()), 4) for cut in CUTS)
    return one, five, many


def _rank(scores: Floats, right: Sequence[int]) -> int:
    """How many concepts come before the first right one."""
    top = max(right, key=lambda one: (scores[one], -one))
    return int((scores > scores[top]).sum() + (scores[:top] == scores[top]).sum())

"""The skills that are named with a title: how near they are to each candidate's names."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec.structs import replace

from xnorm.document import Candidate

if TYPE_CHECKING:
    from xnorm.index import Index

KEY = "skills"
"""Where a document's `extra` has them: a list of texts, or a text of several."""

WEIGHT = 4.0
"""What a cosine of 1 adds to the log odds of a candidate; chosen on half of the occupations that
training held out, `benchmarks/titles/encoders.py`."""

_BETWEEN = re.compile(r"[;|\n\r]+")
_LEAST = 1e-4  # of a score: its log odds have to be finite


def skills_of(extra: Mapping[str, Any]) -> tuple[str, ...]:
    """The skills in a document's `extra`.

    >>> skills_of({"skills": "Java; SQL"}), skills_of({"skills": ["Java", ""]}), skills_of({})
    (('Java', 'SQL'), ('Java',), ())
    """
    told = extra.get(KEY)
    if isinstance(told, str):
        told = _BETWEEN.split(told)
    if not isinstance(told, list | tuple):
        return ()
    texts = (one.strip() for one in told if isinstance(one, str))
    return tuple(dict.fromkeys(text for text in texts if text))


def with_skills(
    index: Index,
    found: Sequence[tuple[Candidate, ...]],
    skills: Sequence[tuple[str, ...]],
    *,
    weight: float = WEIGHT,
) -> list[tuple[Candidate, ...]]:
    """Candidates ranked again by the skills that are named with their title.

    The text of all skills is compared to every name of a candidate by the index's encoder (through
    its map of skills, if it learned one), and the best cosine, less the mean over the title's
    candidates, moves the score's log odds. That is what mixing the skills into the query's vector
    does to the cosines, and leaves the other retrievers their say. Titles without skills keep their
    candidates, and so do those of an index without an encoder.

    Args:
        index: whose candidates they are.
        found: candidates of each title, best first.
        skills: of each title.
        weight: what a cosine of 1 adds.
    """
    from xnorm.index.dense import Dense

    dense = index.retrievers.get("dense")
    if not isinstance(dense, Dense):
        return list(found)
    asked = [place for place, told in enumerate(skills) if told and found[place]]
    ranked = list(found)
    for place, near in zip(asked, _cosines(index, dense, found, skills, asked), strict=True):
        moved = [
            _moved(candidate, weight * shift)
            for candidate, shift in zip(found[place], near - near.mean(), strict=True)
        ]
        ranked[place] = tuple(sorted(moved, key=lambda one: (-one.score, one.concept)))
    return ranked


def _cosines(
    index: Index,
    dense: Any,
    found: Sequence[tuple[Candidate, ...]],
    skills: Sequence[tuple[str, ...]],
    asked: Sequence[int],
) -> list[Any]:
    """Of each title that is asked, float64 [candidates]: skills to a candidate's nearest name."""
    edges = index.kb.name_offsets
    rows, sizes, counts = [], [], []
    for place in asked:
        concepts = [index.kb.concept_row(candidate.concept) for candidate in found[place]]
        spans = [np.arange(edges[row], edges[row + 1]) for row in concepts if row is not None]
        rows += spans
        sizes += [len(span) for span in spans]
        counts.append(len(spans))
    if not rows:
        return []
    prepared = dense.prepare_projected([", ".join(skills[place]) for place in asked])
    starts = np.append(0, np.cumsum(sizes))
    ends = np.append(0, np.cumsum(counts))
    scores = dense.score(prepared, np.concatenate(rows).astype(np.int32), starts[ends])
    best = np.maximum.reduceat(scores, starts[:-1]).astype(np.float64)
    return np.split(best, ends[1:-1])


def _moved(candidate: Candidate, by: float) -> Candidate:
    score = min(max(candidate.score, _LEAST), 1 - _LEAST)
    odds = math.log(score / (1 - score)) + by
    return replace(candidate, score=round(1 / (1 + math.exp(-odds)), 4))

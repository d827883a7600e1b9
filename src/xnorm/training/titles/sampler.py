"""Which pairs an epoch shows: two names of an occupation, or a title and what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from xnorm.training.pairs import NameRow, Pairs, PairSampler

if TYPE_CHECKING:
    from xnorm.training.pairs import Integers

SKILLS = "skills"
"""The language of rows that are no names but texts of what goes with a title: skills, a
description."""


class TitleSampler:
    """Draws the pairs of an epoch.

    Args:
        rows: names, and texts of skills.
        texts: int64 [rows], equal for rows that the encoder cannot tell apart.
        generator: the source of chance.
        weights: how often a source is drawn, where not once.
        synonyms: how often names of a concept are paired, to what `PairSampler` does.
        skills: pairs of a name and a text of skills, to such pairs of two names.
    """

    def __init__(
        self,
        rows: list[NameRow],
        texts: Integers,
        generator: np.random.Generator,
        *,
        weights: Mapping[str, float],
        synonyms: float = 1.0,
        skills: float = 1.0,
    ) -> None:
        self._generator = generator
        beside = np.array([row.language == SKILLS for row in rows], bool)
        self._names = np.flatnonzero(~beside)
        self._synonyms = PairSampler(
            [rows[place] for place in self._names], texts[self._names], generator, weights=weights
        )
        self._share = synonyms
        self.concepts = self._synonyms.concepts
        numbers = {id: number for number, id in enumerate(self._synonyms.ids)}
        places = np.flatnonzero(beside)
        of = np.array([numbers.get(rows[place].concept, -1) for place in places], np.int64)
        order = np.argsort(of, kind="stable")
        self._beside = places[order]
        self._first = np.searchsorted(of[order], np.arange(self.concepts))
        self._last = np.searchsorted(of[order], np.arange(self.concepts), "right")
        # an ad has one title and so no synonyms, but its skills count
        many = np.maximum(self._synonyms.draws, 1.0)
        self._with_skills = np.where(self._last > self._first, skills * many, 0.0)
        self.draws = synonyms * self._synonyms.draws + self._with_skills
        """Expected pairs of each concept in an epoch, float64 [concepts]."""

    def epoch(self) -> Pairs:
        """A fresh draw: pairs in random order; skills are always a pair's second text."""
        concept = self._drawn()
        left = self._names[self._synonyms.names(concept)]
        span = self._last[concept] - self._first[concept]
        inside = (self._generator.random(len(concept)) * span).astype(np.int64)
        right = self._beside[self._first[concept] + inside]
        pairs = self._of_names()
        both = Pairs(
            np.concatenate([self._names[pairs.left], left]),
            np.concatenate([self._names[pairs.right], right]),
            np.concatenate([pairs.concept, concept]),
        )
        order = self._generator.permutation(len(both.left))
        return Pairs(*(column[order] for column in both))

    def _drawn(self) -> Integers:
        """The concepts whose names are paired with skills, as often as they are."""
        chance = self._generator.random(self.concepts)
        times = np.floor(self._with_skills + chance * (self._with_skills > 0)).astype(np.int64)
        return np.repeat(np.arange(self.concepts), times)

    def _of_names(self) -> Pairs:
        """Pairs of two names, their share of an epoch or of several."""
        parts = []
        wanted = self._share
        while wanted > 0:
            pairs = self._synonyms.epoch()
            count = round(min(wanted, 1.0) * len(pairs.left))
            parts.append(Pairs(*(column[:count] for column in pairs)))
            wanted -= 1
        none = np.zeros(0, np.int64)
        columns = zip(*parts, strict=True) if parts else [[none]] * 3
        return Pairs(*(np.concatenate(list(column)) for column in columns))

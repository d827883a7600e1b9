"""The batches of a run: pairs of names with what the loss must know of them, as a data set."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from xnorm.encoders import load_encoder
from xnorm.errors import SettingError
from xnorm.text.normal import fold
from xnorm.training.guide import Guide
from xnorm.training.near import near
from xnorm.training.pairs import SYNONYMS, NameRow, Pairing, Pairs, batches
from xnorm.training.transformer.recipe import TransformerSettings

if TYPE_CHECKING:
    from xnorm.training.pairs import Integers

COLUMNS = ("left", "right", "label")
"""Of a training row: two names; and by number concept, text of the left, text of the right, and the
places of both names among all."""


class Batches(NamedTuple):
    """All pairs of a run, batch after batch.

    Attributes:
        rows: a `datasets.Dataset` with `COLUMNS`.
        sizes: pairs of each batch.
        concepts: that the names were drawn from.
        guide: finds further cells that are no negatives, by the names' places.
    """

    rows: Any
    sizes: list[int]
    concepts: int
    guide: Guide | None = None


def batches_of(
    names: Sequence[NameRow], settings: TransformerSettings, pairing: Pairing = SYNONYMS
) -> Batches:
    """Draws the pairs of the whole run, so that a resumed run sees what it had not seen.

    Raises:
        SettingError: when no concept has two different names.
    """
    generator = np.random.default_rng(settings.seed)
    texts = _numbers([fold(row.name) for row in names])
    sampler = pairing.sampling(list(names), texts, generator, weights=settings.weights)
    if not sampler.draws.any():
        raise SettingError(
            "no concept has two different names",
            place="names to train on",
            todo="Give knowledge bases with synonyms or translations",
        )
    wanted = math.ceil(settings.epochs * sampler.draws.sum())
    drawn: list[Pairs] = []
    while wanted > 0:
        pairs = Pairs(*(column[:wanted] for column in sampler.epoch()))
        wanted -= len(pairs.left)
        cut = batches(
            pairs,
            settings.batch,
            generator,
            hard=settings.hard,
            cluster=lambda rows: near(_vectors([names[row].name for row in rows]), generator),
        )
        drawn += [Pairs(*(column[chosen] for column in pairs)) for chosen in cut]
    return Batches(
        _dataset(names, texts, drawn, settings.prefix),
        [len(batch.left) for batch in drawn],
        sampler.concepts,
        Guide(pairing.guide, names, pairing.apart) if pairing.guide else None,
    )


def _vectors(texts: list[str]) -> Any:
    """By the shipped encoder: which names are hard to tell apart is much the same for any."""
    return load_encoder().encode(texts)


def _dataset(names: Sequence[NameRow], texts: Integers, drawn: Sequence[Pairs], prefix: str) -> Any:
    from datasets import Dataset

    left, right, concept = (np.concatenate(column) for column in zip(*drawn, strict=True))
    values = (
        [prefix + names[row].name for row in left],
        [prefix + names[row].name for row in right],
        np.stack([concept, texts[left], texts[right], left, right], axis=1),
    )
    return Dataset.from_dict(dict(zip(COLUMNS, values, strict=True)))


def _numbers(texts: list[str]) -> Integers:
    """Equal numbers for equal texts."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(text, len(known)) for text in texts], np.int64)

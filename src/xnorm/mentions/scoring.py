"""From the features of pairs to how probable it is that they mean the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xnorm.mentions.features import FEATURES
from xnorm.mentions.findings import Scored
from xnorm.mentions.scorer import load_scorer

SAME = 0.85
"""Similarity from which a window and a name, every word of which has a counterpart, are alike."""

ALIKE = 0.3
"""The least probability of what is alike: the scorer has learnt from coded diagnoses, and thinks
little of plain symptoms, which nobody codes."""


def scored_pairs(
    window: NDArray[np.int64], concept: NDArray[np.int64], features: NDArray[np.float64]
) -> Scored:
    """Pairs of a window and a concept with their probability."""
    return with_probability(window, concept, features, load_scorer().probability(features))


def with_probability(
    window: NDArray[np.int64],
    concept: NDArray[np.int64],
    features: NDArray[np.float64],
    probability: NDArray[np.float64],
) -> Scored:
    """The same for probabilities of a scorer; those of pairs that are alike are raised."""

    def column(name: str) -> NDArray[np.float64]:
        values: NDArray[np.float64] = features[:, FEATURES.index(name)]
        return values

    alike = column("is best") > 0
    for name in ("similarity", "window covered", "name covered"):
        alike &= column(name) >= SAME
    raised = np.where(alike, np.maximum(probability, ALIKE), probability)
    spread = np.expm1(column("spread")).round().astype(np.int64)
    return Scored(window, concept, raised, spread, column("window uncovered") == 0)

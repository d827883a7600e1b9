"""How logits and first-stage scores become probabilities, fitted on lists with labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from xnorm.reranking.model import Reading
from xnorm.reranking.stage import probabilities
from xnorm.training.reranker.data import Listed

Floats = NDArray[np.float64]

_COLD, _HOT = -4.0, 4.0  # bounds of the logarithm of the temperature
_MOST = 5.0  # bound of the prior's weight


def calibrated(
    reading: Reading, found: Sequence[Listed], answers: Sequence[NDArray[np.float32]]
) -> Reading:
    """The reading whose temperature and prior make the right answers of lists most likely.

    Two numbers: by temperature alone a probability is calibrated (Guo et al., 2017), and the
    weight of the first stage's log-odds decides how much its order still counts.

    Args:
        reading: what was trained.
        found: lists with labels; those without a right answer are left out.
        answers: logits of each list, float32 [pairs].
    """
    from scipy.optimize import minimize

    pairs = [(one, got) for one, got in zip(found, answers, strict=True) if one.labels.any()]
    if not pairs:
        return reading

    def loss(point: Floats) -> float:
        tried = _at(reading, point)
        right = [probabilities(got, one.scores, tried)[one.labels > 0].sum() for one, got in pairs]
        return -float(np.log(np.maximum(right, 1e-12)).mean())

    best = minimize(loss, np.zeros(2), method="Nelder-Mead", bounds=[(_COLD, _HOT), (0.0, _MOST)])
    return _at(reading, best.x)


def _at(reading: Reading, point: Floats) -> Reading:
    temperature, prior = float(np.exp(point[0])), float(point[1])
    return replace(reading, temperature=round(temperature, 4), prior=round(prior, 4))


def accuracy(
    found: Sequence[Listed], answers: Sequence[NDArray[np.float32]], reading: Reading
) -> float:
    """The share of mentions, with a gold concept in the terminology, whose best is right."""
    right = [
        bool(one.labels[int(probabilities(got, one.scores, reading).argmax())])
        for one, got in zip(found, answers, strict=True)
        if one.gold
    ]
    return float(np.mean(right)) if right else 0.0

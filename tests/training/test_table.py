"""A step of the static encoder's training against automatic gradients of its loss."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from xnorm.training.encoder import EncoderSettings
from xnorm.training.subwords import Cut
from xnorm.training.table import Batch, SubwordTable

torch = pytest.importorskip("torch", reason="training needs torch (extra neural)")

SIZE, DIMENSION, PAIRS, TEMPERATURE = 20, 8, 6, 0.5
CHANCE = np.random.default_rng(0)
TEXTS = [CHANCE.integers(1, SIZE, 3).tolist() for _ in range(2 * PAIRS)]
APART = [7, 10, 11]
"""Texts that pass through the map; the first of a pair come first, then the second."""
VECTORS = CHANCE.standard_normal((SIZE, DIMENSION)).astype(np.float32)
MATRIX = CHANCE.standard_normal((DIMENSION, DIMENSION)).astype(np.float32)
NONE = (np.zeros(0, np.int64), np.zeros(0, np.int64))
BATCH = Batch(
    Cut(np.concatenate(TEXTS), np.arange(0, 3 * len(TEXTS) + 1, 3)), NONE, np.array(APART)
)


def table(*, projection: bool) -> SubwordTable:
    settings = EncoderSettings(dimension=DIMENSION, temperature=TEMPERATURE)
    return SubwordTable(VECTORS, np.ones(SIZE), [0], settings, projection=projection)


def loss(vectors: Any, logs: Any, matrix: Any) -> Any:
    """The same loss, written for reading."""
    placed = []
    for place, pieces in enumerate(TEXTS):
        total = (vectors[pieces] * logs[pieces].exp()[:, None]).sum(dim=0)
        total = total @ matrix if place in APART else total
        placed.append(total / total.norm())
    left, right = torch.stack(placed[:PAIRS]), torch.stack(placed[PAIRS:])
    scores, own = left @ right.T / TEMPERATURE, torch.arange(PAIRS)
    entropy = torch.nn.functional.cross_entropy
    return (entropy(scores, own) + entropy(scores.T, own)) / 2


def test_gradients_of_vectors_weights_and_map_are_those_of_the_loss() -> None:
    learned = table(projection=True)
    learned.restore({**learned.state(), "projection.table": torch.from_numpy(MATRIX)}, 0)
    parts = ("vectors", "weights", "projection")
    leaves = [learned.state()[f"{part}.table"].clone().requires_grad_() for part in parts]
    expected = loss(*leaves)
    expected.backward()
    # the products run in bfloat16, which keeps three digits
    found = learned.step(BATCH, 1.0, np.random.default_rng(0))
    assert found == pytest.approx(float(expected.detach()), rel=2e-2)
    for part, leaf in zip(parts, leaves, strict=True):
        # Adam's first moment after one step is a tenth of the gradient
        gradient = learned.state()[f"{part}.first"] / 0.1
        assert float((gradient - leaf.grad).norm() / leaf.grad.norm()) < 2e-2


def test_the_map_starts_as_the_identity_which_changes_nothing() -> None:
    plain, projected = table(projection=False), table(projection=True)
    assert np.array_equal(projected.vectors()[SIZE:], np.eye(DIMENSION))
    assert np.array_equal(projected.vectors()[:SIZE], plain.vectors())
    first = [one.step(BATCH, 1.0, np.random.default_rng(0)) for one in (plain, projected)]
    assert first[0] == pytest.approx(first[1], rel=1e-6)
    assert not np.array_equal(projected.vectors()[SIZE:], np.eye(DIMENSION))

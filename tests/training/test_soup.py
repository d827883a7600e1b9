"""A soup is the mean of the checkpoints that it was told to keep."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs torch (extra neural)")

import torch

from xnorm.training.transformer.soup import Pot

SCORES = {1: 0.5, 2: 0.9, 3: 0.7, 4: 0.6}


@pytest.mark.parametrize(("by", "kept"), [("best", [2, 3]), ("last", [3, 4])])
def test_the_best_or_the_last_are_averaged(by: str, kept: list[int], tmp_path: Path) -> None:
    pot = Pot(tmp_path / "soup", 2, by)
    for step, score in SCORES.items():
        pot.add({"w": torch.full((2,), float(step)), "n": torch.tensor(step)}, step, score)
    assert pot.kept() == kept
    assert pot.mean()["w"].tolist() == [sum(kept) / 2] * 2
    assert int(pot.mean()["n"]) == kept[0]


def test_a_step_that_is_trained_again_counts_once(tmp_path: Path) -> None:
    for _ in range(2):
        pot = Pot(tmp_path / "soup", 3, "last")
        pot.add({"w": torch.ones(1)}, 5, 0.25)
    assert pot.kept() == [5]

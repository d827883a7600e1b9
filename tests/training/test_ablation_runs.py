"""How runs of an ablation are kept, and what its table says of them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

PLACE = Path(__file__).parents[2] / "benchmarks" / "encoder"


@pytest.fixture(scope="module")
def runs() -> Iterator[ModuleType]:
    if not PLACE.exists():
        pytest.skip("benchmarks are not part of this copy")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(PLACE))
        yield importlib.import_module("runs")
    for name in ("runs", "protocols", "build_sources"):
        sys.modules.pop(name, None)


class Knows:
    """Tells apart only the letters that it knows."""

    def __init__(self, letters: str) -> None:
        self._letters = letters

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [texts, letters]."""
        return np.array([[letter in t for letter in self._letters] for t in texts], np.float32)


@pytest.fixture
def tasks(runs: ModuleType) -> dict[str, Any]:
    protocols = sys.modules["protocols"]
    queries = [protocols.Query(letter, frozenset(letter)) for letter in "abcd"]
    names = list("dcba")
    return {"letters": protocols.Task({"es": queries}, names, [frozenset(n) for n in names])}


def test_a_row_tells_how_far_a_recipe_is_from_base_with_the_same_seeds(
    runs: ModuleType, tasks: dict[str, Any], tmp_path: Path
) -> None:
    def place(name: str, seed: int) -> Path:
        return tmp_path / f"{name}-{seed}.npz"

    runs.save(place("base", 0), Knows("ab"), tasks, 10.0)  # an unknown text finds the first, d
    runs.save(place("base", 1), Knows("a"), tasks, 20.0)
    runs.save(place("better", 0), Knows("abc"), tasks, 30.0)
    runs.save(place("elsewhere", 7), Knows("abcd"), tasks, 1.0)
    recipes = {"base": {}, "better": {"letters": 3}, "elsewhere": {}, "not run": {}}
    base, better = runs.table(recipes, place, (0, 1, 7), tasks)
    assert (base["recipe"], base["runs"], base["cpu_seconds"]) == ("base", 2, 15.0)
    assert base["letters"]["by_seed"] == [0.75, 0.5]
    assert base["letters"]["accuracy"].value == 0.625
    assert "against_base" not in base["letters"]
    assert (better["changed"], better["runs"]) == ({"letters": 3}, 1)
    assert better["letters"]["against_base"].value == 0.25  # 1 against .75, not against .625


def test_what_was_kept_is_what_was_measured(
    runs: ModuleType, tasks: dict[str, Any], tmp_path: Path
) -> None:
    runs.save(tmp_path / "run.npz", Knows("ac"), tasks, 1.5)
    hits, seconds = runs.load(tmp_path / "run.npz", tasks)
    assert hits["letters"]["es"].tolist() == [True, False, True, True]
    assert seconds == 1.5

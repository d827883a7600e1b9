"""What encoders are benchmarked on, and how shares and intervals are taken of it."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

PLACE = Path(__file__).parents[2] / "benchmarks" / "encoder" / "protocols.py"


@pytest.fixture(scope="module")
def protocols() -> ModuleType:
    if not PLACE.exists():
        pytest.skip("benchmarks are not part of this copy")
    found = importlib.util.spec_from_file_location("encoder_protocols", PLACE)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules["encoder_protocols"] = module
    found.loader.exec_module(module)
    return module


class Letters:
    """Counts of the first letters of the alphabet, as unit vectors."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [texts, 4]."""
        counts = np.array([[text.count(letter) for letter in "abcd"] for text in texts], np.float32)
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


def test_the_most_similar_name_decides_and_languages_count_alike(protocols: ModuleType) -> None:
    query = protocols.Query
    task = protocols.Task(
        {
            "es": [query("aa", frozenset("A")), query("ab", frozenset("B"))],
            "de": [query("cc", frozenset("CX"))],
        },
        ["a", "b", "cd", "aab"],
        [frozenset("A"), frozenset("B"), frozenset("C"), frozenset("D")],
    )
    hits = protocols.hits(Letters(), task)
    assert {language: found.tolist() for language, found in hits.items()} == {
        "es": [True, False],
        "de": [True],
    }
    found = protocols.interval(task, hits)
    assert found.value == protocols.mean_of_shares(hits) == 0.75
    assert found.low <= 0.75 <= found.high
    assert protocols.difference(task, hits, hits).value == 0


def test_the_counts_of_queries_and_names_are_those_of_the_results(
    protocols: ModuleType, data: Path
) -> None:
    found = protocols.tasks(data, mantra=True)
    counts = {
        name: ([len(queries) for queries in task.queries.values()], len(task.names))
        for name, task in found.items()
    }
    assert counts == {
        "3a": ([2011, 426, 2580, 1280], 4369),
        "3b": ([2011, 426, 2580, 1280], 42546),
        "6": ([989, 989], 2546),
        "codiesp": ([1411], 59450),
        "4": ([735, 508, 712, 459], 1314),
    }

"""Depths by breadth-first search, and retired ids followed to the concept in use."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xnorm.kb.hierarchy import depths
from xnorm.kb.retirement import Conflict, settle

EDGES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12)


@given(EDGES)
def test_depths_agree_with_relaxation(edges: list[tuple[int, int]]) -> None:
    child = np.array([edge[0] for edge in edges], dtype=np.int32)
    parent = np.array([edge[1] for edge in edges], dtype=np.int32)
    roots = {above for _, above in edges} - {below for below, _ in edges}
    expected = [0 if row in roots else 99 for row in range(8)]
    for _ in range(8):
        for below, above in edges:
            expected[below] = min(expected[below], expected[above] + 1)
    assert depths(8, child, parent).tolist() == [d if d < 99 else -1 for d in expected]


def test_cycles_are_cut_and_counted() -> None:
    circle = [("A", "B"), ("B", "C"), ("C", "A"), ("D", "A"), ("E", "E")]
    assert settle(circle, {"X"}) == ([], 5, 0, [])


def test_chains_end_in_the_concept_in_use() -> None:
    found = settle([("C", "D"), ("A", "B"), ("B", "C")], {"D"})
    assert found.pairs == [("A", "D"), ("B", "D"), ("C", "D")]


def test_an_id_in_use_is_not_retired_and_the_first_replacement_counts() -> None:
    found = settle([("X", "Y"), ("A", "X"), ("A", "Y"), ("Y", "Y")], {"X", "Y"})
    assert found == ([("A", "X")], 0, 1, [Conflict("A", "X", "Y")])

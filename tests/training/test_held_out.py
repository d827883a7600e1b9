"""Held-out concepts: what is kept from training, and how their names are found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from xnorm.training.held_out import CUTS, Found, mean_accuracy, measure, split
from xnorm.training.pairs import NameRow


class Placed:
    """An encoder that has the place of every text."""

    def __init__(self, **places: float) -> None:
        self.places = places

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors at an angle of so many degrees."""
        angles = np.radians([self.places[text] for text in texts])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def row(concept: str, language: str, name: str) -> NameRow:
    return NameRow(concept, language, "", name)


def test_concepts_are_held_out_with_every_name_that_equals_one_of_theirs() -> None:
    rows = [row(f"X:{i}", "en", f"name {i}") for i in range(40)]
    twin = row("Y:another", "en", "")
    held = {one.concept for one in split(rows, 4)[1]}
    assert 0 < len(held) < 40
    twins = [twin._replace(name=one.name.upper()) for one in rows if one.concept in held]
    kept, unseen = split([*rows, *twins], 4)
    assert {one.concept for one in unseen} - {"Y:another"} == held
    assert not {one.name.lower() for one in kept} & {one.name.lower() for one in unseen}
    assert split(rows, 0) == (rows, [])


def test_a_name_finds_its_concept_by_the_best_of_its_names() -> None:
    rows = [
        row("A", "en", "a"), row("A", "en", "a2"), row("B", "en", "b"), row("C", "en", "c"),
        row("A", "es", "near a2"), row("B", "es", "nearer c"), row("C", "de", "c too"),
        row("D", "es", "without an english name"),
    ]  # fmt: skip
    encoder = Placed(
        **{"a": 0, "a2": 80, "b": 40, "c": 20, "near a2": 75, "nearer c": 25, "c too": 20}
    )
    found = measure(encoder, rows)
    assert found["es"] == Found(queries=2, by_id=(0.5, 1.0, 1.0), by_name=(0.5, 1.0, 1.0))
    assert found["de"].by_id == (1.0,) * len(CUTS)
    assert mean_accuracy(found) == 0.75
    assert measure(encoder, rows, most=1)["es"].queries == 1


def test_a_concept_of_the_same_name_counts_by_name_alone() -> None:
    rows = [row("A", "en", "Cold"), row("B", "en", "cold"), row("B", "en", "chill"),
            row("B", "es", "frio")]  # fmt: skip
    found = measure(Placed(Cold=0, cold=0, chill=50, frio=5), rows)
    assert found["es"].by_id[0] == 0  # equal similarity: the smaller id comes first
    assert found["es"].by_name[0] == 1


def test_what_is_no_name_is_asked_for_through_its_map() -> None:
    class Turning(Placed):
        def encode_projected(self, texts: Sequence[str]) -> np.ndarray:
            return self.encode(texts)[:, ::-1]  # an angle of 80 degrees is one of 10

    rows = [row("A", "en", "a"), row("B", "en", "b"), row("A", "es", "aa"), row("A", "do", "aaa")]
    encoder = Turning(a=0, b=90, aa=80, aaa=80)
    found = measure(encoder, rows, apart="do")
    assert (found["es"].by_id[0], found["do"].by_id[0]) == (0, 1)
    assert measure(encoder, rows)["do"].by_id[0] == 0


@pytest.mark.parametrize("rows", [[], [row("A", "en", "a")]])
def test_nothing_to_ask_is_no_figure(rows: list[NameRow]) -> None:
    assert measure(Placed(a=0), rows) == {}
    assert mean_accuracy({}) == 0

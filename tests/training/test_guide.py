"""A guide tells which pairs of a batch may mean the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xnorm.encoders import load_encoder
from xnorm.training.guide import Guide, joined
from xnorm.training.pairs import NameRow


class Given:
    """An encoder whose vectors are written down."""

    dimension, fingerprint = 2, "given"

    def __init__(self, **angles: float) -> None:
        self._angles = angles

    def encode(self, texts: list[str]) -> np.ndarray:
        angles = np.array([self._angles[text] for text in texts])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def rows(names: Sequence[str], language: str = "en") -> list[NameRow]:
    return [NameRow(name, language, "", name) for name in names]


def cells(guide: Guide, left: list[int], right: list[int]) -> set[tuple[int, int]]:
    rows, columns = guide.false_negatives(np.array(left), np.array(right))
    return set(zip(rows.tolist(), columns.tolist(), strict=True))


def test_what_is_more_alike_than_both_pairs_is_no_negative() -> None:
    guide = Guide(Given(a=0.0, b=0.5, c=0.1, d=0.7, e=2.0, f=2.1), rows("abcdef"))
    # c and b (0.4 apart) are nearer than a and b (0.5) and than c and d (0.6); e and f are far off
    assert cells(guide, [0, 2, 4], [1, 3, 5]) == {(1, 0)}


def test_a_pair_that_the_guide_does_not_know_masks_nothing_of_one_that_it_knows() -> None:
    guide = Guide(Given(a=0.0, b=1.5, c=1.4, d=1.35), rows("abcd"))
    # a and d are nearer than a and b, but not nearer than c and d
    assert cells(guide, [0, 2], [1, 3]) == set()


def test_the_shipped_encoder_guides() -> None:
    names = ["java developer", "programmer", "Java-Entwickler", "cook", "chef", "chef de partie"]
    found = cells(Guide(load_encoder(), rows(names)), [1, 3], [0, 5])
    assert found <= {(0, 1), (1, 0)}


def test_cells_of_several_kinds_are_put_together() -> None:
    one, other = (np.array([0]), np.array([1])), (np.array([2, 3]), np.array([4, 5]))
    rows, columns = joined(one, other)
    assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == [(0, 1), (2, 4), (3, 5)]


def test_what_is_no_name_is_seen_through_the_guides_map() -> None:
    class Turning(Given):
        def encode_projected(self, texts: list[str]) -> np.ndarray:
            return self.encode(texts)[:, ::-1]  # c is near a then, and d near b

    encoder, skills = Turning(a=0.0, b=1.2, c=1.4, d=0.2), rows("cd", "skills")
    assert cells(Guide(encoder, [*rows("ab"), *skills], "skills"), [0, 1], [2, 3]) == set()
    assert cells(Guide(encoder, [*rows("ab"), *skills]), [0, 1], [2, 3]) == {(0, 1), (1, 0)}

"""Pairs of two names of an occupation, and of a title and the skills that go with it."""

from __future__ import annotations

import numpy as np
import pytest

from xnorm.training.pairs import NameRow, Pairs
from xnorm.training.titles.sampler import SKILLS, TitleSampler

ROWS = [
    NameRow("o:1", SKILLS, "relations", "bake, sell"),
    NameRow("o:1", "en", "", "baker"),
    NameRow("o:1", "de", "", "Bäcker"),
    NameRow("o:1", SKILLS, "relations", "sell, bake"),
    NameRow("o:2", "en", "", "poet"),
    NameRow("o:2", "de", "", "Dichter"),
    NameRow("o:3", "en", "ads", "only here"),
    NameRow("o:3", SKILLS, "ads", "write"),
    NameRow("o:4", SKILLS, "ads", "of nobody"),
]


def drawn(synonyms: float, skills: float, times: int = 40) -> list[tuple[str, str]]:
    """The texts of the pairs of some epochs."""
    texts = np.arange(len(ROWS), dtype=np.int64)
    generator = np.random.default_rng(0)
    sampler = TitleSampler(ROWS, texts, generator, weights={}, synonyms=synonyms, skills=skills)
    found: list[tuple[str, str]] = []
    for _ in range(times):
        pairs: Pairs = sampler.epoch()
        for left, right in zip(pairs.left, pairs.right, strict=True):
            assert ROWS[left].concept == ROWS[right].concept
            found.append((ROWS[left].name, ROWS[right].name))
        assert len(pairs.left) == pytest.approx(sampler.draws.sum(), abs=4)
    return found


def test_skills_are_the_second_text_and_every_title_meets_all_texts_of_its_occupation() -> None:
    found = set(drawn(1.0, 1.0))
    assert found == {
        ("baker", "Bäcker"),
        ("Bäcker", "baker"),
        ("poet", "Dichter"),
        ("Dichter", "poet"),
        *((title, text) for title in ("baker", "Bäcker") for text in ("bake, sell", "sell, bake")),
        ("only here", "write"),
    }


def test_either_kind_of_pairs_can_be_left_out() -> None:
    assert {right for _, right in drawn(0.0, 1.0)} == {"bake, sell", "sell, bake", "write"}
    assert {right for _, right in drawn(1.0, 0.0)} == {"baker", "Bäcker", "poet", "Dichter"}


def test_shares_say_how_many_pairs_of_either_kind_there_are() -> None:
    def count(synonyms: float, skills: float) -> tuple[int, int]:
        found = drawn(synonyms, skills)
        of_skills = sum("," in right or right == "write" for _, right in found)
        return len(found) - of_skills, of_skills

    once, twice = count(1.0, 1.0), count(2.0, 2.0)
    assert twice[0] == pytest.approx(2 * once[0], rel=0.15)
    assert twice[1] == pytest.approx(2 * once[1], rel=0.15)

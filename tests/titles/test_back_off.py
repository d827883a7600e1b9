"""The decision: an occupation, a group that is surer, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from xnorm.document import Candidate, Document, Link, Mention
from xnorm.errors import SettingError
from xnorm.index import Index
from xnorm.titles.back_off import BackOff, BackOffSettings, confidence, shares
from xnorm.titles.hierarchy import Hierarchy

ESCO = "http://data.europa.eu/esco"


def decided(index: Path, *scores: tuple[str, float], threshold: float = 0.4) -> Link:
    candidates = tuple(
        Candidate(f"{ESCO}/{concept}", "ESCO", concept, score) for concept, score in scores
    )
    mention = Mention("T1", "title", ((0, 1),), ("x",), candidates=candidates)
    document = Document("1", (), mentions=(mention,))
    stage = BackOff(Index.open(index).kb, BackOffSettings(threshold=threshold))
    link = stage([document])[0].mentions[0].link
    assert link is not None
    return link


def test_a_sure_occupation_is_linked(occupations: Path) -> None:
    link = decided(occupations, ("occupation/1", 0.8), ("occupation/4", 0.1))
    assert link.concept == f"{ESCO}/occupation/1"
    assert link.score > 0.8


def test_two_of_one_group_are_that_group(occupations: Path) -> None:
    link = decided(occupations, ("occupation/1", 0.4), ("occupation/2", 0.4), threshold=0.6)
    assert link.concept == f"{ESCO}/isco/C251"
    assert link.name == "Software and applications developers and analysts"
    assert link.reason == "a group with ‘occupation/1’, ‘occupation/2’"
    assert link.score == confidence(1.0, 0.4)


def test_the_lowest_group_that_is_sure_enough_is_taken(occupations: Path) -> None:
    scores = (("occupation/1", 0.5), ("occupation/2", 0.1), ("occupation/4", 0.05))
    link = decided(occupations, *scores, threshold=1.0)
    assert link.concept == f"{ESCO}/isco/C2512"


def test_what_is_unsure_at_every_level_is_nothing(occupations: Path) -> None:
    link = decided(occupations, ("occupation/1", 0.1), ("occupation/4", 0.1))
    assert link.concept is None
    assert "best candidate ‘occupation/1’" in link.reason
    assert decided(occupations).reason == "no occupation has a name that is near"


def test_a_decision_that_is_made_stays(occupations: Path) -> None:
    made = Link(None, 0.0, reason="never by rules.tsv, line 2")
    mention = Mention("T1", "title", ((0, 1),), ("x",), link=made)
    stage = BackOff(Index.open(occupations).kb)
    assert stage([Document("1", (), mentions=(mention,))])[0].mentions[0].link is made


def test_shares_fall_with_the_score_and_are_one_together() -> None:
    found = shares([0.9, 0.5, 0.0])
    assert found[0] > found[1] > found[2] > 0
    assert sum(found) == pytest.approx(1)


def test_confidence_rises_with_share_and_score() -> None:
    assert confidence(0.2, 0.5) < confidence(0.8, 0.5) < confidence(0.8, 0.9) < 1
    assert 0 <= confidence(0.0, 0.0) < 0.01


@pytest.mark.parametrize("name", ["threshold", "group"])
def test_a_threshold_lies_between_nothing_and_one(name: str) -> None:
    with pytest.raises(SettingError, match=rf"^back_off\.{name}: 2 is not between 0 and 1"):
        BackOffSettings(**{name: 2})


def test_the_hierarchy_knows_what_is_above_and_the_code_of_isco(occupations: Path) -> None:
    kb = Index.open(occupations).kb
    hierarchy = Hierarchy(kb)
    row = kb.concept_row(f"{ESCO}/occupation/1")
    assert row is not None
    above = [kb.concept(one).id.rpartition("/")[2] for one in hierarchy.above(row)]
    assert above == ["1", "C2512", "C251", "C25"]
    assert list(hierarchy.above(row).values()) == [0, 1, 2, 3]
    assert hierarchy.isco(row) == "2512"
    assert hierarchy.depth(row) == 3

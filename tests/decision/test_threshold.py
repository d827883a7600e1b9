"""The best candidate becomes the link, or the mention is NIL with its reason."""

import pytest
from msgspec.structs import replace

from xnorm.decision import Decide
from xnorm.decision.threshold import explain
from xnorm.document import Candidate, Document, Evidence, Link, mention_at
from xnorm.errors import SettingError

HEADACHE = Candidate(
    concept="HP:0002315",
    source="HPO",
    name="Headache",
    score=0.6,
    evidence=(
        Evidence("dense", "Headache", 0.93, 1, language="en", kind="preferred"),
        Evidence("tfidf", "Head pain", 0.2, 7, language="en"),
    ),
)


def _decided(threshold: float, *candidates: Candidate, link: Link | None = None) -> Link:
    document = Document.from_text("cefalea", language="es")
    mention = replace(mention_at("cefalea", [(0, 7)], id="T1"), candidates=candidates, link=link)
    result = Decide(threshold)([replace(document, mentions=(mention,))])[0].mentions[0].link
    assert result is not None
    return result


def test_the_best_candidate_is_linked_with_its_reason() -> None:
    link = _decided(0.6, HEADACHE)
    assert (link.concept, link.source, link.name) == ("HP:0002315", "HPO", "Headache")
    assert link.reason == "‘Headache’ (en) by dense .93; ‘Head pain’ (en) by tfidf .20"


def test_a_low_score_is_nil_and_names_what_was_refused() -> None:
    link = _decided(0.61, HEADACHE)
    assert link.concept is None
    assert link.reason == "best candidate HP:0002315 ‘Headache’ scores 0.60, below 0.61"


def test_no_candidate_is_nil() -> None:
    assert _decided(0.0) == Link(None, 0.0, reason="no name in the terminology is near")


def test_a_decided_mention_stays_as_it_is() -> None:
    earlier = Link("X:1", 1.0)
    assert _decided(0.9, HEADACHE, link=earlier) == earlier


@pytest.mark.parametrize("threshold", [-0.1, 1.1])
def test_an_impossible_threshold_is_refused(threshold: float) -> None:
    with pytest.raises(SettingError, match=r"decide.threshold: .* is not between 0 and 1"):
        Decide(threshold)


def test_an_expanded_query_is_part_of_the_reason() -> None:
    exact = Evidence("exact", "hipertensión", 1.0, 1, "es", query="hipertensión arterial")
    candidate = replace(HEADACHE, evidence=(exact,))
    assert explain(candidate) == "‘hipertensión’ (es) by exact for ‘hipertensión arterial’"

"""Mentions of a document share what was found for them."""

import pytest
from msgspec.structs import replace

from xnorm.coreference import NormalizeCoreference, ShareEvidence
from xnorm.document import Candidate, Coreference, Document, Mention, mention_at
from xnorm.errors import SettingError

LUPUS = Candidate("D:1", "D", "Lupus", 0.93)
SKIN = Candidate("D:2", "D", "Skin disease", 0.6)
NEAR = Candidate("D:1", "D", "Lupus", 0.5)
FAR = Candidate("D:1", "D", "Lupus", 0.3)


def _document(text: str, candidates: dict[str, tuple[Candidate, ...]]) -> Document:
    mentions = tuple(
        replace(
            mention_at(text, [(text.index(part), text.index(part) + len(part))], id=part),
            candidates=found,
        )
        for part, found in candidates.items()
    )
    return replace(Document.from_text(text, language="en"), mentions=mentions)


def _best(document: Document) -> dict[str, str]:
    return {m.id: m.candidates[0].concept if m.candidates else "" for m in document.mentions}


def _shared(document: Document) -> Document:
    return ShareEvidence()([document])[0]


def test_an_unsure_mention_prefers_what_a_sure_one_has() -> None:
    document = _document("Lupus. A wolf rash.", {"Lupus": (LUPUS,), "wolf rash": (SKIN, NEAR)})
    shared = _shared(document)
    assert _best(shared) == {"Lupus": "D:1", "wolf rash": "D:1"}
    rash = shared.mentions[1].candidates
    assert [(one.concept, one.score) for one in rash] == [("D:1", 0.6), ("D:2", 0.5)]
    evidence = rash[0].evidence[0]
    assert (evidence.retriever, evidence.query, evidence.score) == ("document", "Lupus", 0.93)


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("Lupus. A wolf rash.", {"Lupus": (LUPUS,), "wolf rash": (SKIN, FAR)}),
        ("Lupus. A lupus rash.", {"Lupus": (LUPUS,), "lupus rash": (SKIN, NEAR)}),
        ("Lupoid. A wolf rash.", {"Lupoid": (NEAR,), "wolf rash": (SKIN, NEAR)}),
        ("A wolf rash.", {"wolf rash": (SKIN, NEAR)}),
        ("A wolf rash.", {"wolf rash": ()}),
    ],
    ids=["too far", "the sure one is a part of it", "nothing is sure", "alone", "nothing found"],
)
def test_what_is_no_better_known_stays(
    text: str, candidates: dict[str, tuple[Candidate, ...]]
) -> None:
    document = _document(text, candidates)
    assert _shared(document) == document


def test_a_sure_mention_stays_what_it_is() -> None:
    other = replace(SKIN, score=0.95)
    document = _document(
        "Lupus, rash.", {"Lupus": (LUPUS,), "rash": (other, replace(NEAR, score=0.9))}
    )
    assert _best(_shared(document)) == {"Lupus": "D:1", "rash": "D:2"}


def test_pronouns_nominals_and_short_forms_follow_the_surest_name() -> None:
    text = "We treat systemic lupus erythematosus. SLE is rare; it hurts. The disease stays."
    document = _document(
        text,
        {
            "systemic lupus erythematosus": (LUPUS,),
            "SLE": (SKIN,),
            "it ": (replace(SKIN, score=0.99),),
            "The disease": (),
        },
    )
    chain = Coreference("c", ("systemic lupus erythematosus", "SLE", "it ", "The disease"))
    shared = _shared(replace(document, coreferences=(chain,)))
    assert set(_best(shared).values()) == {"D:1"}
    assert shared.mentions[3].candidates[0].evidence[0].query == "systemic lupus erythematosus"


def test_short_forms_follow_through_the_clusters_of_names() -> None:
    text = "Systemic lupus erythematosus is rare. SLE hurts."
    document = _document(text, {"Systemic lupus erythematosus": (LUPUS,), "SLE": ()})
    clustered = NormalizeCoreference()([document])[0]
    assert _best(_shared(document))["SLE"] == ""
    assert _best(_shared(clustered))["SLE"] == "D:1"


def test_a_chain_without_a_name_that_was_found_changes_nothing() -> None:
    document = _document("It is rare.", {"It": (SKIN,)})
    chains = (Coreference("c", ("It", "gone")), Coreference("d", ()))
    document = replace(document, coreferences=chains)
    assert _shared(document) == document


def test_documents_do_not_share_with_each_other() -> None:
    one = _document("Lupus.", {"Lupus": (LUPUS,)})
    other = _document("A wolf rash.", {"wolf rash": (SKIN, NEAR)})
    assert ShareEvidence()([one, other]) == [one, other]
    assert ShareEvidence()([]) == []


@pytest.mark.parametrize("setting", ["sure", "near"])
def test_a_setting_outside_0_to_1_is_refused(setting: str) -> None:
    with pytest.raises(SettingError, match=f"share.{setting}: 1.5 is not between 0 and 1"):
        ShareEvidence(**{setting: 1.5})


def test_mentions_keep_their_order_and_everything_else() -> None:
    document = _document("Lupus. A wolf rash.", {"Lupus": (LUPUS,), "wolf rash": (SKIN, NEAR)})
    shared = _shared(document)

    def bare(mention: Mention) -> Mention:
        return replace(mention, candidates=())

    assert [bare(m) for m in shared.mentions] == [bare(m) for m in document.mentions]

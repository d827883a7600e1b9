"""The stage gives documents the clusters of their names, and their texts with one form each."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from msgspec.structs import replace
from tests.strategies import documents

from xnorm.coreference import NormalizeCoreference, rewrite_names
from xnorm.coreference.resolvers import Chain
from xnorm.coreference.stage import normalized_fields
from xnorm.document import Coreference, Document, Mention, mention_at


def _normalized(document: Document, **settings: object) -> Document:
    return NormalizeCoreference(**settings)([document])[0]  # type: ignore[arg-type]


def _clusters(document: Document) -> list[list[str]]:
    surface = {mention.id: mention.surface for mention in document.mentions}
    return [[surface[id] for id in one.mentions] for one in document.coreferences]


def _mentions(text: str, *places: tuple[str, str]) -> tuple[Mention, ...]:
    return tuple(
        mention_at(text, [(text.index(part), text.index(part) + len(part))], id=id, type="PERSON")
        for id, part in places
    )


def test_names_that_are_found_are_clustered_and_written_in_one_form() -> None:
    text = "Dr. Conrad Murray left. Murray's lawyer said that Conrad Murray would come."
    document = _normalized(Document.from_text(text, language="en"))
    assert _clusters(document) == [["Dr. Conrad Murray", "Murray", "Conrad Murray"]]
    rewritten = rewrite_names(document)
    assert rewritten.text == (
        "Conrad Murray left. Conrad Murray's lawyer said that Conrad Murray would come."
    )
    at = rewritten.text.index("lawyer")
    assert rewritten.original(at, at + 6) == (text.index("lawyer"), text.index("lawyer") + 6)


def test_given_mentions_are_the_names_each_type_by_itself() -> None:
    text = "Ann Lee met Lee in Lee."
    spans = [((0, 7), "PERSON"), ((12, 15), "PERSON"), ((19, 22), "GPE")]
    mentions = tuple(
        mention_at(text, [span], id=f"m{at}", type=type) for at, (span, type) in enumerate(spans)
    )
    document = replace(Document.from_text(text, language="en"), mentions=mentions)
    assert _clusters(_normalized(document)) == [["Ann Lee", "Lee"]]
    assert _clusters(_normalized(document, types=("GPE",))) == []


def test_an_abbreviation_is_written_out_but_where_it_is_defined() -> None:
    text = "The Food and Drug Administration (FDA) spoke. FDA rules."
    rewritten = rewrite_names(_normalized(Document.from_text(text, language="en")))
    assert rewritten.text == (
        "The Food and Drug Administration (FDA) spoke. Food and Drug Administration rules."
    )


@pytest.mark.parametrize("text", ["", " ", "one sentence without a name.", "Ann."])
def test_short_documents_stay_as_they_are(text: str) -> None:
    document = _normalized(Document.from_text(text, language="en"))
    assert document.coreferences == ()
    assert rewrite_names(document).text == text


def test_chains_that_a_document_has_go_first_and_are_never_joined() -> None:
    text = "Michael Jackson met Jackson. He saw Mr. Jackson."
    mentions = _mentions(text, ("a", "Michael Jackson"), ("h", "He"), ("b", "Mr. Jackson"))
    mentions += (mention_at(text, [(20, 27)], id="c", type="PERSON"),)
    document = replace(Document.from_text(text, language="en"), mentions=mentions)
    gold = (Coreference("g1", ("a", "h"), {"note": 1}),)
    document = replace(document, coreferences=gold)
    one = _normalized(document).coreferences
    assert [set(chain.mentions) for chain in one] == [{"a", "h", "b", "c"}]
    assert (one[0].id, one[0].extra) == ("g1", {"note": 1, "canonical": "Michael Jackson"})
    apart = replace(document, coreferences=(*gold, Coreference("g2", ("b",))))
    two = _normalized(apart).coreferences
    assert [chain.mentions for chain in two] == [("a", "h"), ("b",)]


def test_overlapping_and_crossing_chains_are_kept_as_they_are() -> None:
    text = "Ann Lee Roe spoke."
    mentions = _mentions(text, ("a", "Ann Lee"), ("b", "Lee Roe"), ("c", "Ann Lee Roe"))
    chains = (Coreference("x", ("a", "b")), Coreference("y", ("b", "c", "gone")))
    document = replace(Document.from_text(text), mentions=mentions, coreferences=chains)
    normalized = _normalized(document)
    assert [chain.mentions for chain in normalized.coreferences] == [("a", "b"), ("b", "c", "gone")]
    assert rewrite_names(normalized).text == "Ann Lee Roe spoke."


def test_a_resolver_brings_in_pronouns_that_are_not_rewritten() -> None:
    text = "Michael Jackson left. He died. Jackson sang. It rained and it snowed."

    def resolver(documents: Sequence[Document]) -> list[list[Chain]]:
        return [[[(0, 15), (22, 24)], [(45, 47), (59, 61)]] for _ in documents]

    document = _normalized(Document.from_text(text, language="en"), resolver=resolver)
    assert _clusters(document) == [["Michael Jackson", "He", "Jackson"]]
    assert rewrite_names(document).text == text.replace("Jackson sang", "Michael Jackson sang")


def test_json_says_what_was_replaced_and_who_is_one() -> None:
    document = _normalized(Document.from_text("Ann Lee spoke. Lee left.", id="d", language="en"))
    assert normalized_fields(document) == {
        "id": "d",
        "text": "Ann Lee spoke. Ann Lee left.",
        "replaced": [{"offsets": (15, 22), "original": (15, 18)}],
        "clusters": [
            {
                "canonical": "Ann Lee",
                "mentions": [
                    {"text": "Ann Lee", "offsets": ((0, 7),)},
                    {"text": "Lee", "offsets": ((15, 18),)},
                ],
            }
        ],
    }


@given(documents())
def test_nothing_is_lost_and_ids_stay_unique(document: Document) -> None:
    normalized = _normalized(document)
    if document.mentions:
        assert normalized.mentions == document.mentions
    for before, after in zip(document.coreferences, normalized.coreferences, strict=False):
        assert after.id == before.id
        assert after.mentions[: len(before.mentions)] == before.mentions
    new = normalized.coreferences[len(document.coreferences) :]
    assert len({one.id for one in new} - {one.id for one in document.coreferences}) == len(new)
    known = {mention.id for mention in normalized.mentions}
    assert all(set(one.mentions) <= known and len(one.mentions) > 1 for one in new)
    assert _normalized(document) == normalized


@given(documents())
def test_every_part_of_the_rewritten_text_leads_back(document: Document) -> None:
    normalized = _normalized(document)
    rewritten = rewrite_names(normalized)
    for new, old in rewritten.replaced:
        assert rewritten.original(*new) == old
    assert rewritten.original(0, len(rewritten.text)) == (0, len(document.text))


def test_the_order_of_documents_is_kept_and_none_are_allowed() -> None:
    batch = [Document.from_text(text, id=text) for text in ("Ann Lee. Lee.", "", "Bob.")]
    assert [one.id for one in NormalizeCoreference()(batch)] == ["Ann Lee. Lee.", "", "Bob."]
    assert NormalizeCoreference()([]) == []

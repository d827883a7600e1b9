"""Small documents and outcomes for the tests of evaluation."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from xnorm.document import Candidate, ConceptId, Document, Link, Mention, Span
from xnorm.evaluation.outcomes import Outcome, outcomes_of

TEXT = "Fiebre alta y tos seca; refiere HTA y dolor de cabeza desde ayer por la noche."


def mention(
    id: str,
    span: Span,
    gold: Sequence[str] = (),
    *,
    type: str = "DIS",
    source: str = "T",
    text: str = TEXT,
) -> Mention:
    """A gold mention."""
    ids = tuple(ConceptId(source, concept) for concept in gold)
    return Mention(id, type, (span,), (text[slice(*span)],), gold=ids)


def answered(
    given: Mention, candidates: Sequence[tuple[str, float]] = (), link: str | None = None
) -> Mention:
    """The mention with candidates and a link; `link` is empty for NIL and None for undecided."""
    return replace(
        given,
        candidates=tuple(Candidate(id, "T", f"name of {id}", score) for id, score in candidates),
        link=None if link is None else Link(link or None, 0.5, "T" if link else ""),
    )


def document(*mentions: Mention, id: str = "d", text: str = TEXT, language: str = "es") -> Document:
    """A document of one passage with these mentions."""
    return replace(Document.from_text(text, id=id, language=language), mentions=mentions)


def outcomes(
    *lists: tuple[Sequence[str], Sequence[tuple[str, float]]], documents: int = 1
) -> list[Outcome]:
    """Outcomes of mentions given by gold ids and candidates, dealt out to some documents."""
    gold, found = [], []
    for number in range(documents):
        own = [
            answered(mention(f"m{place}", (place, place + 1), ids), candidates)
            for place, (ids, candidates) in enumerate(lists)
            if place % documents == number
        ]
        found.append(document(*own, id=f"d{number}", text="x" * len(lists)))
        bare = (replace(each, candidates=()) for each in own)
        gold.append(document(*bare, id=f"d{number}", text="x" * len(lists)))
    return outcomes_of(gold, found)

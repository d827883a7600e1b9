"""Mentions of gold and system side by side, reduced to what precision and recall look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from xnorm.document import Document, Mention
from xnorm.evaluation.pairing import Overlaps, Spans
from xnorm.evaluation.vocabulary import Vocabulary


class Annotation(NamedTuple):
    """One mention as it is compared.

    Attributes:
        spans, type: as they are.
        id: the concept, empty for NIL; None when it is not judged: undecided, or of a gold mention
            whose ids all belong to other vocabularies.
    """

    spans: Spans
    type: str
    id: str | None


class Annotated(NamedTuple):
    """The mentions of one document: those of the corpus and those of the system."""

    document: str
    gold: list[Annotation]
    found: list[Annotation]


def annotated(gold: Document, predicted: Document, vocabulary: Vocabulary) -> Annotated:
    """Both documents' mentions, made comparable.

    A gold mention with several ids takes the one that the system gave, at the same place or else
    nearby; one that the terminology does not know is NIL, since nothing else can be right. What
    the system says at the place of a gold mention that is not judged is not judged either.
    """
    decisions = vocabulary.decisions(predicted.mentions)
    said = _Said(predicted.mentions, decisions)
    ours = []
    unjudged = set()
    for mention in gold.mentions:
        ids = vocabulary.gold(mention.gold)
        if ids is None:
            unjudged.add(mention.spans)
        id = None if ids is None else said.choose(mention, list(filter(vocabulary.knows, ids)))
        ours.append(Annotation(mention.spans, mention.type, id))
    unjudged -= {annotation.spans for annotation in ours if annotation.id is not None}
    theirs = [
        Annotation(mention.spans, mention.type, None if mention.spans in unjudged else id)
        for mention, id in zip(predicted.mentions, decisions, strict=True)
    ]
    return Annotated(gold.id, ours, theirs)


def spurious(pair: Annotated) -> list[Annotation]:
    """The system's mentions with a concept that share no character with any gold mention."""
    gold = Overlaps([annotation.spans for annotation in pair.gold])
    return [own for own in pair.found if own.id and not gold.of(own.spans)]


def types_agree(pairs: Iterable[Annotated]) -> bool:
    """Whether gold and system have a type in common, so that types can be compared at all."""
    gold, found = set(), set()
    for pair in pairs:
        gold |= {annotation.type for annotation in pair.gold}
        found |= {annotation.type for annotation in pair.found}
    return bool(gold & found - {""})


class _Said:
    """Which ids a system gives in a document, and where."""

    def __init__(self, mentions: Sequence[Mention], decisions: Sequence[str | None]) -> None:
        self._decisions = decisions
        self._overlaps = Overlaps([mention.spans for mention in mentions])
        self._at: dict[Spans, set[str | None]] = {}
        for mention, id in zip(mentions, decisions, strict=True):
            self._at.setdefault(mention.spans, set()).add(id)

    def choose(self, mention: Mention, ids: Sequence[str]) -> str:
        """That of several right ids which the system gives, nearest to the mention; "" of none."""
        if len(ids) < 2:
            return ids[0] if ids else ""
        near = {self._decisions[number] for number, _ in self._overlaps.of(mention.spans)}
        for places in (self._at.get(mention.spans, set()), near, set(self._decisions)):
            given = [id for id in ids if id in places]
            if given:
                return given[0]
        return ids[0]

"""The frozen data that flows through a pipeline.

Offsets are Unicode code points of the original text, end exclusive. Nothing is changed in place: a
stage returns copies (`msgspec.structs.replace`). Fields that a format has and xnorm does not know
ride along in `extra`, so that writing gives back what was read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any

import msgspec

from xnorm.errors import DataError

Span = tuple[int, int]
"""(start, end): code points, end exclusive."""

_NOTHING: Mapping[str, Any] = {}


# Candidates and their evidence are many. Nothing that they hold could lead back to them, so the
# garbage collector need not look through them.
class Evidence(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Why a candidate was proposed: one name of the concept that one retriever found.

    Attributes:
        retriever: `exact`, `tfidf`, `dense` or a name of one's own.
        name: the knowledge-base name that matched, as written there.
        score: the retriever's own score; cosines for `tfidf` and `dense`, 1.0 for `exact`.
        rank: the concept's rank in that retriever's answer, from 1.
        language: the name's language code, empty if unknown.
        kind: `preferred`, `synonym` or `abbreviation`.
        query: what was searched, when it was not the mention's own text (a long form).
    """

    retriever: str
    name: str
    score: float
    rank: int
    language: str = ""
    kind: str = "synonym"
    query: str = ""


class Candidate(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A concept proposed for a mention; `score` compares only within one mention.

    Attributes:
        concept: the id as the knowledge base writes it, such as `HP:0002315`.
        source: the terminology the id belongs to (BigBIO's `db_name`), such as `HPO`.
        name: the concept's preferred name.
        score: higher is better, 0 to 1.
        evidence: one item a retriever that found the concept, best first.
    """

    concept: str
    source: str
    name: str
    score: float
    evidence: tuple[Evidence, ...] = ()


class Link(msgspec.Struct, frozen=True, omit_defaults=True):
    """The decision for a mention; `concept` is None for NIL.

    Attributes:
        concept: the chosen id, or None when nothing in the terminology fits.
        source: the terminology of the id; empty for NIL.
        name: the chosen concept's preferred name; empty for NIL.
        score: the score of the choice, or of the best candidate that was refused.
        reason: a short explanation for people.
    """

    concept: str | None
    score: float
    source: str = ""
    name: str = ""
    reason: str = ""


class ConceptId(msgspec.Struct, frozen=True):
    """A concept that a file names for a mention (BigBIO `normalized`), with further fields kept."""

    db_name: str
    db_id: str
    extra: Mapping[str, Any] = _NOTHING


class Mention(msgspec.Struct, frozen=True):
    """A piece of text that names something; several spans when it is discontinuous.

    Attributes:
        id: unique within the document.
        type: the entity type of the corpus or finder, may be empty.
        spans: one or more (start, end), ascending.
        text: the text of each span, as the file states it.
        gold: the concepts that the read file states.
        candidates: best first; empty before candidate generation.
        link: None while undecided.
        long_form: the expansion of an abbreviation, when one is known.
        extra: unknown fields of the format.
    """

    id: str
    type: str
    spans: tuple[Span, ...]
    text: tuple[str, ...]
    gold: tuple[ConceptId, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    link: Link | None = None
    long_form: str = ""
    extra: Mapping[str, Any] = _NOTHING

    @property
    def surface(self) -> str:
        """The mention as one string: its parts joined with a blank."""
        return " ".join(self.text)

    @property
    def start(self) -> int:
        """The first code point of the first span."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """One past the last code point of the last span."""
        return self.spans[-1][1]


class Passage(msgspec.Struct, frozen=True):
    """A part of a document (title, abstract, section): BigBIO's passage."""

    id: str
    type: str
    text: tuple[str, ...]
    spans: tuple[Span, ...]
    extra: Mapping[str, Any] = _NOTHING


class Coreference(msgspec.Struct, frozen=True):
    """Mentions of one entity, by their ids."""

    id: str
    mentions: tuple[str, ...]
    extra: Mapping[str, Any] = _NOTHING


class Relation(msgspec.Struct, frozen=True):
    """A typed relation between two mentions."""

    id: str
    type: str
    arg1: str
    arg2: str
    normalized: tuple[ConceptId, ...] = ()
    extra: Mapping[str, Any] = _NOTHING


class Event(msgspec.Struct, frozen=True):
    """An event with its trigger's text and spans and (role, mention id) arguments."""

    id: str
    type: str
    trigger_text: tuple[str, ...]
    trigger_spans: tuple[Span, ...]
    arguments: tuple[tuple[str, str], ...]
    extra: Mapping[str, Any] = _NOTHING


LANGUAGES = "languages"
"""The field of `Document.extra` that says which parts are in another language."""


class LanguagePart(msgspec.Struct, frozen=True):
    """A part of a document in another language than the document's."""

    language: str
    start: Annotated[int, msgspec.Meta(ge=0)]
    end: int


class Document(msgspec.Struct, frozen=True, dict=True):
    """A document with everything known about it.

    Attributes:
        id: unique within a corpus.
        passages: in text order; their spans say where they lie in `text`.
        language: ISO 639-1 code, empty when unknown.
        mentions, coreferences, relations, events: as read or found.
        extra: unknown fields of the format.
    """

    id: str
    passages: tuple[Passage, ...]
    language: str = ""
    mentions: tuple[Mention, ...] = ()
    coreferences: tuple[Coreference, ...] = ()
    relations: tuple[Relation, ...] = ()
    events: tuple[Event, ...] = ()
    extra: Mapping[str, Any] = _NOTHING

    @cached_property
    def text(self) -> str:
        """The whole text; gaps between passages are blanks, as BigBIO's offsets imply."""
        parts: list[str] = []
        length = 0
        for passage in self.passages:
            for piece, (start, _) in zip(passage.text, passage.spans, strict=True):
                parts.append(" " * (start - length))
                parts.append(piece)
                length = start + len(piece)
        return "".join(parts)

    @cached_property
    def other_languages(self) -> tuple[LanguagePart, ...]:
        """The parts in another language than the document's, as the stage `identify` tells them."""
        try:
            parts = msgspec.convert(self.extra.get(LANGUAGES, ()), tuple[LanguagePart, ...])
        except msgspec.ValidationError:  # a field of that name that somebody else uses
            return ()
        return parts if all(part.start < part.end <= len(self.text) for part in parts) else ()

    def language_at(self, offset: int) -> str:
        """The language of the text at a place, empty when unknown."""
        for part in self.other_languages:
            if part.start <= offset < part.end:
                return part.language
        return self.language

    @classmethod
    def from_text(cls, text: str, *, id: str = "1", language: str = "") -> Document:
        """A document of one passage.

        >>> Document.from_text("Fever.", language="en").text
        'Fever.'
        """
        passage = Passage(id=f"{id}-text", type="text", text=(text,), spans=((0, len(text)),))
        return cls(id=id, passages=(passage,), language=language)


def mention_at(
    document_text: str, spans: Sequence[Span], *, id: str, type: str = "", place: str = ""
) -> Mention:
    """A mention with the texts of its spans taken from the document's text.

    Raises:
        DataError: when a span is empty, reversed or outside the text.
    """
    for start, end in spans:
        if not 0 <= start < end <= len(document_text):
            raise DataError(
                f"offsets {start}-{end} lie outside the text of {len(document_text)} characters",
                place=place,
                todo="Offsets count Unicode characters from 0, the end is exclusive",
            )
    texts = tuple(document_text[start:end] for start, end in spans)
    return Mention(id=id, type=type, spans=tuple(spans), text=texts)

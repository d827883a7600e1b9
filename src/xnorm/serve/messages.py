"""What clients send and get: the fields of plain JSON (`formats.plain`), typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from xnorm.document import Candidate, Document, Evidence, Mention, Span, mention_at
from xnorm.errors import DataError
from xnorm.formats.linked import candidate_fields, link_fields
from xnorm.languages import language_code

MOST_CANDIDATES = 64


def _said(description: str) -> Meta:
    """What the page of the API says of a field."""
    return Meta(description=description)


_Offset = Annotated[int, Meta(ge=0)]
_Id = Annotated[str, _said("Any; comes back.")]
_Type = Annotated[str, _said("Any; comes back.")]
_Language = Annotated[str, _said("ISO 639-1 code such as es; empty if unknown.")]


class GivenMention(Struct, frozen=True, forbid_unknown_fields=True):
    """A mention that the client has found itself."""

    start: Annotated[_Offset, _said("Of its first character, in Unicode characters from 0.")]
    end: Annotated[_Offset, _said("One past its last character.")]
    spans: Annotated[
        list[tuple[_Offset, _Offset]], _said("All [start, end] of a discontinuous mention.")
    ] = []
    id: Annotated[str, _said("Unique in the document; made up if empty.")] = ""
    type: _Type = ""


class GivenDocument(Struct, frozen=True, forbid_unknown_fields=True):
    """A text; its mentions are found unless some are given."""

    text: str
    id: _Id = ""
    language: _Language = ""
    mentions: Annotated[list[GivenMention], _said("In the text; without any, they are found.")] = []


class BareMention(Struct, frozen=True, forbid_unknown_fields=True):
    """A mention without a text around it."""

    text: Annotated[str, Meta(min_length=1)]
    id: _Id = ""
    language: _Language = ""
    type: _Type = ""


class LinkRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be linked."""

    documents: Annotated[list[GivenDocument], _said("Whole texts.")] = []
    mentions: Annotated[list[BareMention], _said("Without a text around them.")] = []
    index: Annotated[str, _said("Its name; may be left out when only one is served.")] = ""
    candidates: Annotated[
        int,
        Meta(ge=0, le=MOST_CANDIDATES, description="So many come with each mention, and why."),
    ] = 0


class FoundCandidate(Struct, frozen=True):
    """A concept that was considered, and why: one item of evidence a retriever."""

    db_name: str
    db_id: str
    name: str
    score: float
    evidence: list[Evidence] = []


class LinkedMention(Struct, frozen=True, omit_defaults=True):
    """A mention and its decision; `concept` is null when nothing in the terminology fits (NIL).

    The fields of the decision are missing when the configuration has no stage that decides; `found`
    says what made words a mention, and `title` what the stage `titles` read in a job title.
    """

    id: str
    start: int
    end: int
    text: str | tuple[str, ...]
    type: str | UnsetType = UNSET
    spans: tuple[Span, ...] | UnsetType = UNSET
    concept: str | UnsetType | None = UNSET
    source: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    score: float | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    long_form: str | UnsetType = UNSET
    found: dict[str, Any] | UnsetType = UNSET
    title: dict[str, Any] | UnsetType = UNSET
    candidates: list[FoundCandidate] | UnsetType = UNSET


class LinkedDocument(Struct, frozen=True):
    """A document with its mentions."""

    id: str
    text: str
    language: str
    mentions: list[LinkedMention]


class MadeBy(Struct, frozen=True):
    """What answered; equal fingerprints give equal answers."""

    xnorm: str
    index: str
    fingerprint: str


class LinkAnswer(Struct, frozen=True):
    """The documents and mentions of the request, in its order."""

    made_by: MadeBy
    documents: list[LinkedDocument]
    mentions: list[LinkedMention]


class SearchAnswer(Struct, frozen=True):
    """The nearest concepts, best first.

    Attributes:
        long_form: what the query abbreviates, where that is known; it was searched too.
    """

    made_by: MadeBy
    query: str
    long_form: str
    candidates: list[FoundCandidate]


class IndexInfo(Struct, frozen=True):
    """A served index; `problem` says why a newer one in its place could not be opened."""

    name: str
    source: str
    release: str
    concepts: int
    names: int
    languages: dict[str, int]
    fingerprint: str
    problem: str


class Indexes(Struct, frozen=True):
    """All that are served."""

    indexes: list[IndexInfo]


class Health(Struct, frozen=True):
    """`ok`, or `degraded` when an index on disk is gone or damaged and the one before is served."""

    status: str


def document_of(given: GivenDocument, *, place: str) -> Document:
    """The document that a client means.

    Raises:
        DataError: for offsets outside the text, or two mentions of one id.
        SettingError: for an unknown language.
    """
    language = language_code(given.language, place=f"{place}.language") if given.language else ""
    document = Document.from_text(given.text, id=given.id, language=language)
    mentions = tuple(
        mention_at(
            given.text,
            sorted(one.spans) or [(one.start, one.end)],
            id=one.id or f"m{number + 1}",
            type=one.type,
            place=f"{place}.mentions[{number}]",
        )
        for number, one in enumerate(given.mentions)
    )
    _check_ids(mentions, place)
    return msgspec.structs.replace(document, mentions=mentions)


def bare(given: BareMention, *, place: str) -> Document:
    """A document that is one mention from end to end.

    Raises:
        SettingError: for an unknown language.
    """
    whole = GivenMention(0, len(given.text), id=given.id, type=given.type)
    return document_of(
        GivenDocument(given.text, language=given.language, mentions=[whole]), place=place
    )


def linked_document(document: Document, candidates: int) -> LinkedDocument:
    """A document as a client gets it, with so many candidates a mention."""
    mentions = [linked_mention(mention, candidates) for mention in document.mentions]
    return LinkedDocument(document.id, document.text, document.language, mentions)


def linked_mention(mention: Mention, candidates: int) -> LinkedMention:
    """A mention as a client gets it, with so many candidates."""
    several = len(mention.spans) > 1
    more: dict[str, Any] = link_fields(mention.link) if mention.link else {}
    if candidates:
        more["candidates"] = found(mention.candidates[:candidates])
    return LinkedMention(
        id=mention.id,
        start=mention.start,
        end=mention.end,
        text=mention.text if several else mention.surface,
        type=mention.type,
        spans=mention.spans if several else UNSET,
        long_form=mention.long_form or UNSET,
        found=mention.extra.get("found", UNSET),
        title=mention.extra.get("title", UNSET),
        **more,
    )


def found(candidates: Iterable[Candidate]) -> list[FoundCandidate]:
    """Candidates as a client gets them."""
    return msgspec.convert([candidate_fields(one) for one in candidates], list[FoundCandidate])


def _check_ids(mentions: Sequence[Mention], place: str) -> None:
    seen: set[str] = set()
    for number, mention in enumerate(mentions):
        if mention.id in seen:
            raise DataError(
                f"the id '{mention.id}' occurs twice in the document",
                place=f"{place}.mentions[{number}].id",
                todo="Give every mention its own id",
            )
        seen.add(mention.id)

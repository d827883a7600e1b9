"""The stage that tells a document's sentences apart: what to keep, what is peripheral."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from xnorm.document import Document, Span
from xnorm.errors import DataError, SettingError, did_you_mean
from xnorm.filtering.centrality import peripherality
from xnorm.text.sentences import sentence_spans

KEPT = "kept_sentences"
"""The field of a filtered document: [start, end] of every kept sentence."""

CENTRALITIES = ("tfidf", "encoder")


class Sentence(msgspec.Struct, frozen=True):
    """A sentence of a document.

    Attributes:
        span: in the document's text.
        kept: false if it is peripheral.
        distance: to the document's support set (`peripherality`).
        title: whether it belongs to the title.
    """

    span: Span
    kept: bool
    distance: float
    title: bool = False


class FilterSentences(msgspec.Struct, frozen=True):
    """Gives documents the offsets of the sentences to keep, as the field `kept_sentences`.

    The text and everything else stays. The title is always kept: the passages whose type says so,
    or else the first sentence.

    Attributes:
        share: 0 to 1, of the sentences that are dropped, rounded down.
        by: `tfidf`, or `encoder` for the vectors of the encoder that ships.

    Raises:
        SettingError: for a share or centrality that there is not.
    """

    needs: ClassVar[frozenset[str]] = frozenset()
    gives: ClassVar[frozenset[str]] = frozenset({"kept sentences"})

    share: float = 0.1
    by: str = "tfidf"

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise SettingError(
                f"the share of sentences to drop is {self.share:g}",
                place="filter.share",
                todo="Give a number from 0 to 1, such as 0.1",
            )
        if self.by not in CENTRALITIES:
            raise SettingError(
                f"unknown centrality '{self.by}'",
                place="filter.by",
                todo=did_you_mean(self.by, CENTRALITIES),
            )

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        return [
            replace(
                document,
                extra={
                    **document.extra,
                    KEPT: [list(one.span) for one in self.sentences(document) if one.kept],
                },
            )
            for document in documents
        ]

    def sentences(self, document: Document) -> list[Sentence]:
        """The document's sentences, in order."""
        from xnorm.encoders import load_encoder

        found = list(_sentences(document))
        distances = peripherality(
            [document.text[slice(*span)] for span, _ in found],
            language=document.language,
            encoder=load_encoder() if self.by == "encoder" else None,
        )
        # Of equally distant ones the later goes: what matters is said first.
        farthest = sorted(
            (place for place, (_, title) in enumerate(found) if not title),
            key=lambda place: (-distances[place], -place),
        )
        dropped = set(farthest[: math.floor(self.share * len(found))])
        return [
            Sentence(span, place not in dropped, float(distances[place]), title)
            for place, (span, title) in enumerate(found)
        ]


def kept_spans(document: Document) -> list[Span]:
    """The kept sentences of a filtered document, or all sentences of another, in order.

    Raises:
        DataError: when the field `kept_sentences` was read from a file and has no such offsets.
    """
    kept = document.extra.get(KEPT)
    if kept is None:
        return [span for span, _ in _sentences(document)]
    try:
        spans = msgspec.convert(kept, list[tuple[int, int]])
    except msgspec.ValidationError as error:
        raise _no_offsets(document, str(error)) from error
    for start, end in spans:
        if not 0 <= start < end <= len(document.text):
            raise _no_offsets(document, f"{start}-{end} lies outside the text")
    return spans


def _no_offsets(document: Document, why: str) -> DataError:
    return DataError(
        f"the sentences are not offsets ({why})",
        place=f"document '{document.id}', field '{KEPT}'",
        todo="Leave the field out, or let `xnorm filter` write it",
    )


def _sentences(document: Document) -> Iterator[tuple[Span, bool]]:
    """Each sentence with whether it belongs to the title."""
    named = any("title" in passage.type.lower() for passage in document.passages)
    first = True
    for passage in document.passages:
        for piece, (begin, _) in zip(passage.text, passage.spans, strict=True):
            for start, end in sentence_spans(piece, document.language):
                title = "title" in passage.type.lower() if named else first
                yield (begin + start, begin + end), title
                first = False

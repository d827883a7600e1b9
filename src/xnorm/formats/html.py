"""Linked documents as one self-contained page: highlighted mentions, concepts, reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, BinaryIO

import msgspec

from xnorm.document import Candidate, Document, Mention

HOLDS = frozenset({"language", "text", "mentions", "discontinuous", "overlapping", "links"})
RIVALS = 4


class Row(msgspec.Struct, frozen=True):
    """One mention as the page shows it; `state` is `linked`, `nil` or `open` (undecided)."""

    anchor: str
    state: str
    mention: str
    long_form: str
    name: str
    concept: str
    score: float | None
    reason: str
    title: str
    rivals: tuple[Candidate, ...]

    @property
    def first_rival(self) -> int:
        """The rank of the first rival: the link itself is the first candidate."""
        return 2 if self.state == "linked" else 1


class Piece(msgspec.Struct, frozen=True):
    """A stretch of text, with the row of the mention that covers it."""

    text: str
    row: Row | None


class Section(msgspec.Struct, frozen=True):
    """One document as the page shows it."""

    id: str
    language: str
    pieces: tuple[Piece, ...]
    rows: tuple[Row, ...]


def write(documents: Iterable[Document], stream: BinaryIO) -> None:
    """Writes the page document by document, so that memory does not grow with the corpus."""
    for chunk in render(documents):
        stream.write(chunk.encode("utf-8"))


def render(documents: Iterable[Document], *, title: str = "Linked documents") -> Iterator[str]:
    """The page's text in pieces."""
    from xnorm.version import VERSION

    sections = (_section(number, document) for number, document in enumerate(documents, 1))
    yield from _template().generate(documents=sections, title=title, version=VERSION)


def fragment(document: Document) -> str:
    """One document as HTML for a notebook: the text with its mentions marked."""
    from html import escape

    colours = {"linked": "#cfe8dc", "nil": "#ece9e4", "open": "#dbe6f7"}
    parts = [
        escape(piece.text)
        if piece.row is None
        else f'<mark style="background:{colours[piece.row.state]};color:#1d2530" '
        f'title="{escape(piece.row.title)}">{escape(piece.text)}</mark>'
        for piece in _section(1, document).pieces
    ]
    return f'<div style="white-space:pre-wrap;line-height:1.6">{"".join(parts)}</div>'


def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    from xnorm.resources import resource_path

    environment = Environment(autoescape=True, undefined=StrictUndefined)
    page = resource_path("html", "page.html.jinja").read_text(encoding="utf-8")
    return environment.from_string(page)


def _section(number: int, document: Document) -> Section:
    rows = tuple(
        _row(f"d{number}m{index}", mention) for index, mention in enumerate(document.mentions, 1)
    )
    pieces = tuple(_pieces(document, rows))
    return Section(id=document.id, language=document.language, pieces=pieces, rows=rows)


def _row(anchor: str, mention: Mention) -> Row:
    link = mention.link
    state = "open" if link is None else "nil" if link.concept is None else "linked"
    name = link.name if link else ""
    concept = link.concept or "" if link else ""
    rivals = [candidate for candidate in mention.candidates if candidate.concept != concept]
    return Row(
        anchor=anchor,
        state=state,
        mention=mention.surface,
        long_form=mention.long_form,
        name=name if concept else {"nil": "NIL", "open": "undecided"}.get(state, ""),
        concept=concept,
        score=link.score if link and mention.candidates else None,
        reason=link.reason if link else "",
        title=f"{name} ({concept})" if concept else {"nil": "NIL"}.get(state, "undecided"),
        rivals=tuple(rivals[:RIVALS]),
    )


def _pieces(document: Document, rows: tuple[Row, ...]) -> Iterator[Piece]:
    """Cuts the text at every border of a mention; where mentions overlap the shorter one shows."""
    text = document.text
    owners: dict[int, Row] = {}
    borders = {0, len(text)}
    spans = [
        (end - start, start, end, row)
        for mention, row in zip(document.mentions, rows, strict=True)
        for start, end in mention.spans
    ]
    for _, start, end, _ in spans:
        borders.update((start, end))
    cuts = sorted(borders)
    position = {cut: index for index, cut in enumerate(cuts)}
    for _, start, end, row in sorted(spans, key=lambda item: -item[0]):
        for index in range(position[start], position[end]):
            owners[index] = row
    for index, (start, end) in enumerate(pairwise(cuts)):
        yield Piece(text=text[start:end], row=owners.get(index))

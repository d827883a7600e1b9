"""SKOS vocabularies as RDF/XML, Turtle or N-Triples (EuroVoc, FinMeSH, Loterre, ...).

Triples are read one after another; what is kept of them are the concepts: some 500 bytes each, and
200 a name. Reading needs the extra `formats`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from xnorm.errors import DataError, require
from xnorm.files import open_binary
from xnorm.kb.model import Concept, Name
from xnorm.kb.sources.options import Options
from xnorm.kb.sources.prefixes import xref_of
from xnorm.languages import CODES
from xnorm.xml_stream import refuse_entities

USES = frozenset({"default_language"})

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_CONCEPT = f"{_SKOS}Concept"
_NO_CONCEPTS = {f"{_SKOS}{name}" for name in ("ConceptScheme", "Collection", "OrderedCollection")}
_LABELS = {
    f"{_SKOS}prefLabel": "preferred",
    f"{_SKOS}altLabel": "synonym",
    f"{_SKOS}hiddenLabel": "synonym",
}
_BROADER = f"{_SKOS}broader"
_NARROWER = f"{_SKOS}narrower"
_MATCHES = {f"{_SKOS}exactMatch", f"{_SKOS}closeMatch"}
_DEFINITION = f"{_SKOS}definition"
_REPLACED_BY = "http://purl.org/dc/terms/isReplacedBy"
_DEPRECATED = "http://www.w3.org/2002/07/owl#deprecated"

_FORMATS = {
    ".rdf": "RDF_XML",
    ".xml": "RDF_XML",
    ".owl": "RDF_XML",
    ".ttl": "TURTLE",
    ".n3": "N3",
    ".nt": "N_TRIPLES",
}


def read(source: Path, options: Options) -> Iterator[Concept]:
    """The concepts of one or more files, in the order in which they are first spoken of.

    Ids are the concepts' addresses, or `PREFIX:code` for those of known vocabularies. A label has
    the language of its tag, or `default_language` without one; none if there is no ISO 639-1 code.
    Parents come from `broader` and `narrower`, cross-references from `exactMatch` and `closeMatch`.
    A deprecated concept is retired where `dct:isReplacedBy` names its successor, else left out.

    Raises:
        DataError: for a file that is not RDF, or holds no concept.
        MissingExtra: without the extra `formats`.
    """
    drafts: dict[str, _Draft] = {}
    for path in (source, *options.more):
        for subject, predicate, value in _triples(path):
            _take(drafts, subject, predicate, value)
    concepts = [(id, draft) for id, draft in drafts.items() if draft.is_concept()]
    if not concepts:
        raise DataError(
            "no concept of SKOS", place=str(source), todo="Give a file with skos:Concept in it"
        )
    for id, draft in concepts:
        if draft.replaced_by:
            yield Concept(xref_of(id), replaced_by=xref_of(draft.replaced_by))
        elif not draft.deprecated:
            yield draft.concept(id, options.default_language)


class _Draft:
    """What has been said of one address so far."""

    __slots__ = (
        "broader",
        "definition",
        "definition_language",
        "deprecated",
        "labels",
        "matches",
        "replaced_by",
        "type",
    )

    def __init__(self) -> None:
        self.labels: list[tuple[str, str, str]] = []
        self.definition = self.definition_language = self.replaced_by = self.type = ""
        self.broader: list[str] = []
        self.matches: list[str] = []
        self.deprecated = False

    def is_concept(self) -> bool:
        """Whether it is said to be one, or is labelled and nothing else is said."""
        return self.type == _CONCEPT or (bool(self.labels) and not self.type)

    def concept(self, id: str, default_language: str) -> Concept:
        return Concept(
            xref_of(id),
            tuple(
                Name(text, _language(tag) if tag else default_language, kind)
                for text, tag, kind in self.labels
            ),
            definition=self.definition,
            parents=tuple(xref_of(other) for other in self.broader),
            xrefs=tuple(xref_of(other) for other in self.matches),
        )


def _take(drafts: dict[str, _Draft], subject: str, predicate: str, value: Any) -> None:
    """Adds a triple to the draft that it is about; most triples say nothing of interest."""
    if predicate == _NARROWER:
        drafts.setdefault(value.value, _Draft()).broader.append(subject)
        return
    if predicate not in _TAKEN:
        return
    draft = drafts.get(subject)
    if draft is None:
        draft = drafts[subject] = _Draft()
    text: str = value.value
    tag: str = getattr(value, "language", None) or ""
    if kind := _LABELS.get(predicate):
        draft.labels.append((text, tag, kind))
    elif predicate == _TYPE:
        if text == _CONCEPT or text in _NO_CONCEPTS:
            draft.type = text
    elif predicate == _BROADER:
        draft.broader.append(text)
    elif predicate in _MATCHES:
        draft.matches.append(text)
    elif predicate == _DEFINITION:
        # Of several the English one, so that the languages of a file need no order.
        if not draft.definition or (tag.startswith("en") and draft.definition_language != "en"):
            draft.definition, draft.definition_language = text, tag[:2]
    elif predicate == _REPLACED_BY:
        draft.replaced_by = draft.replaced_by or text
    else:
        draft.deprecated = text in ("true", "1")


_TAKEN = {
    *_LABELS,
    *_MATCHES,
    _TYPE,
    _BROADER,
    _DEFINITION,
    _REPLACED_BY,
    _DEPRECATED,
}


def _language(tag: str) -> str:
    code = tag.lower().split("-")[0]
    return code if code in CODES else ""


def _triples(path: Path) -> Iterator[tuple[str, str, Any]]:
    rdf = require("pyoxigraph", "formats")
    format = _format(path)
    if format == "RDF_XML":
        with open_binary(path) as stream:
            refuse_entities(stream, place=str(path))
    with open_binary(path) as stream:
        try:
            for quad in rdf.parse(stream, getattr(rdf.RdfFormat, format), lenient=True):
                if isinstance(quad.subject, rdf.NamedNode):
                    yield quad.subject.value, quad.predicate.value, quad.object
        except (SyntaxError, ValueError) as error:
            raise DataError(
                f"cannot be read as {format.replace('_', '/')} ({error})",
                place=str(path),
                todo="Mend it, or give the file its usual ending: .rdf, .ttl or .nt",
            ) from error


def _format(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz").removesuffix(".xz")
    suffix = PurePath(name).suffix
    if suffix in _FORMATS:
        return _FORMATS[suffix]
    with open_binary(path) as stream:
        return "RDF_XML" if _begins_xml(stream) else "TURTLE"


def _begins_xml(stream: BinaryIO) -> bool:
    head = stream.read(1000).removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith((b"<?xml", b"<rdf:RDF"))

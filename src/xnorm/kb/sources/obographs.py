"""OBO Graphs JSON (HPO, MONDO, EFO, ChEBI, GO, ...).

A file is one JSON object and is read whole: about three times its unpacked size of memory.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from xnorm.errors import DataError
from xnorm.files import open_binary
from xnorm.kb.model import Concept, Name
from xnorm.kb.sources.options import Options
from xnorm.kb.sources.prefixes import of_vocabularies, xref_of

T = TypeVar("T")

USES = frozenset({"default_language", "sources"})

_SCOPES = {
    "hasExactSynonym": "exact",
    "hasBroadSynonym": "broad",
    "hasNarrowSynonym": "narrow",
    "hasRelatedSynonym": "related",
}
_KINDS = {
    "abbreviation": "abbreviation",
    "acronym": "abbreviation",
    "omo_0003000": "abbreviation",
    "omo_0003012": "abbreviation",
    "layperson": "layperson",
    "layperson_term": "layperson",
}
"""The last part of a synonym type's address, in small letters."""

_REPLACED_BY = "IAO_0100001"
_ALTERNATIVE = "hasAlternativeId"
_NAMESPACE = "hasOBONamespace"
_IS_A = ("is_a", "subClassOf")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class _Value(msgspec.Struct):
    val: str = ""
    pred: str = ""


class _Synonym(msgspec.Struct, rename={"type": "synonymType"}):
    val: str = ""
    pred: str = ""
    type: str = ""


class _Meta(msgspec.Struct, rename={"properties": "basicPropertyValues"}):
    definition: _Value | None = None
    synonyms: list[_Synonym] = []
    xrefs: list[_Value] = []
    properties: list[_Value] = []
    deprecated: bool = False
    version: str | None = None


class _Node(msgspec.Struct):
    id: str
    lbl: str | None = None
    type: str | None = None
    meta: _Meta | None = None


class _Edge(msgspec.Struct):
    sub: str
    pred: str
    obj: str


class _Graph(msgspec.Struct):
    id: str | None = None
    nodes: list[_Node] = []
    edges: list[_Edge] = []
    meta: _Meta | None = None


class _Document(msgspec.Struct):
    graphs: list[_Graph]


class _VersionOnly(msgspec.Struct):
    meta: _Meta | None = None


class _Head(msgspec.Struct):
    graphs: list[_VersionOnly] = []


def read(source: Path, options: Options) -> Iterator[Concept]:
    """The classes of all graphs in their order; deprecated ones only as retired ids.

    Names are English unless `default_language` says otherwise. A class of another ontology is kept
    unless `sources` names the vocabularies wanted. A class that several graphs describe is the
    first description's.

    Raises:
        DataError: for a file that is not OBO Graphs JSON, naming the field.
        SettingError: for a vocabulary without a single class.
    """
    classes = _classes(source, options.default_language or "en")
    return of_vocabularies(classes, options.sources, source)


def release(source: Path) -> str:
    """The date in the version of the first graph that has one, or all of it; empty if none."""
    for graph in _decode(source, _Head).graphs:
        version = (graph.meta.version if graph.meta else "") or ""
        if version:
            date = _DATE.search(version)
            return date[0] if date is not None else version
    return ""


def _classes(source: Path, language: str) -> Iterator[Concept]:
    graphs = _decode(source, _Document).graphs
    parents: defaultdict[str, list[str]] = defaultdict(list)
    for graph in graphs:
        for edge in graph.edges:
            if edge.pred in _IS_A:
                parents[edge.sub].append(xref_of(edge.obj))
    seen = set()
    for graph in graphs:
        for node in graph.nodes:
            if node.id in seen or node.type not in ("CLASS", None):
                continue
            seen.add(node.id)
            meta = node.meta or _Meta()
            if not meta.deprecated:
                yield _concept(node, meta, language, tuple(parents[node.id]))
            elif replaced_by := _properties(meta, _REPLACED_BY):
                yield Concept(xref_of(node.id), replaced_by=xref_of(replaced_by[0]))


def _concept(node: _Node, meta: _Meta, language: str, parents: tuple[str, ...]) -> Concept:
    names = [Name(node.lbl, language, "preferred")] if node.lbl else []
    for synonym in meta.synonyms:
        scope = _SCOPES.get(_last(synonym.pred), "related")
        kind = _KINDS.get(_last(synonym.type).lower(), "synonym")
        names.append(Name(synonym.val, language, kind, scope))
    return Concept(
        xref_of(node.id),
        names=tuple(names),
        types=tuple(_properties(meta, _NAMESPACE)),
        definition=meta.definition.val if meta.definition else "",
        parents=parents,
        xrefs=tuple(xref_of(xref.val) for xref in meta.xrefs),
        retired=tuple(xref_of(id) for id in _properties(meta, _ALTERNATIVE)),
    )


def _properties(meta: _Meta, name: str) -> list[str]:
    return [value.val for value in meta.properties if _last(value.pred) == name]


def _last(address: str) -> str:
    return address.rpartition("/")[2].rpartition("#")[2]


def _decode(source: Path, kind: type[T]) -> T:
    with open_binary(source) as stream:
        data = stream.read()
    try:
        return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DataError(
            f"not OBO Graphs JSON ({error})",
            place=str(source),
            todo='Give a file with {"graphs": [...]}; OWL converts with:'
            " robot convert -i X.owl -o X.json",
        ) from error

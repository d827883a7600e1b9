"""Orphanet: the nomenclature as XML (Orphadata product 1), with its other languages.

Further files are the same product in other languages, and classifications (product 3), which give
the parents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from xnorm.errors import DataError
from xnorm.files import open_binary
from xnorm.kb.model import Concept, Name
from xnorm.kb.sources.options import Options
from xnorm.kb.sources.prefixes import xref
from xnorm.kb.sources.values import language_of
from xnorm.kb.union import unite
from xnorm.xml_stream import Element, elements

NAME = "ORPHA"

_TAGS = frozenset({"Disorder", "ClassificationNodeRootList"})
_HEAD = 4_096
_DATE = re.compile(rb"<JDBOR[^>]*?\sdate=\"(\d{4}-\d{2}-\d{2})")

_OBSOLETE = re.compile(r"OBSOL[^a-z:]*:")
_NOT_RARE = re.compile(r"^[^a-z:]*EUROP[^a-z:]*:\s*")
"""What names of entities that are no longer rare diseases begin with: NON RARE IN EUROPE."""


def read(source: Path, options: Options) -> Iterator[Concept]:
    """The entities in the order of the first file, then those that only further files have.

    Types (Disease, Malformation syndrome, ...) and definitions are those of the first file that has
    the entity. Cross-references are the exact ones. Obsolete entities stand for what they were
    moved or referred to.

    Raises:
        DataError: naming the line that is broken, or a file without entities.
    """
    held: dict[str, Concept] = {}
    replaced: dict[str, str] = {}
    parents: dict[str, dict[str, None]] = {}
    for path in (source, *options.more):
        found = False
        with open_binary(path) as stream:
            for element in elements(stream, _TAGS, place=str(path)):
                found = True
                if element.tag != "Disorder":
                    _add_parents(element, "", parents)
                    continue
                concept = _concept(element, str(path))
                if concept.replaced_by or not concept.names:
                    replaced.setdefault(concept.id, concept.replaced_by)
                elif concept.id in held:
                    added = msgspec.structs.replace(concept, types=())
                    held[concept.id] = unite(held[concept.id], added)
                else:
                    held[concept.id] = concept
        if not found:
            raise DataError(
                "no disorder and no classification",
                place=str(path),
                todo="Give en_product1.xml of Orphadata, or the same in another language",
            )
    for id, concept in held.items():
        if id not in replaced:
            yield msgspec.structs.replace(concept, parents=tuple(parents.get(id, ())))
    for old, new in replaced.items():
        if new:
            yield Concept(old, replaced_by=new)


def release(source: Path) -> str:
    """The date of the data, such as 2025-12-09; empty if there is none."""
    with open_binary(source) as stream:
        found = _DATE.search(stream.read(_HEAD))
    return found[1].decode() if found is not None else ""


def _concept(element: Element, place: str) -> Concept:
    code = _code(element)
    if not code:
        raise DataError(
            "a disorder without OrphaCode",
            place=f"{place}, id {element.get('id', '')}",
            todo="Fetch the file again; every disorder has one",
        )
    place = f"{place}, {code}"
    names = [_name(name, "preferred", place) for name in element.iterfind("Name")]
    names += [_name(name, "synonym", place) for name in element.iterfind("SynonymList/Synonym")]
    obsolete = bool(names) and _OBSOLETE.match(names[0].text) is not None
    moved = _moved_to(element, code)
    if obsolete or moved:
        return Concept(code, replaced_by=moved)
    type = (element.findtext("DisorderType/Name") or "").strip()
    return Concept(
        code,
        tuple(names),
        types=(type,) if type else (),
        definition=_definition(element),
        xrefs=tuple(_cross_references(element)),
    )


def _name(element: Element, kind: str, place: str) -> Name:
    text = _NOT_RARE.sub("", (element.text or "").strip())
    return Name(text, language_of(element.get("lang", ""), "", place), kind)


def _moved_to(element: Element, code: str) -> str:
    path = "DisorderDisorderAssociationList/DisorderDisorderAssociation/TargetDisorder"
    targets = (_code(target) for target in element.iterfind(path))
    return next((target for target in targets if target and target != code), "")


def _definition(element: Element) -> str:
    path = "SummaryInformationList/SummaryInformation/TextSectionList/TextSection/Contents"
    return " ".join((element.findtext(path) or "").split())


def _cross_references(element: Element) -> Iterator[str]:
    for reference in element.iterfind("ExternalReferenceList/ExternalReference"):
        source, code = reference.findtext("Source"), reference.findtext("Reference")
        relation = reference.findtext("DisorderMappingRelation/Name") or "E"
        # E is exact; NTBT, BTNT and others are narrower, broader or undecided.
        if source and code and relation.split()[0] == "E":
            yield xref(source, code)


def _add_parents(root: Element, parent: str, parents: dict[str, dict[str, None]]) -> None:
    for node in root.iterfind("ClassificationNode"):
        disorder = node.find("Disorder")
        code = _code(disorder) if disorder is not None else ""
        if code and parent:
            parents.setdefault(code, {})[parent] = None
        for children in node.iterfind("ClassificationNodeChildList"):
            _add_parents(children, code, parents)


def _code(element: Element) -> str:
    return (element.findtext("OrphaCode") or element.findtext("OrphaNumber") or "").strip()

"""The records of MeSH, from NLM's XML and from tables of labels.

Source: MeSH XML data elements, https://www.nlm.nih.gov/mesh/xml_data_elements.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from xnorm.errors import DataError
from xnorm.files import open_binary
from xnorm.kb.model import Name
from xnorm.kb.sources.lines import at, text_lines
from xnorm.kb.sources.separated import separated
from xnorm.xml_stream import Element, elements

_RECORDS = frozenset({"DescriptorRecord", "SupplementalRecord"})
_MAPPED = "HeadingMappedToList/HeadingMappedTo"
_SCOPES = {"NRW": "narrow", "BRD": "broad", "REL": "related"}
_ABBREVIATIONS = frozenset({"ABB", "ACR"})


class Record(NamedTuple):
    """A descriptor with its tree numbers, or a supplementary record with what it is mapped to."""

    id: str
    names: tuple[Name, ...]
    trees: tuple[str, ...]
    mapped: tuple[str, ...]
    definition: str = ""


def table_records(path: Path, language: str) -> Iterator[Record]:
    """The records of a table without a header.

    Raises:
        DataError: naming the line that is no record.
    """
    for line, cells in separated(path, text_lines(path), "\t", quotes=True):
        if len(cells) < 4 or not cells[0].startswith(("D", "C")):
            raise DataError(
                f"no record of MeSH: {len(cells)} columns, beginning with '{cells[0][:20]}'",
                place=at(path, line),
                todo="Expected are an id (D... or C...), a label, entry terms, and tree numbers "
                "or mapped descriptors",
            )
        id, label, entries, places = cells[:4]
        names = [Name(label, language, "preferred")]
        names += [Name(entry, language) for entry in _parts(entries, "|")]
        if id.startswith("D"):
            yield Record(id, tuple(names), _parts(places, "|"), ())
        else:
            yield Record(id, tuple(names), (), _parts(places.replace(",", "|"), "|"))


def xml_records(path: Path, language: str, *, permuted: bool) -> Iterator[Record]:
    """The records of a file of descriptors or supplementary records.

    Raises:
        DataError: naming the line that is broken, or a file without a record.
    """
    found = False
    with open_binary(path) as stream:
        for element in elements(stream, _RECORDS, place=str(path)):
            found = True
            yield _record(element, str(path), language, permuted=permuted)
    if not found:
        raise DataError(
            "no record of MeSH",
            place=str(path),
            todo="Give desc2026.xml or supp2026.xml, or those of another year",
        )


def _record(element: Element, place: str, language: str, *, permuted: bool) -> Record:
    kind = "Descriptor" if element.tag == "DescriptorRecord" else "SupplementalRecord"
    id = _text(element, f"{kind}UI")
    heading = _text(element, f"{kind}Name/String")
    if not id or not heading:
        raise DataError(
            f"a record without {'a name' if id else 'an id'}",
            place=f"{place}, {id}" if id else place,
            todo="Fetch the file again; every record has both",
        )
    names = [Name(heading, language, "preferred", "exact")]
    scopes = {
        _text(relation, "Concept2UI"): _SCOPES.get(relation.get("RelationName", ""), "")
        for relation in element.iter("ConceptRelation")
    }
    definition = _text(element, "Note")
    for concept in element.iter("Concept"):
        main = concept.get("PreferredConceptYN") == "Y"
        scope = "exact" if main else scopes.get(_text(concept, "ConceptUI"), "")
        if main:
            definition = _text(concept, "ScopeNote") or definition
        for term in concept.iterfind("TermList/Term"):
            if term.get("RecordPreferredTermYN") == "Y":
                continue
            if permuted or term.get("IsPermutedTermYN") != "Y":
                short = term.get("LexicalTag") in _ABBREVIATIONS
                kind = "abbreviation" if short else "synonym"
                names.append(Name(_text(term, "String"), language, kind, scope))
    trees = tuple(_texts(element, "TreeNumberList/TreeNumber"))
    referred = _texts(element, f"{_MAPPED}/DescriptorReferredTo/DescriptorUI")
    # An asterisk marks the main heading among those mapped to.
    mapped = tuple(ui.removeprefix("*") for ui in referred)
    return Record(id, tuple(names), trees, mapped, definition)


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _texts(element: Element, path: str) -> Iterator[str]:
    return (text for found in element.iterfind(path) if (text := (found.text or "").strip()))


def _parts(cell: str, separator: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(separator) if part.strip())

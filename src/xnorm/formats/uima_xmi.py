"""UIMA CAS as XMI, as WebAnno and INCEpTION export it and E3C ships it: a document a file.

Mentions are the elements of the namespace `custom` that have a place in the text, and named
entities of DKPro. The whole file waits in the document's `extra`, so that it comes back as it was
with no more than the decisions added (`uima_write.py`). A type system is not needed.

Source: UIMA References, chapter "XMI CAS Serialization"; offsets count UTF-16 code units
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import BinaryIO

import msgspec

from xnorm.document import Document, Mention, Span, mention_at
from xnorm.errors import DataError, SettingError
from xnorm.files import decode, open_binary
from xnorm.formats.folders import files_with
from xnorm.formats.identifiers import read_ids
from xnorm.formats.reading import Reading, plain_name
from xnorm.formats.utf16 import Utf16
from xnorm.languages import language_code
from xnorm.xml_stream import Element, parse

HOLDS = frozenset(
    {"language", "text", "mentions", "types", "discontinuous", "overlapping", "gold", "links"}
)
SUFFIXES = (".xmi", ".xml")
XML = "xmi"
"""The key in a document's `extra` under which its file waits, as text."""

ATTRIBUTES = "attributes"
"""The key in a mention's `extra` under which all that its element says waits."""

XMI = "http://www.omg.org/XMI"
CAS = "http:///uima/cas.ecore"
CUSTOM = "http:///webanno/custom.ecore"
_NAMED_ENTITY = "{http:///de/tudarmstadt/ukp/dkpro/core/api/ner/type.ecore}NamedEntity"
_ID = f"{{{XMI}}}id"
_ID_ATTRIBUTES = ("entityID", "CUI", "identifier")
# E3C says there who wrote the document, for a made-up place in the text.
_NO_MENTIONS = {f"{{{CUSTOM}}}METADATA"}
_GAPS = re.compile(r"\d+-\d+( \d+-\d+)+")


def sniff(head: bytes, name: str) -> bool:
    """Whether it is XML that names the namespace of XMI."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and XMI.encode() in head[:8192]


def sniff_folder(folder: Path) -> bool:
    """Whether the first of its files with a suffix that fits is one."""
    fitting = (path for path in sorted(folder.rglob("*")) if _fits(path))
    first = next(fitting, None)
    if first is None:
        return False
    with open_binary(first) as stream:
        return sniff(stream.read(8192), first.name)


def read(stream: BinaryIO, reading: Reading) -> Iterator[Document]:
    """The one document of a file, named after it."""
    try:
        name = PurePath(plain_name(reading.name)).stem
        document = _document(stream.read(), PurePath(reading.name).name[: len(name)], reading)
    except DataError as error:
        reading.bad(error)
    else:
        yield document


def read_folder(folder: Path, reading: Reading) -> Iterator[Document]:
    """A document for each .xmi or .xml file in the folder and its folders, in order of paths.

    Raises:
        DataError: when there is none.
    """
    for relative, path in files_with(folder, SUFFIXES, todo="Give a folder of XMI files"):
        part = Reading(str(path), reading.on_bad, reading.on_note)
        try:
            with open_binary(path) as stream:
                document = _document(
                    stream.read(), relative[: plain_name(relative).rindex(".")], part
                )
        except DataError as error:
            reading.bad(error)
        else:
            yield document


def id_attribute(attributes: dict[str, str], type: str) -> str:
    """The attribute in which an element of the type names its concept."""
    known = (name for name in _ID_ATTRIBUTES if name in attributes)
    return next(known, "identifier" if type == "NamedEntity" else "entityID")


def _fits(path: Path) -> bool:
    return plain_name(path.name).endswith(SUFFIXES) and path.is_file()


def _document(data: bytes, id: str, reading: Reading) -> Document:
    root = parse(data, place=reading.name)
    if root.tag != f"{{{XMI}}}XMI":
        raise DataError(
            f"the root element is <{root.tag.rpartition('}')[2]}>, not <xmi:XMI>",
            place=reading.name,
            todo="Export the documents as UIMA CAS XMI",
        )
    kept = decode(data, place=reading.name)
    if data.startswith(b"\xef\xbb\xbf"):
        kept = f"\ufeff{kept}"
    sofa = _sofa(root, reading.name)
    document = Document.from_text(sofa.attrib["sofaString"], id=id, language=_language(root))
    if not document.text:
        raise DataError("a document without text", place=reading.name, todo="Leave it out")
    units = Utf16(document.text)
    mentions: dict[str, Mention] = {}
    for element in root:
        if _is_mention(element) and element.get("sofa") == sofa.get(_ID):
            mention = _mention(element, document.text, units, reading.name)
            if not mention.id or mention.id in mentions:
                raise DataError(
                    f"an xmi:id {'occurs twice' if mention.id else 'is missing'}: "
                    f"'{mention.surface}' at {mention.start}",
                    place=reading.name,
                    todo="Give every element its own xmi:id",
                )
            mentions[mention.id] = mention
    return msgspec.structs.replace(document, mentions=tuple(mentions.values()), extra={XML: kept})


def _sofa(root: Element, place: str) -> Element:
    sofas = [item for item in root.iter(f"{{{CAS}}}Sofa") if "sofaString" in item.attrib]
    if not sofas:
        raise DataError(
            "no cas:Sofa with a sofaString, so there is no text",
            place=place,
            todo="Export the documents with their text",
        )
    first = [sofa for sofa in sofas if sofa.get("sofaID") == "_InitialView"]
    return (first or sofas)[0]


def _language(root: Element) -> str:
    """The language that the document's own annotation states, if it is a code."""
    for element in root:
        if element.tag.endswith(("}DocumentAnnotation", "}DocumentMetaData")):
            try:
                return language_code(element.get("language", ""))
            except SettingError:
                continue
    return ""


def _is_mention(element: Element) -> bool:
    if element.tag in _NO_MENTIONS or not {"begin", "end"} <= element.attrib.keys():
        return False
    # Relations are drawn at a place too.
    if {"Governor", "Dependent"} & element.attrib.keys():
        return False
    own = element.tag.startswith(f"{{{CUSTOM}}}") or element.tag == _NAMED_ENTITY
    return own and element.attrib["begin"] != element.attrib["end"]


def _mention(element: Element, text: str, units: Utf16, name: str) -> Mention:
    attributes = {
        key: value
        for key, value in element.attrib.items()
        if key not in ("sofa", "begin", "end") and not key.startswith("{")
    }
    id = element.get(_ID, "")
    local = element.tag.rpartition("}")[2]
    type = attributes.get("value", local) if element.tag == _NAMED_ENTITY else local
    place = f"{name}, {local} with xmi:id {id}"
    whole = _span(element.attrib["begin"], element.attrib["end"], units, place)
    spans = [whole]
    stated = attributes.get("discontinuous", "")
    # E3C has the attribute too, but not always with offsets in it.
    if _GAPS.fullmatch(stated):
        borders = (part.partition("-") for part in stated.split())
        parts = [_span(begin, end, units, place) for begin, _, end in borders]
        if (parts[0][0], parts[-1][1]) == whole and parts == sorted(parts):
            spans = parts
    mention = mention_at(text, spans, id=id, type=type, place=place)
    return msgspec.structs.replace(
        mention,
        gold=read_ids(attributes.get(id_attribute(attributes, local), ""), type),
        extra={ATTRIBUTES: attributes} if attributes else {},
    )


def _span(begin: str, end: str, units: Utf16, place: str) -> Span:
    points = []
    for stated in (begin, end):
        point = units.point(int(stated)) if stated.isdecimal() and len(stated) < 16 else None
        if point is None:
            raise DataError(
                f"'{stated}' is no offset into the text",
                place=place,
                todo="Offsets count UTF-16 code units from 0",
            )
        points.append(point)
    return points[0], points[1]

"""UIMA CAS XMI: everything comes back untouched but the decisions; cassis is the second opinion."""
# The messages stand here as the user sees them.
# ruff: noqa: E501

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.strategies import linked_documents, texts

from xnorm.document import Document, Link, Mention, mention_at
from xnorm.errors import DataError, XnormError
from xnorm.formats import Reading, open_documents, uima_xmi, write_output
from xnorm.formats.uima_write import document_xmi
from xnorm.formats.utf16 import Utf16

FIXTURE = Path(__file__).parent / "fixtures" / "xmi" / "caso" / "ES1.xmi"
ODD = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read(text: str) -> Document:
    (document,) = uima_xmi.read(io.BytesIO(text.encode()), Reading("x"))
    return document


def linked(document: Document, **links: Link) -> Document:
    mentions = (replace(item, link=links.get(f"m{item.id}")) for item in document.mentions)
    return replace(document, mentions=tuple(mentions))


def cassis() -> Any:
    return pytest.importorskip("cassis", reason="the second opinion needs dkpro-cassis")


def test_mentions_are_read_with_their_concepts_and_attributes() -> None:
    (document,) = open_documents(FIXTURE)
    assert (document.id, document.language) == ("ES1", "es")
    assert [(item.id, item.type, item.text) for item in document.mentions] == [
        ("30", "CLINENTITY", ("dolor torácico",)),
        ("31", "CLINENTITY", ("fiebre", "alta")),
        ("32", "EVENT", ("tos",)),
        ("50", "PERSON", ("Paciente",)),
    ]
    assert [(item.db_name, item.db_id) for item in document.mentions[0].gold] == [
        ("UMLS", "C0008031")
    ]
    assert document.mentions[2].extra == {"attributes": {"polarity": "NEG", "TLINK": "40"}}


def test_only_decisions_are_added() -> None:
    (document,) = open_documents(FIXTURE)
    before = FIXTURE.read_text(encoding="utf-8")
    assert document_xmi(document) == before
    fever = Link("C0015967", 0.875, "UMLS", "Fever")
    answer = document_xmi(linked(document, m30=fever, m31=fever, m32=Link(None, 0.1)))
    expected = (
        before.replace(
            'entityID="C0008031"', 'entityID="C0008031" xnormID="C0015967" xnormScore="0.8750"'
        )
        .replace(
            'discontinuous="28-34 41-45"',
            'discontinuous="28-34 41-45" entityID="C0015967" xnormScore="0.8750"',
        )
        .replace('TLINK="40"', 'TLINK="40" xnormID="-" xnormScore="0.1000"')
    )
    assert answer == expected
    again = document_xmi(linked(read(answer), m30=Link("C1", 0.5, "X")))
    assert again == expected.replace(
        '"C0015967" xnormScore="0.8750"/>', '"C1" xnormScore="0.5000"/>', 1
    )


def test_byte_order_mark_and_line_ends_come_back() -> None:
    text = "\ufeff" + FIXTURE.read_text(encoding="utf-8").replace("\n", "\r\n")
    assert document_xmi(read(text)) == text


def test_found_mentions_become_elements_of_the_view() -> None:
    (document,) = open_documents(FIXTURE)
    new = mention_at(document.text, [(9, 10)], id="T1", type="SÍGNO 1")
    answer = document_xmi(replace(document, mentions=(*document.mentions, new)))
    assert '<custom:S_GNO_1 xmi:id="51" sofa="12" begin="9" end="11"/>\n</xmi:XMI>' in answer
    assert 'members="1 20 21 29 30 31 32 41 50 51"' in answer
    assert [item.id for item in read(answer).mentions] == ["30", "31", "32", "50", "51"]


def test_a_folder_keeps_its_folders(tmp_path: Path) -> None:
    documents = open_documents(FIXTURE.parents[1])
    assert documents.format.name == "xmi"
    write_output(documents, tmp_path / "out", "xmi")
    assert (tmp_path / "out" / "caso" / "ES1.xmi").read_bytes() == FIXTURE.read_bytes()


def test_two_documents_of_one_name_are_refused(tmp_path: Path) -> None:
    documents = [Document.from_text("a", id="x"), Document.from_text("b", id="x")]
    with pytest.raises(DataError, match="the file name 'x' is that of another document"):
        write_output(documents, tmp_path / "out", "xmi")
    assert list(tmp_path.iterdir()) == []


def xmi(inside: str, text: str = "Sin 🫀 tos") -> str:
    return (
        '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" '
        f'xmlns:custom="http:///webanno/custom.ecore">\n{inside}\n'
        f'<cas:Sofa xmi:id="1" sofaString="{text}"/></xmi:XMI>'
    )


def entity(begin: object, end: object, id: str = "2") -> str:
    return f'<custom:X xmi:id="{id}" sofa="1" begin="{begin}" end="{end}"/>'


UNITS = "Offsets count UTF-16 code units from 0."
BAD = [
    (xmi(entity(7, 99)), ", X with xmi:id 2: offsets 6-98 lie outside the text of 9 characters. Offsets count Unicode characters from 0, the end is exclusive."),
    (xmi(entity(7, "x")), f", X with xmi:id 2: 'x' is no offset into the text. {UNITS}"),
    (xmi(entity(5, 9)), f", X with xmi:id 2: '5' is no offset into the text. {UNITS}"),
    (xmi(entity(-1, 9)), f", X with xmi:id 2: '-1' is no offset into the text. {UNITS}"),
    (xmi(entity(0, 3) * 2), ": an xmi:id occurs twice: 'Sin' at 0. Give every element its own xmi:id."),
    (xmi(entity(0, 3, id="")), ": an xmi:id is missing: 'Sin' at 0. Give every element its own xmi:id."),
    (xmi("", text=""), ": a document without text. Leave it out."),
    (xmi("").replace("sofaString", "sofaURI"), ": no cas:Sofa with a sofaString, so there is no text. Export the documents with their text."),
    (xmi("").replace("xmi:XMI", "xmi:Y"), ": the root element is <Y>, not <xmi:XMI>. Export the documents as UIMA CAS XMI."),
    (xmi("<a>"), " line 3: cannot be read as XML (mismatched tag, column 48). Mend the line, or fetch the file again."),
    (xmi("")[:-12], " line 3: the document breaks off (unclosed token). The file looks truncated; compare its size with the publisher's, or fetch it again."),
    ('<!DOCTYPE x [<!ENTITY a "b">]>' + xmi("&a;"), " line 1: the document declares the entity 'a', which is not followed. Write its text where it is used and remove the declaration."),
    ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hosts">]>' + xmi("&a;"), " line 1: the document declares the entity 'a', which is not followed. Write its text where it is used and remove the declaration."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), BAD)
def test_what_is_wrong_is_named(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "x.xmi"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(XnormError) as caught:
        list(open_documents(path))
    assert str(caught.value) == f"{path}{message}"


def test_a_bad_file_of_a_folder_is_left_out(tmp_path: Path) -> None:
    for name, text in (("a.xml", xmi("")), ("b.xmi", xmi("<a>")), ("c.xmi", xmi(""))):
        (tmp_path / name).write_text(text, encoding="utf-8")
    bad: list[XnormError] = []
    documents = open_documents(tmp_path, on_bad=bad.append)
    assert [item.id for item in documents] == ["a", "c"]
    assert [error.place for error in bad] == [f"{tmp_path}/b.xmi line 3"]


@given(texts(max_size=6), st.integers(0, 30))
def test_utf16_offsets_agree_with_the_codec(text: str, unit: int) -> None:
    encoded = text.encode("utf-16-le")
    unit = min(unit, len(encoded) // 2)
    try:
        expected: int | None = len(encoded[: 2 * unit].decode("utf-16-le"))
    except UnicodeDecodeError:
        expected = None
    assert Utf16(text).point(unit) == expected
    if expected is not None:
        assert Utf16(text).unit(expected) == unit


@settings(max_examples=60, deadline=None)
@given(linked_documents())
def test_any_document_can_be_written(document: Document) -> None:
    answer = read(document_xmi(document))
    assert answer.text == ODD.sub("\ufffd", document.text)
    assert [item.spans for item in answer.mentions] == [item.spans for item in document.mentions]
    again = linked(answer, **{f"m{item.id}": Link("C1", 0.5, "X") for item in answer.mentions})
    assert read(document_xmi(again)).text == answer.text


def types(cassis: Any, *names: str) -> Any:
    system = cassis.TypeSystem()
    for name in names:
        made = system.create_type(
            name=f"webanno.custom.{name}", supertypeName="uima.tcas.Annotation"
        )
        for feature in ("entityID", "discontinuous", "xnormID", "xnormScore"):
            system.create_feature(made, feature, "uima.cas.String")
    return system


def test_cassis_reads_what_is_written() -> None:
    second = cassis()
    text = "Sin 🫀 dolor,\r\n<tos>"
    mentions = tuple(
        replace(mention_at(text, spans, id=f"T{at}", type="SIGN"), link=Link("C1", 0.5, "X"))
        for at, spans in enumerate([[(6, 11)], [(0, 3), (14, 17)]])
    )
    document = replace(Document.from_text(text, id="1", language="es"), mentions=mentions)
    cas = second.load_cas_from_xmi(document_xmi(document), typesystem=types(second, "SIGN"))
    assert cas.sofa_string == text
    assert cas.document_language == "es"
    found = cas.select("webanno.custom.SIGN")
    assert [item.get_covered_text() for item in found] == ["Sin 🫀 dolor,\r\n<to", "dolor"]
    assert [item.entityID for item in found] == ["C1", "C1"]


def test_what_cassis_writes_is_read() -> None:
    second = cassis()
    system = types(second, "SIGN")
    cas = second.Cas(typesystem=system)
    cas.sofa_string = "🫀\n\t<dolor> & tos"
    cas.sofa_mime = "text/plain"
    cas.add(system.get_type("webanno.custom.SIGN")(begin=4, end=9, entityID="C0008031"))
    document = read(cas.to_xmi())
    assert document.text == cas.sofa_string
    (mention,) = document.mentions
    assert isinstance(mention, Mention)
    assert (mention.surface, mention.gold[0].db_id) == ("dolor", "C0008031")

"""BioC in XML and JSON: the same documents, in every dress, and as another implementation reads them."""
# The messages stand here as the user sees them.
# ruff: noqa: E501

from __future__ import annotations

import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from msgspec.structs import replace
from tests.strategies import corpora, linked_documents

from xnorm.document import ConceptId, Document, Link, Mention
from xnorm.errors import DataError
from xnorm.formats import open_documents, write_documents

FIXTURES = Path(__file__).parent / "fixtures"
OFFSETS = "Offsets count Unicode characters from 0, the end is exclusive."


def annotation(start: int = 0, length: int = 5, text: str = "Fever", **more: Any) -> dict[str, Any]:
    infons = {"type": "Disease"} | more.pop("infons", {})
    locations = [{"offset": start, "length": length}]
    return {"id": "1", "infons": infons, "text": text, "locations": locations} | more


def document(*annotations: Any, **more: Any) -> dict[str, Any]:
    passage = {"infons": {"type": "title"}, "offset": 0, "text": "Fever and rash."}
    passage |= {"sentences": [], "annotations": list(annotations), "relations": []}
    return {
        "id": "1",
        "infons": {},
        "passages": [passage],
        "annotations": [],
        "relations": [],
    } | more


def saved(path: Path, value: Any) -> Path:
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def read(path: Path, value: Any, **options: Any) -> Document:
    (found,) = open_documents(saved(path, value), **options)
    return found


def written(documents: list[Document], format: str) -> str:
    stream = io.BytesIO()
    write_documents(documents, stream, format)
    return stream.getvalue().decode()


def again(documents: list[Document], format: str, path: Path) -> list[Document]:
    return list(open_documents(saved(path, written(documents, format)), format=format))


def test_xml_has_its_parts_in_their_places() -> None:
    (found,) = open_documents(FIXTURES / "bioc-xml.xml")
    assert (found.id, found.language) == ("201", "en")
    assert [passage.type for passage in found.passages] == ["title", "abstract"]
    assert found.text == "Heart 🫀 attack < 1 h.   Pain and fever. It passed."
    attack, both = found.mentions
    assert (attack.text, attack.spans) == (("Heart", "attack"), ((0, 5), (8, 14)))
    assert attack.gold == (ConceptId("MESH", "D009203"),)
    assert both.gold == (ConceptId("MESH", "D010146"), ConceptId("MESH", "D005334"))
    assert len(found.passages[1].extra["sentences"]) == 2
    (relation,) = found.relations
    assert (relation.type, relation.arg1, relation.arg2) == ("CID", "T2", "T1")
    assert relation.extra["roles"] == ["Cause", "Effect"]
    assert found.extra["collection"]["source"] == "made up"
    assert found.extra["annotations"][0]["elements"] == ['<extra a="1">x</extra>']


def test_json_of_pubtator3_names_the_database() -> None:
    (found,) = open_documents(FIXTURES / "bioc-json.json")
    gene, mice, diabetes, cured = found.mentions
    assert gene.gold == (ConceptId("ncbi_gene", "3630"),)
    assert mice.gold == (ConceptId("", "10090"),)
    assert diabetes.gold == (ConceptId("MESH", "D003920"),)
    assert cured.gold == ()
    assert found.extra["_id"] == "301|None"


def test_json_becomes_xml_and_keeps_what_it_says(tmp_path: Path) -> None:
    before = list(open_documents(FIXTURES / "bioc-json.json"))
    (after,) = again(before, "bioc-xml", tmp_path / "x.xml")
    assert [(item.spans, item.type) for item in after.mentions] == [
        (item.spans, item.type) for item in before[0].mentions
    ]
    assert [item.gold for item in after.mentions] == [item.gold for item in before[0].mentions]
    assert after.extra["infons"]["year"] == "2026"
    assert after.mentions[0].extra["infons"]["normalized"] == "[3630]"


DRESSES: dict[str, Any] = {
    "one document": document(annotation()),
    "a collection": {"source": "x", "documents": [document(annotation())]},
    "a collection on lines": json.dumps({"documents": [document(annotation())]}, indent=1),
    "collections in a row": f'{{"documents": []}}\n{json.dumps({"documents": [document(annotation())]})}',
    "the wrapper of PubTator3": {"PubTator3": [document(annotation())]},
    "lines": f"{json.dumps(document(annotation()))}\n",
    "an array": [document(annotation())],
    "with a byte-order mark": f"\ufeff{json.dumps({'documents': [document(annotation())]})}",
}


@pytest.mark.parametrize("value", DRESSES.values(), ids=DRESSES.keys())
def test_json_is_read_in_all_its_dresses(value: Any, tmp_path: Path) -> None:
    stream = open_documents(saved(tmp_path / "x.json", value))
    assert stream.format.name == "bioc-json"
    (found,) = stream
    assert found.mentions[0].text == ("Fever",)


def test_fields_after_the_documents_are_told(tmp_path: Path) -> None:
    notes: list[Exception] = []
    value = {"source": "x", "documents": [document()], "key": "k"}
    read(tmp_path / "x.json", value, on_note=notes.append)
    assert [str(note).split(": ", 1)[1] for note in notes] == [
        "the collection says key after its documents. This was not kept; put it before them."
    ]


IDS: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"identifier": "MESH:D005334"}, [("MESH", "D005334")]),
    ({"Identifier": "D005334,D003643"}, [("MESH", "D005334"), ("MESH", "D003643")]),
    ({"MESH": "D005334|D003643"}, [("MESH", "D005334"), ("MESH", "D003643")]),
    ({"OMIM": "104300"}, [("OMIM", "104300")]),
    ({"ncbi_homologene": "173"}, [("ncbi_homologene", "173")]),
    ({"identifier": "3630", "ncbi_homologene": "173", "database": "ncbi_gene"}, [("ncbi_gene", "3630")]),
    ({"identifier": 9606}, [("", "9606")]),
    ({"identifier": "-"}, []),
    ({"MESH": "-1"}, []),
    ({"identifier": None}, []),
    ({}, []),
]  # fmt: skip


@pytest.mark.parametrize(("infons", "expected"), IDS)
def test_ids_are_found_where_they_stand_and_come_back(
    infons: dict[str, Any], expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    value = document(annotation(infons=infons))
    found = read(tmp_path / "x.json", value)
    assert [(item.db_name, item.db_id) for item in found.mentions[0].gold] == expected
    assert json.loads(written([found], "bioc-json"))["documents"] == [value]


def test_a_decision_is_the_identifier_unless_gold_is(tmp_path: Path) -> None:
    right, nil = Link("HP:0001945", 0.9, "HPO"), Link(None, 0.1)
    rows: list[tuple[dict[str, Any], Link | None, dict[str, Any]]] = [
        ({}, None, {}),
        ({}, right, {"identifier": "HP:0001945"}),
        ({}, nil, {"identifier": "-"}),
        ({"MESH": "-1"}, right, {"MESH": "-1", "identifier": "HP:0001945"}),
        ({"MESH": "-1"}, nil, {"MESH": "-1"}),
        ({"MESH": "D005334"}, right, {"MESH": "D005334", "linked_identifier": "HP:0001945"}),
        ({"MESH": "D005334"}, nil, {"MESH": "D005334", "linked_identifier": "-"}),
    ]
    for infons, link, expected in rows:
        found = read(tmp_path / "x.json", document(annotation(infons=infons)))
        mention = replace(found.mentions[0], link=link)
        text = written([replace(found, mentions=(mention,))], "bioc-json")
        (back,) = json.loads(text)["documents"][0]["passages"][0]["annotations"]
        assert back["infons"] == {"type": "Disease"} | expected


def test_concepts_that_were_replaced_take_the_place_of_the_old_ones(tmp_path: Path) -> None:
    found = read(tmp_path / "x.json", document(annotation(infons={"MESH": "D000001"})))
    new = replace(found.mentions[0], gold=(ConceptId("MESH", "D005334"),))
    text = written([replace(found, mentions=(new,))], "bioc-json")
    (back,) = json.loads(text)["documents"][0]["passages"][0]["annotations"]
    assert back["infons"] == {"type": "Disease", "identifier": "D005334"}


def test_ids_that_are_missing_or_double_are_made_and_come_back(tmp_path: Path) -> None:
    notes: list[Exception] = []
    value = document(annotation(), annotation(), annotation(id=""), annotation(id=7))
    del value["passages"][0]["annotations"][2]["id"]
    found = read(tmp_path / "x.json", value, on_note=notes.append)
    assert len({mention.id for mention in found.mentions}) == 4
    assert [str(note).split(": ", 1)[1] for note in notes] == [
        "the id '1' occurs twice in the document. The second mention has another one within xnorm."
    ]
    assert json.loads(written([found], "bioc-json"))["documents"] == [value]


def test_annotations_stay_in_document_passage_or_sentence(tmp_path: Path) -> None:
    ids = ["in document", "in passage", "in sentence"]
    top, middle, low = (annotation(id=id) for id in ids)
    sentence = {
        "infons": {},
        "offset": 0,
        "text": "Fever and rash.",
        "annotations": [low],
        "relations": [],
    }
    value = document(middle, annotations=[top])
    value["passages"][0]["sentences"] = [sentence]
    found = read(tmp_path / "x.json", value)
    assert {mention.id for mention in found.mentions} == set(ids)
    assert json.loads(written([found], "bioc-json"))["documents"] == [value]
    (as_xml,) = again([found], "bioc-xml", tmp_path / "x.xml")
    assert json.loads(written([as_xml], "bioc-json"))["documents"] == [value]


BAD: list[tuple[Any, str]] = [
    (document(annotation(12, 9)), f", $.documents[0].passages[0].annotations[0].locations[0]: offsets 12-21 lie outside the text of 15 characters. {OFFSETS}"),
    (document(annotation(0, 0)), f", $.documents[0].passages[0].annotations[0].locations[0]: offsets 0-0 are empty. {OFFSETS}"),
    (document(annotation("0")), ", $.documents[0].passages[0].annotations[0].locations[0].offset: expected a whole number from 0, found '0'. Offsets count Unicode characters from 0."),
    (document("T1"), ", $.documents[0].passages[0].annotations[0]: expected an object, found a string."),
    (document(passages=[{"offset": -1, "text": "a"}]), ", $.documents[0].passages[0].offset: expected a whole number from 0, found -1. Offsets count Unicode characters from 0."),
    (document(passages=[{"offset": 0, "text": "ab"}, {"offset": 1, "text": "c"}]), ", $.documents[0].passages[1].offset[0]: the passage begins at 1, before 2 where the one before it ends. Passages follow one another without overlap."),
    (document(passages=[{"offset": 10**12, "text": "ab"}]), ", $.documents[0].passages[0].offset[0]: the passage begins 1,000,000,000,000 characters after the one before it. Offsets count Unicode characters of the document."),
    (document(passages=[]), ", $.documents[0].passages: a document without text. Leave it out."),
    (document(relations=[{"id": "R", "nodes": [{}, {}]}]), ", $.documents[0].relations[0].nodes[0]: `refid` is missing. Give every refid a text."),
    (document(id=None), ", $.documents[0]: `id` is missing. Give every id a text."),
]  # fmt: skip


@pytest.mark.parametrize(("value", "message"), BAD)
def test_a_bad_document_is_named_by_its_path_and_left_out(
    value: Any, message: str, tmp_path: Path
) -> None:
    path = saved(tmp_path / "x.json", {"documents": [value, document(id="2")]})
    with pytest.raises(DataError) as caught:
        list(open_documents(path))
    assert str(caught.value) == f"{path}{message}"
    skipped: list[Exception] = []
    assert [item.id for item in open_documents(path, on_bad=skipped.append)] == ["2"]
    assert len(skipped) == 1


XML = '<?xml version="1.0"?>\n<collection><source/>\n<document><id>1</id><passage><offset>0</offset><text>Fever</text>\n'
WHOLE = "</passage></document></collection>"
BAD_XML: list[tuple[str, str]] = [
    (XML, " line 4: the document breaks off (no element found). The file looks truncated; compare its size with the publisher's, or fetch it again."),
    (XML.replace("</text>", "\0</text>"), " line 3: cannot be read as XML (not well-formed (invalid token), column 59). Mend the line, or fetch the file again."),
    (XML.replace("<collection>", '<!DOCTYPE c [<!ENTITY a "b">]><collection>') + WHOLE, " line 2: the document declares the entity 'a', which is not followed. Write its text where it is used and remove the declaration."),
    (XML.replace("<offset>0", "<offset>x") + WHOLE, ", document '1', $.passages[0].offset: expected a whole number from 0, found 'x'. Offsets count Unicode characters from 0."),
    (XML + '<annotation id="T"><location offset="3" length="9"/></annotation>' + WHOLE, f", document '1', $.passages[0].annotations[0].locations[0]: offsets 3-12 lie outside the text of 5 characters. {OFFSETS}"),
    (XML + '<annotation id="T"><location offset="3"/></annotation>' + WHOLE, ", document '1', $.passages[0].annotations[0].locations[0].length: expected a whole number from 0, found None. Offsets count Unicode characters from 0."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), BAD_XML)
def test_bad_xml_is_named_with_its_line_or_document(
    text: str, message: str, tmp_path: Path
) -> None:
    path = saved(tmp_path / "x.xml", text)
    with pytest.raises(DataError) as caught:
        list(open_documents(path))
    assert str(caught.value) == f"{path}{message}"


def test_broken_json_is_named_with_its_line(tmp_path: Path) -> None:
    path = saved(tmp_path / "x.json", '{"documents": [\n{"id": 1,\n')
    with pytest.raises(DataError, match=r"x.json, line 3: broken JSON"):
        list(open_documents(path))
    saved(path, '{"documents": []\n "key": 1}')
    with pytest.raises(DataError, match=r"x.json, line 2: broken JSON: expected ',' or '}'"):
        list(open_documents(path))


@pytest.mark.parametrize("format", ["bioc-json", "bioc-xml"])
def test_a_mention_with_another_text_is_kept_and_told(format: str, tmp_path: Path) -> None:
    notes: list[Exception] = []
    found = read(tmp_path / "x.json", document(annotation(text="Fe\u0301ver")))
    path = saved(tmp_path / "x", written([found], format))
    (back,) = open_documents(path, on_note=notes.append)
    assert back.mentions[0].text == ("Fe\u0301ver",)
    assert "passages[0].annotations[0]: the text is 'Fe\u0301ver', but 'Fever'" in str(notes[0])


def test_characters_that_xml_cannot_hold_are_marked_and_the_others_come_back(
    tmp_path: Path,
) -> None:
    text = "a\x1bb\r\nc\td <&> \ufeff\u2028\U0001f9ec \"'"
    mention = Mention('T "1"\n', "a<b", ((0, 3),), ("a\x1bb",))
    before = replace(Document.from_text(text, id="x & y"), mentions=(mention,))
    (after,) = again([before], "bioc-xml", tmp_path / "x.xml")
    assert after.id == before.id
    assert after.text == text.replace("\x1b", "\ufffd")
    assert (after.mentions[0].id, after.mentions[0].type) == (mention.id, mention.type)


@settings(max_examples=20, deadline=None)
@given(corpora(linked_documents()))
def test_text_spans_types_and_relations_survive_json(docs: list[Document]) -> None:
    from xnorm.formats import FORMATS, Reading

    reader = FORMATS["bioc-json"].read
    assert reader is not None
    stream = io.BytesIO(written(docs, "bioc-json").encode())
    for before, after in zip(docs, reader(stream, Reading("test")), strict=True):
        assert (after.id, after.text, after.language) == (before.id, before.text, before.language)
        found = {item.id: (item.type, item.spans, item.text) for item in after.mentions}
        assert found == {item.id: (item.type, item.spans, item.text) for item in before.mentions}
        assert [(item.type, item.arg1, item.arg2) for item in after.relations] == [
            (item.type, item.arg1, item.arg2) for item in before.relations
        ]


@pytest.mark.parametrize("format", ["bioc-json", "bioc-xml"])
def test_memory_does_not_grow_with_the_collection(format: str, tmp_path: Path) -> None:
    path = tmp_path / "big"
    documents = (Document.from_text("x" * 8_000, id=str(number)) for number in range(600))
    with open(path, "wb") as stream:
        write_documents(documents, stream, format)
    tracemalloc.start()
    count = sum(1 for _ in open_documents(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 600
    assert peak < path.stat().st_size / 3


@pytest.mark.parametrize("name", ["bioc-xml.xml", "bioc-json.json", "pubtator.txt", "bigbio.json"])
@pytest.mark.parametrize("format", ["bioc-json", "bioc-xml"])
def test_another_implementation_reads_the_same(name: str, format: str) -> None:
    bioc = pytest.importorskip("bioc")
    from bioc import biocjson, biocxml

    documents = list(open_documents(FIXTURES / name))
    text = written(documents, format)
    collection = biocxml.loads(text) if format == "bioc-xml" else biocjson.loads(text)
    assert isinstance(collection, bioc.BioCCollection)
    assert [item.id for item in collection.documents] == [item.id for item in documents]
    for ours, theirs in zip(documents, collection.documents, strict=True):
        found = {
            item.annotation.id: [(span.offset, span.end) for span in item.annotation.locations]
            for item in bioc.annotations(theirs)
            if item.annotation.locations
        }
        assert found == {item.id: list(item.spans) for item in ours.mentions}
        for passage in theirs.passages:
            for part in passage.sentences or [passage]:
                assert ours.text[part.offset :].startswith(part.text)
        nodes = [
            tuple(node.refid for node in item.relation.nodes) for item in bioc.relations(theirs)
        ]
        assert [pair for pair in nodes if len(pair) == 2] == [
            (item.arg1, item.arg2) for item in ours.relations
        ]

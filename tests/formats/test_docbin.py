"""spaCy's DocBin: offsets, concepts and groups of spans, as spaCy itself sees them."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from msgspec.structs import replace
from tests.strategies import corpora, linked_documents

from xnorm.document import Document, Link, mention_at
from xnorm.errors import DataError, MissingExtra
from xnorm.formats import Reading, open_documents, spacy_docbin

spacy = pytest.importorskip("spacy", reason="DocBin needs spaCy")

FIXTURE = Path(__file__).parent / "fixtures" / "docbin.spacy"


def written(documents: list[Document]) -> bytes:
    stream = io.BytesIO()
    spacy_docbin.write(documents, stream)
    return stream.getvalue()


def read(data: bytes) -> list[Document]:
    return list(spacy_docbin.read(io.BytesIO(data), Reading("x")))


def docs(data: bytes) -> list[Any]:
    from spacy.tokens import DocBin

    return list(DocBin().from_bytes(data).get_docs(spacy.blank("xx").vocab))


def test_entities_and_groups_are_mentions() -> None:
    first, second = open_documents(FIXTURE)
    assert (first.id, first.language, second.id) == ("nota-1", "es", "2")
    assert [(item.surface, item.type, item.extra) for item in first.mentions] == [
        ("dolor torácico", "SINTOMA", {"kb_id": "C0008031"}),
        ("fiebre alta", "SINTOMA", {"kb_id": "NIL", "group": "sc"}),
        ("fiebre", "SINTOMA", {"group": "sc"}),
    ]
    assert [[c.db_id for c in item.gold] for item in first.mentions] == [["C0008031"], [], []]


def test_what_a_document_carries_beside_comes_back() -> None:
    documents = list(open_documents(FIXTURE))
    before, after = docs(FIXTURE.read_bytes()), docs(written(documents))
    assert [doc.to_json() for doc in after] == [doc.to_json() for doc in before]
    assert {token.tag_ for token in after[0]} == {"X"}
    assert read(written(documents)) == documents


def test_links_become_kb_ids_and_overlaps_a_group() -> None:
    text = "Kardiomyopathie,  schwer"
    spans = {"a": (0, 15), "b": (6, 15), "c": (18, 24)}
    mentions = [mention_at(text, [span], id=id, type="X") for id, span in spans.items()]
    links = [Link("C1", 0.9, "S", "One"), Link("C2", 0.5, "S"), Link(None, 0.1)]
    document = replace(
        Document.from_text(text, id="k", language="de"),
        mentions=tuple(
            replace(item, link=link) for item, link in zip(mentions, links, strict=True)
        ),
    )
    (doc,) = docs(written([document]))
    assert doc.text == text
    assert [(e.text, e.kb_id_) for e in doc.ents] == [("Kardiomyopathie", "C1"), ("schwer", "")]
    assert [(e.text, e.kb_id_) for e in doc.spans["xnorm"]] == [("myopathie", "C2")]
    assert doc.user_data["id"] == "k"
    assert doc.user_data["language"] == "de"
    assert doc.user_data["xnorm"]["a"]["name"] == "One"
    assert doc.user_data["xnorm"]["c"]["concept"] is None


def test_a_gold_concept_stays_and_the_decision_stands_beside_it() -> None:
    first, _ = open_documents(FIXTURE)
    pain = replace(first.mentions[0], link=Link("C9", 0.9, "S"))
    fever = replace(first.mentions[1], link=Link("C5", 0.8, "S"))
    (doc,) = docs(written([replace(first, mentions=(pain, fever, first.mentions[2]))]))
    assert [entity.kb_id_ for entity in doc.ents] == ["C0008031"]
    assert [span.kb_id_ for span in doc.spans["sc"]] == ["C5", ""]
    assert doc.user_data["xnorm"]["T1"]["concept"] == "C9"


def test_extension_attributes_say_id_and_language() -> None:
    from spacy.tokens import Doc, DocBin

    doc = spacy.blank("xx")("Toux.")
    try:
        for name, value in (("id", 7), ("language", "fr-CA")):
            Doc.set_extension(name, default=None)
            setattr(doc._, name, value)
        data = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    finally:
        for name in ("id", "language"):
            Doc.remove_extension(name)
    (document,) = read(data)
    assert (document.id, document.language) == ("7", "fr")


@settings(max_examples=25, deadline=None)
@given(corpora(linked_documents()))
def test_offsets_and_types_come_back(documents: list[Document]) -> None:
    for before, after in zip(documents, read(written(documents)), strict=True):
        assert (after.id, after.text, after.language) == (before.id, before.text, before.language)
        assert sorted((item.start, item.end, item.type) for item in after.mentions) == sorted(
            (item.start, item.end, item.type) for item in before.mentions
        )


@pytest.mark.parametrize("cut", [40, -1])
def test_a_damaged_file_is_one_line(cut: int, tmp_path: Path) -> None:
    path = tmp_path / "x.spacy"
    path.write_bytes(FIXTURE.read_bytes()[:cut])
    with pytest.raises(DataError) as caught:
        list(open_documents(path, format="docbin"))
    assert str(caught.value).startswith(f"{path}: no DocBin (")
    assert str(caught.value).endswith("). Write it with `DocBin.to_disk` again.")


def test_a_document_without_text_or_of_no_language_is_named(tmp_path: Path) -> None:
    from spacy.tokens import DocBin

    blank = spacy.blank("es")
    odd = blank("Tos")
    odd.user_data["language"] = "zz"
    data = DocBin(store_user_data=True, docs=[blank(""), odd, blank("Tos")]).to_bytes()
    bad: list[Exception] = []
    (document,) = spacy_docbin.read(io.BytesIO(data), Reading("x", bad.append))
    assert document.id == "3"
    assert [str(error).partition(". ")[0] for error in bad] == [
        "x, document 1: a document without text",
        "x, document 2: unknown language code 'zz'",
    ]


def test_without_spacy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(MissingExtra) as caught:
        list(open_documents(FIXTURE))
    assert str(caught.value) == (
        "this needs 'spacy', which is not installed. Run: pip install 'xnorm[spacy]'."
    )

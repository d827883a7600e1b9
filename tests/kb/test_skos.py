"""SKOS: one tiny vocabulary in every form of RDF, and every bad input."""

from __future__ import annotations

import gzip
import lzma
from pathlib import Path

import pytest

from xnorm.errors import DataError
from xnorm.kb import Concept, Name, build_from_files
from xnorm.kb.sources import Options, read_concepts

pytest.importorskip("pyoxigraph", reason="reading RDF needs the extra formats")

TURTLE = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <http://example.org/> .

:scheme a skos:ConceptScheme ; skos:prefLabel "A scheme"@en .
:group a skos:Collection ; skos:prefLabel "A group"@en ; skos:member :fever .

:fever a skos:Concept ;
    skos:inScheme :scheme ;
    skos:prefLabel "fever"@en-GB, "fiebre"@es, "\\u71B1"@zh-Hant, "febris"@la, "febre"@und ;
    skos:altLabel "pyrexia"@en, "hot" ;
    skos:hiddenLabel "fevre"@en ;
    skos:definition "Demasiado caliente."@es, "Too hot."@en ;
    skos:exactMatch <http://identifiers.org/mesh/D005334> ;
    skos:closeMatch <http://other.org/1> ;
    skos:broadMatch <http://other.org/2> .
:disease skos:prefLabel "disease"@en ; skos:narrower :fever .
:ague a skos:Concept ; skos:prefLabel "ague"@en ; skos:broader :fever, :disease .
:heat a skos:Concept ; skos:prefLabel "heat"@en ; owl:deprecated true ; dct:isReplacedBy :fever .
:cold a skos:Concept ; skos:prefLabel "cold"@en ; owl:deprecated "true"^^xsd:boolean .
"""
X = "http://example.org/"
CONCEPTS = [
    Concept(
        f"{X}ague",
        (Name("ague", "en", "preferred"),),
        parents=(f"{X}fever", f"{X}disease"),
    ),
    Concept(f"{X}disease", (Name("disease", "en", "preferred"),)),
    Concept(
        f"{X}fever",
        (
            Name("fever", "en", "preferred"),
            Name("fiebre", "es", "preferred"),
            Name("熱", "zh", "preferred"),
            Name("febris", "la", "preferred"),
            Name("febre", "", "preferred"),
            Name("pyrexia", "en"),
            Name("hot", "de"),
            Name("fevre", "en"),
        ),
        definition="Too hot.",
        parents=(f"{X}disease",),
        xrefs=("MESH:D005334", "http://other.org/1"),
    ),
    Concept(f"{X}heat", replaced_by=f"{X}fever"),
]


def _read(path: Path, data: str | bytes) -> list[Concept]:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return list(read_concepts("skos", path, Options(default_language="de")))


def _sorted(concepts: list[Concept]) -> list[Concept]:
    return sorted(concepts, key=lambda concept: concept.id)


def _as(form: str) -> bytes:
    import pyoxigraph as rdf

    triples = [
        rdf.Triple(quad.subject, quad.predicate, quad.object)
        for quad in rdf.parse(TURTLE.encode(), rdf.RdfFormat.TURTLE)
    ]
    data = rdf.serialize(triples, format=getattr(rdf.RdfFormat, form))
    assert isinstance(data, bytes)
    return data


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("x.ttl", "TURTLE"),
        ("x.nt", "N_TRIPLES"),
        ("x.rdf", "RDF_XML"),
        ("x.xml", "RDF_XML"),
        ("x", "TURTLE"),
        ("x.data", "RDF_XML"),
    ],
)
def test_every_form_reads_the_same(tmp_path: Path, name: str, form: str) -> None:
    assert _sorted(_read(tmp_path / name, _as(form))) == CONCEPTS
    assert _sorted(_read(tmp_path / f"{name}.gz", gzip.compress(_as(form)))) == CONCEPTS
    assert _sorted(_read(tmp_path / f"{name}.xz", lzma.compress(_as(form)))) == CONCEPTS


def test_concepts_come_as_they_are_first_spoken_of(tmp_path: Path) -> None:
    concepts = _read(tmp_path / "x.ttl", TURTLE)
    assert [concept.id.removeprefix(X) for concept in concepts] == [
        "fever",
        "disease",
        "ague",
        "heat",
    ]


def test_several_files_are_one_vocabulary(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(TURTLE)
    (tmp_path / "b.nt").write_text(
        f'<{X}fever> <http://www.w3.org/2004/02/skos/core#prefLabel> "Fieber"@de .\n'
    )
    kb = build_from_files("skos", [tmp_path / "a.ttl", tmp_path / "b.nt"], tmp_path / "x.kb")
    assert "Fieber" in {name.text for name in kb.concept(f"{X}fever").names}
    assert kb.resolve(f"{X}heat") == f"{X}fever"


RDF = (
    '<?xml version="1.0"?>\n{doctype}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:skos="http://www.w3.org/2004/02/skos/core#">\n<skos:Concept rdf:about="http://x/1">'
    '<skos:prefLabel xml:lang="en">{label}</skos:prefLabel></skos:Concept></rdf:RDF>'
)


def test_a_doctype_that_declares_nothing_is_no_harm(tmp_path: Path) -> None:
    doctype = '<!DOCTYPE rdf:RDF SYSTEM "http://nowhere/x.dtd">\n'
    (concept,) = _read(tmp_path / "x.rdf", RDF.format(doctype=doctype, label="a &amp; b"))
    assert concept.names == (Name("a & b", "en", "preferred"),)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("x.ttl", "", r"x\.ttl: no concept of SKOS\. Give a file with skos:Concept in it"),
        ("x.ttl", "<http://a> <http://b> <http://c> .", r"x\.ttl: no concept of SKOS"),
        (
            "x.ttl",
            '<http://a> <http://b> "c\n',
            r"x\.ttl: cannot be read as TURTLE \(Parser error .*line 1.* usual ending: \.rdf",
        ),
        ("x.nt", "a b c .", r"x\.nt: cannot be read as N/TRIPLES \(Parser error at line 1"),
        (
            "x.rdf",
            RDF.format(doctype="", label="</b>"),
            r"x\.rdf: cannot be read as RDF/XML \(ill-formed document: expected",
        ),
        (
            "x.rdf",
            RDF.format(doctype="<!DOCTYPE x [<!ENTITY a 'b'>]>\n", label="&a;"),
            r"x\.rdf line 2: the document declares the entity 'a', which is not followed",
        ),
        ("x.ttl.xz", lzma.compress(TURTLE.encode() * 50)[:-40], r"x\.ttl\.xz: the packed data"),
    ],
)
def test_bad_files_are_refused(tmp_path: Path, name: str, data: str | bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        _read(tmp_path / name, data)

"""The OBO reader: a tiny file whose terms are written down, escapes, and every bad input."""

from __future__ import annotations

import gzip
import lzma
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnorm.errors import DataError
from xnorm.kb import Concept, Name, build_from_files
from xnorm.kb.sources import Options, obo
from xnorm.kb.sources.obo_syntax import bare, identifier, quoted, unescape

TINY = r"""format-version: 1.2
data-version: tiny/releases/2024-02-03/tiny.obo
synonymtypedef: abbreviation "abbreviation"
synonymtypedef: OMO:0003012 "acronym" EXACT
synonymtypedef: LAY "layperson term"
! a comment line

[Term]
id: T:1
name: Disease \{of any kind\} ! a comment
namespace: findings

[Term]
id: T:2 {source="x"}
name: Fever {comment="odd ! value"} ! warm
alt_id: T:20
def: "Body \"heat\"\, \
raised." [PMID:1, "a ] b"] {x="y"}
synonym: "Pyrexia" EXACT []
synonym: "Temp \"up\"" EXACT LAY [PMID:2]
synonym: "FUO" RELATED abbreviation [] {source="z"}
synonym: "FEV" OMO:0003012
synonym: "Hot" BROAD [] ! comment
xref: UMLS:C0015967 "Fever"
xref: SNOMED:386661006 {source="q"} ! Fever
is_a: T:1 {is_inferred="true"} ! Disease
property_value: a:b "c" xsd:string
relationship: part_of T:9 ! other

[Typedef]
id: part_of
name: part of

[Term]
id: T:3
name: obsolete Heat
synonym: "Heat" EXACT []
is_obsolete: true
replaced_by: T:4
replaced_by: T:1

[Term]
id: T:4
name: obsolete Warmth
is_obsolete: true
replaced_by: T:2

[Term]
id: T:5
name: obsolete Cold
is_obsolete: true
consider: T:1
"""

TERMS = [
    Concept("T:1", (Name("Disease {of any kind}", "en", "preferred"),), types=("findings",)),
    Concept(
        "T:2",
        (
            Name("Fever", "en", "preferred"),
            Name("Pyrexia", "en", "synonym", "exact"),
            Name('Temp "up"', "en", "layperson", "exact"),
            Name("FUO", "en", "abbreviation", "related"),
            Name("FEV", "en", "abbreviation", "related"),
            Name("Hot", "en", "synonym", "broad"),
        ),
        definition='Body "heat", raised.',
        parents=("T:1",),
        xrefs=("UMLS:C0015967", "SNOMEDCT:386661006"),
        retired=("T:20",),
    ),
    Concept("T:3", replaced_by="T:4"),
    Concept("T:4", replaced_by="T:2"),
]


def _write(folder: Path, text: str | bytes, name: str = "tiny.obo") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def _terms(*lines: str) -> str:
    return "format-version: 1.2\n\n[Term]\nid: T:1\nname: One\n" + "\n".join(lines) + "\n"


def test_the_tiny_file_reads_as_written_down(tmp_path: Path) -> None:
    assert list(obo.read(_write(tmp_path, TINY), Options())) == TERMS


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_packed_files_and_other_line_ends_read_the_same(tmp_path: Path, pack: object) -> None:
    data = b"\xef\xbb\xbf" + TINY.replace("\n", "\r\n").encode()
    assert callable(pack)
    assert list(obo.read(_write(tmp_path, pack(data)), Options())) == TERMS


def test_the_release_is_the_date_in_the_header(tmp_path: Path) -> None:
    assert obo.release(_write(tmp_path, TINY)) == "2024-02-03"
    assert obo.release(_write(tmp_path, "data-version: 4.1\n[Term]\nid: A\n")) == "4.1"
    assert obo.release(_write(tmp_path, "[Term]\nid: A\n")) == ""


def test_the_language_of_names_can_be_said(tmp_path: Path) -> None:
    first, *_ = obo.read(_write(tmp_path, TINY), Options(default_language="es"))
    assert first.names[0].language == "es"


def test_terms_of_other_ontologies_are_left_out_if_asked(tmp_path: Path) -> None:
    source = _write(tmp_path, TINY + "\n[Term]\nid: HP:1\nname: All\n")
    kept = list(obo.read(source, Options(sources=("T",))))
    assert kept == TERMS
    assert [concept.id for concept in obo.read(source, Options(sources=("HPO",)))] == ["HP:1"]


def test_chains_of_replacements_are_followed(tmp_path: Path) -> None:
    kb = build_from_files("obo", [_write(tmp_path, TINY)], tmp_path / "tiny.kb")
    assert (kb.source, kb.manifest.release) == ("tiny", "2024-02-03")
    assert [kb.resolve(id) for id in ("T:20", "T:3", "T:4", "T:5")] == ["T:2"] * 3 + ["T:5"]


def _escape(text: str) -> str:
    table = {"\n": r"\n", "\t": r"\t", **{c: f"\\{c}" for c in '\\"{}[]()!:,'}}
    return "".join(table.get(c, c) for c in text)


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n\t\\"{}!: '))


@given(TEXTS)
def test_escapes_come_back(text: str) -> None:
    assert unescape(_escape(text)) == text
    assert quoted(f'"{_escape(text)}" EXACT []') == (text, "EXACT []")
    plain = text.strip()
    assert bare(_escape(plain)).strip() == plain
    assert bare(_escape(plain) + ' {a="b ! c", d="}"} ! e').strip() == plain


@given(st.text(st.characters(exclude_categories=["Cs", "Z", "Cc"]), min_size=1))
def test_identifiers_come_back(id: str) -> None:
    assert identifier(f"{_escape(id)} ! comment") == id


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("format-version: 1.2\n", r"x\.obo: no \[Term\] stanza\. Give an OBO file; OWL converts"),
        ("<?xml version='1.0'?>\n<rdf/>\n", r"x\.obo: no \[Term\] stanza"),
        ("", r"x\.obo: no \[Term\] stanza"),
        (_terms("synonym: Two EXACT []"), r"x\.obo line 6: the text of 'synonym' is not closed"),
        (_terms("", 'def: "Two'), r"x\.obo line 7: the text of 'def' is not closed"),
        (_terms("what is this"), r"x\.obo line 6: expected 'tag: value', found 'what is this'"),
        (
            _terms("", "[Term]", "id: T:1"),
            r"x\.obo line 7: the id 'T:1' was already used in line 3",
        ),
        (_terms("", "[Term]", "name: Two"), r"x\.obo line 7: a \[Term\] without id\. Add a line"),
        (_terms().encode() + b"name: \xe9t\xe9\n", r"x\.obo line 7: not UTF-8: byte 0xe9"),
        (gzip.compress(_terms().encode())[:-9], r"x\.obo: the packed data is damaged"),
    ],
)
def test_bad_files_are_refused_with_their_line(
    tmp_path: Path, text: str | bytes, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        list(obo.read(_write(tmp_path, text, "x.obo"), Options()))


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.obo: cannot be read \(No such file"):
        build_from_files("obo", [tmp_path / "none.obo"], tmp_path / "x.kb")


def test_a_term_without_any_name_is_left_out(tmp_path: Path) -> None:
    path = _write(tmp_path, _terms("", "[Term]", "id: T:2"))
    kb = build_from_files("obo", [path], tmp_path / "x.kb")
    assert kb.concept_row("T:2") is None
    assert kb.manifest.dropped.concepts_without_name == 1

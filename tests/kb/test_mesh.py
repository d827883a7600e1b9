"""The MeSH reader: XML and tables in their documented layouts, bad input, and the public tables."""

from __future__ import annotations

import lzma
from itertools import islice
from pathlib import Path

import pytest

from xnorm.errors import DataError, SettingError
from xnorm.kb import Concept, Name
from xnorm.kb.sources import Options, mesh

DESCRIPTORS = """<?xml version="1.0"?>
<!DOCTYPE DescriptorRecordSet SYSTEM "https://www.nlm.nih.gov/databases/dtd/nlmdescriptor.dtd">
<DescriptorRecordSet LanguageCode="eng">
<DescriptorRecord DescriptorClass="1">
  <DescriptorUI>D008457</DescriptorUI>
  <DescriptorName><String>Measles</String></DescriptorName>
  <TreeNumberList><TreeNumber>C01.925.500</TreeNumber></TreeNumberList>
  <ConceptList>
    <Concept PreferredConceptYN="Y">
      <ConceptUI>M1</ConceptUI><ConceptName><String>Measles</String></ConceptName>
      <ScopeNote>A highly contagious disease.
      </ScopeNote>
      <ConceptRelationList>
        <ConceptRelation RelationName="NRW">
          <Concept1UI>M1</Concept1UI><Concept2UI>M2</Concept2UI>
        </ConceptRelation>
      </ConceptRelationList>
      <TermList>
        <Term ConceptPreferredTermYN="Y" IsPermutedTermYN="N" LexicalTag="NON"
              RecordPreferredTermYN="Y"><TermUI>T1</TermUI><String>Measles</String></Term>
        <Term ConceptPreferredTermYN="N" IsPermutedTermYN="N" LexicalTag="NON"
              RecordPreferredTermYN="N"><TermUI>T2</TermUI><String>Rubeola</String></Term>
        <Term ConceptPreferredTermYN="N" IsPermutedTermYN="Y" LexicalTag="NON"
              RecordPreferredTermYN="N"><TermUI>T2</TermUI><String>Measles, Red</String></Term>
      </TermList>
    </Concept>
    <Concept PreferredConceptYN="N">
      <ConceptUI>M2</ConceptUI><ConceptName><String>Measles X</String></ConceptName>
      <TermList>
        <Term ConceptPreferredTermYN="Y" IsPermutedTermYN="N" LexicalTag="ACR"
              RecordPreferredTermYN="N"><TermUI>T3</TermUI><String>MX</String></Term>
      </TermList>
    </Concept>
  </ConceptList>
</DescriptorRecord>
<DescriptorRecord DescriptorClass="1">
  <DescriptorUI>D014777</DescriptorUI>
  <DescriptorName><String>Virus Diseases</String></DescriptorName>
  <TreeNumberList>
    <TreeNumber>C01.925</TreeNumber><TreeNumber>B04</TreeNumber>
  </TreeNumberList>
</DescriptorRecord>
<DescriptorRecord DescriptorClass="3">
  <DescriptorUI>D005260</DescriptorUI>
  <DescriptorName><String>Female</String></DescriptorName>
</DescriptorRecord>
</DescriptorRecordSet>
"""
SUPPLEMENT = """<?xml version="1.0"?>
<SupplementalRecordSet LanguageCode="eng">
<SupplementalRecord SCRClass="3">
  <SupplementalRecordUI>C536914</SupplementalRecordUI>
  <SupplementalRecordName><String>Measles, rare</String></SupplementalRecordName>
  <Note>Very rare.</Note>
  <HeadingMappedToList>
    <HeadingMappedTo><DescriptorReferredTo>
      <DescriptorUI>*D008457</DescriptorUI><DescriptorName><String>Measles</String></DescriptorName>
    </DescriptorReferredTo></HeadingMappedTo>
    <HeadingMappedTo><DescriptorReferredTo>
      <DescriptorUI>D005260</DescriptorUI><DescriptorName><String>Female</String></DescriptorName>
    </DescriptorReferredTo></HeadingMappedTo>
  </HeadingMappedToList>
  <ConceptList><Concept PreferredConceptYN="Y"><ConceptUI>M9</ConceptUI><TermList>
    <Term IsPermutedTermYN="N" LexicalTag="NON" RecordPreferredTermYN="N">
      <String>Rare measles</String></Term>
  </TermList></Concept></ConceptList>
</SupplementalRecord>
</SupplementalRecordSet>
"""
FROM_XML = [
    Concept(
        "D008457",
        (
            Name("Measles", "en", "preferred", "exact"),
            Name("Rubeola", "en", "synonym", "exact"),
            Name("MX", "en", "abbreviation", "narrow"),
        ),
        types=("C",),
        definition="A highly contagious disease.",
        parents=("D014777",),
    ),
    Concept(
        "D014777",
        (Name("Virus Diseases", "en", "preferred", "exact"),),
        types=("B", "C"),
        parents=("C01",),
    ),
    Concept("D005260", (Name("Female", "en", "preferred", "exact"),)),
    Concept(
        "C536914",
        (
            Name("Measles, rare", "en", "preferred", "exact"),
            Name("Rare measles", "en", "synonym", "exact"),
        ),
        types=("C",),
        definition="Very rare.",
        parents=("D008457", "D005260"),
    ),
]
DESCRIPTOR_TABLE = """D008457\tMeasles\tRubeola|Measles, Red\tC01.925.500\t
D014777\tVirus Diseases\t\tC01.925|B04\t10239
D005260\tFemale\t\t\t
"""
SUPPLEMENT_TABLE = """C536914\tMeasles, rare\t"Rare measles|Measles,\t rare"\tD008457,D005260
C000002\tAspirin\t\tD000001|D000002
"""


def _write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def desc(tmp_path: Path) -> Path:
    """Descriptors in XML."""
    return _write(tmp_path, "desc2026.xml", DESCRIPTORS)


@pytest.fixture
def supp(tmp_path: Path) -> Path:
    """Supplementary records in XML."""
    return _write(tmp_path, "supp2026.xml", SUPPLEMENT)


def test_the_xml_reads_as_written_down(desc: Path, supp: Path) -> None:
    assert list(mesh.read(desc, Options(more=(supp,)))) == FROM_XML
    assert mesh.release(desc) == "2026"


def test_the_order_of_the_files_does_not_matter(desc: Path, supp: Path) -> None:
    assert list(mesh.read(supp, Options(more=(desc,)))) == FROM_XML


def test_permuted_terms_come_when_suppressed_names_are_wanted(desc: Path) -> None:
    measles = next(mesh.read(desc, Options(suppressed=True)))
    assert [name.text for name in measles.names] == ["Measles", "Rubeola", "Measles, Red", "MX"]


def test_tables_read_as_written_down(tmp_path: Path) -> None:
    first = _write(tmp_path, "mesh.tsv", DESCRIPTOR_TABLE)
    second = _write(tmp_path, "mesh_supp.tsv", SUPPLEMENT_TABLE)
    found = list(mesh.read(first, Options(more=(second,), default_language="es")))
    assert [(c.id, c.types, c.parents) for c in found] == [
        ("D008457", ("C",), ("D014777",)),
        ("D014777", ("B", "C"), ("C01",)),
        ("D005260", (), ()),
        ("C536914", ("C",), ("D008457", "D005260")),
        ("C000002", (), ("D000001", "D000002")),
    ]
    assert found[0].names == (
        Name("Measles", "es", "preferred"),
        Name("Rubeola", "es"),
        Name("Measles, Red", "es"),
    )
    assert [name.text for name in found[3].names][1:] == ["Rare measles", "Measles,\t rare"]


@pytest.mark.parametrize(
    ("types", "kept"),
    [
        (("C",), ["D008457", "D014777", "C536914"]),
        (("B",), ["D014777"]),
        (("C01.925.500",), ["D008457", "C536914"]),
        (("C01", "B04"), ["D008457", "D014777", "C536914"]),
    ],
)
def test_types_choose_branches(
    desc: Path, supp: Path, types: tuple[str, ...], kept: list[str]
) -> None:
    found = mesh.read(desc, Options(more=(supp,), types=types))
    assert [concept.id for concept in found] == kept


def test_a_branch_without_a_record_is_refused(desc: Path) -> None:
    with pytest.raises(SettingError, match="--types: no record stands in the branch 'C0'"):
        list(mesh.read(desc, Options(types=("C0", "C"))))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (DESCRIPTORS[:-40], " line 46: the document breaks off"),
        (DESCRIPTORS.replace("<DescriptorUI>D014777<", "<DescriptorUI><"), ": a record without an"),
        (DESCRIPTORS.replace("Virus Diseases", ""), ", D014777: a record without a name"),
        ("<other/>", ": no record of MeSH"),
        (
            "D000001\tCalcimycin\n",
            " line 1: no record of MeSH: 2 columns, beginning with 'D000001'",
        ),
        ("id\tlabel\tnames\ttrees\n", " line 1: no record of MeSH: 4 columns, beginning with 'id'"),
        ('D1\t"x\t\t\n', " line 1: broken quotation marks"),
    ],
)
def test_broken_input_is_named_by_its_place(tmp_path: Path, text: str, message: str) -> None:
    path = _write(tmp_path, "mesh", text)
    with pytest.raises(DataError) as refused:
        list(mesh.read(path, Options()))
    assert str(refused.value).startswith(f"{path}{message}")


def test_the_public_table_of_descriptors_has_what_its_readme_counts(data: Path) -> None:
    path = data / "kb/mesh/mesh_id_label_mappings.tsv.xz"
    concepts = list(mesh.read(path, Options()))
    # kb/README.md: 30,764 descriptors with 137,409 entry terms.
    assert len(concepts) == 30_764
    assert sum(len(concept.names) for concept in concepts) == 30_764 + 137_409
    assert (concepts[0].id, concepts[0].names[0].text) == ("D000001", "Calcimycin")
    known = {concept.id for concept in concepts}
    assert {parent for concept in concepts for parent in concept.parents} <= known


def test_the_public_table_of_supplementary_records_reads_from_its_first_lines(
    data: Path, tmp_path: Path
) -> None:
    with lzma.open(
        data / "kb/mesh/mesh_supp_id_label_mappings.tsv.xz", "rt", encoding="utf-8"
    ) as lines:
        text = "".join(islice(lines, 20_000))
    concepts = list(mesh.read(_write(tmp_path, "supp.tsv", text), Options()))
    assert len(concepts) == 20_000
    assert concepts[0].parents == ("D001561",)

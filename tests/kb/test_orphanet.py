"""The Orphanet reader: product 1 in two languages, a classification, and bad input."""

from __future__ import annotations

from pathlib import Path

import pytest

from xnorm.errors import DataError
from xnorm.kb import Concept, Name, build_from_files
from xnorm.kb.sources import Options, orphanet

ENGLISH = """<?xml version="1.0" encoding="ISO-8859-1"?>
<JDBOR date="2025-12-09 07:15:24" version="1.3.42 / 4.1.8" copyright="Orphanet (c) 2025">
<DisorderList count="4">
<Disorder id="17601">
  <OrphaCode>166024</OrphaCode>
  <ExpertLink lang="en">http://www.orpha.net</ExpertLink>
  <Name lang="en">Multiple epiphyseal dysplasia, Al-Gazali type</Name>
  <SynonymList count="1"><Synonym lang="en">Dysplasia of S\xe9zary</Synonym></SynonymList>
  <DisorderType id="21394"><Name lang="en">Disease</Name></DisorderType>
  <ExternalReferenceList count="4">
    <ExternalReference id="1"><Source>OMIM</Source><Reference>607131</Reference>
      <DisorderMappingRelation id="21527"><Name lang="en">E (Exact mapping)</Name>
      </DisorderMappingRelation></ExternalReference>
    <ExternalReference id="2"><Source>ICD-10</Source><Reference>Q77.3</Reference>
      <DisorderMappingRelation id="21536"><Name lang="en">NTBT (narrower term maps to a broader
        term)</Name></DisorderMappingRelation></ExternalReference>
    <ExternalReference id="3"><Source>MeSH</Source><Reference>C564</Reference></ExternalReference>
    <ExternalReference id="4"><Source>UMLS</Source><Reference/></ExternalReference>
  </ExternalReferenceList>
  <SummaryInformationList count="1"><SummaryInformation id="1" lang="en"><TextSectionList>
    <TextSection id="2" lang="en"><Contents>A rare
      dysplasia.</Contents></TextSection></TextSectionList></SummaryInformation>
  </SummaryInformationList>
</Disorder>
<Disorder id="2"><OrphaNumber>525</OrphaNumber>
  <Name lang="en">NON RARE IN EUROPE: Lichen planus</Name>
  <DisorderDisorderAssociationList count="1"><DisorderDisorderAssociation>
    <TargetDisorder cycle="true" id="2"><OrphaCode>525</OrphaCode></TargetDisorder>
  </DisorderDisorderAssociation></DisorderDisorderAssociationList></Disorder>
<Disorder id="3"><OrphaCode>377</OrphaCode><Name lang="en">OBSOLETE: Gorlin</Name>
  <DisorderDisorderAssociationList count="1"><DisorderDisorderAssociation>
    <TargetDisorder id="17601"><OrphaCode>166024</OrphaCode></TargetDisorder>
  </DisorderDisorderAssociation></DisorderDisorderAssociationList></Disorder>
<Disorder id="4"><OrphaCode>378</OrphaCode><Name lang="en">OBSOLETE: Nothing</Name></Disorder>
</DisorderList></JDBOR>
"""
SPANISH = """<?xml version="1.0" encoding="UTF-8"?>
<JDBOR date="2025-12-09 07:15:24"><DisorderList>
<Disorder id="17601"><OrphaCode>166024</OrphaCode>
  <Name lang="es">Displasia epifisaria m\xfaltiple</Name>
  <DisorderType id="21394"><Name lang="es">Enfermedad</Name></DisorderType></Disorder>
<Disorder id="3"><OrphaCode>377</OrphaCode><Name lang="es">Gorlin</Name></Disorder>
<Disorder id="5"><OrphaCode>9</OrphaCode><Name lang="es">S\xf3lo en espa\xf1ol</Name></Disorder>
</DisorderList></JDBOR>
"""
CLASSIFICATION = """<?xml version="1.0" encoding="UTF-8"?>
<JDBOR date="2025-12-09"><ClassificationList><Classification id="1"><OrphaNumber>9</OrphaNumber>
<ClassificationNodeRootList count="1"><ClassificationNode>
  <Disorder id="5"><OrphaCode>9</OrphaCode><Name lang="en">Group</Name></Disorder>
  <ClassificationNodeChildList count="2">
    <ClassificationNode><Disorder id="2"><OrphaCode>525</OrphaCode></Disorder>
      <ClassificationNodeChildList count="1"><ClassificationNode>
        <Disorder id="17601"><OrphaCode>166024</OrphaCode></Disorder>
        <ClassificationNodeChildList count="0"/></ClassificationNode>
      </ClassificationNodeChildList></ClassificationNode>
    <ClassificationNode><Disorder id="17601"><OrphaCode>166024</OrphaCode></Disorder>
    </ClassificationNode>
  </ClassificationNodeChildList>
</ClassificationNode></ClassificationNodeRootList></Classification></ClassificationList></JDBOR>
"""


def _write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


@pytest.fixture
def english(tmp_path: Path) -> Path:
    """The product in English, in its publisher's old encoding."""
    return _write(tmp_path, "en_product1.xml", ENGLISH, "latin-1")


def test_the_product_reads_as_written_down(english: Path) -> None:
    assert list(orphanet.read(english, Options())) == [
        Concept(
            "166024",
            (
                Name("Multiple epiphyseal dysplasia, Al-Gazali type", "en", "preferred"),
                Name("Dysplasia of Sézary", "en"),
            ),
            types=("Disease",),
            definition="A rare dysplasia.",
            xrefs=("OMIM:607131", "MESH:C564"),
        ),
        Concept("525", (Name("Lichen planus", "en", "preferred"),)),
        Concept("377", replaced_by="166024"),
    ]


def test_other_languages_and_classifications_are_merged_by_code(
    english: Path, tmp_path: Path
) -> None:
    spanish = _write(tmp_path, "es_product1.xml", SPANISH)
    groups = _write(tmp_path, "en_product3_1.xml", CLASSIFICATION)
    dysplasia, lichen, only, retired = orphanet.read(english, Options(more=(spanish, groups)))
    assert dysplasia.names[-1] == Name("Displasia epifisaria múltiple", "es", "preferred")
    assert (dysplasia.types, dysplasia.parents) == (("Disease",), ("525", "9"))
    assert lichen.parents == ("9",)
    assert only == Concept("9", (Name("Sólo en español", "es", "preferred"),))
    assert retired == Concept("377", replaced_by="166024")


def test_the_knowledge_base_has_the_date_and_follows_obsolete_codes(
    english: Path, tmp_path: Path
) -> None:
    kb = build_from_files("orphanet", [english], tmp_path / "orphanet.kb")
    assert (kb.source, kb.manifest.release, len(kb)) == ("ORPHA", "2025-12-09", 2)
    assert kb.resolve("377") == "166024"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SPANISH[:-30], " line 7: the document breaks off"),
        (SPANISH.replace("<OrphaCode>9<", "<OrphaCode><"), ", id 5: a disorder without OrphaCode"),
        ("<JDBOR/>", ": no disorder and no classification"),
    ],
)
def test_broken_input_is_named_by_its_place(tmp_path: Path, text: str, message: str) -> None:
    path = _write(tmp_path, "es_product1.xml", text)
    with pytest.raises(DataError) as refused:
        list(orphanet.read(path, Options()))
    assert str(refused.value).startswith(f"{path}{message}")

"""One spelling of every vocabulary's prefix, from all the spellings that publishers use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnorm.errors import SettingError
from xnorm.kb import Concept
from xnorm.kb.sources.prefixes import of_vocabularies, xref, xref_of


@pytest.mark.parametrize(
    ("normal", "written"),
    [
        ("UMLS", "UMLS UMLS_CUI umls"),
        ("SNOMEDCT", "SNOMEDCT SNOMED SNOMED_CT SCTID SNOMEDCT_US SNOMEDCT_US_2025_09_01 SCTSPA"),
        ("MESH", "MESH MSH MeSH mesh MSHSPA MSHFRE"),
        ("OMIM", "OMIM MIM"),
        ("ICD10", "ICD10 ICD-10 ICD10WHO"),
        ("ICD10CM", "ICD10CM ICD-10-CM"),
        ("ICD9CM", "ICD9CM ICD9 ICD-9 ICD-9-CM"),
        ("NCIT", "NCIT NCI NCIt"),
        ("ORPHA", "ORPHA ORDO Orphanet ORPHANET"),
        ("MEDDRA", "MEDDRA MedDRA MDR MDRSPA"),
        ("HP", "HP HPO"),
    ],
)
def test_publishers_spellings_become_one(normal: str, written: str) -> None:
    assert {xref(prefix, "1") for prefix in written.split()} == {f"{normal}:1"}


@pytest.mark.parametrize("prefix", ["KEGG", "ICD10GM", "ICD10EXP", "PMID", "SNOMEDX", "wiki"])
def test_other_prefixes_stay_as_they_are(prefix: str) -> None:
    assert xref(prefix, "1") == f"{prefix}:1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" MIM:PS267700 ", "OMIM:PS267700"),
        ("OMIMPS:203655", "OMIM:PS203655"),
        ("ORDO:Orphanet_217569", "ORPHA:217569"),
        ("Orphanet:ORPHA284", "ORPHA:284"),
        ("HPO:HP:0000118", "HP:0000118"),
        ("FMA:FMA_7088", "FMA:7088"),
        ("GARD:0006104", "GARD:0006104"),
        ("Fever", "Fever"),
        (":7", ":7"),
        ("UMLS:", "UMLS:"),
        ("http://purl.obolibrary.org/obo/MONDO_0004994", "MONDO:0004994"),
        ("http://www.orpha.net/ORDO/Orphanet_98", "ORPHA:98"),
        ("http://www.ebi.ac.uk/efo/EFO_0000094", "EFO:0000094"),
        ("http://www.bioassayontology.org/bao#BAO_0000366", "BAO:0000366"),
        ("https://omim.org/phenotypicSeries/PS100070", "OMIM:PS100070"),
        ("https://www.omim.org/entry/168600", "OMIM:168600"),
        ("http://snomed.info/id/38341003", "SNOMEDCT:38341003"),
        ("http://linkedlifedata.com/resource/umls/id/C0012634", "UMLS:C0012634"),
        ("https://en.wikipedia.org/wiki/Covid_19", "https://en.wikipedia.org/wiki/Covid_19"),
        ("http://snomed.info/id/", "http://snomed.info/id/"),
        ("http://x.org/LIVER_cancer", "http://x.org/LIVER_cancer"),
    ],
)
def test_texts_and_addresses(text: str, expected: str) -> None:
    assert xref_of(text) == expected


@given(st.text(max_size=20))
def test_a_normal_spelling_stays(text: str) -> None:
    assert xref_of(xref_of(text)) == xref_of(text)


CONCEPTS = [Concept("EFO:1"), Concept("MONDO:2"), Concept("http://x/3")]


def test_concepts_of_some_vocabularies(tmp_path: Path) -> None:
    assert list(of_vocabularies(CONCEPTS, (), tmp_path)) == CONCEPTS
    assert list(of_vocabularies(CONCEPTS, ("efo", "MONDO"), tmp_path)) == CONCEPTS[:2]


def test_a_vocabulary_without_concepts_is_told() -> None:
    with pytest.raises(
        SettingError,
        match=r"^--sources: no concept of 'MODNO' in a\.json\. Did you mean 'MONDO'\? Known:",
    ):
        list(of_vocabularies(CONCEPTS, ("MODNO",), Path("a.json")))

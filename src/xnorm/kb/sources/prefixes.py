"""One spelling of every vocabulary's prefix in cross-references, whatever publishers write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from xnorm.errors import SettingError, did_you_mean
from xnorm.kb.model import Concept

_NORMAL = {
    "UMLS": "umls umlscui",
    "SNOMEDCT": "snomedct snomed sct sctid sctspa",
    "MESH": "mesh msh",
    "OMIM": "omim mim",
    "ICD10": "icd10 icd10who",
    "ICD10CM": "icd10cm",
    "ICD10PCS": "icd10pcs",
    "ICD9CM": "icd9cm icd9",
    "ICD11": "icd11",
    "ICDO": "icdo",
    "NCIT": "ncit nci ncithesaurus",
    "DOID": "doid",
    "MONDO": "mondo",
    "ORPHA": "orpha orphanet ordo orphacode",
    "MEDDRA": "meddra mdr",
    "EFO": "efo",
    "UBERON": "uberon",
    "HP": "hp hpo",
    "LOINC": "loinc lnc",
    "RXNORM": "rxnorm rxcui",
    "ATC": "atc",
    "CHEBI": "chebi",
    "DRUGBANK": "drugbank",
    "GARD": "gard",
    "MEDGEN": "medgen",
    "HGNC": "hgnc",
    "FMA": "fma",
    "GO": "go",
}
"""The normal spelling, and all others in small letters without punctuation.

Ontologies write ICD9 for its American modification.
"""

_OF = {variant: normal for normal, variants in _NORMAL.items() for variant in variants.split()}

_SERIES = {"omimps": "OMIM", "mimps": "OMIM"}
"""Prefixes of OMIM's phenotypic series, whose codes begin with PS among those of OMIM."""

_EDITION = re.compile(
    r"""
    (?P<vocabulary> snomedct (?= (?: us | intl? | core | vet | es | uk | \d{8} )+ $ )
                  | (?: msh | mdr ) (?= [a-z]{3} $ ) )
    .+
    """,
    re.VERBOSE,
)
"""National and dated editions, and translations under the original's codes, such as MSHSPA."""

_INSIDE = re.compile(r"(?P<prefix>[A-Za-z][A-Za-z0-9]*)[:_](?P<code>.+)")
_ORPHA = re.compile(r"(orpha(net)?[:_ ]?)?(?P<number>\d+)", re.IGNORECASE)

_IRI = re.compile(r"https?://\S+")
_LAST = re.compile(
    r"""
    .* (?: obo/ | ORDO/ | efo/ | [/#] (?= [A-Z]+_\d{4,} $ ) )
    (?P<prefix> [A-Za-z][A-Za-z.]* ) _ (?P<code> [A-Za-z0-9.]+ )
    """,
    re.VERBOSE,
)
"""Addresses of ontology terms, but not those of pages such as `/wiki/Covid_19`."""

_BASES = {
    "identifiers.org/mesh/": "MESH",
    "id.nlm.nih.gov/mesh/": "MESH",
    "identifiers.org/snomedct/": "SNOMEDCT",
    "snomed.info/id/": "SNOMEDCT",
    "linkedlifedata.com/resource/umls/id/": "UMLS",
    "identifiers.org/umls/": "UMLS",
    "omim.org/entry/": "OMIM",
    "omim.org/phenotypicSeries/": "OMIM",
    "identifiers.org/omim/": "OMIM",
    "identifiers.org/meddra/": "MEDDRA",
    "purl.bioontology.org/ontology/ICD10CM/": "ICD10CM",
}
"""Addresses that stand for a vocabulary without naming it as `PREFIX_code` at their end."""


def xref(prefix: str, code: str) -> str:
    """A cross-reference `PREFIX:code` with the one spelling of the vocabulary.

    A prefix that is not known stays as it is. A code that repeats the prefix loses it.

    >>> xref("SNOMEDCT_US_2025_09_01", "39000009"), xref("MSH", "D001921"), xref("NCI", "C3088")
    ('SNOMEDCT:39000009', 'MESH:D001921', 'NCIT:C3088')
    >>> xref("ORDO", "Orphanet_217569"), xref("OMIMPS", "203655"), xref("CHEBI", "CHEBI:135495")
    ('ORPHA:217569', 'OMIM:PS203655', 'CHEBI:135495')
    >>> xref("KEGG", "04950")
    'KEGG:04950'
    """
    normal, series = _prefix(prefix.strip())
    code = code.strip()
    if normal == "ORPHA":
        found = _ORPHA.fullmatch(code)
        code = found["number"] if found is not None else code
    elif ":" in code or "_" in code:
        inside = _INSIDE.fullmatch(code)
        if inside is not None and _prefix(inside["prefix"])[0] == normal:
            code = inside["code"]
    if series and not code.startswith("PS"):
        code = f"PS{code}"
    return f"{normal}:{code}"


def xref_of(text: str) -> str:
    """The same for a text such as `MIM:PS267700`, or for an address whose vocabulary is known.

    Other addresses and texts without a prefix stay as they are.

    >>> xref_of("MIM:PS267700"), xref_of("UMLS_CUI:C0018923"), xref_of("Fever")
    ('OMIM:PS267700', 'UMLS:C0018923', 'Fever')
    >>> xref_of("http://identifiers.org/mesh/D004194"), xref_of("http://en.wikipedia.org/wiki/Liver")
    ('MESH:D004194', 'http://en.wikipedia.org/wiki/Liver')
    >>> xref_of("http://purl.obolibrary.org/obo/HP_0000118")
    'HP:0000118'
    """
    text = text.strip()
    if _IRI.fullmatch(text):
        return _of_address(text)
    prefix, colon, code = text.partition(":")
    return xref(prefix, code) if colon and prefix and code else text


def of_vocabularies(
    concepts: Iterable[Concept], vocabularies: Sequence[str], source: Path
) -> Iterator[Concept]:
    """The concepts whose ids are of these vocabularies; all of them where none is named.

    Ontologies carry terms of others along: EFO has some of MONDO, HP and Uberon. Parents that are
    left out so are counted by the build.

    Raises:
        SettingError: for a vocabulary without a single concept.
    """
    wanted = {_prefix(vocabulary)[0]: vocabulary for vocabulary in vocabularies}
    found = set()
    for concept in concepts:
        prefix = _prefix(concept.id.partition(":")[0])[0]
        found.add(prefix)
        if not wanted or prefix in wanted:
            yield concept
    for prefix in wanted.keys() - found:
        raise SettingError(
            f"no concept of '{wanted[prefix]}' in {source}",
            place="--sources",
            todo=did_you_mean(wanted[prefix], found),
        )


def _of_address(iri: str) -> str:
    address = iri.partition("://")[2].removeprefix("www.")
    if address.startswith(tuple(_BASES)):
        base = next(base for base in _BASES if address.startswith(base))
        code = address.removeprefix(base)
        return xref(_BASES[base], code) if code else iri
    found = _LAST.fullmatch(iri)
    return xref(found["prefix"], found["code"]) if found is not None else iri


@lru_cache(maxsize=4096)
def _prefix(written: str) -> tuple[str, bool]:
    """The normal spelling, and whether codes are those of OMIM's phenotypic series."""
    folded = re.sub(r"[^a-z0-9]", "", written.lower())
    if folded in _SERIES:
        return _SERIES[folded], True
    if folded not in _OF and (edition := _EDITION.fullmatch(folded)) is not None:
        folded = edition["vocabulary"]
    return _OF.get(folded, written), False

"""The shipped terminology: counts against its own files, and files against their checksums."""

from __future__ import annotations

import lzma
import re
import time
from collections import Counter

import pytest

from xnorm.errors import DataError
from xnorm.files import sha256
from xnorm.kb import KnowledgeBase, default_concepts, default_sources
from xnorm.resources import resource_path


def test_the_files_ship_unaltered() -> None:
    notice = resource_path("hpo", "NOTICE").read_text(encoding="utf-8")
    stated = {name: digest for digest, name in re.findall(r"\b([0-9a-f]{64})  (\S+)", notice)}
    assert {path.name: sha256(path) for path in default_sources()} == stated
    assert len(stated) == 12


def test_read_counts_are_those_of_the_publishers_files() -> None:
    """42,546 English names (19,034 labels, 23,512 synonyms) and 19,425 Spanish: 61,971."""
    live = [concept for concept in default_concepts(["en", "es"]) if not concept.replaced_by]
    names = Counter(name.language for concept in live for name in concept.names)
    assert len(live) == 19_034
    assert names == {"en": 42_546, "es": 19_425}
    kinds = Counter(n.kind for c in live for n in c.names if n.language == "en")
    assert kinds == {
        "preferred": 19_034,
        "synonym": 14_842,
        "layperson": 8_093,
        "abbreviation": 577,
    }
    scopes = Counter(n.scope for c in live for n in c.names if n.language == "en")
    del scopes[""]
    assert scopes == {"exact": 21_078, "related": 1_449, "broad": 521, "narrow": 464}


def test_counts_agree_with_a_count_of_lines(hpo: KnowledgeBase) -> None:
    """An independent reading: regular expressions over whole stanzas."""
    with lzma.open(resource_path("hpo", "hp.obo.xz"), "rt", encoding="utf-8") as stream:
        stanzas = [s for s in stream.read().split("\n\n") if s.startswith("[Term]")]
    live = [s for s in stanzas if "\nis_obsolete: true" not in s]
    names: set[tuple[str, str]] = set()
    parents, xrefs, retired = set(), set(), set()
    for stanza in live:
        id = re.findall(r"^id: (\S+)", stanza, re.MULTILINE)[0]
        texts = re.findall(r'^synonym: "((?:[^"\\]|\\.)*)"', stanza, re.MULTILINE)
        texts += re.findall(r"^name: (.*)$", stanza, re.MULTILINE)
        names |= {(id, " ".join(text.replace("\\", "").split())) for text in texts}
        parents |= {(id, found) for found in re.findall(r"^is_a: (\S+)", stanza, re.MULTILINE)}
        xrefs |= {(id, found) for found in re.findall(r"^xref: (\S+)", stanza, re.MULTILINE)}
        retired |= set(re.findall(r"^alt_id: (\S+)", stanza, re.MULTILINE))
    for stanza in set(stanzas) - set(live):
        if "\nreplaced_by: " in stanza:
            retired |= set(re.findall(r"^id: (\S+)", stanza, re.MULTILINE))
    assert len(hpo) == len(live) == 19_034
    assert hpo.languages["en"] == len(names) == 41_498
    assert hpo.manifest.relations == len(parents)
    assert hpo.manifest.xrefs == len(xrefs)
    assert hpo.manifest.retired == len(retired)
    built = {
        (concept.id, name.text)
        for concept in hpo
        for name in concept.names
        if name.language == "en"
    }
    assert built == names


def test_built_counts_by_language(hpo: KnowledgeBase) -> None:
    assert hpo.languages == {
        "cs": 18_701,
        "de": 4_213,
        "en": 41_498,
        "es": 19_421,
        "fr": 25_167,
        "it": 3_509,
        "nl": 12_446,
        "pt": 7_213,
        "tr": 15_465,
    }
    assert (hpo.source, hpo.manifest.release) == ("HPO", "2025-01-16")
    assert hpo.manifest.dropped.retired_without_concept == 0


def test_first_and_last_concept(hpo: KnowledgeBase) -> None:
    first, last = hpo.concept(0), hpo.concept(len(hpo) - 1)
    assert (first.id, first.names[0].text, first.xrefs) == ("HP:0000001", "All", ("UMLS:C0444868",))
    assert last.id == hpo.concepts["id"][-1].as_py()


def test_headache_in_every_language(hpo: KnowledgeBase) -> None:
    headache = hpo.concept("HP:0002315")
    preferred = {n.language: n.text for n in headache.names if n.kind == "preferred"}
    assert preferred["en"] == "Headache"
    assert preferred["es"] == "Cefalea"
    assert preferred["nl"] == "Hoofdpijn"
    assert hpo.resolve("HP:0001354") == "HP:0002315"


def test_depths_start_at_the_root(hpo: KnowledgeBase) -> None:
    depth = hpo.concepts["depth"].to_numpy()
    assert [hpo.concept(int(row)).id for row in (depth == 0).nonzero()[0]] == ["HP:0000001"]
    assert depth.min() == 0
    row = hpo.concept_row("HP:0000118")  # Phenotypic abnormality
    assert row is not None
    assert depth[row] == 1


def test_opening_is_quick(hpo: KnowledgeBase) -> None:
    seconds = []
    for _ in range(5):  # the best of some, as others use the machine too
        start = time.perf_counter()
        KnowledgeBase.open(hpo.path)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.05


def test_a_subset_of_languages() -> None:
    concepts = []
    with pytest.raises(DataError, match="no name in: ja"):
        concepts.extend(default_concepts(["es", "ja"]))
    assert [name.text for name in concepts[0].names] == ["Todos"]
    assert {name.language for concept in concepts for name in concept.names} == {"es"}

